"""Disks that more than one VM uses."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from planner.model.estate import Disk, Estate, VmId
from planner.model.kinds import DiskKind

# Many VMs hold the same installation image without sharing anything that is written.
_REMOVABLE: Final = frozenset({DiskKind.CDROM, DiskKind.FLOPPY})


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedDisk:
    """A disk and the VMs that use it; `path` is as the source writes it."""

    id: str
    path: str
    vms: tuple[VmId, ...]


def shared_disks(estate: Estate) -> tuple[SharedDisk, ...]:
    """Disks that at least two VMs use: the same file of one datastore, or marked shared with the same path.

    Several disks that the same VMs share count once.
    """
    users: dict[tuple[str, str], dict[VmId, None]] = defaultdict(dict)
    for vm in estate.vms:
        for disk in vm.disks:
            for place in _places(disk):
                users[place][vm.id] = None
    found: dict[tuple[VmId, ...], SharedDisk] = {}
    for place in sorted(users):
        vms = tuple(sorted(users[place]))
        if len(vms) > 1:
            found.setdefault(vms, SharedDisk(id=_id(place), path=place[1], vms=vms))
    return tuple(found.values())


def _places(disk: Disk) -> Iterator[tuple[str, str]]:
    if disk.path is None or disk.kind in _REMOVABLE:
        return
    if disk.datastore is not None:
        yield disk.datastore, disk.path
    if disk.shared:
        yield "", disk.path


def _id(place: tuple[str, str]) -> str:
    return f"shared-disk-{hashlib.sha256(chr(31).join(place).encode()).hexdigest()[:12]}"
