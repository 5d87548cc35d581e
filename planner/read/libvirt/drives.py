"""Disks, CD drives and floppies of a domain, as its document names what stands behind them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from planner.model.kinds import DiskKind, DiskMode
from planner.read.libvirt.values import Document, parts, pci_address
from planner.read.outside import line
from planner.read.xml import Element

_KINDS: Final = {
    "disk": DiskKind.DISK,
    "lun": DiskKind.LUN,
    "cdrom": DiskKind.CDROM,
    "floppy": DiskKind.FLOPPY,
}
_BUSES: Final = frozenset({"scsi", "sata", "ide", "nvme", "virtio", "usb", "xen", "fdc", "sd"})
# libvirt documentation, domain XML, hard drives: the bus follows from the device's name where it is not given.
_BUS_OF_NAME: Final = {"fd": "fdc", "hd": "ide", "sd": "scsi", "vd": "virtio", "xv": "xen"}
_WRITTEN: Final = frozenset({DiskKind.DISK, DiskKind.LUN})
_SOURCES: Final = {"file": "file", "block": "dev", "dir": "dir", "vhostuser": "path", "vhostvdpa": "dev"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """A disk before it is known where it lies: `path` is the file, the device or `protocol:name`.

    `pool` and `volume` are given where the document names those and no path. `passed` is the host's own device that
    the drive is, `controller` the index of what it hangs on, `encrypted` whether libvirt opens it with a key, `base` the
    file or device at the bottom of its backing chain.
    """

    id: str
    kind: DiskKind
    bus: str | None = None
    path: str | None = None
    pool: str | None = None
    volume: str | None = None
    mode: DiskMode | None = None
    shared: bool | None = None
    passed: str | None = None
    controller: str = "0"
    encrypted: bool = False
    base: str | None = None


def drives_of(document: Document, elements: Iterable[Element], devices: Element | None) -> tuple[Drive, ...]:
    """The drives of the `<disk>` elements below `<devices>`."""
    found: dict[str, Drive] = {}
    for element in elements:
        drive = _drive(document, element)
        if drive is not None and drive.id in found:
            document.fault(element, f"two disks have the target {drive.id!r}: libvirt refuses that, too")
        elif drive is not None:
            found[drive.id] = drive
    if devices is not None and any(drive.bus == "scsi" for drive in found.values()):
        return tuple(_on_controllers(found.values(), devices))
    return tuple(found.values())


def _drive(document: Document, element: Element) -> Drive | None:
    inside = parts(element)
    target = inside.get("target")
    name = line(target.get("dev")) if target is not None else None
    kind = _KINDS.get(element.get("device", "disk"))
    if target is None or name is None or kind is None:
        message = "no target dev" if kind else f"the unknown device {element.get('device', '')[:60]!r}"
        document.fault(element, f"a disk has {message}: export the domain again with virsh dumpxml")
        return None
    bus = target.get("bus") or _BUS_OF_NAME.get(name[:2])
    source, address = inside.get("source"), inside.get("address")
    told = _source(element.get("type", "file"), source) if source is not None else {}
    return Drive(
        id=name,
        kind=kind,
        bus=bus if bus in _BUSES else None,
        controller=address.get("controller", "0") if address is not None else "0",
        mode=_mode(element, inside) if kind in _WRITTEN else None,
        shared="shareable" in inside,
        encrypted="encryption" in inside or (source is not None and source.find("encryption") is not None),
        base=_base(inside.get("backingStore")),
        **told,
    )


def _base(below: Element | None) -> str | None:
    """What the innermost `<backingStore>` names; an empty one ends the chain."""
    found = None
    while below is not None and (source := below.find("source")) is not None:
        found = _source(below.get("type", "file"), source).get("path")
        below = below.find("backingStore")
    return found


def _source(of: str, source: Element) -> dict[str, str | None]:
    """What stands behind a disk of a type, as fields of the drive."""
    if of == "volume":
        return {"pool": source.get("pool"), "volume": source.get("volume")}
    if of == "network":
        name = source.get("name")
        return {"path": line(f"{source.get('protocol', '')}:{name}") if name else None}
    if of == "nvme":
        address = pci_address(source.find("address"))
        return {"path": address, "passed": address}
    return {"path": line(source.get(_SOURCES.get(of, "file")))}


def _on_controllers(drives: Iterable[Drive], devices: Element) -> Iterator[Drive]:
    """The drives, with what the SCSI controllers of some are: the guest needs a driver for that."""
    models = {
        element.get("index", "0"): element.get("model", "")
        for element in devices.iterchildren("controller")
        if element.get("type") == "scsi"
    }
    for drive in drives:
        virtio = drive.bus == "scsi" and models.get(drive.controller, "").startswith("virtio")
        yield replace(drive, bus="virtio-scsi") if virtio else drive


def _mode(element: Element, inside: Mapping[str, Element]) -> DiskMode:
    if "transient" in inside:
        return DiskMode.INDEPENDENT_NONPERSISTENT
    independent = element.get("snapshot") == "no"
    return DiskMode.INDEPENDENT_PERSISTENT if independent else DiskMode.PERSISTENT
