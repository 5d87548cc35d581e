"""What a reader found, as an estate: sorted, each thing once, every reference resolved."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from itertools import chain
from operator import attrgetter
from typing import Any, Final, Protocol, TypeVar

from planner.errors import InputError, Problem
from planner.model.estate import Cluster, ClusterId, Estate, Network
from planner.model.kinds import HypervisorKind
from planner.read.ids import cluster_id
from planner.read.outside import is_name

UNPLACED: Final = "unplaced"


class Thing(Protocol):
    """A cluster, host, datastore, network, VM or affinity rule."""

    @property
    def id(self) -> str:
        """What tells it apart."""
        ...

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def origin(self) -> str | None:
        """Where it was read."""
        ...


T = TypeVar("T", bound=Thing)


def gather(found: Estate) -> Estate:
    """What a reader found, in order: a cluster, datastore or network may stand in it several times, if alike.

    Raises InputError when two VMs or hosts share an id, when other things share one and differ, and when a
    name is empty or holds a control character.
    """
    problems: list[Problem] = []
    estate = Estate(
        clusters=_once("cluster", found.clusters, problems, _equal),
        hosts=_once("host", found.hosts, problems, _never),
        datastores=_once("datastore", found.datastores, problems, _equal),
        networks=_once("network", found.networks, problems, _equal),
        vms=_once("VM", found.vms, problems, _never),
        affinity_rules=_once("affinity rule", found.affinity_rules, problems, _equal),
        notes=tuple(dict.fromkeys(found.notes)),
        conflicts=tuple(sorted(set(found.conflicts), key=attrgetter("subject", "fact", "kept", "others"))),
        gaps=tuple(
            sorted(set(found.gaps), key=lambda gap: (gap.source, gap.what, gap.why, gap.remedy or ""))
        ),
    )
    if problems:
        raise InputError(tuple(problems))
    return estate


def together(parts: Iterable[Estate]) -> Estate:
    """What the parts of a source hold, one after another; to be gathered."""
    held = tuple(parts)
    return Estate(
        **{
            one.name: tuple(chain.from_iterable(getattr(part, one.name) for part in held))
            for one in fields(Estate)
        }
    )


def agreed(known: Network | None, told: Network) -> Network:
    """A network of which several hosts tell: what they do not agree upon is unknown, what one of them set is set."""
    if known is None:
        return told
    return replace(
        known,
        vlan=told.vlan if known.vlan == told.vlan else None,
        mtu=told.mtu if known.mtu == told.mtu else None,
        settings=tuple(dict.fromkeys((*known.settings, *told.settings))),
    )


def unplaced_cluster(hypervisor: HypervisorKind) -> Cluster:
    """Where VMs stand whose source (a lone .vmx, a domain XML) does not say on which host they are.

    Merged with a source that does, they move to where that has them.
    """
    name = f"{UNPLACED}-{hypervisor}"
    return Cluster(id=cluster_id(name), name=name, hypervisor=hypervisor)


def is_unplaced(cluster: ClusterId) -> bool:
    """Whether a cluster only stands for an unknown place.

    >>> is_unplaced(unplaced_cluster(HypervisorKind.ESXI).id)
    True
    """
    return cluster == cluster_id(UNPLACED) or cluster in _UNPLACED


_UNPLACED: Final = frozenset(unplaced_cluster(kind).id for kind in HypervisorKind)


def _once(
    kind: str, things: Iterable[T], problems: list[Problem], same: Callable[[Any, Any], bool]
) -> tuple[T, ...]:
    found: dict[str, T] = {}
    for thing in things:
        first = found.setdefault(thing.id, thing)
        problems.extend(_faults(kind, thing, first, same))
    return tuple(sorted(found.values(), key=attrgetter("id")))


def _faults(kind: str, thing: T, first: T, same: Callable[[Any, Any], bool]) -> Iterator[Problem]:
    if not is_name(thing.name):
        said = "has no name" if not thing.name else f"is named {thing.name!r}, with a control character"
        yield Problem(file=thing.origin, message=f"a {kind} {said}: give it another name at the source")
    if thing is not first and not same(thing, first):
        where = f" (first in {first.origin})" if first.origin else ""
        yield Problem(
            file=thing.origin,
            message=f"the {kind} {thing.name!r} is there twice, with the same name and UUID{where}: "
            "leave one of them out, or give one another name at the source",
        )


def _never(_one: object, _other: object) -> bool:
    return False


def _equal(one: object, other: object) -> bool:
    return one == other
