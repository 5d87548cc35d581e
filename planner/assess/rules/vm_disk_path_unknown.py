"""A disk whose file or volume nobody named, on a way that copies it by name."""

from planner.assess.ground import Ground, travelling
from planner.assess.looks import FROM_ESXI, FROM_KVM, FROM_ORACLE, FROM_XEN, by_transport
from planner.assess.rule import Console, Facts, Rule, critical, observed, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.plan import Transport

_LISTED = warning("The definition of the VM names it, so it is found when the VM moves.")


def nameless_disks(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """At least one disk without a path."""
    del ground
    count = sum(disk.path is None for disk in travelling(vm))
    return observed(disks=count) if count else None


RULE = Rule(
    id="vm-disk-path-unknown",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The path of a disk of the VM is unknown.",
    why="Its disks are copied one by one, by their paths.",
    remedy="Add `path` to the disk in the inventory, as the source writes it.",
    commands={
        Console.VCENTER: "govc device.info -vm $name 'disk-*'",
        Console.ESXI: "ssh root@$host vim-cmd vmsvc/get.filelayout '<vmid of vim-cmd vmsvc/getallvms>'",
        Console.XEN: "ssh root@$host xl list -l $name",
        Console.LIBVIRT: "virsh -c qemu+ssh://root@$host/system domblklist --domain $name --details",
    },
    find=by_transport(
        nameless_disks,
        {
            FROM_ESXI: critical(),
            FROM_XEN: critical(),
            FROM_ORACLE: critical(),
            Transport.XEN_SSH: critical(),
            FROM_KVM: _LISTED,
            Transport.LIBVIRT_COPY: _LISTED,
        },
    ),
)
