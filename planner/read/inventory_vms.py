"""Virtual machines and affinity rules from their records."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from planner.errors import Problem
from planner.model.estate import (
    AffinityRule,
    Attribute,
    Disk,
    GuestVolume,
    Nic,
    Passthrough,
    Snapshot,
    VirtualMachine,
    VmId,
)
from planner.model.kinds import (
    AffinityKind,
    Criticality,
    DiskKind,
    DiskMode,
    Firmware,
    PassthroughKind,
    PowerState,
    ServiceRole,
    ToolsState,
)
from planner.read.fields import converted, durations, rates, same, settings, sizes, taken, texts
from planner.read.formats import mac
from planner.read.ids import rule_id
from planner.read.inventory_names import Names, Reference, anywhere, id_of_vm
from planner.read.inventory_records import Record
from planner.read.inventory_sites import HostSite, Site


def _power(value: Any) -> PowerState:
    """Unquoted `on` and `off` are booleans in YAML."""
    if isinstance(value, bool):
        return PowerState.ON if value else PowerState.OFF
    return PowerState(value)


def _roles(values: list[str]) -> tuple[ServiceRole, ...]:
    return tuple(ServiceRole(value) for value in values)


VM: Final = (
    same(
        "name",
        "reported_host",
        "source",
        "uuid",
        "instance_uuid",
        "moref",
        "template",
        "vcpus",
        "cores_per_socket",
        "guest_os",
        "hostname",
        "secure_boot",
        "vtpm",
        "encrypted",
        "nested",
        "paravirtual",
        "consolidation_needed",
        "fault_tolerant",
        "hardware_version",
        "cpu_hotplug",
        "memory_hotplug",
        "changed_block_tracking",
        "resource_pool",
        "config_path",
        "owner",
        "annotation",
    )
    | sizes("memory", "memory_reservation")
    | rates("change_rate")
    | durations("max_downtime")
    | texts("tags")
    | converted(power=_power, firmware=Firmware, tools=ToolsState, criticality=Criticality, roles=_roles)
    | settings()
)
DISK: Final = (
    same("path", "bus", "shared", "rdm_mode", "base")
    | sizes("capacity", "allocated")
    | converted(kind=DiskKind, mode=DiskMode)
)
NIC: Final = same("model") | texts("addresses") | converted(mac=mac)
SNAPSHOT: Final = same("name", "created") | sizes("size")
PASSTHROUGH: Final = same("description") | converted(kind=PassthroughKind)
VOLUME: Final = same("path") | sizes("capacity", "free")
ATTRIBUTE: Final = same("name", "value")
RULE: Final = same("name", "mandatory") | converted(kind=AffinityKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class VmBuilder:
    """Builds the VMs of one host, or those of a cluster that have none."""

    site: Site
    host: HostSite | None
    names: Names
    problems: list[Problem]

    def build(self, record: Record) -> VirtualMachine:
        """A VM from a sound record; references that lead nowhere are noted as problems."""
        data = record.data
        snapshots = data.get("snapshots")
        vm = id_of_vm(record, self.host, self.site)
        return VirtualMachine(
            id=vm,
            cluster=self.site.id,
            host=self.host.id if self.host else None,
            disks=tuple(self._disks(record)),
            nics=tuple(self._nics(record)),
            snapshots=None
            if snapshots is None
            else tuple(Snapshot(**taken(one, SNAPSHOT)) for one in snapshots),
            passthrough=tuple(Passthrough(**taken(one, PASSTHROUGH)) for one in data.get("passthrough", ())),
            volumes=tuple(GuestVolume(**taken(one, VOLUME)) for one in data.get("volumes", ())),
            attributes=tuple(Attribute(**taken(one, ATTRIBUTE)) for one in data.get("attributes", ())),
            depends_on=tuple(self._dependencies(record, vm)),
            backed_up_by=self._backup(record, vm),
            origin=record.origin,
            **taken(data, VM),
        )

    def _disks(self, record: Record) -> Iterator[Disk]:
        places = (
            (self.host.id, self.site.id, None) if self.host else (self.site.id, None, anywhere(self.site))
        )
        datastores = Reference(lookup=self.names.datastores, places=places, problems=self.problems)
        for number, disk in enumerate(self._told_apart(record, "disks")):
            datastore = datastores.resolve(disk.get("datastore"), record, "disks", number, "datastore")
            yield Disk(id=_inner_id(disk, "disk", number), datastore=datastore, **taken(disk, DISK))

    def _nics(self, record: Record) -> Iterator[Nic]:
        networks = Reference(lookup=self.names.networks, places=(self.site.id,), problems=self.problems)
        for number, nic in enumerate(self._told_apart(record, "nics")):
            network = networks.resolve(nic.get("network"), record, "nics", number, "network")
            yield Nic(id=_inner_id(nic, "nic", number), network=network, **taken(nic, NIC))

    def _told_apart(self, record: Record, key: str) -> list[dict[str, Any]]:
        """The disks or NICs of a VM; two of one id are a problem."""
        items: list[dict[str, Any]] = record.data.get(key, [])
        seen: set[str] = set()
        for number, item in enumerate(items):
            identity = _inner_id(item, key.removesuffix("s"), number)
            if identity in seen:
                self.problems.append(
                    record.problem(f"{identity!r} is the id of another one too", key, number)
                )
            seen.add(identity)
        return items

    def _dependencies(self, record: Record, vm: VmId) -> Iterator[VmId]:
        places = (self.site.id, None)
        vms = Reference(lookup=self.names.vms, places=places, problems=self.problems)
        for number, needed in vms.resolve_all(record, "depends_on"):
            if needed == vm:
                self.problems.append(record.problem("depends on itself", "depends_on", number))
            yield needed

    def _backup(self, record: Record, vm: VmId) -> VmId | None:
        vms = Reference(lookup=self.names.vms, places=(self.site.id, None), problems=self.problems)
        server = vms.resolve(record.data.get("backed_up_by"), record, "backed_up_by")
        if server == vm:
            self.problems.append(record.problem("backs itself up: leave it out", "backed_up_by"))
        return server


def _inner_id(data: dict[str, Any], kind: str, number: int) -> str:
    return str(data.get("id") or f"{kind}-{number + 1}")


def build_rule(
    record: Record, site: Site, names: Names, clusters: dict[VmId, str], problems: list[Problem]
) -> AffinityRule:
    """A rule from a sound record. `clusters` gives the name of every VM's cluster."""
    places = (site.id, None)
    vms = Reference(lookup=names.vms, places=places, problems=problems)
    hosts = Reference(lookup=names.hosts, places=places, problems=problems)
    members = tuple(vm for _, vm in vms.resolve_all(record, "vms"))
    cluster = clusters.get(members[0]) if members else None
    if record.data["kind"] == AffinityKind.PINNED and not record.data.get("hosts"):
        problems.append(record.problem("is pinned, but lacks hosts"))
    return AffinityRule(
        id=str(record.data.get("id") or rule_id(str(record.name), cluster)),
        vms=members,
        hosts=tuple(host for _, host in hosts.resolve_all(record, "hosts")),
        origin=record.origin,
        **taken(record.data, RULE),
    )
