"""What the exact model keeps to at every moment: transfers, memory and vCPUs of hosts, and the reserve of both sides."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from math import gcd
from typing import NamedTuple

from ortools.sat.python import cp_model

from planner.model.estate import HostId
from planner.model.reserve import HUNDRED
from planner.place.case import Room
from planner.place.exact.model import Model, Stay


class Load(NamedTuple):
    """So much is taken for so long."""

    interval: cp_model.IntervalVar
    amount: int


def limit(model: Model) -> None:
    """Add every limit."""
    _limit_transfers(model)
    nodes = model.facts.case.nodes
    _limit_hosts(model, model.before, {host: node.before for host, node in nodes.items()})
    _limit_hosts(model, model.after, {host: node.after for host, node in nodes.items()})
    _limit_sides(model)
    _limit_pools(model)


def _limit_transfers(model: Model) -> None:
    case = model.facts.case
    for intervals in model.slots.values():
        _cap(model, [Load(interval, 1) for interval in intervals], case.per_host)
    if case.at_once is not None:
        _cap(model, [Load(interval, 1) for interval in model.crossings], case.at_once)


def _limit_hosts(model: Model, stays: Sequence[Stay], rooms: dict[HostId, Room]) -> None:
    """No host takes more than it has; one that was overfull when it was read may stay so."""
    of_host: dict[HostId, list[Stay]] = defaultdict(list)
    for stay in stays:
        of_host[stay.host].append(stay)
    homes = model.facts.home
    at_home = stays is model.before
    for host, there in of_host.items():
        room = rooms[host]
        residents = [vm for vm in model.facts.vms if at_home and homes[vm.id] == host]
        if room.memory is not None:
            most = max(room.memory, sum(vm.memory for vm in residents))
            _cap(model, [Load(stay.interval, stay.vm.memory) for stay in there], most)
        if room.vcpus is not None:
            most = max(room.vcpus, sum(vm.vcpus for vm in residents))
            _cap(model, [Load(stay.interval, stay.vm.vcpus) for stay in there], most)


def _limit_sides(model: Model) -> None:
    """The running VMs of a side fit beside its reserve and the hosts that are not there; a VM on its way counts on both.

    A share of memory in reserve is reckoned in hundredths: a VM takes a hundred parts of each byte, a host offers fewer.
    """
    facts, nodes = model.facts, model.facts.case.nodes
    share = HUNDRED - facts.case.reserve.percent
    open_ = [host for host in facts.members if not nodes[host].closed]
    before = {host: nodes[host].before.memory for host in open_}
    after = {host: nodes[host].after.memory for host in model.built}
    known_before = {host: memory * share for host, memory in before.items() if memory is not None}
    known_after = {host: memory * share for host, memory in after.items() if memory is not None}
    source, target = list[Load](), list[Load]()
    if len(known_before) == len(before):
        source = [*_on_source(model, known_before)]
        _cap(model, source, sum(known_before.values()) + facts.grace * HUNDRED)
    if len(known_after) == len(after):
        target = [*_on_target(model, known_after)]
        _cap(model, target, sum(known_after.values()))
    if source and target:
        both = sum(known_before.values()) + facts.grace * HUNDRED + sum(known_after.values())
        _cap(model, [*source, *target], both)


def _on_source(model: Model, offers: dict[HostId, int]) -> Iterator[Load]:
    running = [way for way in model.ways.values() if way.vm.memory]
    for way in running:
        yield Load(model.interval(0, way.crossed), way.vm.memory * HUNDRED)
    for host, offer in offers.items():
        yield Load(model.interval(model.retired[host], model.facts.horizon), offer)
    if not model.facts.case.reserve.hosts or not running:
        return
    last = model.time()
    model.cp.add_max_equality(last, [way.crossed for way in running])
    for amount, hosts in _stairs(model, offers):
        there, kept = model.time(), model.time()
        model.cp.add_max_equality(there, [model.retired[host] for host in hosts])
        model.cp.add_min_equality(kept, [there, last])
        yield Load(model.interval(0, kept), amount)


def _on_target(model: Model, offers: dict[HostId, int]) -> Iterator[Load]:
    running = [way for way in model.ways.values() if way.vm.memory]
    horizon = model.facts.horizon
    for way in running:
        yield Load(model.interval(way.crosses, horizon), way.vm.memory * HUNDRED)
    for host, offer in offers.items():
        yield Load(model.interval(0, model.built[host]), offer)
    if not model.facts.case.reserve.hosts or not running:
        return
    first = model.time()
    model.cp.add_min_equality(first, [way.crosses for way in running])
    for amount, hosts in _stairs(model, offers):
        there, kept = model.time(), model.time()
        model.cp.add_min_equality(there, [model.built[host] for host in hosts])
        model.cp.add_max_equality(kept, [there, first])
        yield Load(model.interval(kept, horizon), amount)


def _stairs(model: Model, offers: dict[HostId, int]) -> Iterator[tuple[int, list[HostId]]]:
    """What is kept for the largest host in stairs: while one of these hosts is there, so much more.

    With more hosts in reserve always that of the largest of all: it is exact where hosts are alike.
    """
    count = model.facts.case.reserve.hosts
    largest = sorted(offers.values(), reverse=True)[:count]
    if count > 1 or not largest:
        yield sum(largest), list(offers)
        return
    sizes = sorted(set(offers.values()))
    for below, size in zip([0, *sizes], sizes, strict=False):
        yield size - below, [host for host, offer in offers.items() if offer >= size]


def _limit_pools(model: Model) -> None:
    """The pool of a host has room for the disks of all VMs that cross to it, as far as they go there first of all."""
    case = model.facts.case
    for host in model.built:
        pool = case.nodes[host].pool
        capacity = case.capacities.get(pool)
        if capacity is None:
            continue
        sizes = {
            way.vm.id: sum(parcel.size for parcel in way.vm.parcels if parcel.choices[:1] == (None,))
            for way in model.ways.values()
        }
        there = ((way.places.get(host, 0), sizes[vm]) for vm, way in model.ways.items())
        model.cp.add(sum(literal * size for literal, size in there) <= capacity)


def _cap(model: Model, loads: Iterable[Load], capacity: int) -> None:
    """Amounts are divided by what all of them are multiples of; what is left of the capacity then is of no use."""
    taking = [load for load in loads if load.amount]
    grain = reduce(gcd, (load.amount for load in taking), 0) or 1
    amounts = [load.amount // grain for load in taking]
    if sum(amounts) > capacity // grain:
        model.cp.add_cumulative([load.interval for load in taking], amounts, capacity // grain)
