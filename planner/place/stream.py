"""VMs that cross in a stream while further hosts are built: the whole way, not one round of it.

What is free beside the running VMs and the reserves is either a host that is out or room on the target, so both go on at
once: as soon as VMs have crossed, the source side closes ranks, the hosts that this empties are built, and meanwhile the next
VMs cross to the hosts that are there. A crossing between two such moments is a batch; what a batch counts on was there
when it began.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from planner.model.estate import HostId
from planner.place.case import Case, Workload
from planner.place.choice import Style
from planner.place.evening import even_out
from planner.place.ledger import Ledger
from planner.place.pace import phase_seconds
from planner.place.rounds import Enough, close_ranks, cross, ranked, unpark
from planner.place.sides import Building, Side

_NEARLY: Final = 0.25
"""Hosts that are done within this share of a rebuild are waited for before the next batch."""


class Pulse(StrEnum):
    """When the source closes ranks again. Full: when the target is; timed: when hosts are built, or one more can be."""

    FULL = "full"
    TIMED = "timed"


@dataclass(slots=True)
class _Clock:
    """About what time it is (seconds), and when each phase is done."""

    now: int = 0
    ends: list[int] = field(default_factory=list)

    def done(self, building: Building) -> int:
        """When hosts that are being built are done."""
        return self.ends[building.phase]


def stream(start: Ledger, grace: int, style: Style, pulse: Pulse, enough: Enough) -> Ledger | None:
    """The ledger when nothing is left to do, or nothing can be done; None if nothing was done at all.

    `grace` are the bytes by which the source side may lack its reserve.
    """
    ledger, clock = start.copy(), _Clock()
    _count(ledger, clock)
    while True:
        before = ledger.before
        emptied = _begin_rebuilds(ledger, grace, style, enough, clock)
        before += _join(ledger, style, clock)
        if _target_receives(ledger):
            _even_out(ledger, before)
        crossed = _batch(ledger, style, pulse, clock)
        if emptied or crossed:
            continue
        if not ledger.building:
            return ledger if len(ledger.phases) > len(start.phases) else None
        clock.now = max(clock.now, min(clock.done(building) for building in ledger.building))


def _rebuild_seconds(case: Case) -> int:
    return case.timing.retire_host + case.timing.install_host + case.timing.configure_host


def _join(ledger: Ledger, style: Style, clock: _Clock) -> tuple[int, ...]:
    """Hosts that are built by now, or nearly, receive from now on; parked VMs come back to them. The phases that built them."""
    soon = clock.now + _NEARLY * _rebuild_seconds(ledger.case)
    ready = [building for building in ledger.building if clock.done(building) <= soon]
    if not ready:
        return ()
    clock.now = max(clock.now, *(clock.done(building) for building in ready))
    ledger.join(ready)
    ledger.purpose = "on the hosts that were built for them"
    unpark(ledger, style)
    ledger.settle()
    return tuple(building.phase for building in ready)


def _begin_rebuilds(ledger: Ledger, grace: int, style: Style, enough: Enough, clock: _Clock) -> bool:
    ledger.purpose = "so that their hosts can be rebuilt"
    emptied = close_ranks(ledger, (), grace, style, enough)
    ledger.settle()
    target = len(ledger.on(Side.TARGET)) + sum(len(building.hosts) for building in ledger.building)
    if not emptied or target + len(emptied) <= ledger.case.reserve.hosts:
        return False
    ledger.purpose = ""
    ledger.rebuild_beside(tuple(sorted(emptied)))
    _count(ledger, clock)
    return True


def _target_receives(ledger: Ledger) -> bool:
    """Whether the target side has hosts beyond those whose failure it must bear, and somebody is still to come."""
    beyond = len(ledger.on(Side.TARGET)) > ledger.case.reserve.hosts
    return beyond and any(not vm.last and not ledger.crossed(vm.id) for vm in ledger.case.workloads.values())


def _even_out(ledger: Ledger, before: tuple[int, ...]) -> None:
    """On the target, while the source side closes ranks: neither takes from the other."""
    with ledger.beside(before):
        ledger.purpose = "so that more hosts receive at once"
        even_out(ledger)
    ledger.purpose = "so that their hosts can be rebuilt"


def _batch(ledger: Ledger, style: Style, pulse: Pulse, clock: _Clock) -> bool:
    """Let VMs cross until the target is full or the batch is long enough; whether any did."""
    if len(ledger.on(Side.TARGET)) <= ledger.case.reserve.hosts:
        return False
    waiting = [vm for host in ranked(ledger) for vm in ledger.residents_to_move(host) if not vm.last]
    if not waiting:
        return _managers_cross(ledger, style, clock)
    crossed = _CROSSINGS[pulse](ledger, style, waiting, clock)
    ledger.settle()
    _count(ledger, clock)
    return crossed


def _until_full(ledger: Ledger, style: Style, waiting: list[Workload], _clock: _Clock) -> bool:
    """The longest first."""
    order = _in_turn(ledger, waiting, lambda vm: (0, -vm.seconds))
    return sum(cross(ledger, vm, (), style) for vm in order) > 0


def _until_built(ledger: Ledger, style: Style, waiting: list[Workload], clock: _Clock) -> bool:
    """While hosts are built: what takes long for its memory, as much as arrives meanwhile. Else what frees a host quickly.

    VMs that take longer than that travel with each other, so that few batches are as long.
    """
    if not ledger.building:
        return _until_one_is_free(ledger, style, waiting)
    left = min(clock.done(building) for building in ledger.building) - clock.now
    limit = max(left, *(vm.seconds for vm in waiting)) * ledger.case.per_host
    order = _in_turn(ledger, waiting, lambda vm: (vm.seconds <= left, -vm.seconds / max(1, vm.memory)))
    return sum(_ends_in_time(ledger, vm, limit) and cross(ledger, vm, (), style) for vm in order) > 0


def _until_one_is_free(ledger: Ledger, style: Style, waiting: list[Workload]) -> bool:
    crossed = False
    for vm in _in_turn(ledger, waiting, lambda vm: (0, vm.seconds / max(1, vm.memory))):
        if crossed and _one_is_free(ledger):
            break
        crossed = cross(ledger, vm, (), style) or crossed
    return crossed


def _in_turn(
    ledger: Ledger, waiting: list[Workload], wish: Callable[[Workload], tuple[float, float]]
) -> Iterator[Workload]:
    """Those that cannot move aside first, then as wished: of each class one of each host in turn, so that no host sends them all.

    Those that have crossed meanwhile, with others, are left out.
    """
    by_host: dict[tuple[HostId | None, float], list[Workload]] = defaultdict(list)
    for vm in sorted(waiting, key=lambda vm: (wish(vm), vm.id)):
        by_host[ledger.at[vm.id], wish(vm)[0]].append(vm)
    turns = [
        (not vm.stuck, wish(vm)[0], turn, wish(vm)[1], vm.id)
        for of_host in by_host.values()
        for turn, vm in enumerate(of_host)
    ]
    return (ledger.case.workloads[vm] for *_, vm in sorted(turns) if not ledger.crossed(vm))


def _one_is_free(ledger: Ledger) -> bool:
    """Whether the source side could do without one more of its hosts, once what is on its way has arrived.

    With room for the largest VM on top: what is free comes in pieces.
    """
    on_source = [vm for vm in ledger.case.workloads.values() if not ledger.crossed(vm.id)]
    rooms = sorted(ledger.room(host).memory or 0 for host in ledger.on(Side.SOURCE))
    usable = ledger.case.reserve.usable(rooms[:-1])
    return sum(vm.memory for vm in on_source) + max((vm.memory for vm in on_source), default=0) <= usable


def _ends_in_time(ledger: Ledger, vm: Workload, limit: float) -> bool:
    """Whether its source, and some host of the target, have that many seconds of transfers left in this batch."""
    source = ledger.at[vm.id]
    if source is None or ledger.departing(source) + vm.seconds > limit:
        return False
    return any(ledger.arriving(host) + vm.seconds <= limit for host in ledger.on(Side.TARGET))


def _managers_cross(ledger: Ledger, style: Style, clock: _Clock) -> bool:
    left = [vm for host in ranked(ledger) for vm in ledger.residents_to_move(host)]
    crossed = [cross(ledger, vm, (), style) for vm in left if not ledger.crossed(vm.id)]
    ledger.settle()
    _count(ledger, clock)
    return any(crossed)


def _count(ledger: Ledger, clock: _Clock) -> None:
    """Let the time pass until everything is done that what comes next waits for; hosts are built beside it."""
    for phase in ledger.phases[len(clock.ends) :]:
        begins = max((clock.ends[earlier] for earlier in phase.after), default=0)
        clock.ends.append(begins + phase_seconds(ledger.case, phase))
    clock.now = max((clock.ends[place] for place in ledger.before), default=0)


_CROSSINGS: Final[Mapping[Pulse, Callable[[Ledger, Style, list[Workload], _Clock], bool]]] = {
    Pulse.FULL: _until_full,
    Pulse.TIMED: _until_built,
}
