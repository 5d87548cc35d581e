"""Hyper-V's VMs with their disks, cards and checkpoints."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from planner.model.estate import Cluster, Datastore, Disk, HostId, Network, Nic, Snapshot, VirtualMachine
from planner.model.kinds import DatastoreKind, DiskKind, Firmware, PowerState, ToolsState
from planner.read.clouds.hyper_v_found import Found, word
from planner.read.clouds.hyper_v_settings import settings_of
from planner.read.clouds.records import ANY_VLAN, CAPACITY, MEMORY, VCPUS, Record
from planner.read.ids import datastore_id, network_id, vm_id
from planner.read.outside import line, note

KIND: Final = "hyper-v"

# Numbers of enumerations: https://learn.microsoft.com/en-us/dotnet/api/microsoft.hyperv.powershell.vmstate and the like.
_STATES: Final = {
    2: "Running",
    3: "Off",
    4: "Stopping",
    6: "Saved",
    9: "Paused",
    10: "Starting",
    32773: "Saving",
}
_POWER: Final = {
    "Running": PowerState.ON,
    "Starting": PowerState.ON,
    "Stopping": PowerState.ON,
    "RunningCritical": PowerState.ON,
    "Off": PowerState.OFF,
    "OffCritical": PowerState.OFF,
    "Saved": PowerState.SUSPENDED,
    "Saving": PowerState.SUSPENDED,
    "SavedCritical": PowerState.SUSPENDED,
    "Paused": PowerState.SUSPENDED,
    "PausedCritical": PowerState.SUSPENDED,
}
_CONTROLLERS: Final = {0: "IDE", 1: "SCSI"}
_BUSES: Final = {"IDE": "ide", "SCSI": "scsi"}
_ON_OFF: Final = {0: "On", 1: "Off"}
_MODES: Final = {0: "Untagged", 1: "Access", 2: "Trunk", 3: "Private"}
_FIRMWARES: Final = {1: Firmware.BIOS, 2: Firmware.UEFI}
_TOOLS: Final = {"Update required": ToolsState.OUTDATED}

_CLUSTERED: Final = re.compile(r"([A-Za-z]:\\ClusterStorage\\[^\\]+)\\", re.IGNORECASE)
_SHARE: Final = re.compile(r"\\\\([^\\]+)\\([^\\]+)\\")
_VOLUME: Final = re.compile(r"([A-Za-z]:)\\")
_PHYSICAL: Final = re.compile(r"Disk \d+\b")
_DATE: Final = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
_LATEST: Final = 253_402_300_799_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where a VM is: its cluster, and its host's id and name where it says one."""

    cluster: Cluster
    host: HostId | None
    host_name: str | None


def vm(key: str, record: Record, found: Found, home: Home) -> VirtualMachine:
    """A VM, with what lists of their own say of its parts."""
    name = record.text("Name") or ""
    generation = record.number("Generation")
    firmware = _FIRMWARES.get(generation or 0)
    dynamic = record.flag("DynamicMemoryEnabled")
    disks = tuple(_disks(key, record, found, home))
    state = word(record.data.get("State"), _STATES)
    return VirtualMachine(
        id=vm_id(name, key, home.cluster.name),
        name=name,
        cluster=home.cluster.id,
        host=home.host,
        source=KIND,
        instance_uuid=key,
        power=_POWER.get(state or ""),
        vcpus=record.number("ProcessorCount", VCPUS),
        memory_bytes=_memory(record, dynamic=bool(dynamic)),
        memory_reservation_bytes=record.number("MemoryMinimum", (0, MEMORY[1])) if dynamic else None,
        firmware=firmware,
        secure_boot=_secure_boot(key, found, firmware),
        vtpm=_security(key, found, "TpmEnabled"),
        encrypted=_security(key, found, "Shielded"),
        tools=_TOOLS.get(record.text("IntegrationServicesState") or ""),
        hardware_version=record.line("Version"),
        config_path=record.line("ConfigurationLocation"),
        disks=disks,
        nics=tuple(_nics(key, record, found, home)),
        snapshots=_snapshots(key, record, found, disks),
        settings=settings_of(record, state, cards(key, record, found), found),
        annotation=note(record.text("Notes")),
        origin=record.origin,
    )


def _memory(record: Record, *, dynamic: bool) -> int | None:
    """What it starts with; of dynamic memory what it has been given, if that is more."""
    start = record.size("MemoryStartup", 1, MEMORY)
    assigned = record.number("MemoryAssigned", (0, MEMORY[1]))
    return max(start or 0, assigned or 0) or None if dynamic else start


def _secure_boot(key: str, found: Found, firmware: Firmware | None) -> bool | None:
    if firmware is Firmware.BIOS:
        return False
    said = [word(item.data.get("SecureBoot"), _ON_OFF) for item in found.of("firmware", key)]
    return said[0] == "On" if said and said[0] else None


def _security(key: str, found: Found, fact: str) -> bool | None:
    said = found.of("security", key)
    return said[0].flag(fact) if said else None


def _drives(key: str, record: Record, found: Found) -> Iterator[tuple[Record, DiskKind]]:
    """Disks and DVD drives, of the VM itself or of a list of their own."""
    for drive in found.of("disk", key) or record.many("HardDrives"):
        kind = DiskKind.CDROM if drive.has("DvdMediaType") else DiskKind.DISK
        yield drive, DiskKind.LUN if _PHYSICAL.match(drive.text("Path") or "") else kind
    if record.has("DVDDrives"):
        yield from ((drive, DiskKind.CDROM) for drive in record.many("DVDDrives"))


def _disks(key: str, record: Record, found: Found, home: Home) -> Iterator[Disk]:
    for drive, kind in _drives(key, record, found):
        path = drive.text("Path")
        controller = word(drive.data.get("ControllerType"), _CONTROLLERS) or "disk"
        vhd = found.vhds.get((path or "").lower())
        store = datastore_of(path, home.host_name) if kind is DiskKind.DISK else None
        yield Disk(
            id=f"{controller.lower()}{drive.number('ControllerNumber') or 0}:{drive.number('ControllerLocation') or 0}",
            capacity_bytes=vhd.size("Size", 1) if vhd else None,
            allocated_bytes=vhd.number("FileSize", CAPACITY) if vhd else None,
            datastore=store.id if store else None,
            path=line(path),
            bus=_BUSES.get(controller.upper()),
            kind=kind,
            shared=drive.flag("SupportPersistentReservations"),
        )


def datastore_of(path: str | None, host: str | None) -> Datastore | None:
    """The volume that a path is on: a cluster's shared one, a share of a file server, or a drive of one host."""
    text = path or ""
    if match := _CLUSTERED.match(text):
        return Datastore(id=datastore_id(match[1]), name=match[1], kind=DatastoreKind.OTHER, shared=True)
    if match := _SHARE.match(text):
        name = f"\\\\{match[1]}\\{match[2]}"
        return Datastore(
            id=datastore_id(name),
            name=name,
            kind=DatastoreKind.SMB,
            shared=True,
            server=match[1],
            export=match[2],
        )
    if (match := _VOLUME.match(text)) and host:
        name = match[1].upper()
        return Datastore(id=datastore_id(name, host), name=name, kind=DatastoreKind.OTHER, shared=False)
    return None


def paths(key: str, record: Record, found: Found) -> Iterator[str]:
    """The files of a VM's disks."""
    for drive, kind in _drives(key, record, found):
        path = drive.text("Path")
        if kind is DiskKind.DISK and path:
            yield path


def cards(key: str, record: Record, found: Found) -> tuple[Record, ...]:
    """The network cards, of a list of their own or of the VM itself."""
    return found.of("card", key) or record.many("NetworkAdapters")


def network_of(card: Record, cluster: Cluster) -> Network | None:
    """The switch that a card is on, and its VLAN there; a card without a switch is unplugged."""
    switch = card.text("SwitchName")
    if switch is None:
        return None
    setting = card.inner("VlanSetting")
    mode = word(setting.data.get("OperationMode"), _MODES)
    if mode in {"Trunk", "Private"}:
        return _network(f"{switch} {mode.lower()}", None, cluster)
    tag = setting.number("AccessVlanId", ANY_VLAN) if mode == "Access" else None
    return (
        _network(f"{switch} VLAN {tag}", tag, cluster)
        if tag
        else _network(switch, 0 if mode else None, cluster)
    )


def _network(name: str, vlan: int | None, cluster: Cluster) -> Network:
    return Network(id=network_id(name, cluster.name), name=name, vlan=vlan)


def _nics(key: str, record: Record, found: Found, home: Home) -> Iterator[Nic]:
    for number, card in enumerate(cards(key, record, found), 1):
        network = network_of(card, home.cluster)
        legacy = card.flag("IsLegacy")
        yield Nic(
            id=f"nic-{number}",
            mac=card.mac("MacAddress"),
            network=network.id if network else None,
            model=None if legacy is None else "legacy" if legacy else "synthetic",
        )


def _snapshots(
    key: str, record: Record, found: Found, disks: tuple[Disk, ...]
) -> tuple[Snapshot, ...] | None:
    """Checkpoints. Where no list was given, a VM that stands on none has none that its disks need."""
    if "snapshot" in found.given:
        return tuple(
            Snapshot(name=item.line("Name") or "unnamed", created=_date(item))
            for item in found.of("snapshot", key)
        )
    based = record.text("ParentSnapshotId") or record.text("ParentCheckpointId")
    chained = any((disk.path or "").lower().endswith((".avhdx", ".avhd")) for disk in disks)
    return () if record.has("ParentSnapshotId") and not based and not chained else None


def _date(item: Record) -> str | None:
    """A date as PowerShell 5 (`/Date(<milliseconds>)/`) or 7 (ISO 8601) writes it."""
    value = item.data.get("CreationTime")
    if isinstance(value, dict):
        value = value.get("value", value.get("DateTime"))
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match and 0 <= int(match[1]) <= _LATEST:
        return datetime.fromtimestamp(int(match[1]) // 1000, UTC).isoformat()
    return line(value) if isinstance(value, str) and not match else None
