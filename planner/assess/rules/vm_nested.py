"""A hypervisor inside the VM."""

from planner.assess.ground import Trip
from planner.assess.looks import each_trip
from planner.assess.rule import Rule, Verdict, critical, warning
from planner.knowledge import fact
from planner.model.finding import Severity, SubjectKind


def is_hypervisor(trip: Trip) -> Verdict | None:
    """The source shows the guest the processor's virtualization."""
    if not trip.vm.nested:
        return None
    if trip.platform.nested:
        return warning("It works, but hosts must allow it, and a vendor's support for it is limited.")
    return critical(source=fact(trip.platform.id, "nested").source)


RULE = Rule(
    id="vm-nested",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The VM runs virtual machines itself.",
    why="This target does not support nested virtualization.",
    remedy="Find out what needs it (a lab hypervisor, WSL 2, Docker Desktop, credential guard); choose KVM, or do without.",
    find=each_trip(is_hypervisor),
    source="XCP-ng documentation; Linux kernel documentation, KVM nested guests",
)
