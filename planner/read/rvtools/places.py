"""Clusters and hosts: from vHost and vCluster, and from what vInfo says of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from planner.model.estate import Cluster, Cpu, Host
from planner.model.kinds import HypervisorKind, ManagerKind
from planner.read.gather import UNPLACED
from planner.read.ids import cluster_id, host_id
from planner.read.rvtools.clusters import home_of_host, home_of_vm
from planner.read.rvtools.export import Export, Row
from planner.read.rvtools.keys import Key, distinct_names, only, settle
from planner.read.rvtools.settings import settings_of_cluster
from planner.read.rvtools.words import ADDRESS, CPU_VENDORS, EDITIONS, VERSION, word_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Every cluster, hosts by name, and the cluster of every VM by its row's number in vInfo."""

    clusters: tuple[Cluster, ...]
    hosts: Mapping[str, Host]
    cluster_of_vm: Mapping[int, Cluster]

    def host_of(self, vm: Row) -> Host | None:
        """The host that a VM runs on, when it is one of the estate and of the VM's own cluster."""
        host = self.hosts.get(vm.name("host") or "")
        return host if host and host.cluster == self.cluster_of_vm[vm.number].id else None


def read_places(export: Export) -> Places:
    """Every cluster and host of an export; the hosts still without datastores, networks and NICs."""
    rows = _host_rows(export)
    vms_by_host: dict[str | None, list[Row]] = defaultdict(list)
    for vm in export.rows("vinfo"):
        vms_by_host[vm.name("host")].append(vm)
    homes = {name: home_of_host(row, name, vms_by_host[name]) for name, row in rows.items()}
    claims = {vm.number: home_of_vm(vm, homes) for vm in export.rows("vinfo")}
    settled = settle([*homes.values(), *claims.values()])
    products = _products(export)
    members = defaultdict(list)
    for name, row in rows.items():
        members[settled[homes[name]]].append(row)
    names = distinct_names(settled.values())
    settings = _settings(export)
    clusters = {
        key: _cluster(key, name, members[key], only(settings, key), products.get(key.server))
        for key, name in names.items()
    }
    addresses = _addresses(export)
    licences = _licences(export)
    hosts = {}
    for name, row in rows.items():
        key = settled[homes[name]]
        alone = clusters[key].manager is ManagerKind.NONE
        hosts[name] = replace(
            _host(row, name, clusters[key]),
            address=addresses.get(name) or (name if ADDRESS.fullmatch(name) else None),
            version=_version(row.text("version") or (products.get(key.server) if alone else None)),
            edition=_edition(row.text("licence") or (licences.get(key.server) if alone else None)),
        )
    return Places(
        clusters=tuple(clusters.values()),
        hosts=hosts,
        cluster_of_vm={number: clusters[settled[key]] for number, key in claims.items()},
    )


def _host_rows(export: Export) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for row in export.rows("vhost"):
        name = row.name("host")
        if name is None:
            row.refuse("host", "the host has no name: give it one, or delete the row")
        elif name in rows:
            row.refuse(
                "host", f"host {name!r} stands already in row {rows[name].number}: delete one of the two"
            )
        else:
            rows[name] = row
    return rows


def _products(export: Export) -> dict[str | None, str]:
    """What the connection to each server said it is (`VMware vCenter Server 8.0.3 build-...`)."""
    said = [(row.text("server"), row.text("server_type")) for row in export.rows("vinfo")]
    said += [(row.text("server"), row.text("product")) for row in export.rows("vsource")]
    return {server: product for server, product in reversed(said) if product}


def _version(product: str | None) -> str | None:
    found = VERSION.search(product or "")
    return found[0] if found else None


def _edition(licence: str | None) -> str | None:
    return word_in(licence, EDITIONS) or licence


def _settings(export: Export) -> list[tuple[Key, Row]]:
    """Rows of vCluster; two of one name (in two data centres) are told apart by nothing, and not used."""
    named = ((row.name("cluster"), row) for row in export.rows("vcluster"))
    return [(Key(name, row.text("server")), row) for name, row in named if name]


def _addresses(export: Export) -> dict[str, str]:
    """Addresses of vmk0, the VMkernel port that ESXi makes for management, by host."""
    ports = ((row.name("host"), row.text("address")) for row in export.rows("vsc_vmk") if _is_vmk0(row))
    return {host: address for host, address in ports if host and address}


def _is_vmk0(row: Row) -> bool:
    return row.text("device") == "vmk0"


def _licences(export: Export) -> dict[str | None, str]:
    """The only licence in use on a server, by server."""
    used: dict[str | None, set[str]] = defaultdict(set)
    for row in export.rows("vlicense"):
        if (name := row.text("name")) and row.whole("used"):
            used[row.text("server")].add(name)
    return {server: names.pop() for server, names in used.items() if len(names) == 1}


def _cluster(key: Key, name: str, hosts: list[Row], settings: Row | None, product: str | None) -> Cluster:
    manager = _manager(key, hosts, product)
    return Cluster(
        id=cluster_id(name),
        name=name,
        hypervisor=HypervisorKind.ESXI,
        manager=manager,
        manager_address=key.server if manager is ManagerKind.VCENTER else None,
        datacentre=key.datacentre,
        live_migration=_live_migration(manager, hosts),
        ha_enabled=settings.truth("ha") if settings else None,
        drs_enabled=settings.truth("drs") if settings else None,
        settings=settings_of_cluster(settings, hosts),
        origin=settings.origin if settings else None,
    )


def _manager(key: Key, hosts: Iterable[Row], product: str | None) -> ManagerKind:
    """What the connection says; where it says nothing, only a vCenter has clusters."""
    if product is not None:
        return ManagerKind.VCENTER if "vcenter" in product.lower() else ManagerKind.NONE
    standalone = key.name == UNPLACED or key.name in {row.name("host") for row in hosts}
    return ManagerKind.NONE if standalone else ManagerKind.VCENTER


def _live_migration(manager: ManagerKind, hosts: list[Row]) -> bool | None:
    """Moving a running VM needs a vCenter, two hosts, and every host's support; of no host nothing is known."""
    support = [row.truth("vmotion") for row in hosts]
    if not hosts:
        return None
    if manager is ManagerKind.NONE or len(hosts) == 1 or False in support:
        return False
    return None if None in support else True


def _host(row: Row, name: str, cluster: Cluster) -> Host:
    model = row.text("cpu_model")
    cores, hyperthreading = row.whole("cores", 1), row.truth("hyperthreading")
    server, identity = row.text("server"), row.text("object_id")
    return Host(
        id=host_id(name),
        name=name,
        hypervisor=HypervisorKind.ESXI,
        cluster=cluster.id,
        vendor=row.text("vendor"),
        model=row.text("model"),
        cpu=Cpu(
            vendor=word_in(model, CPU_VENDORS),
            model=model,
            sockets=row.whole("sockets", 1),
            cores=cores,
            threads=None if cores is None or hyperthreading is None else cores * (1 + hyperthreading),
        ),
        memory_bytes=row.size("memory", 1),
        maintenance=row.truth("maintenance"),
        uuid=(row.text("uuid") or "").lower() or None,
        moref=f"{server}/{identity}" if server and identity else None,
        origin=row.origin,
    )
