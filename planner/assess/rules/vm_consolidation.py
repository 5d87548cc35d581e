"""Delta disks that a deleted snapshot left behind."""

from planner.assess.ground import Ground
from planner.assess.looks import FROM_ESXI, by_transport
from planner.assess.rule import Console, Facts, Rule, critical, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Handling, Severity, SubjectKind
from planner.model.plan import Transport

_BASE_ONLY = critical("Over ssh only the base disks are read: what the delta disks hold would be lost.")
_SLOW = warning("The present state is read through the delta disks, slowly.")


def needs_consolidation(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """The source says so itself."""
    del ground
    return () if vm.consolidation_needed else None


RULE = Rule(
    id="vm-consolidation",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The VM's disks need consolidation.",
    why="Delta disks of a deleted snapshot are still in use.",
    remedy="Consolidate the disks before the VM's wave, and check that no -000001.vmdk is left.",
    commands={
        Console.VCENTER: "govc vm.consolidate $name",
        Console.ESXI: "ssh root@$host vim-cmd vmsvc/snapshot.removeall '<vmid of vim-cmd vmsvc/getallvms>'",
    },
    find=by_transport(
        needs_consolidation,
        {
            Transport.ESXI_SSH: _BASE_ONLY,
            FROM_ESXI: _BASE_ONLY,
            Transport.VCENTER_VDDK: _SLOW,
            Transport.VCENTER_HTTPS: _SLOW,
        },
    ),
    handling=Handling.CHECKED,
    source="virt-v2v manual, input from VMware",
    forklift="vmware.consolidation_needed",
)
