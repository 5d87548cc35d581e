"""Addresses that are bound to a network card which will have another name."""

from planner.assess.ground import Trip
from planner.assess.looks import each_trip
from planner.assess.rule import Rule, Verdict, information, warning
from planner.knowledge import GuestFamily, guest
from planner.model.finding import Severity, SubjectKind

_WHY = {
    GuestFamily.LINUX: (
        "The card gets another driver and often another name; an address that is configured for the old name is lost."
    ),
    GuestFamily.WINDOWS: (
        "Windows sees a new card: a static address stays with the hidden old one, unless it is set again."
    ),
}


def bound_to_a_name(trip: Trip) -> Verdict | None:
    """A Linux or Windows guest whose cards change; a warning where addresses are known to be static."""
    if trip.route.transport is None or trip.keeps_drivers or not trip.vm.nics:
        return None
    family = guest(trip.vm.guest_os).family
    why = _WHY.get(family) if family else None
    if why is None:
        return None
    addresses = ", ".join(address for nic in trip.vm.nics for address in nic.addresses)
    return warning(why, addresses=addresses) if addresses else information(why)


RULE = Rule(
    id="vm-addresses",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING, Severity.INFORMATION),
    message="The guest may lose its network configuration.",
    why="Its network cards change.",
    remedy=(
        "Linux: bind the configuration to the MAC before the wave (udev rule, .link file, or HWADDR). Windows: note "
        "the addresses, and set them again on the console after the first boot."
    ),
    find=each_trip(bound_to_a_name),
    source="libguestfs/virt-v2v issue 99",
)
