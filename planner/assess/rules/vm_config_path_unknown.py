"""A VM whose .vmx file nobody named, on the way that starts from it."""

from planner.assess.ground import Trip, travelling
from planner.assess.looks import each_trip
from planner.assess.rule import Console, Rule, Verdict, critical, warning
from planner.model.finding import Severity, SubjectKind
from planner.model.plan import Transport


def without_vmx(trip: Trip) -> Verdict | None:
    """With the path of a disk the .vmx is probably beside it; without one there is nothing to start from."""
    if trip.route.transport is not Transport.ESXI_SSH or trip.vm.config_path is not None:
        return None
    beside = next((disk.path for disk in travelling(trip.vm) if disk.path), None)
    return warning(probably_beside=beside) if beside else critical()


RULE = Rule(
    id="vm-config-path-unknown",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The path of the VM's .vmx file is unknown.",
    why="The conversion over ssh starts from that file.",
    remedy="Add `config_path` to the VM in the inventory, as the source writes it: `[datastore] folder/name.vmx`.",
    commands={
        Console.VCENTER: "govc vm.info -json $name",
        Console.ESXI: "ssh root@$host vim-cmd vmsvc/getallvms",
    },
    find=each_trip(without_vmx),
    source="virt-v2v manual, input from VMware: ssh",
)
