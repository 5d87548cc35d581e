"""Emptying hosts: what one round of a conversion can do.

The functions change the ledger that they are given, also when they fail half-way: a caller that must be able
to go back hands in a copy.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from planner.model.estate import HostId
from planner.place.case import Workload
from planner.place.choice import Style, best
from planner.place.ledger import Ledger
from planner.place.refusals import may_relocate, refusal, reserve_short
from planner.place.sides import Side

_MOST_EVICTED = 4


def ranked(ledger: Ledger) -> list[HostId]:
    """Source hosts in the order in which they are best emptied.

    The coordinator of a pool first; then hosts without a managing VM before those with one, least loaded first.
    """

    def cost(host: HostId) -> tuple[object, ...]:
        leaving = ledger.residents_to_move(host)
        return (
            not (ledger.case.pooled and ledger.case.nodes[host].coordinator),
            any(vm.last for vm in leaving),
            ledger.case.turns.get(host, len(ledger.case.turns)),
            ledger.memory[host],
            len(leaving),
            host,
        )

    return sorted(ledger.on(Side.SOURCE), key=cost)


def empty(ledger: Ledger, hosts: Collection[HostId], style: Style) -> list[Workload]:
    """Empty hosts: VMs cross; those that cannot move aside; then room is made for them; then they are parked.

    Returns the VMs that stay behind: none is success.
    """
    for way in _WAYS:
        for vm in _remaining(ledger, hosts):
            if ledger.at[vm.id] in hosts:
                way(ledger, vm, hosts, style)
    return _remaining(ledger, hosts)


def drain(ledger: Ledger, style: Style) -> tuple[Ledger, list[HostId]]:
    """As many hosts as the target can take over now by crossing alone, and the ledger after that."""
    reached, emptied = ledger, list[HostId]()
    for host in ranked(ledger):
        trial = reached.copy()
        for vm in trial.residents_to_move(host):
            if trial.at[vm.id] == host and not cross(trial, vm, (host,), style):
                break
        else:
            reached, emptied = trial, [*emptied, host]
    return reached, emptied


def top_up(ledger: Ledger, gone: Collection[HostId], tolerated: int, style: Style) -> bool:
    """Let further VMs cross until the source hosts that remain keep their reserve without those `gone`."""
    remaining = ledger.source_left(gone)
    ledger.settle()
    for host in ranked(ledger):
        for vm in ledger.residents_to_move(host):
            if ledger.at[vm.id] == host and cross(ledger, vm, gone, style):
                ledger.settle()
                if ledger.excess(remaining) <= tolerated:
                    return True
    return False


def cross(ledger: Ledger, vm: Workload, _hosts: Collection[HostId], style: Style) -> bool:
    """Take a VM, and those that must move with it, to the target; nothing happens unless all of them fit."""
    return cross_to(ledger, vm, ledger.on(Side.TARGET), style)


def cross_to(ledger: Ledger, vm: Workload, targets: Sequence[HostId], style: Style) -> bool:
    """The same, to these target hosts only. A managing VM crosses when nobody needs it any more, on its own."""
    if ledger.case.pooled:
        return _book(ledger, vm, best(ledger, vm, targets, style))
    members = (ledger.case.workloads[member] for member in ledger.case.units[vm.id])
    unit = [member for member in members if not ledger.crossed(member.id)]
    unit.sort(key=lambda member: member.id not in ledger.parked)
    if any(member.last for member in unit):
        if not _dispensable(ledger, unit):
            return False
        ledger.settle()
    if reserve_short(ledger, vm) > 0:
        return False
    if len(unit) == 1:
        return _book(ledger, vm, best(ledger, vm, targets, style))
    return _cross_unit(ledger, unit, targets, style)


def relocate(ledger: Ledger, vm: Workload, hosts: Collection[HostId], _style: Style) -> bool:
    """Move a VM aside to the fullest other source host, which is emptied last; once more after a settlement."""
    if vm.stuck:
        return False
    rest = [host for host in ledger.on(Side.SOURCE) if host not in hosts]
    rest.sort(key=lambda host: (-ledger.memory[host], host))
    for _ in range(2):
        if _book(ledger, vm, next((host for host in rest if refusal(ledger, vm, host) is None), None)):
            return True
        ledger.settle()
    return False


def make_room(ledger: Ledger, vm: Workload, hosts: Collection[HostId], style: Style) -> bool:
    """Evict others from some host, so that a VM that fits nowhere fits there."""
    places = [host for host in (*ledger.on(Side.TARGET), *ledger.on(Side.SOURCE)) if host not in hosts]
    for place in places:
        if ledger.side[place] is Side.TARGET and len(ledger.case.units[vm.id]) > 1:
            continue
        if vm.last and ledger.side[place] is Side.TARGET and not ledger.case.pooled:
            continue
        trial = ledger.copy()
        if _evict_for(trial, vm, place, hosts, style):
            ledger.adopt(trial)
            return True
    return False


def park(ledger: Ledger, vm: Workload, _hosts: Collection[HostId], _style: Style) -> bool:
    """Park a VM with those that must move with it and those that depend on it, if all of them may be."""
    if ledger.case.parking is None:
        return False
    company = [ledger.case.workloads[member] for member in ledger.case.company[vm.id]]
    company = [
        member for member in company if not ledger.crossed(member.id) and member.id not in ledger.parked
    ]
    if vm not in company:
        return False
    trial = ledger.copy()
    for member in company:
        if not trial.can_park(member):
            return False
        trial.park(member)
    ledger.adopt(trial)
    return True


def unpark(ledger: Ledger, style: Style) -> None:
    """Give parked VMs the room that the target has by now, largest first; a unit comes back whole or not at all."""
    for vm in sorted((ledger.case.workloads[vm] for vm in ledger.parked), key=lambda vm: (-vm.memory, vm.id)):
        if vm.id in ledger.parked:
            cross(ledger, vm, (), style)


_Way = Callable[[Ledger, Workload, Collection[HostId], Style], bool]
_WAYS: Final[tuple[_Way, ...]] = (cross, relocate, make_room, park)


def _remaining(ledger: Ledger, hosts: Collection[HostId]) -> list[Workload]:
    leaving = [vm for host in hosts for vm in ledger.residents_to_move(host)]
    return sorted(leaving, key=lambda vm: (vm.last, -vm.memory, vm.id))


def _book(ledger: Ledger, vm: Workload, host: HostId | None) -> bool:
    if host is None or (ledger.side[host] is Side.SOURCE and not may_relocate(ledger, vm)):
        return False
    ledger.move(vm, host)
    return True


def _dispensable(ledger: Ledger, unit: list[Workload]) -> bool:
    """Whether nobody needs the managers of a unit any more.

    Managers on their own wait for everybody; those that must move with others only for those that do not have to.
    """
    members = {member.id for member in unit}
    waiting = [
        vm for vm in ledger.case.workloads.values() if not ledger.crossed(vm.id) and vm.id not in members
    ]
    alone = all(member.manages for member in unit)
    return all(vm.manages if alone else vm.last for vm in waiting)


def _cross_unit(ledger: Ledger, unit: list[Workload], targets: Sequence[HostId], style: Style) -> bool:
    """A unit on one host if that works; spread over several only if its VMs share no disk."""
    largest = max(unit, key=lambda vm: (vm.memory, vm.id))
    layouts: list[Sequence[HostId]] = [
        (host,) for host in sorted(targets, key=lambda host: (style(ledger, host), host))
    ]
    if not any(vm.id in ledger.case.tight for vm in unit):
        layouts.append(targets)
    for layout in layouts:
        if len(layout) == 1 and refusal(ledger, largest, layout[0]):
            continue
        trial = ledger.copy()
        if all(_book(trial, vm, best(trial, vm, layout, style)) for vm in unit):
            ledger.adopt(trial)
            return True
    return False


def _evict_for(ledger: Ledger, vm: Workload, place: HostId, hosts: Collection[HostId], style: Style) -> bool:
    """Send the largest other VMs of a host elsewhere, a few at the most, until the VM fits."""
    others = sorted(ledger.residents[place], key=lambda other: (-ledger.case.workloads[other].memory, other))
    start = ledger.at[vm.id]
    evicted = 0
    for other in (ledger.case.workloads[other] for other in others):
        if evicted == _MOST_EVICTED:
            return False
        if ledger.at[other.id] != place or not _send_away(ledger, other, (*hosts, place), style):
            continue
        if ledger.at[vm.id] != start:
            # It belongs together with the one that was sent away, and went along.
            return True
        evicted += 1
        ledger.settle()
        if refusal(ledger, vm, place) is None:
            return _book(ledger, vm, place)
    return False


def _send_away(ledger: Ledger, vm: Workload, closed: Collection[HostId], style: Style) -> bool:
    if ledger.crossed(vm.id):
        targets = [host for host in ledger.on(Side.TARGET) if host not in closed]
        return _book(ledger, vm, best(ledger, vm, targets, style))
    return cross(ledger, vm, closed, style) or relocate(ledger, vm, closed, style)
