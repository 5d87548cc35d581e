"""A disk on a datastore that the VM's own host does not have."""

from planner.assess.ground import Ground, travelling
from planner.assess.looks import each_vm
from planner.assess.rule import Rule, Verdict, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind


def out_of_reach(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """Host, datastores of the host and datastore of the disk are all known, and do not fit."""
    host = ground.host_by_id.get(vm.host) if vm.host else None
    if host is None or not host.datastores:
        return None
    used = {disk.datastore for disk in travelling(vm) if disk.datastore} & ground.datastore_by_id.keys()
    lost = sorted(ground.datastore_by_id[datastore].name for datastore in used - {*host.datastores})
    return warning(datastore=", ".join(lost), host=host.name) if lost else None


RULE = Rule(
    id="vm-datastore-unreached",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="A disk of the VM is on a datastore that its host does not list.",
    why="One of the two facts is wrong; room and reach are computed from both.",
    remedy="Correct the VM's host, the disk's datastore, or the host's datastores in the inventory.",
    find=each_vm(out_of_reach),
)
