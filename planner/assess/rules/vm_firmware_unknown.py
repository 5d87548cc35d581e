"""A VM whose firmware nobody said, where its new definition is written from the inventory."""

from planner.assess.ground import Ground
from planner.assess.looks import by_transport
from planner.assess.rule import Console, Facts, Rule, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.plan import Transport


def unsaid(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """Neither BIOS nor UEFI."""
    del ground
    return () if vm.firmware is None else None


RULE = Rule(
    id="vm-firmware-unknown",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="Whether the VM boots with BIOS or UEFI is unknown.",
    why="The definition on the target is written from the inventory, and a guest boots only with the firmware it knows.",
    remedy="Add `firmware` to the VM in the inventory.",
    commands={
        Console.VCENTER: "govc vm.info -json $name",
        Console.ESXI: "ssh root@$host vim-cmd vmsvc/get.config '<vmid of vim-cmd vmsvc/getallvms>'",
        Console.XAPI: "xe vm-param-get $selector param-name=HVM-boot-params",
        Console.XEN: "ssh root@$host xl list -l $name",
        Console.LIBVIRT: "virsh -c qemu+ssh://root@$host/system dumpxml --domain $name",
    },
    find=by_transport(
        unsaid,
        dict.fromkeys((Transport.XAPI_EXPORT, Transport.XEN_SSH, Transport.DISK_IMPORT), warning()),
    ),
)
