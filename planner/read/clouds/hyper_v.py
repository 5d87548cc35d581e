"""Hyper-V: what PowerShell's cmdlets print as JSON, on each host or for all of them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from planner.model.estate import Cluster, Cpu, Datastore, Estate, Gap, Host, Network
from planner.model.kinds import HypervisorKind, ManagerKind
from planner.read.clouds.hyper_v_found import Found, recognises, sort_record
from planner.read.clouds.hyper_v_vms import KIND, Home, cards, datastore_of, network_of, paths, vm
from planner.read.clouds.records import MEMORY, VCPUS, Record, common_source, read_all, settled
from planner.read.gather import unplaced_cluster
from planner.read.ids import cluster_id, host_id
from planner.read.source import Format

_DISKS: Final = (
    "Get-VM | Get-VMHardDiskDrive | ForEach-Object { Get-VHD -Path $_.Path } | ConvertTo-Json -Depth 3"
)


def read_hyper_v(files: Iterable[Path]) -> Estate:
    """The estate that all files tell of. Raises InputError with every problem."""
    found = Found()
    read: list[str] = []
    read_all(files, lambda record: sort_record(record, found), found.problems, read)
    source = common_source(read)
    return settled(lambda: _estate(found, source), found.problems, source)


HYPER_V: Final = Format(kind=KIND, title="Hyper-V cmdlets", recognises=recognises, read=read_hyper_v)


def _estate(found: Found, source: str) -> Estate:
    homes = {key: _home(record, found) for key, record in found.vms.items()}
    names = {name: None for record in (*found.hosts, *found.vms.values()) if (name := _host_name(record))}
    stores = [*_datastores(found, homes)]
    networks = sorted(_networks(found, homes), key=lambda network: network.vlan is not None)
    clusters = {home.cluster.id: home.cluster for home in homes.values()}
    clusters |= {own.id: own for own in (_cluster(name, found) for name in names)}
    return Estate(
        clusters=tuple(clusters.values()),
        hosts=tuple(_host(name, found, stores) for name in names),
        datastores=tuple(store for _, store in stores),
        networks=tuple({network.id: network for network in networks}.values()),
        vms=tuple(vm(key, record, found, homes[key]) for key, record in found.vms.items()),
        gaps=tuple(_gaps(found, homes, source)),
    )


def _host_name(record: Record) -> str | None:
    """The host that an object was asked of, without its domain: Get-VM and Get-VMHost differ in that."""
    name = record.text("ComputerName") or (
        record.text("Name") if record.has("LogicalProcessorCount") else None
    )
    if not name:
        return None
    label = name.partition(".")[0]
    return name if label.isdigit() else label.upper()


def _home(record: Record, found: Found) -> Home:
    name = _host_name(record)
    return Home(cluster=_cluster(name, found), host=host_id(name) if name else None, host_name=name)


def _cluster(name: str | None, found: Found) -> Cluster:
    """The failover cluster where it was given; else every host stands alone."""
    own = found.clusters[0].text("Name") if found.clusters else name
    if own is None:
        return unplaced_cluster(HypervisorKind.HYPER_V)
    return Cluster(
        id=cluster_id(own),
        name=own,
        hypervisor=HypervisorKind.HYPER_V,
        manager=ManagerKind.HYPER_V if found.clusters else ManagerKind.NONE,
        live_migration=True if found.clusters else None,
        ha_enabled=True if found.clusters else None,
    )


def _host(name: str, found: Found, stores: list[tuple[str | None, Datastore]]) -> Host:
    said = next((record for record in found.hosts if _host_name(record) == name), None)
    shared = {store.id for _, store in stores if store.shared and found.clusters}
    own = {store.id for host, store in stores if host == name}
    return Host(
        id=host_id(name),
        name=name,
        hypervisor=HypervisorKind.HYPER_V,
        cluster=_cluster(name, found).id,
        address=_address(said, name) if said else None,
        cpu=Cpu(threads=said.number("LogicalProcessorCount", VCPUS)) if said else Cpu(),
        memory_bytes=said.size("MemoryCapacity", 1, MEMORY) if said else None,
        datastores=tuple(sorted(own | shared)),
        origin=said.origin if said else None,
    )


def _address(host: Record, name: str) -> str | None:
    """The full name; some releases print the domain alone there."""
    full = host.line("FullyQualifiedDomainName") or ""
    return full if full.upper().startswith(f"{name}.") else None


def _datastores(found: Found, homes: dict[str, Home]) -> Iterator[tuple[str | None, Datastore]]:
    """Every volume that a VM's disk is on, with the host that it is used from."""
    for key, record in found.vms.items():
        for path in paths(key, record, found):
            store = datastore_of(path, homes[key].host_name)
            if store is not None:
                yield homes[key].host_name, store


def _networks(found: Found, homes: dict[str, Home]) -> Iterator[Network]:
    for key, record in found.vms.items():
        for card in cards(key, record, found):
            network = network_of(card, homes[key].cluster)
            if network is not None:
                yield network


def _gaps(found: Found, homes: dict[str, Home], source: str) -> Iterator[Gap]:
    used = {path.lower() for key, record in found.vms.items() for path in paths(key, record, found)}
    bare = [record for record in found.vms.values() if not record.has("HardDrives")]
    if bare and "disk" not in found.given:
        yield _gap(
            source, "disks of VMs", "Get-VM was cut to some properties", "Get-VM | ConvertTo-Json -Depth 6"
        )
    if used - found.vhds.keys():
        yield _gap(source, "sizes of virtual disks", "Get-VM has only their paths", _DISKS)
    if "host" not in found.given and homes:
        yield _gap(
            source,
            "hosts' memory and processors",
            "only VMs were given",
            "Get-VMHost | ConvertTo-Json -Depth 3",
        )
    if not found.clusters and any(record.flag("IsClustered") for record in found.vms.values()):
        yield _gap(
            source,
            "the failover cluster",
            "VMs say that they are in one",
            "Get-Cluster | ConvertTo-Json -Depth 1",
        )
    if "firmware" not in found.given and any(
        record.number("Generation") == 2 for record in found.vms.values()
    ):
        yield _gap(
            source,
            "secure boot of generation 2 VMs",
            "Get-VM does not say it",
            "Get-VM | Where-Object Generation -eq 2 | Get-VMFirmware | ConvertTo-Json -Depth 3",
        )


def _gap(source: str, what: str, why: str, command: str) -> Gap:
    return Gap(source=source, what=what, why=why, remedy=command)
