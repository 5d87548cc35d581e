"""OpenStack: what the client prints as JSON, joined by ids."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from planner.model.estate import Cluster, Cpu, Datastore, DatastoreId, Estate, Gap, Host, Network
from planner.model.kinds import HypervisorKind, ManagerKind
from planner.read.clouds.openstack_found import Found, mapping, recognises, sort_record
from planner.read.clouds.openstack_servers import (
    KIND,
    Flavor,
    Home,
    Server,
    Site,
    attachments,
    servers,
    store_of,
    vm,
)
from planner.read.clouds.records import ANY_VLAN, MEMORY, VCPUS, Record, common_source, read_all, settled
from planner.read.gather import unplaced_cluster
from planner.read.ids import cluster_id, datastore_id, host_id, network_id
from planner.read.source import Format

_ADDRESS: Final = re.compile(r"ip_address='([^']+)'")


def read_openstack(files: Iterable[Path]) -> Estate:
    """The estate that all files of one cloud tell of. Raises InputError with every problem."""
    found = Found()
    paths: list[str] = []
    read_all(files, lambda record: sort_record(record, found), found.problems, paths)
    source = common_source(paths)
    return settled(lambda: _estate(found, source), found.problems, source)


OPENSTACK: Final = Format(kind=KIND, title="OpenStack client", recognises=recognises, read=read_openstack)


def _estate(found: Found, source: str) -> Estate:
    machines = servers(found)
    hosts = tuple(found.kinds["hypervisor"])
    homes = {key: _home(server, hosts, found) for key, server in machines.items()}
    zones = {name: _cluster(_zone(name, machines, homes, found)) for name in hosts}
    clusters = {
        cluster.id: cluster for cluster in (*zones.values(), *(home.cluster for home in homes.values()))
    }
    stores = {store: volume for volume in found.all("volume") if (store := store_of(volume))}
    site = Site(found=found, ports=_ports(found, machines), volumes=_volumes(found))
    return Estate(
        clusters=tuple(clusters.values()),
        hosts=tuple(
            _host(record, zones[name], tuple(sorted(stores)))
            for name, record in found.kinds["hypervisor"].items()
        ),
        datastores=tuple(_datastore(volume) for volume in stores.values()),
        networks=tuple(_networks(machines, homes, found)),
        vms=tuple(vm(key, server, homes[key], site) for key, server in machines.items()),
        gaps=tuple(_gaps(found, machines, source)),
    )


def _cluster(zone: str | None) -> Cluster:
    """An availability zone: the hosts that Nova moves servers between."""
    if zone is None:
        return unplaced_cluster(HypervisorKind.OPENSTACK)
    return Cluster(
        id=cluster_id(zone),
        name=zone,
        hypervisor=HypervisorKind.OPENSTACK,
        manager=ManagerKind.OPENSTACK,
        live_migration=True,
    )


def _matching(name: str, hosts: Iterable[str]) -> str | None:
    """The hypervisor of a compute host: of the same name, or the only one of the same short name."""
    known = [*hosts]
    if name in known:
        return name
    short = [host for host in known if host.partition(".")[0] == name.partition(".")[0]]
    return short[0] if len(short) == 1 else None


def _home(server: Server, hosts: tuple[str, ...], found: Found) -> Home:
    said = server.text("host")
    host = _matching(said, hosts) if said else None
    zone = server.text("zone") or (_zone_of(said, found) if said else None)
    return Home(cluster=_cluster(zone), host=host_id(host) if host else None, reported=None if host else said)


def _zone_of(host: str, found: Found) -> str | None:
    service = _matching(host, found.kinds["service"])
    return found.kinds["service"][service].text("Zone") if service else None


def _zone(host: str, machines: Mapping[str, Server], homes: Mapping[str, Home], found: Found) -> str | None:
    """A host's zone: as its compute service says, else as the servers on it do."""
    said = _zone_of(host, found)
    there = (server for key, server in machines.items() if homes[key].host == host_id(host))
    return said or next((zone for server in there if (zone := server.text("zone"))), None)


def _host(record: Record, cluster: Cluster, stores: tuple[DatastoreId, ...]) -> Host:
    name = record.text("Hypervisor Hostname") or ""
    state = record.text("State")
    return Host(
        id=host_id(name),
        name=name,
        hypervisor=HypervisorKind.OPENSTACK,
        cluster=cluster.id,
        address=record.line("Host IP"),
        cpu=Cpu(threads=record.number("vCPUs", VCPUS)),
        memory_bytes=record.size("Memory MB", 1024**2, MEMORY),
        datastores=stores,
        connected=state == "up" if state else None,
        origin=record.origin,
    )


def _datastore(volume: Record) -> Datastore:
    name = volume.line("Type") or ""
    return Datastore(id=datastore_id(name), name=name, shared=True, origin=volume.origin)


def _networks(machines: Mapping[str, Server], homes: Mapping[str, Home], found: Found) -> Iterator[Network]:
    """Networks that servers are on; VLAN and MTU are in `network show` only."""
    shown: dict[str, list[Record]] = {}
    for record in found.all("network"):
        shown.setdefault(record.text("name") or "", []).append(record)
    for cluster, name in sorted(
        {(homes[key].cluster.name, name) for key, one in machines.items() for name in one.networks()}
    ):
        known = shown.get(name, [])
        only = known[0] if len(known) == 1 else None
        yield Network(
            id=network_id(name, cluster),
            name=name,
            vlan=_vlan(only) if only else None,
            mtu=only.mtu("mtu") if only else None,
            origin=only.origin if only else None,
        )


def _vlan(record: Record) -> int | None:
    """The VLAN of a provider network; an overlay (VXLAN, Geneve) has none, and is no VLAN of the hosts."""
    match record.text("provider:network_type"):
        case "vlan":
            return record.number("provider:segmentation_id", ANY_VLAN)
        case "flat":
            return 0
        case _:
            return None


def _volumes(found: Found) -> dict[str, list[Record]]:
    """Volumes by the server that they are attached to."""
    held: dict[str, list[Record]] = {}
    for volume in found.all("volume"):
        for attachment in attachments(volume):
            held.setdefault(str(attachment.get("server_id")).lower(), []).append(volume)
    return held


def _ports(found: Found, machines: Mapping[str, Server]) -> dict[str, Record]:
    """Ports by address, where both one port and one server have it: projects may use the same addresses."""
    pairs = [(address, port) for port in found.all("port") for address in _addresses(port)]
    held = Counter(
        address for server in machines.values() for group in server.networks().values() for address in group
    )
    count = Counter(address for address, _ in pairs)
    return {address: port for address, port in pairs if count[address] == 1 and held[address] == 1}


def _addresses(port: Record) -> Iterator[str]:
    value = port.data.get("Fixed IP Addresses")
    if isinstance(value, str):
        yield from _ADDRESS.findall(value)
    elif isinstance(value, list):
        yield from (str(mapping(item).get("ip_address")) for item in value)


def _gaps(found: Found, machines: Mapping[str, Server], source: str) -> Iterator[Gap]:
    if not machines:
        yield _gap(source, "servers", "no list of them was given", "server list --all-projects --long")
    if any(Flavor.of(server, found).vcpus is None for server in machines.values()):
        yield _gap(
            source, "processors and memory of servers", "their flavours were not given", "flavor list --all"
        )
    if "hypervisor" not in found.given:
        yield _gap(source, "compute hosts", "no list of them was given", "hypervisor list --long")
    elif any(record.number("Memory MB") is None for record in found.all("hypervisor")):
        yield _gap(
            source,
            "memory of compute hosts",
            "microversion 2.88 took it out of the list",
            "--os-compute-api-version 2.87 hypervisor list --long",
        )
    if any(server.text("zone") is None for server in machines.values()) and "service" not in found.given:
        yield _gap(source, "availability zones", "the list of servers has none", "compute service list")
    if machines and "volume" not in found.given:
        yield _gap(
            source, "volumes of servers", "no list of them was given", "volume list --all-projects --long"
        )
    elif any(volume.text("Attached to") and not attachments(volume) for volume in _texts(found)):
        yield _gap(
            source,
            "which server a volume is attached to",
            "an old client printed names",
            "server show SERVER",
        )
    if machines and "port" not in found.given:
        yield _gap(source, "MAC addresses", "servers name networks and addresses only", "port list")
    if machines and "network" not in found.given:
        yield _gap(source, "VLANs of networks", "servers only name their networks", "network show NETWORK")


def _texts(found: Found) -> Iterator[Record]:
    return (volume for volume in found.all("volume") if isinstance(volume.data.get("Attached to"), str))


def _gap(source: str, what: str, why: str, command: str) -> Gap:
    return Gap(source=source, what=what, why=why, remedy=f"openstack {command} -f json")
