"""vSphere's words, and what they are here: enumerations and type names of the vSphere Web Services API.

A word that is not here is unknown, never guessed. Read 2026-11-23.
"""

import re
from collections.abc import Mapping
from typing import Final, TypeVar

from planner.model.kinds import DatastoreKind, DiskMode, Firmware, PowerState, ToolsState

POWER: Final[Mapping[str, PowerState]] = {
    "poweredOn": PowerState.ON,
    "poweredOff": PowerState.OFF,
    "suspended": PowerState.SUSPENDED,
}
FIRMWARE: Final[Mapping[str, Firmware]] = {"bios": Firmware.BIOS, "efi": Firmware.UEFI, "uefi": Firmware.UEFI}
TOOLS: Final[Mapping[str, ToolsState]] = {
    "toolsOk": ToolsState.RUNNING,
    "toolsOld": ToolsState.OUTDATED,
    "toolsNotRunning": ToolsState.NOT_RUNNING,
    "toolsNotInstalled": ToolsState.NOT_INSTALLED,
}
TOOLS_VERSIONS: Final[Mapping[str, ToolsState]] = {
    "guestToolsNotInstalled": ToolsState.NOT_INSTALLED,
    "guestToolsNeedUpgrade": ToolsState.OUTDATED,
    "guestToolsSupportedOld": ToolsState.OUTDATED,
    "guestToolsTooOld": ToolsState.OUTDATED,
}
TOOLS_RUN: Final[Mapping[str, ToolsState]] = {
    "guestToolsRunning": ToolsState.RUNNING,
    "guestToolsExecutingScripts": ToolsState.RUNNING,
    "guestToolsNotRunning": ToolsState.NOT_RUNNING,
}
DATASTORE_KINDS: Final[Mapping[str, DatastoreKind]] = {
    "vmfs": DatastoreKind.VMFS,
    "nfs": DatastoreKind.NFS,
    "nfs41": DatastoreKind.NFS,
    "vsan": DatastoreKind.VSAN,
    "vvol": DatastoreKind.VVOL,
    "cifs": DatastoreKind.SMB,
}
ALWAYS_SHARED: Final = frozenset(
    {DatastoreKind.NFS, DatastoreKind.VSAN, DatastoreKind.VVOL, DatastoreKind.SMB}
)
"""Reached over a network or made of several hosts, whoever mounts them today."""
DISK_MODES: Final[Mapping[str, DiskMode]] = {
    "persistent": DiskMode.PERSISTENT,
    "independent_persistent": DiskMode.INDEPENDENT_PERSISTENT,
    "independent_nonpersistent": DiskMode.INDEPENDENT_NONPERSISTENT,
}
RAW_MODES: Final[Mapping[str, str]] = {"physicalMode": "physical", "virtualMode": "virtual"}
SHARING: Final[Mapping[str, bool]] = {
    "sharingNone": False,
    "sharingMultiWriter": True,
    "noSharing": False,
    "virtualSharing": True,
    "physicalSharing": True,
}
SHARED_BUSES: Final[Mapping[str, str]] = {"virtualSharing": "virtual", "physicalSharing": "physical"}
OFF_BALANCE: Final = frozenset({"disconnected", "inaccessible", "invalid", "orphaned"})
"""States of a VM in which its server cannot say, or not do, what it is asked."""
BUSES: Final = (
    ("ide", "ide"),
    ("ahci", "sata"),
    ("sata", "sata"),
    ("nvme", "nvme"),
    ("scsi", "scsi"),
    ("lsilogic", "scsi"),
    ("buslogic", "scsi"),
    ("usb", "usb"),
    ("sio", "fdc"),
)
"""Words in the type of a controller, the first that is found counts."""
EDITIONS: Final = (
    ("esxbasic", "free"),
    ("enterprise plus", "enterprise-plus"),
    ("enterprise", "enterprise"),
    ("essentials plus", "essentials-plus"),
    ("essentials", "essentials"),
    ("foundation", "foundation"),
    ("standard", "standard"),
    ("evaluation", "evaluation"),
    ("hypervisor", "free"),
)
"""Words in an edition key and a licence's name: ESXi Free is esxBasic, or "vSphere 8 Hypervisor"."""
CPU_VENDORS: Final = (("intel", "Intel"), ("amd", "AMD"))
EXTENSIONS: Final[Mapping[str, tuple[str, str]]] = {"Intel": ("vmx", "ept"), "AMD": ("svm", "npt")}
"""Flags of the hardware support for virtual machines and for their page tables, by vendor."""

FILE_ON_DATASTORE: Final = re.compile(r"\[(?P<datastore>[^\]]+)\]\s*(?P<file>.*)", re.DOTALL)
ADDRESS: Final = re.compile(r"[A-Za-z0-9_.:-]+")

T = TypeVar("T")


def word_in(text: str | None, table: tuple[tuple[str, T], ...]) -> T | None:
    """The meaning of the first word of a table that a text contains.

    >>> word_in("VirtualAHCIController", BUSES), word_in("PS2", BUSES)
    ('sata', None)
    """
    return next((meaning for word, meaning in table if word in (text or "").lower()), None)
