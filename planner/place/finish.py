"""The end of a conversion: borrowed hosts are emptied, and VMs come to where they belong."""

from planner.model.constraint import ConstraintId
from planner.model.estate import HostId, VmId
from planner.model.kinds import AffinityKind
from planner.place.case import Part, Workload
from planner.place.choice import Style, best
from planner.place.ledger import Ledger
from planner.place.refusals import refusal
from planner.place.sides import Side


def finish(ledger: Ledger, style: Style) -> ConstraintId | None:
    """Bring VMs off borrowed hosts and to their pins and company, and give the hosts back.

    Returns the constraint that cannot be met in the end, None when all are.
    """
    ledger.settle()
    if not all(ledger.crossed(vm) for vm in ledger.case.workloads):
        return ConstraintId.EVERYTHING_ARRIVES
    ledger.purpose = "so that borrowed hosts can be given back" if _borrowed(ledger) else ""
    if not _leave_borrowed(ledger, style):
        return ConstraintId.SWING_RETURNED
    ledger.settle()
    ledger.purpose = "to where the rules want them"
    _honour_rules(ledger)
    ledger.settle()
    if ledger.case.pooled:
        ledger.purpose = "to the hosts that they came from"
        _go_home(ledger)
    ledger.settle()
    ledger.purpose = ""
    if _borrowed(ledger):
        ledger.hand_back(_borrowed(ledger))
    return broken_end(ledger)


def broken_end(ledger: Ledger) -> ConstraintId | None:
    """The constraint that a conversion which ends like this does not meet, None when it meets all."""
    if not all(ledger.crossed(vm) for vm in ledger.case.workloads):
        return ConstraintId.EVERYTHING_ARRIVES
    if _borrowed(ledger):
        return ConstraintId.SWING_RETURNED
    if ledger.excess(ledger.on(Side.TARGET)) > 0 and not ledger.case.pooled:
        return ConstraintId.RESERVE
    return _broken_rule(ledger)


def _borrowed(ledger: Ledger) -> tuple[HostId, ...]:
    return tuple(host for host in ledger.case.part(Part.SWING) if ledger.side[host] is Side.TARGET)


def _staying(ledger: Ledger) -> list[HostId]:
    return [host for host in ledger.on(Side.TARGET) if ledger.case.nodes[host].part is not Part.SWING]


def _leave_borrowed(ledger: Ledger, style: Style) -> bool:
    waiting = [vm for host in _borrowed(ledger) for vm in _on(ledger, host)]
    for vm in sorted(waiting, key=lambda vm: (-vm.memory, vm.id)):
        if not _move_somewhere(ledger, vm, style):
            return False
    return True


def _move_somewhere(ledger: Ledger, vm: Workload, style: Style) -> bool:
    """Onto a staying host, if need be after others there have closed ranks."""
    staying = _staying(ledger)
    for _ in range(2):
        place = best(ledger, vm, staying, style)
        if place is not None:
            ledger.move(vm, place)
            return True
        ledger.settle()
    return any(_exchange(ledger, vm, host, staying) for host in staying)


def _exchange(ledger: Ledger, vm: Workload, place: HostId, staying: list[HostId]) -> bool:
    """Send one VM of a host to another staying host, so that a larger one fits in its stead."""
    for other in sorted(_on(ledger, place), key=lambda other: (other.memory, other.id)):
        trial = ledger.copy()
        there = next((h for h in staying if h != place and refusal(trial, other, h) is None), None)
        if there is None:
            continue
        trial.move(other, there)
        trial.settle()
        if refusal(trial, vm, place) is None:
            trial.move(vm, place)
            ledger.adopt(trial)
            return True
    return False


def _honour_rules(ledger: Ledger) -> None:
    """Pins first, then company: the VMs of a rule join on the host that holds most of them, or on any that can."""
    for vm_id in sorted(ledger.case.pins):
        hosts = ledger.case.pins[vm_id]
        if ledger.at[vm_id] not in hosts:
            _try_host(ledger, [ledger.case.workloads[vm_id]], [h for h in _staying(ledger) if h in hosts])
    for rule in sorted(ledger.case.rules, key=lambda rule: (not rule.mandatory, rule.id)):
        if rule.kind is AffinityKind.TOGETHER:
            _join(ledger, [ledger.case.workloads[vm] for vm in rule.vms if vm in ledger.case.workloads])


def _join(ledger: Ledger, vms: list[Workload]) -> None:
    allowed = set(_staying(ledger)).intersection(*(ledger.case.pins.get(vm.id, ledger.side) for vm in vms))
    counts = {host: sum(ledger.at[vm.id] == host for vm in vms) for host in allowed}
    if not vms or len({ledger.at[vm.id] for vm in vms}) == 1:
        return
    _try_host(ledger, vms, sorted(allowed, key=lambda host: (-counts[host], host)))


def _try_host(ledger: Ledger, vms: list[Workload], hosts: list[HostId]) -> None:
    """Bring VMs to the first host that can take them all; nothing happens when none can."""
    for host in hosts:
        trial = ledger.copy()
        for vm in sorted(vms, key=lambda vm: (-vm.memory, vm.id)):
            if trial.at[vm.id] == host:
                continue
            if refusal(trial, vm, host) is not None:
                trial.settle()
                if refusal(trial, vm, host) is not None:
                    break
            trial.move(vm, host)
        else:
            ledger.adopt(trial)
            return


def _go_home(ledger: Ledger) -> None:
    """Every VM back to the host that it was read on, as long as that gets further."""
    while True:
        away = [vm for vm in ledger.case.workloads.values() if _longs_for_home(ledger, vm)]
        back = [vm for vm in away if vm.home is not None and _return_home(ledger, vm, vm.home)]
        ledger.settle()
        if not back:
            return


def _longs_for_home(ledger: Ledger, vm: Workload) -> bool:
    at = ledger.at[vm.id]
    if vm.home is None or at in {None, vm.home} or ledger.side[vm.home] is not Side.TARGET:
        return False
    pinned, mates = ledger.case.pins.get(vm.id), ledger.case.mates.get(vm.id, frozenset())
    return (pinned is None or vm.home in pinned) and not mates


def _return_home(ledger: Ledger, vm: Workload, home: HostId) -> bool:
    if refusal(ledger, vm, home) is not None:
        return False
    ledger.move(vm, home)
    return True


def _broken_rule(ledger: Ledger) -> ConstraintId | None:
    """A mandatory rule that the end does not keep, though one of its VMs was moved."""
    for rule in ledger.case.rules:
        moved = [vm for vm in rule.vms if vm in ledger.case.workloads and _was_moved(ledger, vm)]
        if not rule.mandatory or not moved:
            continue
        if rule.kind is AffinityKind.PINNED and any(ledger.at[vm] not in rule.hosts for vm in moved):
            return ConstraintId.PINNED
        company = {ledger.at[vm] for vm in rule.vms if vm in ledger.case.workloads}
        if rule.kind is AffinityKind.TOGETHER and len(company) > 1:
            return ConstraintId.TOGETHER
    return None


def _was_moved(ledger: Ledger, vm: VmId) -> bool:
    return not ledger.case.pooled or ledger.at[vm] != ledger.case.workloads[vm].home


def _on(ledger: Ledger, host: HostId) -> list[Workload]:
    return [ledger.case.workloads[vm] for vm in sorted(ledger.residents[host]) if ledger.at[vm] == host]
