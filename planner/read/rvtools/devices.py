"""What a VM is made of: disks, network cards, snapshots, volumes and devices of its host."""

from collections import Counter
from collections.abc import Iterable

from planner.model.estate import Disk, GuestVolume, NetworkId, Nic, Passthrough, Snapshot
from planner.model.kinds import DiskKind, PassthroughKind
from planner.read.identity import slug
from planner.read.rvtools.export import Row
from planner.read.rvtools.networks import mac_of
from planner.read.rvtools.storage import Storage
from planner.read.rvtools.words import (
    DISK_MODES,
    FILE_ON_DATASTORE,
    RAW_MODES,
    SHARING,
    bus_of,
)


def disk_path(row: Row) -> str | None:
    """Where a disk's file lies, as `[ds1] web/web.vmdk`.

    Versions differ in which of two columns holds it; the other one lists mount points of the guest.
    """
    for field in ("path", "disk_path"):
        text = row.text(field)
        if text is not None and FILE_ON_DATASTORE.match(text):
            return text
    return None


def disks_of(vm: Row, rows: list[Row], storage: Storage) -> tuple[Disk, ...]:
    """A VM's disks; what vInfo counts but vDisk does not describe is unknown."""
    ids = _ids([row.text("label") for row in rows], "disk")
    # What the VM uses on all datastores bounds what its only disk may have allocated.
    bound = vm.size("in_use") if len(rows) == 1 else None
    disks = [_disk(vm, row, disk, storage, bound) for row, disk in zip(rows, ids, strict=True)]
    missing = (vm.whole("disks") or 0) - len(rows)
    disks += [Disk(id=f"unknown-{number}") for number in range(1, missing + 1)]
    return tuple(disks)


def images_of(vm: Row, rows: list[Row], kind: DiskKind, storage: Storage) -> tuple[Disk, ...]:
    """The images in a VM's CD or floppy drives; drives that are empty, or pass one of the host through, are none."""
    images = [image for row in rows if row.truth("connected") and (image := _image(row))]
    return tuple(
        Disk(id=f"{kind}-{number}", kind=kind, path=image, datastore=storage.behind(vm, image))
        for number, image in enumerate(images, start=1)
    )


def nics_of(vm: Row, rows: list[Row], networks: Iterable[NetworkId | None]) -> tuple[Nic, ...]:
    """A VM's network cards from vNetwork; `networks` are theirs, in the same order.

    RVTools lists the addresses that a guest had, not which of them are static: none is kept.
    """
    ids = _ids([row.text("label") for row in rows], "nic")
    nics = [
        Nic(id=nic, mac=mac_of(row), network=network, model=(row.text("model") or "").lower() or None)
        for row, nic, network in zip(rows, ids, networks, strict=True)
    ]
    return (*nics, *_unknown_nics((vm.whole("nics") or 0) - len(rows)))


def nics_from_vinfo(vm: Row, networks: tuple[NetworkId, ...]) -> tuple[Nic, ...]:
    """A VM's network cards where vNetwork says nothing of it: the networks that vInfo names, and its count."""
    nics = (Nic(id=f"nic-{number}", network=network) for number, network in enumerate(networks, start=1))
    return (*nics, *_unknown_nics((vm.whole("nics") or 0) - len(networks)))


def snapshots_of(rows: list[Row]) -> tuple[Snapshot, ...]:
    """A VM's snapshots."""
    return tuple(
        Snapshot(name=row.name("name") or "unnamed", created=row.text("created"), size_bytes=row.size("size"))
        for row in rows
    )


def volumes_of(rows: list[Row]) -> tuple[GuestVolume, ...]:
    """A VM's file systems, as its tools report them."""
    return tuple(
        GuestVolume(path=path, capacity_bytes=row.size("capacity") or None, free_bytes=row.size("free"))
        for row in rows
        if (path := row.text("path"))
    )


def usb_devices_of(rows: list[Row]) -> tuple[Passthrough, ...]:
    """USB devices of the host that a VM holds; an empty controller is none."""
    return tuple(
        Passthrough(
            kind=PassthroughKind.USB,
            description=" ".join(filter(None, (row.text("node"), row.text("type")))) or None,
        )
        for row in rows
        if row.truth("connected")
    )


def _disk(vm: Row, row: Row, disk: str, storage: Storage, bound: int | None) -> Disk:
    path = disk_path(row)
    raw = row.truth("raw")
    capacity = row.size("capacity", 1)
    return Disk(
        id=disk,
        capacity_bytes=capacity,
        allocated_bytes=None if raw else _allocated(row.truth("thin"), capacity, bound),
        datastore=storage.behind(vm, path),
        path=path,
        bus=bus_of(row.text("controller")),
        kind=DiskKind.RDM if raw else DiskKind.DISK,
        mode=DISK_MODES.get((row.text("mode") or "").lower()),
        shared=_shared(row),
        rdm_mode=RAW_MODES.get((row.text("raw_mode") or "").lower()) if raw else None,
    )


def _allocated(thin: bool | None, capacity: int | None, bound: int | None) -> int | None:  # noqa: FBT001
    """Bytes that a disk occupies: all of a thick one; of a thin one at most what its VM uses."""
    if thin is None or capacity is None:
        return None
    if not thin:
        return capacity
    return min(bound, capacity) if bound else None


def _shared(row: Row) -> bool | None:
    """Whether other VMs use the disk too: it, or its controller, says so."""
    said = {SHARING.get((row.text(field) or "").lower()) for field in ("sharing", "bus_sharing")}
    return True if True in said else False if False in said else None


def _image(row: Row) -> str | None:
    found = FILE_ON_DATASTORE.search(row.text("type") or "")
    return found[0] if found else None


def _unknown_nics(count: int) -> tuple[Nic, ...]:
    return tuple(Nic(id=f"unknown-{number}") for number in range(1, count + 1))


def _ids(labels: list[str | None], prefix: str) -> list[str]:
    """Ids of a VM's devices: their label (`hard-disk-1`), or their position where that is none or not unique."""
    slugs = [slug(label or "") for label in labels]
    counts = Counter(slugs)
    return [
        text if text and counts[text] == 1 else f"{prefix}-{position}"
        for position, text in enumerate(slugs, start=1)
    ]
