"""A guest that a target does not support, or only with restrictions."""

from planner.assess.ground import Trip
from planner.assess.looks import each_trip
from planner.assess.rule import Rule, Verdict, critical, warning
from planner.knowledge import GuestSupport, guest
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import HypervisorKind


def unsupported(trip: Trip) -> Verdict | None:
    """As the knowledge has it for the target's hypervisor; a guest that keeps its drivers is not asked."""
    if trip.route.transport is None or trip.keeps_drivers:
        return None
    known = guest(trip.vm.guest_os)
    support = known.kvm if trip.platform.hypervisor is HypervisorKind.KVM else known.xcp_ng
    if support is GuestSupport.NONE:
        return critical(guest=trip.vm.guest_os, note=known.note, source=known.source)
    if support is GuestSupport.PARTIAL:
        return warning(
            "It runs with restrictions: expect emulated devices, or drivers to be installed by hand.",
            guest=trip.vm.guest_os,
            note=known.note,
            source=known.source,
        )
    return None


RULE = Rule(
    id="vm-guest-unsupported",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The target does not fully support the guest's operating system.",
    why="There are no drivers for it, or its maker does not allow it.",
    remedy="Upgrade the guest before the wave, leave it behind, or try it on a copy and waive this.",
    find=each_trip(unsupported),
    source="virt-v2v manual, guests; XCP-ng documentation, guest tools",
    forklift="vmware.os.unsupported, ovirt vm_os, openstack vm_os, hyperv vm_os",
)
