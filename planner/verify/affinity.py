"""Affinity: VMs that belong apart, together or on certain hosts. Wishes (not mandatory) are not checked."""

from planner.model.estate import VmId
from planner.model.kinds import AffinityKind
from planner.model.plan import Step
from planner.verify.complaint import Complaint, Complaints, host_name, moved_vm, vm_name
from planner.verify.state import State


def apart(state: State, step: Step) -> Complaints:
    """A VM that has arrived finds none there that it must keep away from."""
    if step.vm is None or step.destination is None:
        return
    for rule in state.givens.apart.get(step.vm, ()):
        for other in rule.vms:
            if other != step.vm and state.host_of.get(other) == step.destination:
                yield Complaint(
                    moved_vm(state, step),
                    f"comes to share {host_name(state.givens, step.destination)} with "
                    f"{vm_name(state.givens, other)}, against the rule {rule.name}",
                )


def together(state: State) -> Complaints:
    """The VMs of a rule end on one host; a rule of which nothing was moved is as the source left it."""
    for rule in state.givens.plan.estate.affinity_rules:
        if rule.kind is AffinityKind.TOGETHER and rule.mandatory and _any_moved(state, rule.vms):
            hosts = sorted({host_name(state.givens, state.host_of[vm]) for vm in rule.vms})
            if len(hosts) > 1:
                yield Complaint(rule.name, f"its VMs end on different hosts: {', '.join(hosts)}")


def pinned(state: State) -> Complaints:
    """A pinned VM that was moved ends on one of its hosts."""
    for rule in state.givens.plan.estate.affinity_rules:
        if rule.kind is not AffinityKind.PINNED or not rule.mandatory:
            continue
        for vm in rule.vms:
            if _any_moved(state, (vm,)) and state.host_of[vm] not in rule.hosts:
                yield Complaint(
                    vm_name(state.givens, vm),
                    f"ends on {host_name(state.givens, state.host_of[vm])}, against the rule {rule.name}",
                )


def _any_moved(state: State, vms: tuple[VmId, ...]) -> bool:
    return any(state.host_of[vm] != state.givens.vms[vm].host or vm in state.crossed for vm in vms)
