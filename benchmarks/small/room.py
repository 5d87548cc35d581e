"""The exact model's limits: transfers, memory and vCPUs of hosts, and what each side keeps in reserve."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import reduce
from math import gcd
from typing import Final, NamedTuple

from ortools.sat.python import cp_model

from benchmarks.small.model import Model, Side, Stay, Trip
from benchmarks.small.puzzle import HostPiece, Part, Puzzle
from planner.model.estate import HostId, VmId

_WHOLE: Final = 100
"""Percent."""


class Load(NamedTuple):
    """So much is taken for so long."""

    interval: cp_model.IntervalVar
    amount: int


def limit_transfers(model: Model) -> None:
    """No host takes part in more transfers at once than it may, nor the estate."""
    of_hosts: dict[HostId, list[Load]] = defaultdict(list)
    for trip in model.trips:
        for host, literal in (*trip.sources, *trip.destinations):
            of_hosts[host].append(Load(_taken(model, trip, literal), 1))
    for loads in of_hosts.values():
        _cap(model, loads, model.given.per_host)
    if model.given.at_once is not None:
        everywhere = [Load(_taken(model, trip, trip.there), 1) for trip in model.trips]
        _cap(model, everywhere, model.given.at_once)
    if model.given.per_datastore is not None:
        copies = [Load(_taken(model, trip, trip.there), 1) for trip in model.trips if trip.kind == "move"]
        _cap(model, copies, model.given.per_datastore)


def limit_hosts(model: Model) -> None:
    """Memory and vCPUs of each host. A source host that was overfull when it was read may stay so, but not get fuller."""
    for side, stays in model.stays.items():
        for host in model.given.hosts:
            here = [stay for stay in stays if stay.host == host.id]
            now = [vm for vm in model.given.vms if vm.home == host.id and side is Side.SOURCE]
            memory = host.before if side is Side.SOURCE else host.after
            _limit(model, here, [stay.vm.memory for stay in here], max(memory, sum(vm.memory for vm in now)))
            _limit(
                model, here, [stay.vm.vcpus for stay in here], max(host.vcpus, sum(vm.vcpus for vm in now))
            )


def limit_sides(model: Model) -> None:
    """The running VMs of a side fit beside its reserve and the hosts that are out; a VM on its way counts on both sides.

    With a share of memory in reserve a VM takes 100 parts of each byte, and a host offers what is left of its 100.

    That the sum of both sides fits follows, but the solver sees it sooner when it is told.
    """
    source, target = list(_on_source(model)), list(_on_target(model))
    before = _offered(model, [host.before for host in model.given.of(Part.MEMBER)])
    before += model.given.short * _WHOLE
    after = _offered(model, [host.after for host in model.given.hosts])
    _cap(model, source, before)
    _cap(model, target, after)
    _cap(model, [*source, *target], before + after)


def _offered(model: Model, rooms: Sequence[int]) -> int:
    return sum(rooms) * (_WHOLE - model.given.percent)


def _on_source(model: Model) -> Iterator[Load]:
    members = model.given.of(Part.MEMBER)
    running = [vm for vm in model.given.vms if vm.memory]
    last = model.time()
    model.cp.add_max_equality(last, [0, *(model.crossed[vm.id][1] for vm in running)])
    for vm in running:
        yield Load(model.interval(0, model.crossed[vm.id][1]), vm.memory * _WHOLE)
    for host in members:
        yield Load(model.interval(model.retired[host.id], model.horizon), _offered(model, [host.before]))
    for least, amount in _stairs(model.given, [host.before for host in members]):
        there, kept = model.time(), model.time()
        model.cp.add_max_equality(there, [model.retired[host.id] for host in members if host.before >= least])
        model.cp.add_min_equality(kept, [there, last])
        yield Load(model.interval(0, kept), _offered(model, [amount]))


def _on_target(model: Model) -> Iterator[Load]:
    hosts = model.given.hosts
    running = [vm for vm in model.given.vms if vm.memory]
    first = model.time()
    model.cp.add_min_equality(first, [model.horizon, *(model.crossed[vm.id][0] for vm in running)])
    for vm in running:
        yield Load(model.interval(model.crossed[vm.id][0], model.horizon), vm.memory * _WHOLE)
    for host in hosts:
        yield Load(model.interval(0, model.built[host.id]), _offered(model, [host.after]))
        if host.id in model.returned:
            yield Load(model.interval(model.returned[host.id], model.horizon), _offered(model, [host.after]))
    for least, amount in _stairs(model.given, [host.after for host in hosts]):
        yield Load(
            _kept(model, [host for host in hosts if host.after >= least], first), _offered(model, [amount])
        )


def _kept(model: Model, hosts: list[HostPiece], first: cp_model.IntVar) -> cp_model.IntervalVar:
    """From when one of these hosts is built and something has crossed, until the last of them is given back."""
    built, begun, gone = model.time(), model.time(), model.time()
    model.cp.add_min_equality(built, [model.built[host.id] for host in hosts])
    model.cp.add_max_equality(begun, [built, first])
    model.cp.add_max_equality(gone, [begun, *(model.returned.get(host.id, model.horizon) for host in hosts)])
    return model.interval(begun, gone)


def _stairs(given: Puzzle, rooms: list[int]) -> Iterator[tuple[int, int]]:
    """The memory of the largest host that is there, in stairs: while there is one of at least so much, so much more is kept."""
    sizes = sorted(set(rooms)) if given.reserve else []
    yield from ((size, size - below) for below, size in zip([0, *sizes], sizes, strict=False))


def _limit(model: Model, stays: list[Stay], amounts: list[int], capacity: int) -> None:
    """A limit that all VMs together would not reach is none."""
    most: dict[VmId, int] = {stay.vm.id: amount for stay, amount in zip(stays, amounts, strict=True)}
    if sum(most.values()) > capacity:
        spans = [model.interval(stay.start, stay.end, stay.held) for stay in stays]
        _cap(model, [Load(*pair) for pair in zip(spans, amounts, strict=True)], capacity)


def _cap(model: Model, loads: Sequence[Load], capacity: int) -> None:
    """Amounts are divided by what all of them are multiples of; what is left of the capacity then is of no use."""
    grain = reduce(gcd, (load.amount for load in loads), 0) or 1
    amounts = [load.amount // grain for load in loads]
    model.cp.add_cumulative([load.interval for load in loads], amounts, capacity // grain)


def _taken(model: Model, trip: Trip, held: cp_model.LiteralT) -> cp_model.IntervalVar:
    return model.cp.new_optional_interval_var(trip.start, trip.length, trip.end, held, "")
