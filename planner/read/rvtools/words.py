"""What RVTools' words mean in the words of the estate. A word that is not here is unknown, never guessed."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeVar

from planner.model.kinds import AffinityKind, Firmware, PowerState
from planner.read.vsphere import words

T = TypeVar("T")


def _as_compared(table: Mapping[str, T]) -> dict[str, T]:
    """VSphere's own words, which RVTools prints in any case."""
    return {word.lower(): meaning for word, meaning in table.items()}


POWER: Final[Mapping[str, PowerState]] = {
    "poweredon": PowerState.ON,
    "poweredoff": PowerState.OFF,
    "suspended": PowerState.SUSPENDED,
}
FIRMWARE: Final[Mapping[str, Firmware]] = {"bios": Firmware.BIOS, "efi": Firmware.UEFI}
# Open-vm-tools that a distribution maintains are "unmanaged": they run.
TOOLS: Final = _as_compared(words.TOOLS)
DATASTORE_KINDS: Final = _as_compared(words.DATASTORE_KINDS)
ALWAYS_SHARED: Final = words.ALWAYS_SHARED
DISK_MODES: Final = _as_compared(words.DISK_MODES)
RAW_MODES: Final = _as_compared(words.RAW_MODES)
SHARING: Final = _as_compared(words.SHARING)

SHARED_BUSES: Final = _as_compared(words.SHARED_BUSES)
OFF_BALANCE: Final = words.OFF_BALANCE

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


@lru_cache(maxsize=2**10)
def bus_of(controller: str | None) -> str | None:
    """The bus of a disk's controller, by its name; there are few of them, and many disks."""
    return word_in(controller, BUSES)


def word_in(text: str | None, table: tuple[tuple[str, T], ...]) -> T | None:
    """The meaning of the first word of `table` that `text` contains."""
    lowered = (text or "").lower()
    return next((meaning for word, meaning in table if word in lowered), None)
