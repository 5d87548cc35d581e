"""Every order of single moves, for small clusters on which the rounds found none.

Best first over states: one VM (with its unit) moves, or one empty host is rebuilt. Whatever a plan of phases can
do, a sequence of single steps can do too, so a small cluster is called infeasible only after all its states
were looked at, or the budget is spent.
"""

import heapq
from collections.abc import Iterator
from typing import Final

from planner.model.estate import HostId, VmId
from planner.place.case import Case, Workload
from planner.place.choice import spread
from planner.place.finish import finish
from planner.place.ledger import Ledger
from planner.place.refusals import may_relocate, refusal
from planner.place.rounds import cross_to
from planner.place.search import initial, tolerated
from planner.place.sides import Side

_STATES: Final = 4000
_SMALL: Final = 48

_Action = tuple[VmId | None, tuple[HostId, ...]]
"""A VM (with its unit) goes to one of these hosts, or (None) these empty hosts are rebuilt."""


def small_enough(case: Case) -> bool:
    """Whether looking at every state is a matter of seconds."""
    return len(case.workloads) * len(case.nodes) <= _SMALL


def exhaust(ledger: Ledger) -> Ledger | None:
    """A finished ledger reached from the state before the first round, None when none is within the budget."""
    grace = tolerated(ledger.case)
    start = initial(ledger.case)
    queue: list[tuple[tuple[int, ...], int, Ledger, tuple[_Action, ...]]] = [(_distance(start), 0, start, ())]
    seen, counter = {start.key()}, 0
    for _ in range(_STATES):
        if not queue:
            return None
        _, _, state, path = heapq.heappop(queue)
        if not state.on(Side.SOURCE):
            found = _finished(state, path)
            if found is not None:
                return found
        for action, after in _steps(state, grace):
            if after.key() not in seen:
                seen.add(after.key())
                counter += 1
                heapq.heappush(queue, (_distance(after), counter, after, (*path, action)))
    return None


def _distance(ledger: Ledger) -> tuple[int, ...]:
    on_source = sum(not ledger.crossed(vm) for vm in ledger.case.workloads)
    return len(ledger.on(Side.SOURCE)), on_source


def _steps(state: Ledger, grace: int) -> Iterator[tuple[_Action, Ledger]]:
    for host in _convertible(state, grace):
        after = state.copy()
        after.rebuild((host,))
        yield (None, (host,)), after
    targets = state.on(Side.TARGET)
    for vm in state.case.workloads.values():
        unit_moves = not state.case.pooled and len(state.case.units[vm.id]) > 1 and not state.crossed(vm.id)
        for hosts in [
            *((host,) for host in state.case.nodes),
            *([targets] if unit_moves and targets else []),
        ]:
            after = state.copy()
            if _may_go(state, vm, hosts[0]) and _go(after, vm, hosts):
                after.settle()
                yield (vm.id, hosts), after


def _convertible(state: Ledger, grace: int) -> list[HostId]:
    sources = [host for host in state.on(Side.SOURCE) if not state.residents_to_move(host)]
    leading = [host for host in state.on(Side.SOURCE) if state.case.nodes[host].coordinator]
    if state.case.pooled and leading:
        sources = [host for host in sources if host in leading]
    return [host for host in sources if state.excess(state.source_left((host,))) <= grace]


def _may_go(state: Ledger, vm: Workload, host: HostId) -> bool:
    """Never back to the source, never onto a host that is out, never where it is already."""
    at = state.at[vm.id]
    if at is None or host == at or state.side[host] is Side.OUT:
        return False
    if state.case.pooled and not vm.running:
        return False
    return not (state.side[at] is Side.TARGET and state.side[host] is Side.SOURCE)


def _go(state: Ledger, vm: Workload, hosts: tuple[HostId, ...]) -> bool:
    if state.side[hosts[0]] is Side.TARGET and not state.crossed(vm.id):
        return cross_to(state, vm, hosts, spread)
    if refusal(state, vm, hosts[0]) is not None:
        return False
    if state.side[hosts[0]] is Side.SOURCE and not may_relocate(state, vm):
        return False
    state.move(vm, hosts[0])
    return True


def _finished(state: Ledger, path: tuple[_Action, ...]) -> Ledger | None:
    """The state brought to its end, from the same path replayed with as few phases as it allows."""
    for candidate in (_replayed(state, path), state.copy()):
        if candidate is not None and finish(candidate, spread) is None:
            return candidate
    return None


def _replayed(state: Ledger, path: tuple[_Action, ...]) -> Ledger | None:
    ledger = initial(state.case)
    for position, (vm, hosts) in enumerate(path):
        if vm is None:
            ledger.purpose = ""
            ledger.rebuild(hosts)
            continue
        ahead = next((later[0] for moved, later in path[position:] if moved is None), None)
        ledger.purpose = f"so that {ahead} can be rebuilt" if ahead else ""
        if not _go(ledger, ledger.case.workloads[vm], hosts):
            ledger.settle()
            if not _go(ledger, ledger.case.workloads[vm], hosts):
                return None
    ledger.settle()
    return ledger if ledger.at == state.at else None
