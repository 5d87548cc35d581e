"""Snapshots: whether the VM's present state is read beside them, and what becomes of them."""

from planner.assess.ground import Ground
from planner.assess.looks import FROM_ESXI, by_transport
from planner.assess.rule import Console, Facts, Rule, critical, observed, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Handling, Severity, SubjectKind
from planner.model.plan import Transport
from planner.units import format_size

_BASE_ONLY = critical(
    "Over ssh only the base disks are read: everything written since the snapshot would be lost."
)
_LEFT = warning("The present state is copied; the snapshots stay behind, and reading through them is slower.")


def has_snapshots(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """At least one snapshot, whatever its age."""
    del ground
    if not vm.snapshots:
        return None
    sizes = [snapshot.size_bytes for snapshot in vm.snapshots if snapshot.size_bytes is not None]
    return observed(
        snapshots=len(vm.snapshots),
        oldest=min((snapshot.created for snapshot in vm.snapshots if snapshot.created), default=None),
        size=format_size(sum(sizes)) if sizes else None,
    )


RULE = Rule(
    id="vm-snapshots",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The VM has snapshots.",
    why="Snapshots do not survive the trip, and some ways cannot read past them.",
    remedy="Delete all snapshots (which merges them into the disks) before the VM's wave, and keep backups instead.",
    commands={
        Console.VCENTER: "govc snapshot.remove -vm $name '*'",
        Console.ESXI: "ssh root@$host vim-cmd vmsvc/snapshot.removeall '<vmid of vim-cmd vmsvc/getallvms>'",
        Console.XAPI: "xe snapshot-uninstall force=true uuid='<uuid of xe vm-snapshot-list>'",
        Console.LIBVIRT: "virsh -c qemu+ssh://root@$host/system snapshot-delete --domain $name --current",
    },
    find=by_transport(
        has_snapshots,
        {
            Transport.ESXI_SSH: _BASE_ONLY,
            FROM_ESXI: _BASE_ONLY,
            Transport.LIBVIRT_MIGRATE: critical("libvirt refuses to migrate a VM that has snapshots."),
            Transport.VCENTER_VDDK: _LEFT,
            Transport.VCENTER_HTTPS: _LEFT,
            Transport.XAPI_EXPORT: _LEFT,
            Transport.XEN_SSH: _LEFT,
            Transport.LIBVIRT_COPY: _LEFT,
            Transport.DISK_IMPORT: _LEFT,
        },
    ),
    handling=Handling.CHECKED,
    source="virt-v2v manual, input from VMware; libvirt documentation, migration",
    forklift="vmware.snapshot.detected, hyperv checkpoint",
)
