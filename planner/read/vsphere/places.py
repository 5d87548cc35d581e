"""Clusters and hosts: a host outside any cluster is one of its own."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from planner.model.estate import Cluster, Gap, Host
from planner.model.kinds import HypervisorKind, ManagerKind
from planner.read.gather import unplaced_cluster
from planner.read.ids import cluster_id, host_id
from planner.read.vsphere.cards import adapters_of, nics_of, usb_boot
from planner.read.vsphere.hardware import cpu_of, disks_of
from planner.read.vsphere.inventory import CLUSTER, DATACENTRE, HOST, Inventory
from planner.read.vsphere.place_settings import settings_of_cluster, settings_of_host
from planner.read.vsphere.properties import Properties
from planner.read.vsphere.words import ADDRESS, EDITIONS, FIRMWARE, word_in

_MOST_MEMORY: Final = 2**50
_NO_NAME: Final = "localhost"
_LOOPBACK: Final = "127."
_DEEPEST_FOLDER: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Clusters by the id of what their hosts are in; hosts by their id, with the cluster that each is in."""

    clusters: Mapping[str, Cluster]
    hosts: Mapping[str, Host]
    home: Mapping[str, Cluster]
    unplaced: Cluster

    def cluster_of(self, inventory: Inventory, vm: Properties) -> Cluster:
        """The cluster that a VM is in: its host's, else the one that its resource pool belongs to."""
        host = vm.refers_to("runtime.host")
        if host is not None and host.ident in self.home:
            return self.home[host.ident]
        pool = inventory.behind(vm, "resourcePool")
        owner = pool.refers_to("owner") if pool else None
        return self.clusters.get(owner.ident, self.unplaced) if owner else self.unplaced


def read_places(inventory: Inventory) -> Places:
    """Every cluster and host; the hosts still without datastores and networks."""
    members: dict[str, list[str]] = defaultdict(list)
    for ident, host in inventory.all(HOST):
        parent = host.refers_to("parent")
        members[parent.ident if parent else ident].append(ident)
    parts = {
        ident: (found.name(), found) for ident, found in inventory.all(CLUSTER)
    } | {  # a host alone is in a ComputeResource that has its name
        ident: _named(inventory, ident, hosts)
        for ident, hosts in members.items()
        if ident not in inventory.objects.get(CLUSTER, {})
    }
    names = _distinct(inventory, {ident: (name or ident, found) for ident, (name, found) in parts.items()})
    clusters = {
        ident: _cluster(inventory, names[ident], found, members[ident]) for ident, (_, found) in parts.items()
    }
    home = {host: clusters[ident] for ident, hosts in members.items() for host in hosts}
    return Places(
        clusters=clusters,
        hosts={ident: _host(inventory, ident, found, home[ident]) for ident, found in inventory.all(HOST)},
        home=home,
        unplaced=unplaced_cluster(HypervisorKind.ESXI),
    )


def _named(inventory: Inventory, ident: str, hosts: list[str]) -> tuple[str | None, Properties]:
    """The name of what hosts are in, when that itself was not read: their own, for a host alone."""
    first = inventory.objects[HOST][hosts[0]]
    parent = first.refers_to("parent")
    if parent is None or parent.of != CLUSTER:
        return host_name(inventory, first), first
    inventory.gaps.append(
        Gap(
            source=inventory.source,
            what=f"the name, HA, DRS and rules of the cluster {ident}",
            why="its properties are not among what was read",
            remedy="govc object.collect -json -type c / name parent configurationEx > clusters.json",
        )
    )
    return None, first


def host_name(inventory: Inventory, host: Properties) -> str | None:
    """A host's name; a host read directly that only calls itself localhost is the address that answered."""
    name = host.name()
    alone = inventory.manager is ManagerKind.NONE and inventory.server is not None
    return inventory.server if alone and (name or _NO_NAME).startswith(_NO_NAME) else name


def datacentre_of(inventory: Inventory, found: Properties | None) -> str | None:
    """The data centre whose folders an object lies in."""
    for _ in range(_DEEPEST_FOLDER):
        parent = found.refers_to("parent") if found else None
        found = inventory.get(parent)
        if found is None or parent is None:
            return None
        if parent.of == DATACENTRE:
            return found.name()
    return None


def _distinct(inventory: Inventory, named: Mapping[str, tuple[str, Properties]]) -> dict[str, str]:
    """Names of clusters; with the data centre before those that several share."""
    shared = Counter(name for name, _ in named.values())
    datacentres = {ident: datacentre_of(inventory, found) for ident, (_, found) in named.items()}
    return {
        ident: f"{datacentres[ident]}/{name}" if shared[name] > 1 and datacentres[ident] else name
        for ident, (name, _) in named.items()
    }


def _cluster(inventory: Inventory, name: str, found: Properties, hosts: list[str]) -> Cluster:
    manager = inventory.manager or ManagerKind.NONE
    alone = _is_alone(found)
    settings = found.part("configurationEx" if found.told("configurationEx") else "configuration")
    managed = manager is ManagerKind.VCENTER
    return Cluster(
        id=cluster_id(name),
        name=name,
        hypervisor=HypervisorKind.ESXI,
        manager=manager,
        manager_address=inventory.manager_address,
        datacentre=datacentre_of(inventory, found) if managed else None,
        live_migration=_live_migration(inventory, manager, hosts),
        ha_enabled=False if alone else settings.truth("dasConfig.enabled"),
        drs_enabled=False if alone else settings.truth("drsConfig.enabled"),
        settings=() if alone else settings_of_cluster(found, settings),
        origin=found.origin,
    )


def _is_alone(found: Properties) -> bool:
    """Whether what a cluster was made from is a host outside any."""
    parent = found.refers_to("parent")
    return HOST in found.place and (parent is None or parent.of != CLUSTER)


def _live_migration(inventory: Inventory, manager: ManagerKind, hosts: list[str]) -> bool | None:
    """Moving a running VM needs a vCenter, two hosts, and vMotion on every one; of no host nothing is known."""
    enabled = [inventory.objects[HOST][host].truth("summary.config.vmotionEnabled") for host in hosts]
    if not hosts:
        return None
    if manager is ManagerKind.NONE or len(hosts) == 1 or False in enabled:
        return False
    return None if None in enabled else True


def _host(inventory: Inventory, ident: str, host: Properties, cluster: Cluster) -> Host:
    name = host_name(inventory, host) or ""
    state = host.text("runtime.connectionState")
    return Host(
        id=host_id(name),
        name=name,
        hypervisor=HypervisorKind.ESXI,
        cluster=cluster.id,
        address=_address(inventory, host, name),
        version=host.line("summary.config.product.version") or host.line("config.product.version"),
        edition=_edition(inventory, ident),
        vendor=host.line("hardware.systemInfo.vendor") or host.line("summary.hardware.vendor"),
        model=host.line("hardware.systemInfo.model") or host.line("summary.hardware.model"),
        firmware=FIRMWARE.get((host.text("hardware.biosInfo.firmwareType") or "").lower()),
        cpu=cpu_of(host),
        memory_bytes=host.whole("hardware.memorySize", 1, _MOST_MEMORY)
        or host.whole("summary.hardware.memorySize", 1, _MOST_MEMORY),
        nics=nics_of(host),
        adapters=adapters_of(host),
        disks=disks_of(host),
        maintenance=host.truth("runtime.inMaintenanceMode"),
        connected=None if state is None else state == "connected",
        settings=(*settings_of_host(host), *usb_boot(host)),
        uuid=_uuid(host),
        moref=inventory.moref(ident),
        origin=host.origin,
    )


def _uuid(host: Properties) -> str | None:
    found = host.text("hardware.systemInfo.uuid") or host.text("summary.hardware.uuid")
    return found.lower() if found else None


def _address(inventory: Inventory, host: Properties, name: str) -> str | None:
    """What the host was read from; else the address of vmk0, which ESXi makes for management; else its name."""
    if inventory.manager is ManagerKind.NONE and inventory.server:
        return inventory.server
    ports = (port for port in host.parts("config.network.vnic") if port.text("device") == "vmk0")
    found = next((address for port in ports if (address := port.line("spec.ip.ipAddress"))), None)
    if found and not found.startswith(_LOOPBACK):
        return found
    return name if ADDRESS.fullmatch(name) and not name.startswith(_NO_NAME) else None


def _edition(inventory: Inventory, ident: str) -> str | None:
    alone = inventory.manager is ManagerKind.NONE
    licence = inventory.licences.get(ident) or (inventory.licences.get("") if alone else None)
    return word_in(licence, EDITIONS) or licence
