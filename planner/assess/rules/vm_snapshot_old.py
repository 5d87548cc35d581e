"""Snapshots that have grown for long."""

from datetime import date

from planner.assess.ground import Ground
from planner.assess.looks import each_vm
from planner.assess.rule import Console, Rule, Verdict, warning
from planner.knowledge.concerns import limit
from planner.model.estate import Snapshot, VirtualMachine
from planner.model.finding import Severity, SubjectKind


def forgotten(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """The oldest snapshot whose day is known was made longer ago than snapshots are meant to live."""
    ages = [(ground.today - day).days for day in map(_day, vm.snapshots or ()) if day is not None]
    age, most = max(ages, default=0), limit("snapshot_age")
    return warning(days_old=age, most=most) if age > most else None


def _day(snapshot: Snapshot) -> date | None:
    """The day on which a snapshot was made; None when the source's text does not begin with one."""
    try:
        return date.fromisoformat((snapshot.created or "")[:10])
    except ValueError:
        return None


RULE = Rule(
    id="vm-snapshot-old",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="The VM has a snapshot that has grown for days.",
    why="Deleting it merges all that was written since: that can take hours, slows the VM, and needs room on its storage.",
    remedy="Delete it well before the VM's wave, at a quiet time, and look at the free space of the datastore first.",
    commands={
        Console.VCENTER: "govc snapshot.tree -D -s -vm $name",
        Console.ESXI: "ssh root@$host vim-cmd vmsvc/snapshot.get '<vmid of vim-cmd vmsvc/getallvms>'",
        Console.XAPI: "xe snapshot-list snapshot-of='<uuid of the VM>' params=name-label,snapshot-time",
        Console.LIBVIRT: "virsh -c qemu+ssh://root@$host/system snapshot-list --domain $name",
    },
    find=each_vm(forgotten),
    source="VMware knowledge base 318825: best practices for snapshots, no single one for more than 72 hours",
)
