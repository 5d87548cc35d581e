"""Several estates as one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from planner.model.estate import Estate, Host, VirtualMachine
from planner.read.merge.assembly import Assembly
from planner.read.merge.components import components
from planner.read.merge.identity import Sighting, identify
from planner.read.merge.marks import HOST_MARKS, VM_MARKS
from planner.read.merge.networks import settle_networks
from planner.read.merge.places import settle_places
from planner.read.merge.storage import settle_storage
from planner.read.merge.trust import trust_of_estate, trust_of_vm


def merge(estates: Iterable[Estate]) -> Estate:
    """The one estate of which all estates tell, in whatever order they come.

    A machine that several have is there once, with everything that any knows of it; what they disagree upon is in
    `conflicts`. Estates that have nothing in common stand side by side. An estate alone stays as it is.
    """
    found = tuple(estates)
    if len(found) == 1:
        return found[0]
    sources = _in_order(found)
    if len(sources) <= 1:
        return sources[0] if sources else Estate(clusters=(), hosts=())
    trust = [trust_of_estate(estate) for estate in sources]
    hosts = components(identify(_hosts(sources, trust), HOST_MARKS))
    vms = components(identify(_vms(sources), VM_MARKS))
    places = settle_places(sources, trust, hosts)
    at = {vm.id: places.place(vm) for vm in vms}
    return Assembly(
        sources=sources,
        trust=trust,
        vms=vms,
        at=at,
        places=places,
        storage=settle_storage(sources, trust, hosts, vms, at),
        networks=settle_networks(sources, trust, places, vms, at),
    ).estate()


def _in_order(estates: Iterable[Estate]) -> list[Estate]:
    """Each estate once, in an order that hangs on nothing but what is in them."""
    alike: dict[tuple[tuple[str, ...], ...], list[Estate]] = defaultdict(list)
    for estate in dict.fromkeys(estates):
        things = (estate.clusters, estate.hosts, estate.datastores, estate.networks, estate.vms)
        alike[tuple(tuple(thing.id for thing in some) for some in things)].append(estate)
    return [
        estate
        for _, some in sorted(alike.items(), key=lambda item: item[0])
        for estate in (some if len(some) == 1 else sorted(some, key=repr))
    ]


def _hosts(sources: Sequence[Estate], trust: Sequence[int]) -> list[Sighting[Host]]:
    managers = _managers(sources)
    return [
        Sighting(
            source=number, thing=host, trust=trust[number], manager=managers.get((number, host.cluster or ""))
        )
        for number, estate in enumerate(sources)
        for host in estate.hosts
    ]


def _vms(sources: Sequence[Estate]) -> list[Sighting[VirtualMachine]]:
    managers = _managers(sources)
    return [
        Sighting(source=number, thing=vm, trust=trust_of_vm(vm), manager=managers[number, vm.cluster])
        for number, estate in enumerate(sources)
        for vm in estate.vms
    ]


def _managers(sources: Sequence[Estate]) -> dict[tuple[int, str], str | None]:
    return {
        (number, cluster.id): cluster.manager_address
        for number, estate in enumerate(sources)
        for cluster in estate.clusters
    }
