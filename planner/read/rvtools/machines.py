"""Virtual machines: vInfo says which there are and how large; other sheets add what can be joined to them."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from planner.model.estate import AffinityRule, Attribute, Cluster, Nic, Snapshot, VirtualMachine, VmId
from planner.model.kinds import AffinityKind, DiskKind, PowerState, ServiceRole
from planner.read.ids import rule_id, vm_id
from planner.read.rvtools import devices
from planner.read.rvtools.export import Export, Row
from planner.read.rvtools.join import VmIndex, index_vms, join
from planner.read.rvtools.networks import Networks
from planner.read.rvtools.places import Places
from planner.read.rvtools.settings import settings_of_vm
from planner.read.rvtools.storage import Storage
from planner.read.rvtools.words import FIRMWARE, POWER, RULE_KINDS, TOOLS, word_in

_SHEETS = (
    "vcpu",
    "vmemory",
    "vdisk",
    "vpartition",
    "vnetwork",
    "vcd",
    "vfloppy",
    "vusb",
    "vsnapshot",
    "vtools",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Rows of the other sheets by the number of their VM's row, and the sheets that joined without a rest."""

    rows: Mapping[str, Mapping[int, list[Row]]]
    complete: frozenset[str]

    def of(self, sheet: str, vm: Row) -> list[Row]:
        """Rows of a sheet about one VM."""
        return self.rows[sheet].get(vm.number, [])

    def one(self, sheet: str, vm: Row) -> Row | None:
        """The row of a sheet that has one a VM."""
        return next(iter(self.of(sheet, vm)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What VMs refer to, and the rows that describe them."""

    joined: Joined
    places: Places
    networks: Networks
    storage: Storage


def join_sheets(export: Export, vms: tuple[Row, ...]) -> Joined:
    """Every sheet about VMs, joined to vInfo; rows that cannot be joined are counted in the notes."""
    index: VmIndex = index_vms(vms)
    rows, complete = {}, set()
    for sheet in _SHEETS:
        rows[sheet], whole = join(export, sheet, index)
        if whole and export.has(sheet):
            complete.add(sheet)
    return Joined(rows=rows, complete=frozenset(complete))


def vm_rows(export: Export) -> tuple[Row, ...]:
    """Rows of vInfo that are VMs: placeholders of Site Recovery Manager stand for one elsewhere."""
    rows = tuple(export.rows("vinfo"))
    vms = tuple(row for row in rows if not row.truth("placeholder"))
    if len(vms) < len(rows):
        export.notes.append(f"vInfo: {len(rows) - len(vms)} SRM placeholders are no VMs; left out")
    return vms


def read_machines(export: Export, rows: tuple[Row, ...], around: Surroundings) -> tuple[VirtualMachine, ...]:
    """The VMs of `rows`, in their order."""
    uuids = _unique_uuids(export, rows)
    machines: dict[VmId, Row] = {}
    vms = []
    for row in rows:
        vm = _machine(row, uuids.get(row.number), around)
        first = machines.setdefault(vm.id, row)
        if row.blank("vm"):
            row.refuse("vm", "the VM has no name: give it one, or delete the row")
        elif first is not row and vm.name:
            row.refuse(
                "vm",
                f"a VM {vm.name!r} stands already in row {first.number}, at the same place and without another "
                "VM UUID: rename one at the source",
            )
        vms.append(vm)
    return tuple(vms)


def read_rules(
    rows: tuple[Row, ...], vms: tuple[VirtualMachine, ...], places: Places
) -> tuple[AffinityRule, ...]:
    """DRS rules between VMs, from their names and kinds in vInfo. Rules that tie VMs to hosts do not say which."""
    members: dict[tuple[str, str, AffinityKind], list[VmId]] = defaultdict(list)
    for row, vm in zip(rows, vms, strict=True):
        names, kinds = row.names("rule_names"), row.names("rule_kinds")
        if len(names) != len(kinds):
            continue
        cluster = places.cluster_of_vm[row.number].name
        for name, text in zip(names, kinds, strict=True):
            kind = word_in(text, RULE_KINDS)
            if kind is not None and "host" not in text.lower():
                members[cluster, name, kind].append(vm.id)
    return tuple(
        AffinityRule(id=rule_id(name, cluster), name=name, kind=kind, vms=tuple(sorted(vm_ids)))
        for (cluster, name, kind), vm_ids in members.items()
        if len(vm_ids) > 1
    )


def _unique_uuids(export: Export, rows: tuple[Row, ...]) -> dict[int, str]:
    """UUIDs by row; one that several VMs have (copies made outside vCenter) identifies none of them."""
    uuids = {row.number: uuid.lower() for row in rows if (uuid := row.text("vm_uuid"))}
    counts = Counter(uuids.values())
    shared = sum(1 for uuid in uuids.values() if counts[uuid] > 1)
    if shared:
        export.notes.append(f"vInfo: {shared} VMs share their VM UUID with another; read without one")
    return {number: uuid for number, uuid in uuids.items() if counts[uuid] == 1}


def _machine(row: Row, uuid: str | None, around: Surroundings) -> VirtualMachine:
    name = row.name("vm") or ""
    cluster, host = around.places.cluster_of_vm[row.number], around.places.host_of(row)
    tools, cpu, memory = (around.joined.one(sheet, row) for sheet in ("vtools", "vcpu", "vmemory"))
    disks = devices.disks_of(row, around.joined.of("vdisk", row), around.storage)
    return VirtualMachine(
        id=vm_id(name, uuid, host.name if host else cluster.name),
        name=name,
        cluster=cluster.id,
        host=host.id if host else None,
        reported_host=None if host else row.name("host"),
        source="rvtools",
        uuid=(row.text("smbios_uuid") or "").lower() or None,
        instance_uuid=uuid,
        moref=_moref(row),
        power=_power(row),
        template=row.truth("template") or False,
        vcpus=row.whole("vcpus", 1),
        cores_per_socket=cpu.whole("cores_per_socket", 1) if cpu else None,
        memory_bytes=row.size("memory", 1),
        memory_reservation_bytes=memory.size("reservation") if memory else None,
        guest_os=row.text("guest_reported") or row.text("guest_configured"),
        hostname=row.text("dns_name"),
        firmware=FIRMWARE.get((row.text("firmware") or "").lower()),
        secure_boot=row.truth("secure_boot"),
        tools=TOOLS.get((tools.text("tools") or "").lower()) if tools else None,
        consolidation_needed=row.truth("consolidation"),
        fault_tolerant=_fault_tolerant(row),
        hardware_version=_hardware(row),
        cpu_hotplug=cpu.truth("hot_add") if cpu else None,
        memory_hotplug=memory.truth("hot_add") if memory else None,
        changed_block_tracking=row.truth("block_tracking"),
        resource_pool=row.text("resource_pool"),
        config_path=row.text("path"),
        disks=(
            *disks,
            *devices.images_of(row, around.joined.of("vcd", row), DiskKind.CDROM, around.storage),
            *devices.images_of(row, around.joined.of("vfloppy", row), DiskKind.FLOPPY, around.storage),
        ),
        nics=_nics(row, around.joined.of("vnetwork", row), cluster, around.networks),
        snapshots=_snapshots(row, around.joined),
        passthrough=devices.usb_devices_of(around.joined.of("vusb", row)),
        settings=settings_of_vm(row, disks, lambda sheet: around.joined.of(sheet, row)),
        volumes=devices.volumes_of(around.joined.of("vpartition", row)),
        roles=_roles(row),
        annotation=row.remark("annotation"),
        attributes=_attributes(row, memory),
        origin=row.origin,
    )


def _attributes(*rows: Row | None) -> tuple[Attribute, ...]:
    """Custom attributes, of which some exports keep the columns in one of the sheets only."""
    found = {name: value for row in rows if row for name, value in row.attributes()}
    return tuple(Attribute(name=name, value=found[name]) for name in sorted(found))


def _moref(row: Row) -> str | None:
    """The id of a VM is unique in its vCenter only; without the server it tells nothing to other sources."""
    server, identity = row.text("server"), row.text("vm_id")
    return f"{server}/{identity}" if server and identity else None


def _fault_tolerant(row: Row) -> bool | None:
    state = row.text("fault_tolerance")
    return None if state is None else state.lower() != "notconfigured"


def _hardware(row: Row) -> str | None:
    """`vmx-19`, which some generations write as the bare number."""
    version = row.text("hardware")
    return f"vmx-{version}" if version and version.isdigit() else version


def _power(row: Row) -> PowerState | None:
    word = row.text("power")
    if word is not None and word.lower() not in POWER:
        row.refuse(
            "power", f"{word!r} is none of poweredOn, poweredOff, suspended: correct or empty the cell"
        )
        return None
    return POWER[word.lower()] if word else None


def _nics(row: Row, cards: list[Row], cluster: Cluster, networks: Networks) -> tuple[Nic, ...]:
    if cards:
        names = [card.name("network") for card in cards]
        return devices.nics_of(
            row, cards, [networks.named(name, cluster) if name else None for name in names]
        )
    named = (row.name(f"network_{number}") for number in range(1, 9))
    return devices.nics_from_vinfo(row, tuple(networks.named(name, cluster) for name in named if name))


def _snapshots(row: Row, joined: Joined) -> tuple[Snapshot, ...] | None:
    """None when the sheet is missing, or when a row of it that found no VM may be this one's."""
    found = devices.snapshots_of(joined.of("vsnapshot", row))
    return found if found or "vsnapshot" in joined.complete else None


def _roles(row: Row) -> tuple[ServiceRole, ...]:
    """The vCenter is the VM that RVTools was connected to, by the address or name that it was given."""
    server = (row.text("server") or "").lower()
    known_as = {(row.text(field) or "").lower() for field in ("dns_name", "address")}
    is_vcenter = "vcenter" in (row.text("server_type") or "").lower()
    return (ServiceRole.VCENTER,) if server and is_vcenter and server in known_as else ()
