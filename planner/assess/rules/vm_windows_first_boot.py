"""Windows settling into new drivers."""

from planner.assess.ground import Trip
from planner.assess.looks import each_trip
from planner.assess.rule import Rule, Verdict, information
from planner.knowledge import GuestFamily, guest
from planner.model.finding import Severity, SubjectKind


def settles(trip: Trip) -> Verdict | None:
    """A Windows guest that virt-v2v converts."""
    if not trip.converts or guest(trip.vm.guest_os).family is not GuestFamily.WINDOWS:
        return None
    return information(guest=trip.vm.guest_os)


RULE = Rule(
    id="vm-windows-first-boot",
    subject=SubjectKind.VM,
    severities=(Severity.INFORMATION,),
    message="Windows restarts several times after the conversion.",
    why="Drivers and services are installed over four restarts or more; until then it is not ready.",
    remedy=(
        "Before the wave: turn fast startup and hibernation off, pause the virus scanner and group policies that "
        "block scripts, remove the old hypervisor's tools. Afterwards: leave it alone until it stays up."
    ),
    find=each_trip(settles),
    source="virt-v2v manual, Windows",
)
