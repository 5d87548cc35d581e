"""Pools: the hosts over which one reserve is kept, with what runs on them and how much may."""

from collections.abc import Iterable
from enum import StrEnum

from planner.model.estate import ClusterId, HostId, VmId
from planner.model.reserve import Reserve
from planner.verify import derive


class Side(StrEnum):
    """What a host is good for at a moment. `out` is a spare, a retired host or one that is being built."""

    SOURCE = "source"
    TARGET = "target"
    OUT = "out"


class Pool:
    """The hosts of one side of a cluster; both sides are one pool while a cluster is upgraded in place.

    `load` are the bytes of the running VMs that are on its hosts or on their way to one. A VM that travels from one of them
    to another counts once. The load changes with each VM that comes or goes, and the limits with each host, so that
    looking at them costs nothing. `tolerated` is by how much the load exceeded its limit before the first step.
    """

    __slots__ = (
        "_beside",
        "_hosts",
        "_times",
        "_whole",
        "cluster",
        "load",
        "name",
        "reserve",
        "sides",
        "tolerated",
    )

    def __init__(self, cluster: ClusterId, name: str, reserve: Reserve) -> None:
        self.cluster = cluster
        self.name = name
        self.reserve = reserve
        self.load = 0
        self.tolerated = 0
        self.sides: frozenset[Side] = frozenset()
        self._hosts: dict[HostId, tuple[Side, int | None]] = {}
        self._times: dict[VmId, int] = {}
        self._whole: int | None = 0
        self._beside: int | None = 0

    def arrive(self, vm: VmId, memory: int) -> None:
        """A VM takes its memory on one of the hosts, perhaps beside another of them that it has not left yet."""
        times = self._times.get(vm, 0)
        self._times[vm] = times + 1
        if not times:
            self.load += memory

    def depart(self, vm: VmId, memory: int) -> None:
        """A VM has left one of the hosts."""
        times = self._times.pop(vm, 0)
        if times > 1:
            self._times[vm] = times - 1
        elif times:
            self.load -= memory

    def take(self, host: HostId, side: Side, memory: int | None, guests: Iterable[tuple[VmId, int]]) -> None:
        """A host comes, with the VMs that are there; `memory` are the bytes that VMs may take of it."""
        self._hosts[host] = side, memory
        for vm, taken in guests:
            self.arrive(vm, taken)
        self._reckon()

    def give(self, host: HostId, guests: Iterable[tuple[VmId, int]]) -> None:
        """A host goes, with the VMs that are there."""
        del self._hosts[host]
        for vm, taken in guests:
            self.depart(vm, taken)
        self._reckon()

    @property
    def limit(self) -> int | None:
        """Bytes that running VMs may take; None when a host's memory is unknown.

        Nothing is reserved for a pool without running VMs.
        """
        return self._beside if self.load else self._whole

    @property
    def excess(self) -> int | None:
        """By how many bytes the running VMs exceed what is left beside the reserve."""
        limit = self.limit
        return None if limit is None else self.load - limit

    def _reckon(self) -> None:
        self.sides = frozenset(side for side, _ in self._hosts.values())
        capacities = [memory for _, memory in self._hosts.values()]
        known = [memory for memory in capacities if memory is not None]
        complete = len(known) == len(capacities)
        self._whole = sum(known) if complete else None
        self._beside = derive.beside_reserve(known, self.reserve) if complete else None
