"""Downtime: nobody's budget is broken without being told."""

from collections import defaultdict

from planner.model.plan import Step, StepId, StepKind
from planner.units import format_duration
from planner.verify.complaint import Complaint, vm_name
from planner.verify.givens import Givens
from planner.verify.state import CROSSINGS, MIGRATIONS

FINDING = "vm-downtime-budget"


def within_budget(givens: Givens) -> dict[StepId, list[Complaint]]:
    """Steps that end an outage which is longer at p90 than its VM's budget, while no finding of the plan says so."""
    found: dict[StepId, list[Complaint]] = defaultdict(list)
    policy = givens.plan.policy
    if not policy.downtime.budgets and all(vm.max_downtime is None for vm in givens.vms.values()):
        return found
    wanted = str(policy.downtime.severity)
    told = {f.subject.id for f in givens.plan.findings if f.rule == FINDING and str(f.severity) == wanted}
    parked_at: dict[str, int] = {}
    for step in sorted(givens.plan.schedule.steps, key=lambda step: step.start):
        if step.vm is None or not givens.runs(step.vm):
            continue
        if step.kind is StepKind.PARK:
            parked_at[step.vm] = step.start
            continue
        off_since = parked_at.get(step.vm, step.start) if step.kind is StepKind.UNPARK else step.start
        budget = _budget(givens, step)
        if budget is None or not _goes_off(givens, step):
            continue
        slow = -(-(step.end - off_since) * policy.timing.spread_percent // 100)
        if slow > budget and step.vm not in told:
            found[step.id].append(
                Complaint(
                    vm_name(givens, step.vm),
                    f"is off for {format_duration(slow)} at p90, its budget is {format_duration(budget)}, and no "
                    f"{wanted} finding says so",
                )
            )
    return found


def _budget(givens: Givens, step: Step) -> int | None:
    """The VM's own budget, or that of its criticality."""
    vm = givens.vms[step.vm] if step.vm is not None else None
    if vm is None or vm.max_downtime is not None:
        return None if vm is None else vm.max_downtime
    budgets = {entry.criticality: entry.most for entry in givens.plan.policy.downtime.budgets}
    return budgets.get(vm.criticality) if vm.criticality is not None else None


def _goes_off(givens: Givens, step: Step) -> bool:
    """Whether the guest is off during a step: it is unless its route, or for moves on one side its cluster, is live."""
    if step.kind in MIGRATIONS:
        return givens.clusters[step.cluster].live_migration is not True
    route = givens.routes.get(step.vm) if step.vm is not None else None
    live = step.kind is StepKind.MOVE and route is not None and route.live
    return step.kind in CROSSINGS and not live
