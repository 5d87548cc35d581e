"""Nutanix AHV: lists that Prism Central or Prism Element answered, of API v3 or v4."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from planner.model.estate import Bmc, Cluster, Cpu, Datastore, DatastoreId, Estate, Gap, Host, Network
from planner.model.kinds import HypervisorKind, ManagerKind
from planner.read.clouds.nutanix_dialect import View
from planner.read.clouds.nutanix_found import Found, recognises, sort_record
from planner.read.clouds.nutanix_vms import KIND, Site, vm
from planner.read.clouds.records import ANY_VLAN, MEMORY, VCPUS, common_source, read_all, settled
from planner.read.gather import unplaced_cluster
from planner.read.ids import cluster_id, datastore_id, host_id, network_id
from planner.read.source import Format

_HYPERVISORS: Final = {
    "AHV": HypervisorKind.AHV,
    "ESX": HypervisorKind.ESXI,
    "HYPERV": HypervisorKind.HYPER_V,
}
_QUIET: Final = frozenset({"normal", "none", ""})
_WHAT: Final = {
    "vm": ("virtual machines", "vmm/v4.0/ahv/config/vms"),
    "host": ("hosts", "clustermgmt/v4.0/config/hosts"),
    "cluster": ("clusters", "clustermgmt/v4.0/config/clusters"),
    "subnet": ("subnets with their VLANs", "networking/v4.0/config/subnets"),
}


def read_nutanix(files: Iterable[Path]) -> Estate:
    """The estate that all lists of one Prism tell of. Raises InputError with every problem."""
    found = Found()
    paths: list[str] = []
    read_all(files, lambda record: sort_record(record, found), found.problems, paths)
    source = common_source(paths)
    return settled(lambda: _estate(found, source), found.problems, source)


NUTANIX: Final = Format(kind=KIND, title="Nutanix Prism API", recognises=recognises, read=read_nutanix)


def _estate(found: Found, source: str) -> Estate:
    hosts = [view for view in found.kinds["host"].values() if view.text("name")]
    machines = list(found.kinds["vm"].values())
    clusters = {
        uuid: _cluster(uuid, found) for uuid in {view.uuid("cluster") for view in (*hosts, *machines)}
    }
    site = Site(found=found, cluster=lambda view: clusters[view.uuid("cluster")])
    stores: dict[Cluster, dict[DatastoreId, Datastore]] = {own: {} for own in clusters.values()}
    for own, store in _datastores(machines, site):
        stores[own][store.id] = store
    return Estate(
        clusters=tuple(clusters.values()),
        hosts=tuple(_host(view, site, tuple(sorted(stores[site.cluster(view)]))) for view in hosts),
        datastores=tuple(store for known in stores.values() for store in known.values()),
        networks=tuple({network.id: network for network in _networks(machines, site)}.values()),
        vms=tuple(vm(view, site) for view in machines),
        gaps=tuple(_gaps(found, source)),
    )


def _cluster(uuid: str | None, found: Found) -> Cluster:
    """The cluster of a UUID, which is its name as well when nothing has one."""
    if uuid is None:
        return unplaced_cluster(HypervisorKind.AHV)
    own = found.get("cluster", uuid)
    name = (own.text("name") if own else None) or _name_of(uuid, found) or uuid
    return Cluster(
        id=cluster_id(name),
        name=name,
        hypervisor=_hypervisor(uuid, found),
        manager=ManagerKind.PRISM,
        manager_address=own.line("address") if own else None,
        live_migration=True,
        origin=own.record.origin if own else None,
    )


def _members(uuid: str, found: Found) -> Iterator[View]:
    for kind in ("host", "vm"):
        yield from (view for view in found.kinds[kind].values() if view.uuid("cluster") == uuid)


def _name_of(uuid: str, found: Found) -> str | None:
    return next((name for view in _members(uuid, found) if (name := view.text("cluster_name"))), None)


def _hypervisor(uuid: str, found: Found) -> HypervisorKind:
    """AHV, unless its VMs say that Prism manages another hypervisor there."""
    words = (view.text("hypervisor") or "" for view in _members(uuid, found))
    return next((known for word in words if (known := _HYPERVISORS.get(word))), HypervisorKind.AHV)


def _host(view: View, site: Site, stores: tuple[DatastoreId, ...]) -> Host:
    own = site.cluster(view)
    name = view.text("name") or ""
    address = view.line("bmc")
    state = (view.text("maintenance") or "").lower()
    return Host(
        id=host_id(name),
        name=name,
        hypervisor=own.hypervisor,
        cluster=own.id,
        address=view.line("address"),
        version=view.line("version"),
        model=view.line("model"),
        cpu=Cpu(
            model=view.line("cpu"),
            sockets=view.number("sockets", VCPUS),
            cores=view.number("cores", VCPUS),
            threads=view.number("threads", VCPUS),
        ),
        memory_bytes=view.size("memory", view.dialect.memory_unit, MEMORY),
        datastores=stores,
        bmc=Bmc(address=address, protocol="ipmi") if address else None,
        maintenance=state not in _QUIET if state else None,
        origin=view.record.origin,
    )


def _datastores(machines: Iterable[View], site: Site) -> Iterator[tuple[Cluster, Datastore]]:
    """Storage containers, which a cluster's hosts share."""
    for own, name, container in site.containers(machines):
        store = Datastore(
            id=datastore_id(name, own.name),
            name=name,
            shared=True,
            capacity_bytes=container.size("capacity", 1) if container else None,
            uuid=container.uuid("uuid") if container else None,
            origin=container.record.origin if container else None,
        )
        yield own, store


def _networks(machines: Iterable[View], site: Site) -> Iterator[Network]:
    """Subnets that VMs are on; an overlay has no VLAN."""
    for own, name, subnet in site.subnets(machines):
        on_vlan = subnet is not None and subnet.text("kind") == "VLAN"
        yield Network(
            id=network_id(name, own.name),
            name=name,
            vlan=subnet.number("vlan", ANY_VLAN) if subnet and on_vlan else None,
            origin=subnet.record.origin if subnet else None,
        )


def _gaps(found: Found, source: str) -> Iterator[Gap]:
    for kind, (what, path) in _WHAT.items():
        count, total = len(found.kinds[kind]), found.totals.get(kind)
        remedy = f"curl --cacert ca.pem --user USER 'https://PRISM:9440/api/{path}?$limit=100&$page=0'"
        if total is None:
            yield Gap(source=source, what=what, why="no list of that kind was given", remedy=remedy)
        elif count < total:
            why = f"the lists hold {count} of {total}: pages are missing"
            yield Gap(source=source, what=what, why=why, remedy=f"{remedy} and so on for every page")
