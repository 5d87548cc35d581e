"""A plain copy of disks: nothing adapts the guest's drivers."""

from planner.assess.ground import Ground
from planner.assess.looks import by_transport
from planner.assess.rule import Facts, Rule, observed, warning
from planner.knowledge import guest
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.plan import Transport


def any_guest(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """Every guest; the way decides."""
    del ground
    return observed(guest=guest(vm.guest_os).distribution)


RULE = Rule(
    id="vm-drivers-by-hand",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="Nothing adapts the guest's drivers on this way.",
    why="A guest whose boot disk needs a driver that it does not load early stops while it boots.",
    remedy=(
        "Before the wave: Linux, put the target's drivers into the initramfs (dracut --add-drivers, or "
        "/etc/initramfs-tools/modules) and mount by UUID; Windows, remove the old tools and boot on emulated devices "
        "first. Try one of each kind on a copy."
    ),
    find=by_transport(any_guest, {Transport.DISK_IMPORT: warning()}),
    source="XCP-ng documentation, migrating to XCP-ng",
)
