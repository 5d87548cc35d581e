"""A disk on a datastore that the estate does not have."""

from planner.assess.ground import Ground, travelling
from planner.assess.looks import each_vm
from planner.assess.rule import Rule, Verdict, critical
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind


def dangles(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """The disk names a datastore, and nothing is known about it."""
    lost = {disk.datastore for disk in travelling(vm) if disk.datastore} - ground.datastore_by_id.keys()
    return critical(datastore=", ".join(sorted(lost))) if lost else None


RULE = Rule(
    id="vm-datastore-missing",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL,),
    message="A disk of the VM is on a datastore that does not exist.",
    why="The datastore is gone or was not read: the disk cannot be copied.",
    remedy="Describe the datastore in the inventory, or remove the disk from the VM.",
    find=each_vm(dangles),
    forklift="vmware.datastore.missing",
)
