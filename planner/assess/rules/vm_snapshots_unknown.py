"""A source that does not say whether there are snapshots, on a way that cannot bear any."""

from planner.assess.ground import Ground
from planner.assess.looks import FROM_ESXI, by_transport
from planner.assess.rule import Console, Facts, Rule, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Handling, Severity, SubjectKind
from planner.model.plan import Transport


def unsaid(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """Neither some nor none."""
    del ground
    return () if vm.snapshots is None else None


RULE = Rule(
    id="vm-snapshots-unknown",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="Whether the VM has snapshots is unknown.",
    why="With a snapshot, copying its files would lose everything written since.",
    remedy="Look, delete what is there, and write `snapshots: []` into the inventory.",
    commands={
        Console.VCENTER: "govc snapshot.tree -vm $name",
        Console.ESXI: "ssh root@$host vim-cmd vmsvc/snapshot.get '<vmid of vim-cmd vmsvc/getallvms>'",
        Console.LIBVIRT: "virsh -c qemu+ssh://root@$host/system snapshot-list --domain $name",
    },
    find=by_transport(
        unsaid, dict.fromkeys((Transport.ESXI_SSH, FROM_ESXI, Transport.LIBVIRT_MIGRATE), warning())
    ),
    handling=Handling.CHECKED,
    source="virt-v2v manual, input from VMware",
)
