"""The rest of an earlier plan, phase by phase on the ledger: kept whole as long as it is still safe."""

from collections.abc import Callable, Mapping
from typing import Final

from planner.model.constraint import ConstraintId
from planner.model.estate import HostId
from planner.model.plan import Move, Phase, PhaseKind
from planner.place.beginning import unbuilt_of_cluster
from planner.place.case import Workload
from planner.place.cases import build_case
from planner.place.conversion import Conversion
from planner.place.finish import broken_end
from planner.place.ledger import Ledger
from planner.place.refusals import may_relocate, refusal
from planner.place.search import tolerated
from planner.place.sides import Leaving, Side
from planner.place.solve import Solution
from planner.place.stow import holds


def resumed(conversion: Conversion) -> Solution | None:
    """The earlier plan's rest as a solution; None when there is none, or when it would no longer be safe or enough."""
    if conversion.rest is None:
        return None
    phases = conversion.rest.phases
    built = {host for phase in phases if phase.kind is PhaseKind.BUILD for host in phase.hosts}
    again = tuple(host for host in conversion.swings if host.id in built)
    case = build_case(conversion, (*conversion.lent, *again))
    ledger, grace = Ledger(case), tolerated(case)
    under_way: dict[int, tuple[Leaving, ...]] = {}
    for place, phase in enumerate(phases):
        for left in (left for earlier in phase.after for left in under_way.pop(earlier, ())):
            ledger.arrived(left)
        if not _replayed(ledger, phase, grace):
            return None
        under_way[place] = ledger.send(()) if phase.rolling else ()
        ledger.settle()
        if [(one.kind, one.moves, one.hosts) for one in ledger.phases[place:]] != [
            (phase.kind, phase.moves, phase.hosts)
        ]:
            return None
    for left in (left for of_phase in under_way.values() for left in of_phase):
        ledger.arrived(left)
    ledger.join(ledger.building)
    if ledger.on(Side.SOURCE) or unbuilt_of_cluster(ledger) or broken_end(ledger) is not None:
        return None
    ledger.phases = phases
    return Solution(ledger=ledger, swings=(*conversion.lent, *again))


def _replayed(ledger: Ledger, phase: Phase, grace: int) -> bool:
    """Whether a phase can still be carried out as it was meant; it is booked then."""
    ledger.join(built for built in ledger.building if built.phase in phase.after)
    return set(phase.hosts) <= ledger.side.keys() and _WAYS[phase.kind](ledger, phase, grace)


def _moved(ledger: Ledger, phase: Phase, _grace: int) -> bool:
    return all(_carried(ledger, move) for move in phase.moves)


def _carried(ledger: Ledger, move: Move) -> bool:
    vm = ledger.case.workloads.get(move.vm)
    if vm is None or move.destination not in ledger.side or move.destination is None:
        return False
    if ledger.side[move.destination] is Side.OUT or not _may_go(ledger, vm, move.destination):
        return False
    if not _fits(ledger, vm, move, move.destination):
        return False
    ledger.move(vm, move.destination, move.disks)
    return True


def _may_go(ledger: Ledger, vm: Workload, host: HostId) -> bool:
    """Whether nobody else keeps a VM: no relocation without its manager, and the manager crosses last."""
    if ledger.side[host] is Side.SOURCE:
        return not ledger.crossed(vm.id) and may_relocate(ledger, vm)
    if ledger.case.pooled or ledger.crossed(vm.id) or not vm.last:
        return True
    others = (other for other in ledger.case.workloads.values() if not ledger.crossed(other.id))
    return all(other.last for other in others)


def _fits(ledger: Ledger, vm: Workload, move: Move, host: HostId) -> bool:
    """Whether a host takes a VM with its disks where the plan puts them, be other places better by now."""
    refused = refusal(ledger, vm, host)
    if ledger.side[host] is Side.SOURCE or ledger.case.pooled:
        return refused is None
    placed = ledger.placed.get(vm.id, ())
    return (refused is None or refused.why is ConstraintId.STORAGE) and holds(
        ledger.case, vm, ledger.case.nodes[host], placed, move.disks, ledger.used
    )


def _parked(ledger: Ledger, phase: Phase, _grace: int) -> bool:
    for move in phase.moves:
        vm = ledger.case.workloads.get(move.vm)
        if vm is None or ledger.at[move.vm] is None or not ledger.can_park(vm):
            return False
        ledger.park(vm)
    return True


def _retired(ledger: Ledger, phase: Phase, grace: int) -> bool:
    if not _can_be_emptied(ledger, phase, grace):
        return False
    ledger.retire(phase.hosts)
    return True


def _upgraded(ledger: Ledger, phase: Phase, grace: int) -> bool:
    if not _can_be_emptied(ledger, phase, grace):
        return False
    ledger.rebuild(phase.hosts)
    return True


def _can_be_emptied(ledger: Ledger, phase: Phase, grace: int) -> bool:
    """Whether source hosts are empty, and those that remain keep the reserve without them."""
    empty = all(
        ledger.side[host] is Side.SOURCE and not ledger.residents_to_move(host) for host in phase.hosts
    )
    return empty and ledger.excess(ledger.source_left(phase.hosts)) <= grace


def _built(ledger: Ledger, phase: Phase, _grace: int) -> bool:
    if any(ledger.side[host] is not Side.OUT for host in phase.hosts):
        return False
    ledger.rebuild_beside(phase.hosts)
    return True


def _returned(ledger: Ledger, phase: Phase, _grace: int) -> bool:
    if any(ledger.side[host] is not Side.TARGET or ledger.residents[host] for host in phase.hosts):
        return False
    ledger.hand_back(phase.hosts)
    return True


_WAYS: Final[Mapping[PhaseKind, Callable[[Ledger, Phase, int], bool]]] = {
    PhaseKind.RELOCATE: _moved,
    PhaseKind.CROSS: _moved,
    PhaseKind.UNPARK: _moved,
    PhaseKind.REBALANCE: _moved,
    PhaseKind.PARK: _parked,
    PhaseKind.RETIRE: _retired,
    PhaseKind.BUILD: _built,
    PhaseKind.UPGRADE: _upgraded,
    PhaseKind.RETURN: _returned,
}
