"""What RVTools' words mean in the words of the estate. A word that is not here is unknown, never guessed."""

import re
from collections.abc import Mapping
from typing import Final, TypeVar

from planner.model.estate import AffinityKind, DatastoreKind, DiskMode, Firmware, PowerState, ToolsState

POWER: Final[Mapping[str, PowerState]] = {
    "poweredon": PowerState.ON,
    "poweredoff": PowerState.OFF,
    "suspended": PowerState.SUSPENDED,
}
FIRMWARE: Final[Mapping[str, Firmware]] = {"bios": Firmware.BIOS, "efi": Firmware.UEFI}
# Open-vm-tools that a distribution maintains are "unmanaged": they run.
TOOLS: Final[Mapping[str, ToolsState]] = {
    "toolsok": ToolsState.RUNNING,
    "toolsold": ToolsState.OUTDATED,
    "toolsnotrunning": ToolsState.NOT_RUNNING,
    "toolsnotinstalled": ToolsState.NOT_INSTALLED,
}
DATASTORE_KINDS: Final[Mapping[str, DatastoreKind]] = {
    "vmfs": DatastoreKind.VMFS,
    "nfs": DatastoreKind.NFS,
    "nfs41": DatastoreKind.NFS,
    "vsan": DatastoreKind.VSAN,
    "vvol": DatastoreKind.VVOL,
}
# These are reached over a network or made of several hosts, whoever mounts them today.
ALWAYS_SHARED: Final = frozenset({DatastoreKind.NFS, DatastoreKind.VSAN, DatastoreKind.VVOL})
DISK_MODES: Final[Mapping[str, DiskMode]] = {
    "persistent": DiskMode.PERSISTENT,
    "independent_persistent": DiskMode.INDEPENDENT_PERSISTENT,
    "independent_nonpersistent": DiskMode.INDEPENDENT_NONPERSISTENT,
}
RAW_MODES: Final[Mapping[str, str]] = {"physicalmode": "physical", "virtualmode": "virtual"}
SHARING: Final[Mapping[str, bool]] = {
    "sharingnone": False,
    "sharingmultiwriter": True,
    "nosharing": False,
    "virtualsharing": True,
    "physicalsharing": True,
}

# Words within a longer text, the first that is found counts.
BUSES: Final = (
    ("nvme", "nvme"),
    ("ahci", "sata"),
    ("sata", "sata"),
    ("ide", "ide"),
    ("usb", "usb"),
    ("scsi", "scsi"),
    ("lsi", "scsi"),
    ("buslogic", "scsi"),
    ("paravirtual", "scsi"),
)
EDITIONS: Final = (
    ("enterprise plus", "enterprise-plus"),
    ("enterprise", "enterprise"),
    ("essentials plus", "essentials-plus"),
    ("essentials", "essentials"),
    ("foundation", "foundation"),
    ("standard", "standard"),
    ("evaluation", "evaluation"),
    ("hypervisor", "free"),
)
CPU_VENDORS: Final = (("intel", "Intel"), ("amd", "AMD"))
RULE_KINDS: Final = (("anti", AffinityKind.APART), ("affinity", AffinityKind.TOGETHER))

VERSION: Final = re.compile(r"\d+(?:\.\d+)+")
FILE_ON_DATASTORE: Final = re.compile(r"\[(?P<datastore>[^\]]+)\]\s*(?P<file>.*)", re.DOTALL)
NFS_ADDRESS: Final = re.compile(r"(?P<server>[^\s/]+?)[:\s]\s*(?P<export>/.*)")
ADDRESS: Final = re.compile(r"[A-Za-z0-9_.:-]+")
MAC: Final = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")

T = TypeVar("T")


def word_in(text: str | None, table: tuple[tuple[str, T], ...]) -> T | None:
    """The meaning of the first word of `table` that `text` contains."""
    return next((meaning for word, meaning in table if word in (text or "").lower()), None)
