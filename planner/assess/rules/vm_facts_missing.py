"""Facts of a VM without which its place and time cannot be computed."""

from planner.assess.ground import Ground, travelling
from planner.assess.looks import each_vm
from planner.assess.rule import Console, Rule, Verdict, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind


def incomplete(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """Power state, vCPUs, memory, disks or the size of one."""
    del ground
    disks = tuple(travelling(vm))
    known = {
        "power state": vm.power is not None,
        "vCPUs": vm.vcpus is not None,
        "memory": vm.memory_bytes is not None,
        "disks": bool(disks),
        "disk sizes": all(disk.capacity_bytes is not None for disk in disks),
    }
    missing = [name for name, there in known.items() if not there]
    return warning(missing=", ".join(missing)) if missing else None


RULE = Rule(
    id="vm-facts-missing",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="Facts about the VM are missing.",
    why="What is unknown is not counted: the VM may need more room or time than the plan has for it.",
    remedy="Add the facts to the VM in the inventory.",
    commands={
        Console.VCENTER: "govc vm.info -json $name",
        Console.ESXI: "ssh root@$host vim-cmd vmsvc/get.summary '<vmid of vim-cmd vmsvc/getallvms>'",
        Console.XAPI: "xe vm-param-list $selector",
        Console.XEN: "ssh root@$host xl list -l $name",
        Console.LIBVIRT: "virsh -c qemu+ssh://root@$host/system dumpxml --domain $name",
    },
    find=each_vm(incomplete),
    forklift=(
        "vmware.disk.capacity.invalid, ova.disk.capacity.invalid, "
        "ovirt disk_size, openstack disk_size, hyperv disk_size"
    ),
)
