"""VMs and their snapshots."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from planner.model.estate import Attribute, Host, Snapshot, VirtualMachine
from planner.model.kinds import PowerState
from planner.read.ids import vm_id
from planner.read.outside import is_name, line, note
from planner.read.xapi import guest as told
from planner.read.xapi.devices import Devices, cards_of, disks_of, nics_of, passthrough_of
from planner.read.xapi.places import Places
from planner.read.xapi.records import Record, Records
from planner.read.xapi.settings import settings_of
from planner.read.xapi.words import CUSTOM_FIELD, KEPT_CONFIG, POWER

_MOST_VCPUS: Final = 10_000
_MOST_MEMORY: Final = 2**50


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What VMs refer to."""

    records: Records
    places: Places
    devices: Devices
    snapshots: Mapping[str, tuple[Record, ...]]


def is_machine(record: Record) -> bool:
    """Whether a VM's record is a VM or a template that people made: no control domain, snapshot or pattern."""
    pattern = record.truth("is_default_template") or (
        record.mapping("other_config").get("default_template") == "true"
    )
    return not (
        record.truth("is_control_domain")
        or record.truth("is_a_snapshot")
        or (record.truth("is_a_template") and pattern)
    )


def read_machines(records: Records, places: Places, devices: Devices) -> dict[str, VirtualMachine]:
    """Every VM by its reference, still without dependencies."""
    snapshots: dict[str, list[Record]] = defaultdict(list)
    for record in records.all("VM"):
        if record.truth("is_a_snapshot") and (ref := record.refers_to("snapshot_of")):
            snapshots[ref].append(record)
    around = Surroundings(
        records=records,
        places=places,
        devices=devices,
        snapshots={ref: tuple(found) for ref, found in snapshots.items()},
    )
    return {record.ref: _machine(record, around) for record in records.all("VM") if is_machine(record)}


def _machine(vm: Record, around: Surroundings) -> VirtualMachine:
    records, places = around.records, around.places
    name, power = vm.text("name_label"), _power(vm)
    guest = records.behind(vm, "guest_metrics", "VM_guest_metrics")
    host = _host(vm, around)
    tools = told.tools_of(records, guest, power)
    taken = _taken(vm, around)
    return VirtualMachine(
        id=vm_id(name, vm.uuid, host.name if host else places.cluster.name),
        name=name,
        cluster=places.cluster.id,
        host=host.id if host else None,
        reported_host=None if host else _reported_host(vm),
        source=records.kind,
        uuid=vm.uuid,
        instance_uuid=vm.uuid,
        moref=places.moref(vm),
        power=power,
        template=vm.truth("is_a_template") or False,
        vcpus=vm.whole("VCPUs_max", 1, _MOST_VCPUS),
        cores_per_socket=_cores_per_socket(vm),
        memory_bytes=vm.whole("memory_static_max", 1, _MOST_MEMORY),
        memory_reservation_bytes=vm.whole("memory_dynamic_min", 0, _MOST_MEMORY),
        guest_os=told.system_of(vm, guest),
        hostname=told.hostname_of(guest),
        firmware=told.firmware_of(vm),
        secure_boot=told.secure_boot_of(vm),
        vtpm=bool(vm.items("VTPMs")) if vm.has("VTPMs") else None,
        nested=told.is_nested(vm, records.behind(vm, "metrics", "VM_metrics")),
        paravirtual=told.is_paravirtual(vm),
        tools=tools,
        hardware_version=_hardware_version(vm),
        changed_block_tracking=_tracked(vm, around),
        disks=disks_of(around.devices, vm),
        nics=nics_of(around.devices, vm, guest, told.nic_model_of(vm, tools)),
        snapshots=_snapshots(vm, taken),
        passthrough=passthrough_of(around.devices, vm),
        settings=tuple(settings_of(records, vm, cards_of(around.devices, vm), taken.values())),
        tags=tuple(sorted({tag for text in vm.items("tags") if (tag := line(text))})),
        annotation=note(vm.text("name_description")),
        attributes=tuple(sorted(_attributes(vm), key=lambda attribute: attribute.name)),
        origin=vm.place,
    )


def _power(vm: Record) -> PowerState | None:
    word = vm.text("power_state")
    if word and word.lower() not in POWER:
        vm.refuse("power_state", f"{word!r} is none of Running, Paused, Halted, Suspended")
    return POWER.get(word.lower())


def _host(vm: Record, around: Surroundings) -> Host | None:
    """Where a VM runs; one that does not: where its local disks are, or the host that it prefers."""
    hosts = around.places.hosts
    if resident := vm.refers_to("resident_on"):
        return hosts.get(resident)
    homes = {home for vbd in around.devices.of("VBD", vm) if (home := _home(vbd, around))}
    if len(homes) == 1:
        return hosts[homes.pop()]
    if len(hosts) == 1:
        return next(iter(hosts.values()))
    return hosts.get(vm.refers_to("affinity") or "")


def _home(vbd: Record, around: Surroundings) -> str | None:
    vdi = around.records.behind(vbd, "VDI", "VDI")
    return around.devices.storage.home.get(vdi.refers_to("SR") or "") if vdi else None


def _reported_host(vm: Record) -> str | None:
    """The UUID of a host that was not read; the references of a session say nothing to anybody."""
    resident = vm.refers_to("resident_on") or ""
    return line(resident) if ":" not in resident else None


def _cores_per_socket(vm: Record) -> int | None:
    text = vm.mapping("platform").get("cores-per-socket", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) > 0):
        vm.refuse("platform", f"cores-per-socket is {text!r}, no number of cores")
        return None
    return int(text) if text else None


def _hardware_version(vm: Record) -> str | None:
    version = vm.whole("hardware_platform_version")
    return str(version) if version else None


def _tracked(vm: Record, around: Surroundings) -> bool | None:
    """Whether XAPI tracks changed blocks of any of the VM's disks."""
    vdis = (around.records.behind(vbd, "VDI", "VDI") for vbd in around.devices.of("VBD", vm))
    known = [on for vdi in vdis if vdi and (on := vdi.truth("cbt_enabled")) is not None]
    return any(known) if known else None


def _taken(vm: Record, around: Surroundings) -> dict[str, Record]:
    """The records of a VM's snapshots that were read, by reference."""
    found = {record.ref: record for record in around.snapshots.get(vm.ref, ())}
    for ref in vm.items("snapshots"):
        if (record := around.records.get("VM", ref)) is not None:
            found[ref] = record
    return found


def _snapshots(vm: Record, found: Mapping[str, Record]) -> tuple[Snapshot, ...] | None:
    """Snapshots, oldest first. Those whose records are missing (`xe snapshot-list`) go by their UUID."""
    unread = [ref for ref in vm.items("snapshots") if ref not in found]
    if not vm.has("snapshots") and not found:
        return None
    return (
        *sorted(map(_snapshot, found.values()), key=lambda snapshot: (snapshot.created or "", snapshot.name)),
        *(Snapshot(name=ref) for ref in sorted(unread) if is_name(ref)),
    )


def _snapshot(record: Record) -> Snapshot:
    name = record.text("name_label")
    return Snapshot(
        name=name if is_name(name) else record.uuid or record.ref, created=record.time("snapshot_time")
    )


def _attributes(vm: Record) -> Iterator[Attribute]:
    """What people wrote: XenCenter's custom fields, folder, automatic start."""
    config = vm.mapping("other_config")
    wanted = {
        key.removeprefix(CUSTOM_FIELD): text for key, text in config.items() if key.startswith(CUSTOM_FIELD)
    }
    wanted |= {key: config[key] for key in KEPT_CONFIG if key in config}
    for key, text in wanted.items():
        if (name := line(key)) and (value := line(text)):
            yield Attribute(name=name, value=value)
