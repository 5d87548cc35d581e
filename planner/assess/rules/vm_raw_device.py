"""Disks that are devices of the host or of the SAN, not files or volumes of a datastore."""

import re
from typing import Final

from planner.assess.ground import Ground, travelling
from planner.assess.looks import COPYING, all_of, by_transport
from planner.assess.rule import Console, Facts, Rule, observed, warning
from planner.model.estate import Disk, VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import DiskKind

# Names that Linux gives to whole devices and their partitions; a volume of LVM has those of its group and its own.
_DEVICES: Final = re.compile(
    r"/dev/(?:(?:[sh]d|xvd|vd)[a-z]+\d*|nvme\d+n\d+(?:p\d+)?|md/?\w+|dm-\d+|drbd[\w/-]+|nbd\d+|loop\d+"
    r"|cciss/\w+|disk/by-\w+/.+|mapper/(?:mpath\w+|3[0-9a-f]{16,32}))"
)


def is_device(disk: Disk) -> bool:
    """A LUN by what the source says of it, or a device by its name outside of any datastore."""
    named = disk.datastore is None and _DEVICES.fullmatch(disk.path or "") is not None
    return disk.kind is DiskKind.LUN or (disk.kind is DiskKind.DISK and named)


def holds_devices(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """At least one disk is such a device."""
    del ground
    found = [disk.path or disk.id for disk in travelling(vm) if is_device(disk)]
    return observed(devices=", ".join(found)) if found else None


RULE = Rule(
    id="vm-raw-device",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="A disk of the VM is a whole device of its host or of the SAN.",
    why=(
        "Every byte of it is copied, empty or not, and the target gets a disk that is no device any more; what watched "
        "the device (multipath, replication, array snapshots, a cluster) does not know the copy."
    ),
    remedy=(
        "Count with its whole size; see who else uses the device (`lsblk`, `drbdadm status`, the array), and where the "
        "guest needs the device itself, leave it out of the copy and attach it on the target."
    ),
    commands={
        Console.XAPI: "xe vm-disk-list $selector",
        Console.XEN: "ssh root@$host lsblk -o NAME,SIZE,TYPE,WWN,MOUNTPOINT",
        Console.LIBVIRT: "virsh -c qemu+ssh://root@$host/system domblklist --domain $name --details",
    },
    find=by_transport(holds_devices, all_of(COPYING, warning())),
    source="xl-disk-configuration manual, phy; libvirt documentation, domain XML: disk type block",
)
