"""Which roles carry out a step: one table, by kind, target hypervisor and transport."""

from typing import Final

from planner.model.kinds import HypervisorKind
from planner.model.plan import Route, Step, StepKind, Transport
from planner.model.platform import Platform

Roles = tuple[str, ...]

_KVM, _XCPNG = HypervisorKind.KVM, HypervisorKind.XCPNG
_BY_KIND: Final[dict[tuple[StepKind, HypervisorKind], Roles]] = {
    (StepKind.RELOCATE, _KVM): ("vm_relocate",),
    (StepKind.RELOCATE, _XCPNG): ("vm_relocate",),
    (StepKind.RETIRE, _KVM): ("host_retire",),
    (StepKind.RETIRE, _XCPNG): ("host_retire",),
    (StepKind.INSTALL, _KVM): ("host_install",),
    (StepKind.INSTALL, _XCPNG): ("host_install",),
    (StepKind.CONFIGURE, _KVM): ("kvm_host", "kvm_network", "kvm_storage"),
    (StepKind.CONFIGURE, _XCPNG): ("xcpng_host", "xcpng_network", "xcpng_storage"),
    (StepKind.UPGRADE, _XCPNG): ("xcpng_upgrade",),
    (StepKind.MOVE, _KVM): ("vm_move_kvm",),
    (StepKind.MOVE, _XCPNG): ("vm_move_xcpng",),
    (StepKind.PARK, _KVM): ("vm_move_kvm",),
    (StepKind.PARK, _XCPNG): ("vm_move_xcpng",),
    (StepKind.UNPARK, _KVM): ("vm_relocate",),
    (StepKind.UNPARK, _XCPNG): ("vm_relocate",),
    (StepKind.REBALANCE, _KVM): ("vm_relocate",),
    (StepKind.REBALANCE, _XCPNG): ("vm_relocate",),
    (StepKind.RETURN, _KVM): ("host_retire",),
    (StepKind.RETURN, _XCPNG): ("host_retire",),
}
# Roles that read a VM's disks from where it is, for which the machine that converts must be let in there.
READ_OVER_SSH: Final = frozenset({"vm_move_kvm", "vm_move_xcpng"})
# A guest that runs on while it travels takes another role than the table's.
_LIVE: Final[dict[tuple[StepKind, Transport], Roles]] = {
    (StepKind.MOVE, Transport.LIBVIRT_MIGRATE): ("vm_copy_kvm",),
}


def roles_of(step: Step, route: Route | None, platform: Platform) -> Roles:
    """The roles of a step, in the order in which they run."""
    live = _LIVE.get((step.kind, route.transport)) if route and route.transport and route.live else None
    return live or _BY_KIND[step.kind, platform.hypervisor]
