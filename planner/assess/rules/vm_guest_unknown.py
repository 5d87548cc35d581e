"""A guest that the knowledge does not recognise."""

from planner.assess.ground import Trip
from planner.assess.looks import each_trip
from planner.assess.rule import Rule, Verdict, warning
from planner.knowledge import GuestFamily, guest
from planner.model.finding import Severity, SubjectKind


def unrecognised(trip: Trip) -> Verdict | None:
    """Its family, or whether virt-v2v converts it, is unknown, and the way changes its drivers."""
    if trip.route.transport is None or trip.keeps_drivers:
        return None
    known = guest(trip.vm.guest_os)
    if known.family in {None, GuestFamily.OTHER} or known.virt_v2v is None:
        return warning(guest=trip.vm.guest_os, note=known.note)
    return None


RULE = Rule(
    id="vm-guest-unknown",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="Which operating system the guest runs is unknown.",
    why="Drivers, conversion and the time that it takes depend on it.",
    remedy="Look into the guest and write its system and version into `guest_os`; try it on a copy first.",
    find=each_trip(unrecognised),
    source="virt-v2v manual, guests",
    forklift="vmware.os.unsupported",
)
