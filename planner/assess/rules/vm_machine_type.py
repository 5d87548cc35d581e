"""A machine type of QEMU that the target's QEMU does not have."""

from typing import Final

from planner.assess.ground import Trip
from planner.assess.looks import each_trip
from planner.assess.rule import Console, Rule, Verdict, critical, warning
from planner.knowledge.concerns import has_machine_type
from planner.model.finding import Severity, SubjectKind
from planner.model.plan import Transport

# Red Hat Enterprise Linux 6 named its PCs after itself (rhel6.6.0), Ubuntu 14.04 after its own name.
_PCS: Final = ("pc", "q35", "rhel", "trusty")


def is_unknown_there(trip: Trip) -> Verdict | None:
    """Only where the definition goes along; a migration keeps the type, a copy gets the newest PC of the target."""
    machine = trip.vm.hardware_version
    if not machine or has_machine_type(trip.platform.id, machine) is not False:
        return None
    if trip.route.transport is Transport.LIBVIRT_MIGRATE:
        return critical(machine_type=machine)
    if trip.route.transport is not Transport.LIBVIRT_COPY:
        return None
    if not machine.startswith(_PCS):
        return critical("The copy would be defined as a PC, which this VM is not.", machine_type=machine)
    if has_machine_type(trip.platform.id, "q35" if "q35" in machine else "pc") is False:
        return critical(
            "The copy would be defined with the newest type of its family, and the target has none of that family left.",
            machine_type=machine,
        )
    return warning(
        "The copy is defined with the newest type of its family: the guest sees other revisions of its chipset, "
        "Windows may want to be activated again, and a suspended or saved state cannot be resumed.",
        machine_type=machine,
    )


RULE = Rule(
    id="vm-machine-type",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The target has no machine of the VM's type.",
    why="An emulator that cannot be the same machine takes no running VM: libvirt refuses the migration.",
    remedy=(
        "Shut the VM down, give it a type that both hosts have (`virsh edit`, `machine=`), and start it once on its "
        "present host before its wave."
    ),
    commands={
        Console.LIBVIRT: "virsh -c qemu+ssh://root@$host/system dumpxml --domain $name | grep machine=",
    },
    find=each_trip(is_unknown_there),
    source="QEMU documentation, removed features: versioned machine types; libvirt documentation, migration",
)
