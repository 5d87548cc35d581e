"""What only a look inside a Windows guest can tell."""

from planner.assess.ground import Trip
from planner.assess.looks import each_trip
from planner.assess.rule import Rule, Verdict, information
from planner.knowledge import GuestFamily, guest
from planner.model.finding import Severity, SubjectKind


def unseen(trip: Trip) -> Verdict | None:
    """A Windows guest whose disks are opened, or whose hardware changes, on the way."""
    if guest(trip.vm.guest_os).family is not GuestFamily.WINDOWS:
        return None
    return information(guest=trip.vm.guest_os) if trip.converts or not trip.keeps_drivers else None


RULE = Rule(
    id="vm-windows-inside",
    subject=SubjectKind.VM,
    severities=(Severity.INFORMATION,),
    message="Encryption, dynamic disks and hibernation are seen only inside Windows.",
    why="BitLocker locks its disks when the hardware changes; dynamic disks and hibernated systems are not converted.",
    remedy=(
        "Look inside: `manage-bde -status` (suspend the protectors, keep the recovery key), `diskpart` and "
        "`list disk` (no system disk under Dyn), `powercfg /a` (turn hibernation and fast startup off with "
        "`powercfg /h off`). End with `shutdown /s /t 0`, which does not hibernate."
    ),
    find=each_trip(unseen),
    source="virt-v2v manual, Windows",
)
