"""Order: dependencies, needs of steps, and the VM that manages the others."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Final, TypeVar

from planner.model.estate import Cluster, ClusterId, VirtualMachine, VmId
from planner.model.kinds import ManagerKind, ServiceRole
from planner.model.plan import Step, StepId, StepKind, Transport
from planner.units import format_duration
from planner.verify.complaint import Complaint, Complaints, host_name, moved_vm, vm_name
from planner.verify.givens import Givens
from planner.verify.journey import LEAVES_SOURCE
from planner.verify.state import State

T = TypeVar("T")
MANAGERS: Final = {
    ManagerKind.VCENTER: ServiceRole.VCENTER,
    ManagerKind.XAPI: ServiceRole.XEN_ORCHESTRA,
}
BY_MANAGER: Final = {Transport.VCENTER_VDDK, Transport.VCENTER_HTTPS}


def dependencies(state: State, step: Step) -> Complaints:
    """What a VM depends on is up when it is started; inside a dependency cycle there is no order."""
    givens = state.givens
    if step.vm is None or state.is_live(step):
        return
    vm = givens.vms[step.vm]
    if not givens.runs(vm.id):
        return
    for need in vm.depends_on:
        same_cycle = need in givens.cycle and givens.cycle[need] == givens.cycle.get(vm.id)
        if need in state.down and not same_cycle:
            yield Complaint(
                vm.name, f"is started while {vm_name(givens, need)}, which it depends on, is down"
            )


def needs(givens: Givens) -> dict[StepId, list[Complaint]]:
    """Steps that start before something that they need is done. What takes no time must not need itself in a circle."""
    steps = {step.id: step for step in givens.plan.schedule.steps}
    found: dict[StepId, list[Complaint]] = defaultdict(list)
    for step in steps.values():
        for need in step.needs:
            if step.start < steps[need].end:
                late = format_duration(steps[need].end - step.start)
                found[step.id].append(Complaint(step.id, f"starts {late} before {need} is done"))
    for step_id in circle({step.id: step.needs for step in steps.values() if step.duration <= 0}):
        found[step_id].append(Complaint(step_id, "needs itself, by way of others"))
    return found


def circle(after: Mapping[T, Iterable[T]]) -> tuple[T, ...]:
    """Things that wait for each other in a circle; nothing, if there is no circle."""
    try:
        TopologicalSorter(after).prepare()
    except CycleError as error:
        return tuple(dict.fromkeys(error.args[1]))
    return ()


def position(state: State, step: Step) -> Complaints:
    """A move starts where its VM is by then, and no VM makes two moves at once."""
    if step.vm is None:
        return
    if step.vm in state.travelling:
        yield Complaint(moved_vm(state, step), f"is still on its way with {state.travelling[step.vm].id}")
    elif state.host_of[step.vm] != step.source:
        yield Complaint(
            moved_vm(state, step),
            f"is moved from {host_name(state.givens, step.source)} but is on "
            f"{host_name(state.givens, state.host_of[step.vm])} at that time",
        )
    elif step.kind is StepKind.UNPARK and step.vm not in state.parked:
        yield Complaint(moved_vm(state, step), "is to be started again, but is not parked")


def manager(givens: Givens) -> dict[StepId, list[Complaint]]:
    """Moves of a managing VM that start before the last step that needs it is done."""
    found: dict[StepId, list[Complaint]] = defaultdict(list)
    managed = _managed_clusters(givens)
    if not managed:
        return found
    last = _last_need(givens, managed)
    for step in givens.plan.schedule.steps:
        if step.vm is None or step.kind not in LEAVES_SOURCE:
            continue
        for cluster in managed.get(step.vm, ()):
            if cluster.id == step.cluster and _reads_through_manager(givens, step):
                found[step.id].append(
                    Complaint(vm_name(givens, step.vm), "is read through itself while it is down")
                )
            needing = last.get(cluster.id)
            if needing is not None and step.start < needing.end:
                name = vm_name(givens, step.vm)
                found[step.id].append(
                    Complaint(name, f"goes down while {needing.id} still needs it to manage {cluster.name}")
                )
    return found


def _last_need(givens: Givens, managed: dict[VmId, tuple[Cluster, ...]]) -> dict[ClusterId, Step]:
    """The last step of each cluster that needs its manager; the manager's own move is no such step."""
    last: dict[ClusterId, Step] = {}
    for step in givens.plan.schedule.steps:
        if step.vm in managed or not _needs_manager(givens, step):
            continue
        if step.cluster not in last or step.end > last[step.cluster].end:
            last[step.cluster] = step
    return last


def _needs_manager(givens: Givens, step: Step) -> bool:
    if step.kind is StepKind.RELOCATE:
        return True
    return step.kind in LEAVES_SOURCE and _reads_through_manager(givens, step)


def _reads_through_manager(givens: Givens, step: Step) -> bool:
    route = givens.routes.get(step.vm) if step.vm is not None else None
    return route is not None and route.transport in BY_MANAGER


def _managed_clusters(givens: Givens) -> dict[VmId, tuple[Cluster, ...]]:
    managers = [vm for vm in givens.vms.values() if set(vm.roles) & set(MANAGERS.values())]
    return {
        vm.id: tuple(cluster for cluster in givens.clusters.values() if _manages(vm, cluster))
        for vm in managers
    }


def _manages(vm: VirtualMachine, cluster: Cluster) -> bool:
    """A VM manages the cluster that it lives in, and any whose manager's address is its own."""
    if MANAGERS.get(cluster.manager) not in vm.roles:
        return False
    own = {vm.name, vm.hostname, *(address for nic in vm.nics for address in nic.addresses)}
    return vm.cluster == cluster.id or (
        cluster.manager_address is not None and cluster.manager_address in own
    )
