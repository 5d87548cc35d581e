"""Clusters, hosts, datastores and networks from their records."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from planner.errors import Problem
from planner.model.estate import (
    Bmc,
    Cluster,
    Cpu,
    Datastore,
    DatastoreId,
    Host,
    HostAdapter,
    HostNetwork,
    HostNic,
    LocalDisk,
    Network,
    NetworkId,
)
from planner.model.kinds import DatastoreKind, Firmware, HypervisorKind, ManagerKind
from planner.read.fields import converted, rates, same, settings, sizes, taken, texts
from planner.read.formats import mac
from planner.read.inventory_names import (
    Names,
    Reference,
    id_of_datastore,
    id_of_network,
)
from planner.read.inventory_records import Record
from planner.read.inventory_sites import HostSite, Site

_Id = TypeVar("_Id", DatastoreId, NetworkId)

CLUSTER: Final = (
    same("manager_address", "datacentre", "live_migration", "ha_enabled", "drs_enabled")
    | converted(manager=ManagerKind)
    | settings()
)
HOST: Final = (
    same("version", "edition", "vendor", "model", "coordinator", "maintenance", "connected", "uuid", "moref")
    | sizes("memory")
    | converted(hypervisor=HypervisorKind, firmware=Firmware)
    | settings()
)
CPU: Final = same("vendor", "model", "sockets", "cores", "threads") | texts("flags")
HOST_NIC: Final = same("name", "driver", "model", "pci") | converted(mac=mac) | rates("speed")
HOST_ADAPTER: Final = same("name", "driver", "model", "pci")
LOCAL_DISK: Final = same("id", "boot") | sizes("capacity")
HOST_NETWORK: Final = texts("uplinks") | same("bond")
BMC: Final = same("address", "protocol")
DATASTORE: Final = (
    same("name", "shared", "server", "export", "path", "uuid")
    | sizes("capacity", "free")
    | converted(kind=DatastoreKind)
)
NETWORK: Final = same("name", "vlan", "mtu") | settings()


def build_cluster(site: Site, problems: list[Problem]) -> Cluster | None:
    """The cluster of a site; None, with a problem noted, where the facts do not make one."""
    if site.record is None:
        return _cluster_of_one(site, site.hosts[0])
    hypervisor = _hypervisor(site, site.record, problems)
    if hypervisor is None or not site.record.sound:
        return None
    fields = taken(site.record.data, CLUSTER)
    return Cluster(id=site.id, name=site.name, hypervisor=hypervisor, origin=site.record.origin, **fields)


def _cluster_of_one(site: Site, host: HostSite) -> Cluster | None:
    """A host that stands alone has nobody to move its VMs to, or to restart them on."""
    if site.is_swing or not host.record.sound:
        return None
    return Cluster(
        id=site.id,
        name=site.name,
        hypervisor=HypervisorKind(host.record.data["hypervisor"]),
        live_migration=False,
        ha_enabled=False,
        origin=host.record.origin,
    )


def _hypervisor(site: Site, record: Record, problems: list[Problem]) -> HypervisorKind | None:
    """What the cluster says, else what all of its hosts say."""
    stated = record.data.get("hypervisor")
    if stated is not None:
        return HypervisorKind(stated) if record.sound else None
    if not all(host.record.sound for host in site.hosts):
        return None
    kinds = sorted({host.record.data["hypervisor"] for host in site.hosts} - {HypervisorKind.NONE})
    if len(kinds) == 1:
        return HypervisorKind(kinds[0])
    said = f"its hosts run {' and '.join(kinds)}" if kinds else "no host says it"
    problems.append(record.problem(f"lacks hypervisor: {said}"))
    return None


def build_host(host: HostSite, site: Site, names: Names, problems: list[Problem]) -> Host:
    """A host from a sound record; references that lead nowhere go into `problems`."""
    data = host.record.data
    bmc = data.get("bmc")
    return Host(
        id=host.id,
        name=host.name,
        cluster=None if site.is_swing else site.id,
        address=host.address,
        cpu=Cpu(**taken(data.get("cpu", {}), CPU)),
        nics=tuple(HostNic(**taken(nic, HOST_NIC)) for nic in data.get("nics", ())),
        adapters=tuple(HostAdapter(**taken(card, HOST_ADAPTER)) for card in data.get("adapters", ())),
        disks=tuple(LocalDisk(**taken(disk, LOCAL_DISK)) for disk in data.get("disks", ())),
        datastores=tuple(dict.fromkeys(_mounted(host, site, names, problems))),
        networks=_carried(host, site, names, problems),
        bmc=Bmc(**taken(bmc, BMC)) if bmc else None,
        origin=host.record.origin,
        **taken(data, HOST),
    )


def _mounted(host: HostSite, site: Site, names: Names, problems: list[Problem]) -> Iterator[DatastoreId]:
    shared = Reference(lookup=names.datastores, places=(site.id, None), problems=problems)
    local = {record.path[-1]: record for record in host.datastores}
    for number, entry in enumerate(host.record.data.get("datastores", ())):
        if number in local:
            yield id_of_datastore(local[number], host)
        elif found := shared.resolve(entry, host.record, "datastores", number):
            yield found


def _carried(
    host: HostSite, site: Site, names: Names, problems: list[Problem]
) -> tuple[HostNetwork, ...] | None:
    entries = host.record.data.get("networks")
    if entries is None:
        return None
    reference = Reference(lookup=names.networks, places=(site.id,), problems=problems)
    carried = []
    for number, entry in enumerate(entries):
        record = entry if isinstance(entry, dict) else {"network": entry}
        path = ("networks", number)
        if site.is_swing:
            meant = reference.everywhere(record["network"], host.record, *path)
        else:
            meant = tuple(filter(None, [reference.resolve(record["network"], host.record, *path)]))
        fields = taken(record, HOST_NETWORK)
        carried += [HostNetwork(network=network, **fields) for network in meant]
    return tuple(carried)


def build_datastores(sites: tuple[Site, ...], problems: list[Problem]) -> Iterator[Datastore]:
    """Every datastore; one that is described twice must be described alike."""
    shared = [(id_of_datastore(record, None), record) for site in sites for record in site.datastores]
    local = [
        (id_of_datastore(record, host), record)
        for site in sites
        for host in site.hosts
        for record in host.datastores
    ]
    for datastore, record in _described_once((*shared, *local), problems).items():
        fields = {"shared": record.document.name != "planner_host"} | taken(record.data, DATASTORE)
        if record.data.get("shared", ...) is None:
            fields["shared"] = None
        yield Datastore(id=datastore, origin=record.origin, **fields)


def build_networks(sites: tuple[Site, ...], problems: list[Problem]) -> Iterator[Network]:
    """Every network; one that is described twice must be described alike."""
    described = [
        (id_of_network(record, site), record)
        for site in sites
        if not site.is_swing
        for record in site.networks
    ]
    for network, record in _described_once(described, problems).items():
        yield Network(id=network, origin=record.origin, **taken(record.data, NETWORK))


def _described_once(described: Iterable[tuple[_Id, Record]], problems: list[Problem]) -> dict[_Id, Record]:
    """The sound first record of each id; a later one that differs is a problem."""
    first: dict[_Id, Record] = {}
    for identity, record in described:
        known = first.setdefault(identity, record)
        if known.data != record.data:
            message = f"{record.name!r} is described otherwise at {known.origin}: keep one description"
            problems.append(record.problem(message))
    return {identity: record for identity, record in first.items() if record.sound}
