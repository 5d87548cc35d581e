"""The order in which hosts are emptied, found together with the place where every VM lands.

A depth-first search over rounds: each round empties some hosts and rebuilds them. The options of a state are
tried best first, states that were seen are not visited again, and a budget bounds the work, so the answer is
the same on every machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Final, NamedTuple

from planner.model.constraint import ConstraintId
from planner.model.estate import HostId
from planner.model.policy import Strategy
from planner.place.beginning import unbuilt, unsettled
from planner.place.case import Case, Part, Workload
from planner.place.choice import Style, spread
from planner.place.finish import finish
from planner.place.flow import flow
from planner.place.ledger import Ledger
from planner.place.necessary import Lack, lack
from planner.place.pulse import Pulse
from planner.place.rounds import (
    cross,
    drain,
    empty,
    ranked,
    relocate,
    top_up,
    unpark,
)
from planner.place.sides import Side

_SETS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """Where a search got to at best: the ledger, and the VMs that nothing could be done with, or the broken end.

    `lack`: there was no search, because a sum shows that none can succeed.
    """

    ledger: Ledger
    left: tuple[Workload, ...] = ()
    end: ConstraintId | None = None
    lack: Lack | None = None


class Manner(NamedTuple):
    """How a conversion is searched: a stream first, if there is a pulse, then rounds."""

    style: Style
    pulse: Pulse | None = None


def search(case: Case, manner: Manner, attempts: int) -> Ledger | Stuck:
    """A finished ledger, or where it got stuck after so many attempts to empty hosts."""
    start = Ledger(case)
    hopeless = lack(case)
    if hopeless is not None:
        return Stuck(ledger=start, lack=hopeless)
    homeless = _settle_unknown(start)
    if homeless:
        return Stuck(ledger=start, left=tuple(homeless))
    _build_new(start)
    unpark(start, manner.style)
    if case.strategy is Strategy.MOVE_TO_NEW_HOSTS:
        return _move_over(start, manner.style)
    return _rounds(start, manner, attempts)


def initial(case: Case) -> Ledger:
    """The state before the first round: VMs of unknown host settled, new and borrowed hosts built."""
    return _joined(opened(case))


def opened(case: Case) -> Ledger:
    """The state in which a stream begins: VMs of unknown host settled, new and borrowed hosts about to be built."""
    ledger = Ledger(case)
    _settle_unknown(ledger)
    _build_new(ledger)
    return ledger


def tolerated(case: Case) -> int:
    """By how much the source side lacked its reserve from the start: that is not the plan's doing."""
    ledger = Ledger(case)
    homeless = sum(vm.memory for vm in unsettled(ledger))
    rooms = [ledger.room(host).memory for host in ledger.on(Side.SOURCE)]
    known = [memory for memory in rooms if memory is not None]
    if not case.reserve.kept or len(known) < len(rooms):
        return 0
    load = homeless + sum(ledger.memory[host] for host in ledger.on(Side.SOURCE))
    return max(0, load - case.reserve.usable(known)) if load else 0


def _settle_unknown(ledger: Ledger) -> list[Workload]:
    """Put VMs that run nobody knows where onto hosts of our choice; returns those that cannot be put."""
    ledger.purpose = "for the source does not say where they run"
    unknown = unsettled(ledger)
    left = [
        vm
        for vm in sorted(unknown, key=lambda vm: (-vm.memory, vm.id))
        if not relocate(ledger, vm, (), spread)
    ]
    ledger.settle()
    return left


def _build_new(ledger: Ledger) -> None:
    new = unbuilt(ledger)
    if new:
        borrowed = ledger.case.part(Part.SWING)
        ledger.purpose = "on borrowed hosts first" if borrowed == new else "on new hosts first"
        ledger.rebuild_beside(new)


def _move_over(ledger: Ledger, style: Style) -> Ledger | Stuck:
    """Everything crosses to the cluster's new hosts, and the old ones are switched off."""
    ledger.join(ledger.building)
    old = ledger.on(Side.SOURCE)
    ledger.purpose = "to the new hosts"
    vms = [vm for host in ranked(ledger) for vm in ledger.residents_to_move(host)]
    for vm in sorted(vms, key=lambda vm: (vm.last, -vm.memory, vm.id)):
        if not ledger.crossed(vm.id) and not cross(ledger, vm, (), style):
            return Stuck(ledger=ledger, left=(vm,))
    ledger.purpose = ""
    if old:
        ledger.retire(old)
    broken = finish(ledger, style)
    return ledger if broken is None else Stuck(ledger=ledger, end=broken)


def _rounds(start: Ledger, manner: Manner, attempts: int) -> Ledger | Stuck:
    grace = tolerated(start.case)
    stack, seen = [_options(start, grace, manner)], {start.key()}
    deepest, end = start, None
    if not start.on(Side.SOURCE):
        start = _joined(start)
        end = finish(start, manner.style)
        return start if end is None else Stuck(ledger=start, end=end)
    while stack and attempts:
        reached = next(stack[-1], _EXHAUSTED)
        attempts -= 1
        if isinstance(reached, _Exhausted):
            stack.pop()
        elif reached is not None and reached.key() not in seen:
            seen.add(reached.key())
            if len(reached.on(Side.SOURCE)) < len(deepest.on(Side.SOURCE)):
                deepest = reached.copy()
            reached = _joined(reached) if not reached.on(Side.SOURCE) else reached
            if reached.on(Side.SOURCE):
                stack.append(_options(reached, grace, manner))
                continue
            end = finish(reached, manner.style)
            if end is None:
                return reached
    return _closest(deepest, end, manner.style)


class _Exhausted:
    """A state has no option left."""


_EXHAUSTED: Final = _Exhausted()


def _options(ledger: Ledger, grace: int, manner: Manner) -> Iterator[Ledger | None]:
    """The states after every round that is worth trying, best first; None for one that failed."""
    hosts, style = ranked(ledger), manner.style
    if ledger.case.pooled:
        coordinator = [host for host in hosts if ledger.case.nodes[host].coordinator]
        for host in coordinator or hosts:
            yield _round(ledger, (host,), grace, style)
        return
    if manner.pulse is not None:
        yield flow(ledger, grace, manner.pulse)
    ledger = _joined(ledger)
    if _target_receives(ledger):
        yield from _drained(ledger, grace, style)
        for host in hosts:
            yield _round(ledger, (host,), grace, style)
        if len(hosts) > 1:
            yield _round(ledger, tuple(hosts), grace, style)
        return
    needed = ledger.case.reserve.hosts + 1 - len(ledger.on(Side.TARGET))
    for size in range(max(1, needed), 0, -1):
        for together in islice(combinations(hosts, size), _SETS):
            yield _round(ledger, together, grace, style)


def _joined(ledger: Ledger) -> Ledger:
    """The ledger once all that is being built is built."""
    if not ledger.building:
        return ledger
    after = ledger.copy()
    after.join(after.building)
    return after


def _target_receives(ledger: Ledger) -> bool:
    """Whether the target side has hosts beyond those whose failure it must bear."""
    return len(ledger.on(Side.TARGET)) > ledger.case.reserve.hosts


def _drained(ledger: Ledger, grace: int, style: Style) -> Iterator[Ledger | None]:
    """Rounds that empty as many hosts at once as cross without anything moving aside, then fewer."""
    start = ledger.copy()
    start.purpose = "so that their hosts can be rebuilt"
    reached, emptied = drain(start, style)
    while emptied:
        after, hosts = reached.copy(), tuple(sorted(emptied))
        after.purpose = _purpose(after, hosts)
        yield _rebuilt(after, hosts, grace, style)
        emptied = emptied[:-1]


def _round(ledger: Ledger, hosts: tuple[HostId, ...], grace: int, style: Style) -> Ledger | None:
    trial = ledger.copy()
    trial.purpose = _purpose(trial, hosts)
    return None if empty(trial, hosts, style) else _rebuilt(trial, hosts, grace, style)


def _purpose(ledger: Ledger, hosts: tuple[HostId, ...]) -> str:
    return f"so that {', '.join(hosts)} can be {'upgraded' if ledger.case.pooled else 'rebuilt'}"


def _rebuilt(ledger: Ledger, hosts: tuple[HostId, ...], grace: int, style: Style) -> Ledger | None:
    """The ledger after the empty hosts are rebuilt; None when the rest would lack its reserve."""
    ledger.settle()
    if ledger.excess(ledger.source_left(hosts)) > grace and (
        ledger.case.pooled or not top_up(ledger, hosts, grace, style)
    ):
        return None
    ledger.settle()
    ledger.purpose = ""
    ledger.rebuild(hosts)
    ledger.purpose = "on the hosts that were built for them"
    unpark(ledger, style)
    ledger.settle()
    return ledger


def _closest(unfinished: Ledger, end: ConstraintId | None, style: Style) -> Stuck:
    """The state in which the host that is nearest to being emptied keeps the fewest VMs."""
    ledger = _joined(unfinished)
    trials = [(host, ledger.copy()) for host in ranked(ledger)]
    tried = [(trial, tuple(empty(trial, (host,), style))) for host, trial in trials]
    failed = [(trial, left) for trial, left in tried if left]
    if not failed:
        return Stuck(ledger=ledger, end=end)
    trial, left = min(failed, key=lambda attempt: len(attempt[1]))
    return Stuck(ledger=trial, left=left)
