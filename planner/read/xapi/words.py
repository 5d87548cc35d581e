"""XAPI's words, and what they are here.

SR types are the names of the storage managers (`xe sm-list`); the rest are the enumerations of the XenAPI
reference. Read 2026-11-23.
"""

from collections.abc import Mapping
from typing import Final

from planner.model.kinds import DatastoreKind, DiskKind, PowerState

CLASSES: Final[Mapping[str, str]] = {
    "pool": "the pool: its name, coordinator and HA",
    "host": "hosts",
    "host_metrics": "the memory of hosts, and whether they are up",
    "VM": "VMs",
    "VBD": "which disks VMs have",
    "VDI": "sizes and places of disks",
    "SR": "storage repositories",
    "PBD": "which host reaches which storage repository",
    "VIF": "network cards of VMs",
    "network": "networks",
    "PIF": "network ports of hosts, and VLANs",
    "PIF_metrics": "speeds and models of network ports",
    "Bond": "bonds of network ports",
    "VM_metrics": "whether VMs are virtualization hosts themselves",
    "VM_guest_metrics": "guest systems, tools and addresses",
    "VM_appliance": "names of vApps",
    "VGPU": "virtual GPUs of VMs",
    "VGPU_type": "models of virtual GPUs",
    "PCI": "PCI devices",
    "VUSB": "USB devices of VMs",
    "PUSB": "names of USB devices",
    "VM_group": "anti-affinity groups of VMs",
}
"""What is read of each class, in the order of their use: a connection that breaks loses the last ones."""
NOT_EVERYWHERE: Final = frozenset(
    {"VM_appliance", "VGPU", "VGPU_type", "PCI", "VUSB", "PUSB", "VM_group", "Bond"}
)
"""Classes that came with some release, or that a pool need not have objects of."""

POWER: Final[Mapping[str, PowerState]] = {
    "running": PowerState.ON,
    "paused": PowerState.ON,
    "halted": PowerState.OFF,
    "suspended": PowerState.SUSPENDED,
}
DISK_KINDS: Final[Mapping[str, DiskKind]] = {
    "disk": DiskKind.DISK,
    "cd": DiskKind.CDROM,
    "floppy": DiskKind.FLOPPY,
}
PARAVIRTUAL: Final[Mapping[str, bool]] = {
    "pv": True,
    "pv_in_pvh": True,
    "pv-in-pvh": True,
    "pvh": False,
    "hvm": False,
}
SR_KINDS: Final[Mapping[str, DatastoreKind]] = {
    "ext": DatastoreKind.EXT,
    "largeblock": DatastoreKind.EXT,
    "lvm": DatastoreKind.LVM,
    "nfs": DatastoreKind.NFS,
    "lvmoiscsi": DatastoreKind.ISCSI,
    "iscsi": DatastoreKind.ISCSI,
    "lvmohba": DatastoreKind.HBA,
    "lvmofcoe": DatastoreKind.HBA,
    "hba": DatastoreKind.HBA,
    "rawhba": DatastoreKind.HBA,
    "smb": DatastoreKind.SMB,
    "cifs": DatastoreKind.SMB,
    "zfs": DatastoreKind.ZFS,
    "zfs-vol": DatastoreKind.ZFS,
    "cephfs": DatastoreKind.CEPH,
    "rbd": DatastoreKind.CEPH,
    "glusterfs": DatastoreKind.GLUSTER,
    "xosan": DatastoreKind.GLUSTER,
    "file": DatastoreKind.DIR,
    "xfs": DatastoreKind.DIR,
    "iso": DatastoreKind.ISO,
}
LUN_TYPES: Final = frozenset({"iscsi", "hba", "rawhba", "udev"})
"""Types of SRs whose every VDI is a whole LUN or device."""
DRIVE_TYPE: Final = "udev"
"""Type of the SRs that stand for a host's own DVD drives and USB sticks: no storage to move anything to."""
TOOLS_CONFIG: Final = "xenserver_tools_sr"
"""Key in `other_config` of the SR with XAPI's own tools, before there was a field for it (7.0)."""
MOUNTED: Final = frozenset({"ext", "largeblock", "nfs", "smb"})
"""Types of SRs that the hosts mount as a file system."""
INTERNAL: Final = ("is_host_internal_management_network", "is_guest_installer_network")
"""Keys in `other_config` of the network that XAPI keeps for itself."""
CUSTOM_FIELD: Final = "XenCenter.CustomFields."
KEPT_CONFIG: Final = ("folder", "auto_poweron")
"""Keys in `other_config` of VMs that people set; most others are notes that programs leave for themselves."""
