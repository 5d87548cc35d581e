"""oVirt's clusters, hosts, storage domains and networks."""

from collections.abc import Iterator
from typing import Final

from planner.model.estate import (
    Bmc,
    Cluster,
    Cpu,
    Datastore,
    DatastoreId,
    Host,
    HostNetwork,
    HostNic,
    Network,
    NetworkId,
)
from planner.model.kinds import DatastoreKind, HypervisorKind, ManagerKind
from planner.read.clouds.ovirt_found import Found
from planner.read.clouds.ovirt_settings import settings_of_cluster
from planner.read.clouds.records import ANY_VLAN, MEMORY, VCPUS, Record
from planner.read.gather import unplaced_cluster
from planner.read.ids import cluster_id, datastore_id, host_id, network_id

_KINDS: Final = {
    "nfs": DatastoreKind.NFS,
    "posixfs": DatastoreKind.OTHER,
    "glusterfs": DatastoreKind.GLUSTER,
    "iscsi": DatastoreKind.ISCSI,
    "fcp": DatastoreKind.HBA,
    "localfs": DatastoreKind.DIR,
    "cinder": DatastoreKind.CEPH,
    "managed_block_storage": DatastoreKind.OTHER,
}
_NO_DATASTORES: Final = frozenset({"glance", "export", "image"})
_BMC: Final = {"ilo5": "redfish", "redfish": "redfish"}


def cluster(record: Record, found: Found) -> Cluster:
    """The cluster that a host or VM links to; by its id when the clusters were not given."""
    key = record.inner("cluster").text("id")
    if key is None:
        return unplaced_cluster(HypervisorKind.OVIRT)
    own = found.get("cluster", key)
    centre = found.linked("data_center", own) if own else None
    name = (own.text("name") if own else None) or record.inner("cluster").text("name") or key
    return Cluster(
        id=cluster_id(name),
        name=name,
        hypervisor=HypervisorKind.OVIRT,
        manager=ManagerKind.OVIRT,
        datacentre=centre.line("name") if centre else None,
        live_migration=True,
        settings=settings_of_cluster(own),
        origin=own.origin if own else None,
    )


def host(record: Record, found: Found) -> Host:
    """A host. Its cores are counted for each socket, its threads for each core."""
    own = cluster(record, found)
    hardware = record.inner("hardware_information")
    status = record.text("status")
    version = record.inner("version").line("full_version")
    return Host(
        id=host_id(name_of(record)),
        name=name_of(record),
        hypervisor=HypervisorKind.OVIRT,
        cluster=own.id,
        address=record.line("address"),
        version=version,
        vendor=hardware.line("manufacturer"),
        model=hardware.line("product_name"),
        cpu=_cpu(record.inner("cpu")),
        memory_bytes=record.size("memory", 1, MEMORY),
        nics=tuple(_nics(record)),
        datastores=tuple(sorted(_stores_of(record, found))),
        networks=_carried(record, found, own),
        bmc=_bmc(record),
        coordinator=None,
        maintenance=status in {"maintenance", "preparing_for_maintenance"} if status else None,
        connected=status not in {"non_responsive", "down", "install_failed"} if status else None,
        uuid=hardware.uuid("uuid"),
        origin=record.origin,
    )


def name_of(record: Record) -> str:
    """A thing's name; without one, its id."""
    return record.text("name") or record.text("id") or ""


def _cpu(record: Record) -> Cpu:
    topology = record.inner("topology")
    sockets, cores = topology.number("sockets", VCPUS), topology.number("cores", VCPUS)
    total = sockets * cores if sockets and cores else None
    threads = topology.number("threads", VCPUS)
    return Cpu(
        model=record.line("name"),
        sockets=sockets,
        cores=total,
        threads=total * threads if total and threads else None,
    )


def _bmc(record: Record) -> Bmc | None:
    power = record.inner("power_management")
    address = power.line("address")
    return Bmc(address=address, protocol=_BMC.get(power.text("type") or "", "ipmi")) if address else None


def _nics(record: Record) -> Iterator[HostNic]:
    """The physical ports, where the answer followed `nics`; bonds and VLANs are made of them."""
    for item in record.inner("nics").many("host_nic"):
        name = item.line("name")
        if name and not item.has("bonding") and not item.has("vlan"):
            speed = item.number("speed")
            yield HostNic(
                name=name, mac=item.inner("mac").mac("address"), speed_bytes=speed // 8 if speed else None
            )


def _carried(record: Record, found: Found, own: Cluster) -> tuple[HostNetwork, ...] | None:
    cards = record.inner("nics").many("host_nic")
    if not cards:
        return None
    return tuple(
        HostNetwork(
            network=network_id(name_of(network), own.name), uplinks=_uplinks(item, cards), bond=_bond(item)
        )
        for item in cards
        if (network := found.linked("network", item)) is not None
    )


def _uplinks(item: Record, cards: tuple[Record, ...]) -> tuple[str, ...]:
    """The ports below a card: of a bond its slaves, of a VLAN what it is on."""
    by_id = {card.text("id"): card.line("name") for card in cards}
    slaves = item.inner("bonding").inner("slaves").many("host_nic")
    names = [by_id.get(slave.text("id")) for slave in slaves] or [
        (item.line("base_interface") or item.line("name"))
    ]
    return tuple(name for name in names if name)


def _bond(item: Record) -> str | None:
    options = item.inner("bonding").inner("options").many("option")
    return next((option.line("value") for option in options if option.text("name") == "mode"), None)


def is_local(domain: Record) -> bool:
    """Whether a storage domain is a directory of one host."""
    return domain.inner("storage").text("type") == "localfs"


def store_id(domain: Record) -> DatastoreId:
    """A storage domain's id; two local ones of a name are told apart by their own ids."""
    return datastore_id(name_of(domain), domain.text("id") if is_local(domain) else None)


def _stores_of(record: Record, found: Found) -> Iterator[DatastoreId]:
    """Every data and ISO domain of the host's data centre."""
    centre = _centre(record, found)
    for domain in found.kinds["storage_domain"].values():
        centres = {item.text("id") for item in domain.inner("data_centers").many("data_center")}
        centres |= {domain.inner("data_center").text("id")} - {None}
        if domain.text("type") not in _NO_DATASTORES and (centre is None or not centres or centre in centres):
            yield store_id(domain)


def _centre(record: Record, found: Found) -> str | None:
    own = found.linked("cluster", record)
    return own.inner("data_center").text("id") if own else None


def datastores(found: Found) -> Iterator[Datastore]:
    """Data and ISO domains; an export domain holds copies only."""
    for domain in found.kinds["storage_domain"].values():
        if domain.text("type") in _NO_DATASTORES:
            continue
        storage = domain.inner("storage")
        kind = storage.text("type")
        free, used = domain.number("available"), domain.number("used")
        capacity = free + used if free is not None and used is not None else None
        yield Datastore(
            id=store_id(domain),
            name=name_of(domain),
            kind=_KINDS.get(kind, DatastoreKind.OTHER) if kind else None,
            shared=not is_local(domain) if kind else None,
            capacity_bytes=capacity or None,
            free_bytes=free,
            server=storage.line("address"),
            export=storage.line("path") if kind == "nfs" else None,
            path=storage.line("path") if kind == "localfs" else None,
            uuid=domain.uuid("id"),
            origin=domain.origin,
        )


def networks(found: Found, clusters: tuple[Cluster, ...]) -> Iterator[Network]:
    """The networks of a data centre, for each of its clusters."""
    centres = {
        name_of(item): item.inner("data_center").text("id") for item in found.kinds["cluster"].values()
    }
    for record in found.kinds["network"].values():
        home = record.inner("data_center").text("id")
        for own in clusters:
            if home is None or centres.get(own.name) in {None, home}:
                yield Network(
                    id=network_id(name_of(record), own.name),
                    name=name_of(record),
                    vlan=record.inner("vlan").number("id", ANY_VLAN) or 0,
                    mtu=record.mtu("mtu"),
                    origin=record.origin,
                )


def plugged(card: Record, found: Found, own: Cluster) -> NetworkId | None:
    """The network that a VM's card is on, by way of its profile."""
    profile = found.linked("vnic_profile", card)
    network = found.linked("network", profile) if profile else found.linked("network", card)
    return network_id(name_of(network), own.name) if network else None
