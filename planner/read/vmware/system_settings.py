"""Settings of a VM of an OVF package that no other hypervisor takes over."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from planner.model.estate import Disk
from planner.model.kinds import DiskKind
from planner.model.setting import Setting, SettingKind
from planner.read.outside import line
from planner.read.vmware.envelope import attribute, name_of, words
from planner.read.vmware.items import Item, settings_of
from planner.read.vmware.words import HARDWARE_OF_VMWARE
from planner.read.xml import Element
from planner.units import MIB

_CPU: Final = 3
_MEMORY: Final = 4
_CARD: Final = 10
_PORTS: Final = frozenset({21, 22})
_OTHER_DEVICE: Final = 1
_WATCHDOG: Final = "vmware.wdt"
_LARGEST: Final = 2**60
_DIGITS: Final = re.compile(r"\d{1,18}")
_MEGAHERTZ: Final = re.compile(r"hertz\s*\*\s*10\^6|megahertz", re.IGNORECASE)
_OF_VMWARE: Final = "http://www.vmware.com/schema/ovf"
_EXTRA: Final = (
    ("sched.cpu.affinity", SettingKind.CPU_AFFINITY),
    ("numa.nodeaffinity", SettingKind.NUMA_AFFINITY),
)


def system_settings(
    system: Element, hardware: Element | None, items: Iterable[Item], disks: Iterable[Disk], family: str
) -> tuple[Setting, ...]:
    """Everything of the kind that a system and its hardware tell; `family` is the kind of hardware, in lower case."""
    items = tuple(items)
    told = settings_of(hardware) if hardware is not None else {}
    return (
        *(Setting(kind=kind, value=line(told[key])) for key, kind in _EXTRA if told.get(key, "all") != "all"),
        *_amounts(items),
        *_switches(told, disks),
        *_devices(items),
        *_vapp(system),
        *_maker(system, family),
    )


def _maker(system: Element, family: str) -> Iterator[Setting]:
    """Who made the package, unless it was VMware: then hardware is of its kind, or the envelope knows its elements."""
    known = system.getroottree().getroot().nsmap.values()
    if not HARDWARE_OF_VMWARE.match(family) and _OF_VMWARE not in known:
        yield Setting(kind=SettingKind.FOREIGN_EXPORT, value=line(family))


def _amounts(items: tuple[Item, ...]) -> Iterator[Setting]:
    """Shares and limits; a limit of memory counts only below what the VM is given."""
    for item in items:
        limit = item.facts.get("limit", "")
        if item.kind == _CPU:
            level = item.settings.get("shareslevel", "normal")
            if level.lower() != "normal":
                yield Setting(kind=SettingKind.CPU_SHARES, value=line(level))
            if _DIGITS.fullmatch(limit) and int(limit):
                units = item.facts.get("allocationunits", "")
                shown = "MHz" if _MEGAHERTZ.fullmatch(units) else units
                yield Setting(kind=SettingKind.CPU_LIMIT, value=line(f"{limit} {shown}"))
        if item.kind == _MEMORY and _DIGITS.fullmatch(limit):
            most, given = item.size("Limit", 0, _LARGEST), item.size("VirtualQuantity", 0, _LARGEST)
            if most and given and most < given:
                yield Setting(kind=SettingKind.MEMORY_LIMIT, value=f"{most // MIB} MiB")


def _switches(told: Mapping[str, str], disks: Iterable[Disk]) -> Iterator[Setting]:
    if told.get("tools.synctimewithhost", "").lower() == "true":
        yield Setting(kind=SettingKind.CLOCK_FROM_HOST)
    shown = [disk.id for disk in disks if disk.bus == "scsi" and disk.kind is DiskKind.DISK]
    if shown and told.get("disk.enableuuid", "").lower() == "true":
        yield Setting(kind=SettingKind.DISK_SERIAL, value=", ".join(shown))


def _devices(items: tuple[Item, ...]) -> Iterator[Setting]:
    """Ports with an address, a watchdog, and cards that are not connected at power on (DSP0243, AutomaticAllocation)."""
    for item in items:
        name = line(item.facts.get("elementname") or item.facts.get("caption"))
        if item.kind in _PORTS and item.facts.get("address"):
            yield Setting(kind=SettingKind.SERIAL_PORT, value=name)
        if item.kind == _OTHER_DEVICE and item.subtype == _WATCHDOG:
            yield Setting(kind=SettingKind.WATCHDOG)
        if item.kind == _CARD and item.facts.get("automaticallocation", "").lower() in {"false", "0"}:
            yield Setting(kind=SettingKind.NIC_UNPLUGGED, value=name)


def _vapp(system: Element) -> Iterator[Setting]:
    """The collection that a VM is in: VMware makes one of every vApp."""
    parent = system.getparent()
    if parent is not None and name_of(parent) == "VirtualSystemCollection":
        yield Setting(kind=SettingKind.VAPP, value=line(words(parent, "Name") or attribute(parent, "id")))
