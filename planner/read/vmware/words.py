"""VMware's words, in the words of the estate."""

import re
from collections.abc import Mapping
from typing import Final

from planner.model.kinds import DiskKind, DiskMode, Firmware

FIRMWARE: Final[Mapping[str, Firmware]] = {
    "bios": Firmware.BIOS,
    "csm": Firmware.BIOS,
    "efi": Firmware.UEFI,
    "uefi": Firmware.UEFI,
}
DEVICE_TYPES: Final[Mapping[str, DiskKind]] = {
    "disk": DiskKind.DISK,
    "scsi-harddisk": DiskKind.DISK,
    "ata-harddisk": DiskKind.DISK,
    "nvme-harddisk": DiskKind.DISK,
    "plaindisk": DiskKind.DISK,
    "rawdisk": DiskKind.RDM,
    "scsi-passthru-rdm": DiskKind.RDM,
    "scsi-nonpassthru-rdm": DiskKind.RDM,
    "scsi-passthru": DiskKind.LUN,
    "cdrom-image": DiskKind.CDROM,
    "cdrom-raw": DiskKind.CDROM,
    "atapi-cdrom": DiskKind.CDROM,
}
"""`deviceType` of a drive, in lower case."""
SUFFIXES: Final[Mapping[str, DiskKind]] = {".vmdk": DiskKind.DISK, ".iso": DiskKind.CDROM}
"""What a drive without a type is, by the end of its file's name."""
RDM_MODES: Final[Mapping[str, str]] = {
    "scsi-passthru-rdm": "physical",
    "scsi-nonpassthru-rdm": "virtual",
    "vmfspassthroughrawdevicemap": "physical",
    "vmfsrawdevicemap": "virtual",
}
"""Of a raw device map, by `deviceType` of the drive or `createType` of the image."""
DISK_MODES: Final[Mapping[str, DiskMode]] = {
    "persistent": DiskMode.PERSISTENT,
    "independent-persistent": DiskMode.INDEPENDENT_PERSISTENT,
    "independent-nonpersistent": DiskMode.INDEPENDENT_NONPERSISTENT,
}
SHARED_BUSES: Final = frozenset({"physical", "virtual"})
"""Of a SCSI controller whose disks other VMs use as well: those of one host, or of any."""
NO_MEDIUM: Final = frozenset({"auto detect", "emptybackingstring"})
"""Names of files that stand for none."""
VMFS_VOLUME: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}")
"""The UUID of a VMFS volume, under which ESXi mounts it beside its name."""
HARDWARE_OF_VMWARE: Final = re.compile(r"vmx-\d{1,4}")
"""What an OVF calls virtual hardware of VMware's; of several kinds the first."""
