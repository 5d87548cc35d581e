"""A disk of which nobody said where it is."""

from planner.assess.ground import Ground, travelling
from planner.assess.looks import each_vm
from planner.assess.rule import Console, Rule, Verdict, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind


def homeless(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """The source names no datastore."""
    del ground
    count = sum(disk.datastore is None for disk in travelling(vm))
    return warning(disks=count) if count else None


RULE = Rule(
    id="vm-datastore-unknown",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="On which datastore a disk of the VM is, is unknown.",
    why="Whether the disk survives the rebuilding of a host, and which way reads it, depends on that.",
    remedy="Add `datastore` to the disk in the inventory.",
    commands={
        Console.VCENTER: "govc device.info -vm $name 'disk-*'",
        Console.ESXI: "ssh root@$host vim-cmd vmsvc/get.filelayout '<vmid of vim-cmd vmsvc/getallvms>'",
        Console.XAPI: "xe vm-disk-list $selector",
        Console.XEN: "ssh root@$host xl list -l $name",
        Console.LIBVIRT: "virsh -c qemu+ssh://root@$host/system domblklist --domain $name --details",
    },
    find=each_vm(homeless),
)
