"""Where the disks of a VM go on a target host."""

from collections.abc import Mapping
from typing import NamedTuple

from planner.model.plan import DiskPlacement, StorageId
from planner.place.case import Case, Node, Workload


class Stowage(NamedTuple):
    """The storage of every disk that must be copied, or how many bytes are short for one of them."""

    disks: tuple[DiskPlacement, ...]
    short: int = 0


def stow(
    case: Case, vm: Workload, node: Node, placed: tuple[DiskPlacement, ...], used: Mapping[StorageId, int]
) -> Stowage:
    """Each disk on the first of its choices with room. Disks that the host reaches where they are stay there."""
    stays = {place.disk for place in placed if place.storage == node.pool or place.storage not in case.pools}
    booked: dict[StorageId, int] = {}
    disks = []
    for parcel in vm.parcels:
        if parcel.disk in stays:
            continue
        chosen, most = None, 0
        for choice in parcel.choices:
            offer = choice or node.pool
            free = _free(case, offer, used, booked)
            if free is None or free >= parcel.size:
                chosen = offer
                break
            most = max(most, free)
        if chosen is None:
            return Stowage((), parcel.size - most)
        booked[chosen] = booked.get(chosen, 0) + parcel.size
        disks.append(DiskPlacement(disk=parcel.disk, storage=chosen))
    return Stowage(tuple(disks))


def holds(  # noqa: PLR0913, PLR0917
    case: Case,
    vm: Workload,
    node: Node,
    placed: tuple[DiskPlacement, ...],
    disks: tuple[DiskPlacement, ...],
    used: Mapping[StorageId, int],
) -> bool:
    """Whether these copies have room where a VM on this host reaches them, and no other disk of it needs one."""
    stays = {place.disk for place in placed if place.storage == node.pool or place.storage not in case.pools}
    sizes = {parcel.disk: parcel.size for parcel in vm.parcels}
    if sizes.keys() - stays != {place.disk for place in disks}:
        return False
    booked: dict[StorageId, int] = {}
    for place in disks:
        if place.storage not in case.capacities or (
            place.storage in case.pools and place.storage != node.pool
        ):
            return False
        free = _free(case, place.storage, used, booked)
        if free is not None and free < sizes[place.disk]:
            return False
        booked[place.storage] = booked.get(place.storage, 0) + sizes[place.disk]
    return True


def parking_space(case: Case, vm: Workload, used: Mapping[StorageId, int]) -> Stowage:
    """All disks of a VM on the parking storage; short by everything where there is none."""
    total = sum(parcel.size for parcel in vm.parcels)
    if case.parking is None:
        return Stowage((), total + 1)
    free = _free(case, case.parking, used, {})
    if free is not None and free < total:
        return Stowage((), total - free)
    return Stowage(tuple(DiskPlacement(disk=parcel.disk, storage=case.parking) for parcel in vm.parcels))


def _free(
    case: Case, storage: StorageId, used: Mapping[StorageId, int], booked: Mapping[StorageId, int]
) -> int | None:
    capacity = case.capacities[storage]
    return None if capacity is None else capacity - used.get(storage, 0) - booked.get(storage, 0)
