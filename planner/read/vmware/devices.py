"""Drives, network cards and host devices of an OVF's virtual hardware."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from planner.model.estate import Disk, Nic, Passthrough
from planner.model.kinds import DiskKind, PassthroughKind
from planner.read.formats import mac
from planner.read.ids import network_id
from planner.read.outside import is_name, line
from planner.read.vmware.items import Item
from planner.read.vmware.package import VirtualDisk

_CONTROLLERS: Final[Mapping[int, str]] = {5: "ide", 6: "scsi", 20: "sata"}
_DRIVES: Final[Mapping[int, DiskKind]] = {
    14: DiskKind.FLOPPY,
    15: DiskKind.CDROM,
    16: DiskKind.CDROM,
    17: DiskKind.DISK,
}
_CARD: Final = 10
_OTHER_DEVICE: Final = 1
_ON_HOST: Final = re.compile(r"(?:ovf:)?/{1,3}(?P<what>disk|file)/(?P<id>.+)", re.DOTALL)
_MAC: Final = re.compile(r"[0-9A-Fa-f]{2}([:.-]?[0-9A-Fa-f]{2}){5}")
_PASSTHROUGH: Final = (
    ("vmware.pci.vgpu", PassthroughKind.VGPU),
    ("vmware.pci.vmiop", PassthroughKind.VGPU),
    ("vmware.pci.passthrough", PassthroughKind.PCI),
)
_MOST_UNITS: Final = 4096


def disks_of(items: Iterable[Item]) -> tuple[Disk, ...]:
    """Every drive, on the bus of its controller; those made for a VM by the package with their sizes."""
    items = tuple(items)
    controllers = dict(_controllers(items))
    drives = [item for item in items if item.kind in _DRIVES]
    names = [_name(item, controllers) for item in drives]
    counts = Counter(names)
    return tuple(
        _drive(item, controllers, name if name and counts[name] == 1 else f"disk-{position}")
        for position, (item, name) in enumerate(zip(drives, names, strict=True), start=1)
    )


def _controllers(items: tuple[Item, ...]) -> Iterator[tuple[str, tuple[str, int]]]:
    """Bus and number of each controller: its address, where every one of its bus has one of its own."""
    buses: dict[str, list[Item]] = {}
    for item in items:
        if item.kind in _CONTROLLERS:
            bus = "nvme" if "nvme" in item.subtype else _CONTROLLERS[item.kind]
            buses.setdefault(bus, []).append(item)
    for bus, found in buses.items():
        addresses = [item.facts.get("address", "") for item in found]
        sound = len({*addresses}) == len(found) and all(re.fullmatch(r"\d{1,3}", text) for text in addresses)
        for position, (item, address) in enumerate(zip(found, addresses, strict=True)):
            yield item.ident, (bus, int(address) if sound else position)


def _name(item: Item, controllers: Mapping[str, tuple[str, int]]) -> str | None:
    parent = item.facts.get("parent", "")
    unit = item.whole("AddressOnParent", 0, _MOST_UNITS)
    if _DRIVES[item.kind] is DiskKind.FLOPPY:  # its controller is seldom an item
        return None if unit is None else f"floppy{unit}"
    if parent not in controllers or unit is None:
        return None
    bus, number = controllers[parent]
    return f"{bus}{number}:{unit}"


def _drive(item: Item, controllers: Mapping[str, tuple[str, int]], name: str) -> Disk:
    kind = _DRIVES[item.kind]
    parent = item.facts.get("parent")
    if parent is not None and parent not in controllers and kind is not DiskKind.FLOPPY:
        item.package.refuse(item.element, "Parent", f"{parent!r} is no controller of disks")
    behind = _behind(item)
    return Disk(
        id=name,
        capacity_bytes=behind.capacity_bytes if behind else None,
        allocated_bytes=behind.allocated_bytes if behind and kind is DiskKind.DISK else None,
        path=line(behind.file) if behind else None,
        bus="fdc" if kind is DiskKind.FLOPPY else controllers.get(parent or "", (None, 0))[0],
        kind=kind,
    )


def _behind(item: Item) -> VirtualDisk | None:
    """The disk or the file of the package that a drive has in it."""
    text = item.facts.get("hostresource")
    if text is None:
        return None
    match = _ON_HOST.fullmatch(text)
    what, ident = (match["what"], match["id"]) if match else ("disk", text)
    if what == "disk" and ident in item.package.disks:
        return item.package.disks[ident]
    if what == "file" and ident in item.package.files:
        return VirtualDisk(file=item.package.files[ident], capacity_bytes=None, allocated_bytes=None)
    section = "DiskSection" if what == "disk" else "References"
    item.package.refuse(item.element, "HostResource", f"{text!r} is not in the {section}")
    return None


def nics_of(items: Iterable[Item], cluster: str) -> tuple[Nic, ...]:
    """The network cards; `cluster` is the name of the one whose networks they are on."""
    cards = [item for item in items if item.kind == _CARD]
    return tuple(
        Nic(
            id=f"nic-{position}",
            mac=_mac(item),
            network=network_id(name, cluster) if (name := _network(item)) else None,
            model=line(item.subtype),
        )
        for position, item in enumerate(cards, start=1)
    )


def networks_of(items: Iterable[Item]) -> tuple[str, ...]:
    """The names of the networks that the cards are on."""
    return tuple(name for item in items if item.kind == _CARD and (name := _network(item)))


def _network(item: Item) -> str | None:
    name = item.facts.get("connection")
    if name is None or is_name(name):
        return name
    item.package.refuse(item.element, "Connection", f"is {name!r}, with a control character: rename it")
    return None


def _mac(item: Item) -> str | None:
    text = item.facts.get("address", "")
    return mac(text) if _MAC.fullmatch(text) else None


def passthrough_of(items: Iterable[Item]) -> tuple[Passthrough, ...]:
    """Devices of the source's host that a VM holds."""
    return tuple(dict.fromkeys(_passthrough(items)))


def _passthrough(items: Iterable[Item]) -> Iterator[Passthrough]:
    for item in items:
        if item.kind == _CARD and "sriov" in item.subtype:
            yield Passthrough(kind=PassthroughKind.SRIOV, description=line(item.facts.get("connection")))
        if item.kind == _OTHER_DEVICE:
            kind = next((kind for mark, kind in _PASSTHROUGH if item.subtype.startswith(mark)), None)
            described = item.settings.get("backing.vgpu") or item.settings.get("backing.id")
            if kind is not None:
                yield Passthrough(kind=kind, description=line(described))
