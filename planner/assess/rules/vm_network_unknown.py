"""A network card of which nobody said where it is plugged."""

from planner.assess.ground import Ground
from planner.assess.looks import each_vm
from planner.assess.rule import Console, Rule, Verdict, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind


def unplugged(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """The source names no network."""
    del ground
    cards = [nic for nic in vm.nics if nic.network is None]
    return warning(cards=len(cards), mac=", ".join(nic.mac for nic in cards if nic.mac)) if cards else None


RULE = Rule(
    id="vm-network-unknown",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="To which network a card of the VM belongs is unknown.",
    why="On the target the card would be plugged nowhere, and the VM would come up without that network.",
    remedy="Add `network` to the card in the inventory, or remove the card if it is not used.",
    commands={
        Console.VCENTER: "govc device.info -vm $name 'ethernet-*'",
        Console.ESXI: "ssh root@$host vim-cmd vmsvc/get.networks '<vmid of vim-cmd vmsvc/getallvms>'",
        Console.XAPI: "xe vm-vif-list $selector",
        Console.XEN: "ssh root@$host xl network-list $name",
        Console.LIBVIRT: "virsh -c qemu+ssh://root@$host/system domiflist --domain $name",
    },
    find=each_vm(unplugged),
    forklift="hyperv nic_unresolved_network",
)
