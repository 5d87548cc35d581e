"""Journeys: which way a VM may go, and that every VM gets there."""

from typing import Final

from planner.model.kinds import Criticality
from planner.model.plan import Step, StepKind
from planner.model.policy import Strategy
from planner.verify.complaint import Complaint, Complaints, host_name, moved_vm
from planner.verify.pool import Side
from planner.verify.state import CROSSINGS, State

RANK: Final = {criticality: rank for rank, criticality in enumerate(Criticality)}
LEAVES_SOURCE: Final = {*CROSSINGS, StepKind.PARK}
ARRIVES_ON: Final = {
    StepKind.RELOCATE: Side.SOURCE,
    StepKind.MOVE: Side.TARGET,
    StepKind.UNPARK: Side.TARGET,
    StepKind.REBALANCE: Side.TARGET,
}
CONVERTS: Final = {Strategy.CONVERT_IN_PLACE, Strategy.MOVE_TO_NEW_HOSTS}


def crosses_once(state: State, step: Step) -> Complaints:
    """A VM goes from source to target at most once, never back, and not at all where a pool is upgraded."""
    if step.vm is None:
        return
    converts = state.givens.strategy(step.cluster) in CONVERTS
    if step.kind in LEAVES_SOURCE:
        if not converts:
            yield Complaint(moved_vm(state, step), "crosses although its cluster is not converted")
        if step.vm in state.crossed:
            yield Complaint(moved_vm(state, step), "has crossed to the target already")
    if step.destination is None or not converts:
        return
    side = state.side[step.destination]
    if side not in {ARRIVES_ON.get(step.kind), Side.OUT}:
        yield Complaint(
            moved_vm(state, step),
            f"{step.kind} takes it to {host_name(state.givens, step.destination)}, which is on the {side} side",
        )
    if step.kind is StepKind.RELOCATE and step.vm in state.crossed:
        yield Complaint(moved_vm(state, step), "goes back to the source side")


def relocates_live(state: State, step: Step) -> Complaints:
    """Source-side moves need live migration: elsewhere they would be an outage that nobody planned."""
    cluster = state.givens.clusters[step.cluster]
    if cluster.live_migration is not True:
        yield Complaint(moved_vm(state, step), f"{cluster.name} is not known to migrate VMs live")
    if step.vm is not None and state.givens.vms[step.vm].passthrough:
        yield Complaint(moved_vm(state, step), "holds a device of its host and cannot be migrated live")


def may_be_parked(state: State, step: Step) -> Complaints:
    """Parking needs the policy's permission, its storage, and a VM that can be missed that long."""
    if step.vm is None:
        return
    parking, vm = state.givens.plan.policy.parking, state.givens.vms[step.vm]
    if parking is None:
        yield Complaint(vm.name, "the policy permits no parking")
        return
    if vm.roles:
        yield Complaint(vm.name, f"is infrastructure ({', '.join(sorted(vm.roles))}) and is never parked")
    if vm.criticality is not None and RANK[vm.criticality] > RANK[parking.max_criticality]:
        yield Complaint(vm.name, f"is of {vm.criticality} criticality, above {parking.max_criticality}")
    for placed in step.disks:
        if state.givens.storages[placed.storage].name != parking.storage:
            yield Complaint(vm.name, f"is parked elsewhere than on {parking.storage}")


def has_a_way(state: State, step: Step) -> Complaints:
    """A VM that crosses, or is parked to cross later, has a route to its cluster's platform."""
    route = state.givens.routes.get(step.vm) if step.vm is not None else None
    if route is None or route.transport is None:
        yield Complaint(moved_vm(state, step), "crosses, but the plan has no route for it to the target")


def everything_arrives(state: State) -> Complaints:
    """Every VM of a converted cluster ends up on a target host; one without any way over may stay."""
    for vm in state.givens.vms.values():
        if state.givens.strategy(vm.cluster) is Strategy.KEEP or state.givens.has_no_way(vm.id):
            continue
        host = state.host_of[vm.id]
        if vm.id in state.parked:
            yield Complaint(vm.name, "is still parked at the end")
        elif vm.id in state.travelling:
            yield Complaint(vm.name, "is still on its way at the end")
        elif host is None or state.side[host] is not Side.TARGET:
            yield Complaint(vm.name, f"ends on {host_name(state.givens, host)}, not on a target host")
