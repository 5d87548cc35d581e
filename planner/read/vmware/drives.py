"""Disks, CD drives and floppies of a .vmx."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from planner.errors import InputError
from planner.model.estate import Disk
from planner.model.kinds import DiskKind, DiskMode
from planner.read.ids import datastore_id
from planner.read.vmware.dictionary import Dictionary
from planner.read.vmware.places import Home, place_of
from planner.read.vmware.vmdk import Image, read_image
from planner.read.vmware.words import DEVICE_TYPES, DISK_MODES, NO_MEDIUM, RDM_MODES, SHARED_BUSES, SUFFIXES

_DRIVE: Final = re.compile(r"((?:scsi|sata|ide|nvme)\d{1,3}):(\d{1,3})")
_CONTROLLER: Final = re.compile(r"(?:scsi|sata|nvme)\d{1,3}")
_FLOPPY: Final = re.compile(r"floppy\d")
_HARD: Final = frozenset({DiskKind.DISK, DiskKind.RDM, DiskKind.LUN})


def disks_of(vmx: Dictionary, home: Home) -> tuple[Disk, ...]:
    """Every drive that is there, in the order of buses and positions."""
    drives = (_drive(vmx, home, *position) for position in sorted(_positions(vmx)))
    floppies = (_floppy(vmx, home, name) for name in sorted(match[0] for match in vmx.present(_FLOPPY)))
    return (*(disk for disk in drives if disk is not None), *floppies)


def clones_of(vmx: Dictionary, home: Home, disks: tuple[Disk, ...]) -> tuple[str, ...]:
    """The disks that hold no more than the difference to a disk of another VM."""
    images = ((disk.id, _image(vmx, home, _file(vmx, disk.id))) for disk in disks if disk.kind in _HARD)
    return tuple(name for name, image in images if image and image.linked)


def _positions(vmx: Dictionary) -> Iterator[tuple[str, int]]:
    """Controller and unit of each drive; one on a controller that is not there is not there either."""
    controllers = {match[0] for match in vmx.present(_CONTROLLER)}
    for match in vmx.present(_DRIVE):
        if match[1].startswith("ide") or match[1] in controllers:
            yield match[1], int(match[2])


def _drive(vmx: Dictionary, home: Home, controller: str, unit: int) -> Disk | None:
    name = f"{controller}:{unit}"
    file = _file(vmx, name)
    kind = _kind(vmx, name, file)
    if kind is None:
        return None
    bus = controller.rstrip("0123456789")
    if kind is DiskKind.CDROM:
        return _medium(vmx, home, name, bus=bus, kind=kind)
    image = _image(vmx, home, file)
    place = place_of(file, home) if file else None
    raw = ((vmx.text(f"{name}.deviceType") or "").lower(), (image and image.create_type) or "")
    rdm_mode = next((RDM_MODES[word] for word in raw if word in RDM_MODES), None)
    return Disk(
        id=name,
        capacity_bytes=image.capacity_bytes or None if image else None,
        allocated_bytes=image.allocated_bytes if image else None,
        datastore=datastore_id(place.datastore) if place and place.datastore else None,
        path=place.path if place else None,
        bus=bus,
        kind=DiskKind.RDM if rdm_mode else kind,
        mode=DISK_MODES.get((vmx.text(f"{name}.mode") or DiskMode.PERSISTENT).lower()),
        shared=_shared(vmx, name, controller),
        rdm_mode=rdm_mode,
        base=image.base if image else None,
    )


def _kind(vmx: Dictionary, name: str, file: str | None) -> DiskKind | None:
    """What a drive is; None, with a problem, when nothing tells."""
    word = (vmx.text(f"{name}.deviceType") or "").lower()
    kind = DEVICE_TYPES.get(word) or SUFFIXES.get(PurePosixPath(file or "").suffix.lower())
    if kind is None:
        expected = "scsi-hardDisk, ata-hardDisk, cdrom-image, cdrom-raw, atapi-cdrom or rawDisk"
        vmx.refuse(f"{name}.deviceType", f"is {word!r}, which is not known: expected one of {expected}")
    elif kind in _HARD and file is None:
        vmx.refuse(f"{name}.present", f"is TRUE, but {name}.fileName does not name the disk")
    return kind


def _image(vmx: Dictionary, home: Home, file: str | None) -> Image | None:
    if file is None or not file.lower().endswith(".vmdk"):
        return None
    try:
        return read_image(file, home)
    except InputError as error:
        vmx.problems.extend(error.problems)
        return None


def _shared(vmx: Dictionary, name: str, controller: str) -> bool:
    """Whether other VMs may use the disk too: it, or its controller, says so."""
    by_disk = (vmx.text(f"{name}.sharing") or "").lower() == "multi-writer"
    return by_disk or (vmx.text(f"{controller}.sharedBus") or "").lower() in SHARED_BUSES


def _floppy(vmx: Dictionary, home: Home, name: str) -> Disk:
    return _medium(vmx, home, name, bus="fdc", kind=DiskKind.FLOPPY)


def _medium(vmx: Dictionary, home: Home, name: str, *, bus: str, kind: DiskKind) -> Disk:
    """A drive with what is in it; the medium of a client's drive is not on the host."""
    file = None if vmx.truth(f"{name}.clientDevice") else _file(vmx, name)
    place = place_of(file, home) if file else None
    return Disk(
        id=name,
        datastore=datastore_id(place.datastore) if place and place.datastore else None,
        path=place.path if place else None,
        bus=bus,
        kind=kind,
    )


def _file(vmx: Dictionary, name: str) -> str | None:
    file = vmx.named(f"{name}.fileName")
    return None if file is None or file.lower() in NO_MEDIUM else file
