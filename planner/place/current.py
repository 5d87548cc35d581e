"""A stream of moves and rebuilds as it goes on: what is under way, and what each new step has to wait for.

Every move is a phase of its own. It comes after the moves that made its room, after the hosts without which the target's
reserve would not last, and after its VM's move before: these alone make it safe, whatever everything takes (docs/planning.md).
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from planner.model.estate import HostId, VmId
from planner.model.plan import Move, PhaseKind, StorageId
from planner.place.case import Case, Workload
from planner.place.ledger import Ledger
from planner.place.pace import paces
from planner.place.sides import Building, Leaving, Side

_QUICK: Final = frozenset({PhaseKind.RELOCATE, PhaseKind.REBALANCE})


class Arrival(NamedTuple):
    """The end of a phase with moves."""

    phase: int
    moves: tuple[Move, ...]
    leaving: tuple[Leaving, ...]
    crossing: bool


class _Retired(NamedTuple):
    """When hosts have been retired, with which phase, and after how many phases that took VMs from the source."""

    done: int
    phase: int
    gone: int


@dataclass(slots=True)
class Current:
    """The ledger of a stream with the time, in seconds, and what happens later.

    `busy` counts the transfers that a host takes part in, `crossings` those of all hosts; `giving` is the memory that is leaving
    a host. `left` and `freed` are the phases with which VMs left a host and disks a storage, `moved` a VM's last phase, `built` that of
    a host; `joined` are the target's hosts in the order in which they came. `gone` are the phases with which VMs left the
    source, `retired` those of hosts. The first `counted` of `joined` have `enough` memory for what has set out by now.
    """

    ledger: Ledger
    now: int = 0
    start: tuple[int, ...] = ()
    events: list[tuple[int, int, Arrival | Building]] = field(default_factory=list)
    busy: Counter[HostId] = field(default_factory=Counter)
    crossings: int = 0
    travelling: set[VmId] = field(default_factory=set)
    giving: Counter[HostId] = field(default_factory=Counter)
    left: dict[HostId, list[int]] = field(default_factory=lambda: defaultdict(list))
    freed: dict[StorageId, list[int]] = field(default_factory=lambda: defaultdict(list))
    moved: dict[VmId, int] = field(default_factory=dict)
    built: dict[HostId, int] = field(default_factory=dict)
    joined: list[HostId] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    retired: list[_Retired] = field(default_factory=list)
    counted: int = 0
    enough: int = 0

    @property
    def case(self) -> Case:
        """What is converted."""
        return self.ledger.case

    def idle(self, host: HostId) -> bool:
        """Whether a host can take part in one more transfer."""
        return self.busy[host] < self.case.per_host

    def may_cross(self) -> bool:
        """Whether one more transfer may run of all."""
        return self.case.at_once is None or self.crossings < self.case.at_once

    def waits(self, vm: Workload) -> bool:
        """Whether a VM, one that it needs or one that needs it is on its way: they never travel at the same time."""
        near = (vm.id, *self.case.units[vm.id], *self.case.related.get(vm.id, ()))
        return not self.travelling.isdisjoint(near)

    def set_out(self) -> None:
        """Let the moves that are booked begin."""
        moves, kind = self.ledger.booked, self.ledger.kind
        leaving = self.ledger.send(self._needs(moves, kind))
        phase = len(self.ledger.phases) - 1
        crossing = kind is PhaseKind.CROSS
        seconds = (
            self.case.timing.live_migration
            if kind in _QUICK
            else max(self.case.workloads[move.vm].seconds for move in moves)
        )
        for move, left in zip(moves, leaving, strict=True):
            self.moved[move.vm] = phase
            self.travelling.add(move.vm)
            self.busy.update(_ends(move, left))
            self._give(left, 1)
        self.crossings += len(moves) * crossing
        self._later(seconds, Arrival(phase, moves, leaving, crossing))

    def rebuild(self, hosts: tuple[HostId, ...]) -> None:
        """Retire and build empty source hosts."""
        emptied = (phase for host in hosts for phase in self.left[host])
        before = tuple(sorted({*self.start, *emptied, *self._made_dispensable()}))
        building = self.ledger.rebuild_rolling(hosts, before)
        timing = self.case.timing
        self.retired.append(_Retired(self.now + timing.retire_host, building.phase - 1, len(self.gone)))
        self._later(timing.retire_host + timing.install_host + timing.configure_host, building)

    def _made_dispensable(self) -> Iterator[int]:
        """What has crossed by now, so that the source keeps its reserve: what hosts retired earlier waited for, and all since."""
        if not self.case.reserve.kept:
            return
        before = next((one for one in reversed(self.retired) if one.done <= self.now), None)
        if before is not None:
            yield before.phase
        yield from self.gone[before.gone if before is not None else 0 :]

    def await_built(self, done: Mapping[int, int]) -> None:
        """Wait for the hosts that are being built already; their phases are done by these seconds."""
        for building in self.ledger.building:
            self._later(done[building.phase] - self.now, building)

    def pass_time(self) -> None:
        """Go on to the next moment at which something ends, and let it end."""
        self.now = self.events[0][0]
        while self.events and self.events[0][0] == self.now:
            ended = heapq.heappop(self.events)[2]
            if isinstance(ended, Building):
                self._join(ended)
            else:
                self._arrive(ended)

    def ends(self) -> tuple[int, ...]:
        """The phases that no other comes after."""
        followed = {earlier for phase in self.ledger.phases for earlier in phase.after}
        return tuple(place for place in range(len(self.ledger.phases)) if place not in followed)

    def _later(self, seconds: int, event: Arrival | Building) -> None:
        serial = event.phase
        heapq.heappush(self.events, (self.now + seconds, serial, event))

    def _join(self, building: Building) -> None:
        self.ledger.join((building,))
        self.joined += building.hosts
        self.built |= dict.fromkeys(building.hosts, building.phase)

    def _arrive(self, arrival: Arrival) -> None:
        for move, left in zip(arrival.moves, arrival.leaving, strict=True):
            self.ledger.arrived(left)
            self.travelling.discard(move.vm)
            self.busy.subtract(_ends(move, left))
            self._give(left, -1)
            if left.host is not None:
                self.left[left.host].append(arrival.phase)
            for placement in left.disks:
                self.freed[placement.storage].append(arrival.phase)
        if arrival.crossing:
            self.crossings -= len(arrival.moves)
            self.gone.append(arrival.phase)

    def _give(self, left: Leaving, sign: int) -> None:
        if left.host is not None:
            self.giving[left.host] += sign * self.case.workloads[left.vm].memory

    def _needs(self, moves: tuple[Move, ...], kind: PhaseKind | None) -> tuple[int, ...]:
        found = {*self.start, *(self._gate() if kind is PhaseKind.CROSS else ())}
        for move in moves:
            found |= {self.moved[move.vm]} if move.vm in self.moved else set()
            if move.destination is not None:
                found |= {*self.left[move.destination]}
                found |= {self.built[move.destination]} if move.destination in self.built else set()
            for placement in move.disks:
                found |= {*self.freed[placement.storage]}
            if kind is PhaseKind.CROSS:
                near = self.case.related.get(move.vm, ())
                found |= {self.moved[other] for other in near if other in self.moved}
        return tuple(sorted(found))

    def _gate(self) -> tuple[int, ...]:
        """The building of the first hosts that came to the target, as many as its reserve takes for what has set out by now."""
        rooms = self.case.nodes
        while self.ledger.target_load > self.enough and self.counted < len(self.joined):
            self.counted += 1
            known = (rooms[host].after.memory or 0 for host in self.joined[: self.counted])
            self.enough = self.case.reserve.usable(known)
        if self.ledger.target_usable is None:
            return ()
        return tuple(self.built[host] for host in self.joined[: self.counted] if host in self.built)


def begun(ledger: Ledger) -> Current:
    """A stream that begins where a ledger stands, while hosts are being built already."""
    current = Current(ledger=ledger)
    building = {one.phase for one in ledger.building}
    done = paces(ledger.case, ledger.phases, ledger.paced)
    current.start = tuple(place for place in current.ends() if place not in building)
    current.now = max((seconds for place, seconds in enumerate(done) if place not in building), default=0)
    current.joined = list(ledger.on(Side.TARGET))
    current.await_built({phase: max(current.now, done[phase]) for phase in building})
    return current


def _ends(move: Move, left: Leaving) -> tuple[HostId, ...]:
    return tuple(host for host in (left.host, move.destination) if host is not None)
