"""What the duration of a step is made of, by the policy's constants: the same model that plans are timed by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from planner.knowledge import conversion
from planner.model.estate import Cluster, ClusterId, VirtualMachine, VmId
from planner.model.kinds import HypervisorKind, PowerState
from planner.model.plan import Plan, Route, Step, StepKind, Transport

Terms = tuple[str, ...]
"""Settings of the policy's `timing` whose sum is the work of a step beside its copy."""

_OF_HOSTS: Final[dict[StepKind, Terms]] = {
    StepKind.RETIRE: ("retire_host",),
    StepKind.INSTALL: ("install_host",),
    StepKind.CONFIGURE: ("configure_host",),
    StepKind.UPGRADE: ("upgrade_host",),
    StepKind.RETURN: ("retire_host",),
}
_CROSSES: Final = {StepKind.MOVE, StepKind.PARK}
_INSIDE: Final = {
    HypervisorKind.KVM: Transport.LIBVIRT_MIGRATE,
    HypervisorKind.XCPNG: Transport.XAPI_MIGRATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The parts of a plan that say what a step is made of, by id."""

    clusters: Mapping[ClusterId, Cluster]
    vms: Mapping[VmId, VirtualMachine]
    routes: Mapping[VmId, Route]
    targets: Mapping[ClusterId, HypervisorKind]

    def terms(self, step: Step) -> Terms:
        """What a step takes beside its copy."""
        if step.vm is None:
            return _OF_HOSTS[step.kind]
        vm, checked = self.vms[step.vm], ("verify",) if step.kind is not StepKind.PARK else ()
        runs = not vm.template and vm.power not in {PowerState.OFF, PowerState.SUSPENDED}
        if runs and self._is_live(step, vm):
            return ("live_migration", *(checked if step.kind is StepKind.MOVE else ()))
        stopped = ("shutdown",) if runs and step.kind is not StepKind.UNPARK else ()
        return (*stopped, *self._converted(step, vm), *checked)

    def transport(self, step: Step) -> Transport | None:
        """How the disks of a step travel; None where none do."""
        if step.vm is None:
            return None
        if step.kind in _CROSSES:
            route = self.routes.get(step.vm)
            return route.transport if route else None
        return _INSIDE[self.targets[step.cluster]]

    def _is_live(self, step: Step, vm: VirtualMachine) -> bool:
        if step.kind is StepKind.MOVE:
            return vm.id in self.routes and self.routes[vm.id].live
        return (
            step.kind not in {StepKind.PARK, StepKind.UNPARK}
            and self.clusters[step.cluster].live_migration is True
        )

    def _converted(self, step: Step, vm: VirtualMachine) -> Terms:
        transport = self.transport(step) if step.kind in _CROSSES else None
        setting = conversion(transport, vm.guest_os) if transport else None
        return (setting,) if setting else ()


def model(plan: Plan) -> Model:
    """The model of a plan."""
    hypervisors = {platform.id: platform.hypervisor for platform in plan.platforms}
    winners = {decision.cluster: decision.winner for decision in plan.decisions}
    return Model(
        clusters={cluster.id: cluster for cluster in plan.estate.clusters},
        vms={vm.id: vm for vm in plan.estate.vms},
        routes={route.vm: route for route in plan.routes},
        targets={cluster: hypervisors[winner] for cluster, winner in winners.items() if winner},
    )
