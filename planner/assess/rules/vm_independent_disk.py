"""Disks that snapshots leave out."""

from planner.assess.ground import Ground
from planner.assess.looks import FROM_ESXI, by_transport
from planner.assess.rule import Facts, Rule, critical, observed, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import DiskMode
from planner.model.plan import Transport

_FILES = warning(
    "The files are copied as they are; a nonpersistent disk loses what was written since power on."
)


def has_independent_disk(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """Any mode but persistent."""
    del ground
    modes = sorted({disk.mode for disk in vm.disks if disk.mode not in {None, DiskMode.PERSISTENT}} - {None})
    return observed(mode=", ".join(modes)) if modes else None


RULE = Rule(
    id="vm-independent-disk",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The VM has an independent disk.",
    why="Snapshots leave such a disk out, and with them everything that reads through snapshots.",
    remedy="Power the VM off, set the disk to persistent, and take a backup first.",
    find=by_transport(
        has_independent_disk,
        {
            Transport.VCENTER_VDDK: critical("VDDK does not read independent disks."),
            Transport.VCENTER_HTTPS: _FILES,
            Transport.ESXI_SSH: _FILES,
            FROM_ESXI: _FILES,
        },
    ),
    source="kubev2v/forklift, concern vmware.disk_mode.independent; Xen Orchestra documentation, V2V",
    forklift="vmware.disk_mode.independent",
)
