"""Disks that more than one VM uses."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from planner.graph.company import Company, group_id
from planner.graph.kinds import Basis, Confidence, EdgeKind
from planner.model.estate import Disk, Estate, VmId
from planner.model.kinds import DiskKind

# Many VMs hold the same installation image without sharing anything that is written.
_REMOVABLE: Final = frozenset({DiskKind.CDROM, DiskKind.FLOPPY})


def shared_disks(estate: Estate) -> Iterator[Company]:
    """Disks that at least two VMs use: the same file of one datastore, or marked shared with the same path.

    Several disks that the same VMs share count once. The name is the path, as the source writes it.
    """
    users: dict[tuple[str, str], dict[VmId, None]] = defaultdict(dict)
    for vm in estate.vms:
        for disk in vm.disks:
            for place in _places(disk):
                users[place][vm.id] = None
    told: set[tuple[VmId, ...]] = set()
    for place in sorted(users):
        vms = tuple(sorted(users[place]))
        if len(vms) > 1 and vms not in told:
            told.add(vms)
            yield Company(
                id=group_id("shared-disk", *place),
                name=place[1],
                basis=Basis.SHARED_DISK,
                vms=vms,
                kinds=(EdgeKind.MOVE_TOGETHER,),
                evidence="their disks are the same file",
                confidence=Confidence.DERIVED,
            )


def _places(disk: Disk) -> Iterator[tuple[str, str]]:
    if disk.path is None or disk.kind in _REMOVABLE:
        return
    if disk.datastore is not None:
        yield disk.datastore, disk.path
    if disk.shared:
        yield "", disk.path
