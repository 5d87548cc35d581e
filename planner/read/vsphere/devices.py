"""A VM's disks, drives and network cards."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from planner.model.estate import Disk, NetworkId, Nic
from planner.model.kinds import DiskKind
from planner.read.vsphere.properties import Properties
from planner.read.vsphere.storage import Storage
from planner.read.vsphere.words import BUSES, DISK_MODES, RAW_MODES, SHARING, word_in
from planner.units import KIB

_DEEPEST_CHAIN: Final = 256
_LARGEST_BUS: Final = 1000
_LARGEST_UNIT: Final = 1000
_LEAST_KEY: Final = -(2**31)
_BY_KEY: Final = (
    (range(200, 202), "VirtualIDEController"),
    (range(400, 401), "VirtualSIOController"),
    (range(1000, 1010), "VirtualSCSIController"),
    (range(3000, 3004), "VirtualCdrom"),
    (range(7000, 7001), "VirtualUSBController"),
    (range(8000, 8002), "VirtualFloppy"),
    (range(9000, 9032), "VirtualSerialPort"),
    (range(10000, 10003), "VirtualParallelPort"),
    (range(11000, 11001), "VirtualTPM"),
    (range(13000, 13100), "VirtualPCIPassthrough"),
    (range(14000, 14001), "VirtualUSBController"),
    (range(15000, 15010), "VirtualAHCIController"),
    (range(16000, 16200), "VirtualCdrom"),
    (range(31000, 31010), "VirtualNVMEController"),
)
_BY_PROPERTY: Final = (
    ("capacityInKB", "VirtualDisk"),
    ("macAddress", "VirtualEthernetCard"),
    ("scsiCtlrUnitNumber", "VirtualSCSIController"),
)
_CARDS: Final = ("Virtual", "EthernetCard")
_DRIVES: Final = {"VirtualCdrom": DiskKind.CDROM, "VirtualFloppy": DiskKind.FLOPPY}


def type_of(device: Properties) -> str:
    """The type of a device; where the source did not keep it (govc before 0.30), as its properties and key tell."""
    if device.type:
        return device.type
    for name, kind in _BY_PROPERTY:
        if device.told(name):
            return kind
    key = device.whole("key", _LEAST_KEY)
    return next((kind for keys, kind in _BY_KEY if key in keys), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """What drives are attached to; `shared` says whether other VMs may use its disks."""

    bus: str
    number: int | None
    shared: bool | None


def disks_of(vm: Properties, storage: Storage, host: str | None) -> tuple[Disk, ...]:
    """A VM's disks, then the images in its CD and floppy drives; drives without one are left out."""
    controllers = dict(_controllers(vm))
    sizes = _chains(vm)
    disks = [
        _disk(device, controllers, sizes, storage, host)
        for device in vm.parts("config.hardware.device")
        if type_of(device).endswith("VirtualDisk")
    ]
    counts = Counter(disk.id for disk in disks)
    named = (
        disk if disk.id and counts[disk.id] == 1 else replace(disk, id=f"disk-{number}")
        for number, disk in enumerate(disks, 1)
    )
    return (*named, *_images(vm, controllers, storage, host))


def _controllers(vm: Properties) -> Iterator[tuple[int, Controller]]:
    for device in vm.parts("config.hardware.device"):
        key, bus = device.whole("key", _LEAST_KEY), word_in(type_of(device), BUSES)
        if key is not None and bus and device.told("busNumber"):
            number = device.whole("busNumber", 0, _LARGEST_BUS)
            shared = SHARING.get(device.text("sharedBus") or "")
            yield key, Controller(bus=bus, number=number, shared=shared)


def _chains(vm: Properties) -> dict[int, int]:
    """Bytes that the files of each disk occupy, of its snapshots too, by the disk's key."""
    sizes = {file.whole("key"): file.whole("size") for file in vm.parts("layoutEx.file")}
    found = {}
    for disk in vm.parts("layoutEx.disk"):
        key = disk.whole("key", _LEAST_KEY)
        files = {file for unit in disk.parts("chain") for file in unit.wholes("fileKey")}
        total = sum(sizes.get(file) or 0 for file in files)
        if key is not None and total:
            found[key] = total
    return found


def _disk(
    device: Properties,
    controllers: Mapping[int, Controller],
    sizes: Mapping[int, int],
    storage: Storage,
    host: str | None,
) -> Disk:
    backing = device.part("backing")
    key, path = device.whole("key", _LEAST_KEY), backing.text("fileName")
    controller = controllers.get(device.whole("controllerKey", _LEAST_KEY) or 0)
    raw = "RawDisk" in backing.type or backing.text("compatibilityMode") is not None
    # A disk of no size is a fault of the source: its size is not known.
    capacity = device.whole("capacityInBytes") or (device.whole("capacityInKB") or 0) * KIB or None
    return Disk(
        id=_id(device, controller) or "",
        capacity_bytes=capacity,
        allocated_bytes=None if raw else _allocated(backing, capacity, sizes.get(key or 0)),
        datastore=storage.behind(backing, path, host),
        path=path,
        bus=controller.bus if controller else None,
        kind=DiskKind.RDM if raw else DiskKind.DISK,
        mode=DISK_MODES.get(backing.text("diskMode") or ""),
        shared=_shared(backing, controller),
        rdm_mode=RAW_MODES.get(backing.text("compatibilityMode") or "") if raw else None,
        base=_base(backing),
    )


def _base(backing: Properties) -> str | None:
    """The file at the bottom of a chain."""
    *_, last = chain_of(backing)
    return None if last is backing else last.text("fileName")


def chain_of(backing: Properties) -> Iterator[Properties]:
    """What a disk stands on, the disk's own file first."""
    for _ in range(_DEEPEST_CHAIN):
        yield backing
        if not (backing := backing.part("parent")).fields:
            return


def _id(device: Properties, controller: Controller | None) -> str | None:
    """The address of a drive, as a .vmx has it: `scsi0:1`."""
    unit = device.whole("unitNumber", -1, _LARGEST_UNIT)
    known = controller is not None and controller.number is not None and unit is not None
    return f"{controller.bus}{controller.number}:{unit}" if known and controller else None


def _allocated(backing: Properties, capacity: int | None, files: int | None) -> int | None:
    """Bytes that a disk occupies: all of a thick one; of a thin one what its files have, no more than its size."""
    thin = backing.truth("thinProvisioned")
    if thin is False or capacity is None:
        return capacity
    return min(files, capacity) if thin and files is not None else None


def _shared(backing: Properties, controller: Controller | None) -> bool | None:
    """Whether other VMs use the disk too: it, or its controller, says so."""
    said = {SHARING.get(backing.text("sharing") or ""), controller.shared if controller else None}
    return True if True in said else False if False in said else None


def _images(
    vm: Properties, controllers: Mapping[int, Controller], storage: Storage, host: str | None
) -> Iterator[Disk]:
    counts: Counter[DiskKind] = Counter()
    for device in vm.parts("config.hardware.device"):
        kind = _DRIVES.get(type_of(device))
        path = device.text("backing.fileName")
        connected = device.truth("connectable.connected") or device.truth("connectable.startConnected")
        if kind is None or path is None or connected is False:
            continue
        counts[kind] += 1
        controller = controllers.get(device.whole("controllerKey", _LEAST_KEY) or 0)
        yield Disk(
            id=f"{kind}-{counts[kind]}",
            kind=kind,
            path=path,
            datastore=storage.behind(device.part("backing"), path, host),
            bus="fdc" if kind is DiskKind.FLOPPY else controller.bus if controller else None,
        )


def cards_of(vm: Properties) -> tuple[Properties, ...]:
    """A VM's network cards: the devices with a MAC address; where devices are not told, those that the guest sees."""
    if not vm.told("config.hardware.device"):
        return tuple(card for card in vm.parts("guest.net") if card.text("macAddress"))
    return tuple(device for device in vm.parts("config.hardware.device") if device.told("macAddress"))


def nics_of(
    vm: Properties, networks: Iterable[NetworkId | None], addresses: Mapping[int, tuple[str, ...]]
) -> tuple[Nic, ...]:
    """A VM's network cards; `networks` are theirs in the same order, `addresses` static ones by the card's key."""
    return tuple(
        Nic(
            id=f"nic-{number}",
            mac=card.mac("macAddress"),
            network=network,
            model=_model(card),
            addresses=addresses.get(_key(card), ()),
        )
        for number, (card, network) in enumerate(zip(cards_of(vm), networks, strict=True), 1)
    )


def _key(card: Properties) -> int:
    key = card.whole("key", _LEAST_KEY)
    return (card.whole("deviceConfigId", _LEAST_KEY) if key is None else key) or 0


def _model(card: Properties) -> str | None:
    """The card's type without what all types have: `vmxnet3`, `e1000e`, `sriov`."""
    before, after = _CARDS
    return card.type.removeprefix(before).removesuffix(after).lower() or None
