"""Proxmox VE: guests' configurations, and what `pvesh get` prints, joined by node and guest number."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

from planner.model.estate import Cluster, Estate, Gap, VirtualMachine, VmId
from planner.model.kinds import HypervisorKind, ManagerKind, PowerState
from planner.read.clouds import proxmox_vms as machine
from planner.read.clouds.proxmox_bridges import Bridges
from planner.read.clouds.proxmox_found import Found, Guest, recognises, sort_files
from planner.read.clouds.proxmox_nodes import host
from planner.read.clouds.proxmox_storages import Storages
from planner.read.clouds.records import MEMORY, VCPUS, Record, common_source, settled
from planner.read.gather import unplaced_cluster
from planner.read.ids import cluster_id, host_id, network_id, vm_id
from planner.read.source import Format

KIND: Final = "proxmox"
_POWER: Final = {
    "running": PowerState.ON,
    "paused": PowerState.SUSPENDED,
    "suspended": PowerState.SUSPENDED,
    "stopped": PowerState.OFF,
}


def read_proxmox(files: Iterable[Path]) -> Estate:
    """The cluster that all files tell of.

    Raises InputError with every problem: one source is one cluster, and a guest has one configuration.
    """
    found = Found()
    paths: list[str] = []
    sort_files(files, found, paths)
    source = common_source(paths)
    return settled(lambda: _estate(found, source), found.problems, source)


PROXMOX: Final = Format(kind=KIND, title="Proxmox VE", recognises=recognises, read=read_proxmox)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """What a guest's place is looked up in."""

    found: Found
    cluster: Cluster
    stores: Storages

    def name(self, number: str) -> str:
        """A guest's name; one without is called as Proxmox VE itself calls it."""
        guest, listed = self.found.guests.get(number), self.found.listed.get(number)
        own = guest.config.options.text("name") if guest else None
        return own or (listed.text("name") if listed else None) or f"VM {number}"

    def uuid(self, number: str) -> str | None:
        """A guest's SMBIOS UUID."""
        guest = self.found.guests.get(number)
        return machine.smbios_uuid(guest.config) if guest else None

    def id(self, number: str) -> VmId:
        """A guest's id."""
        place = self.found.node_of(number) or self.cluster.name
        return vm_id(self.name(number), self.uuid(number), place)


def _estate(found: Found, source: str) -> Estate:
    nodes = found.node_names()
    cluster = _cluster(found, nodes)
    cards = [card for guest in found.guests.values() for card in machine.cards(guest.config)]
    stores, bridges = Storages(found, _used(found)), Bridges(found, cards, cluster)
    site = _Site(found=found, cluster=cluster, stores=stores)
    before = _order(site)
    return Estate(
        clusters=(cluster,),
        hosts=tuple(host(node, found, cluster, stores, bridges) for node in nodes),
        datastores=tuple(stores.datastores(nodes)),
        networks=tuple(bridges.networks()),
        vms=tuple(
            replace(_vm(number, site), depends_on=before.get(number, ()))
            for number in sorted({*found.guests, *found.listed})
        ),
        notes=tuple(_notes(found)),
        gaps=tuple(_gaps(found, stores, source)),
    )


def _cluster(found: Found, nodes: tuple[str, ...]) -> Cluster:
    """The cluster by its own name; a single node is a cluster of its own."""
    if not nodes:
        return unplaced_cluster(HypervisorKind.PROXMOX)
    name = found.cluster or (nodes[0] if len(nodes) == 1 else f"proxmox-{nodes[0]}")
    return Cluster(
        id=cluster_id(name),
        name=name,
        hypervisor=HypervisorKind.PROXMOX,
        manager=ManagerKind.PROXMOX,
        live_migration=len(nodes) > 1 if found.nodes or len(nodes) > 1 else None,
    )


def _used(found: Found) -> frozenset[tuple[str, str | None]]:
    """Which storages guests use, and on which node."""
    return frozenset(
        (drive.storage, found.node_of(number))
        for number, guest in found.guests.items()
        for drive in machine.drives(guest.config)
        if drive.storage
    )


def _vm(number: str, site: _Site) -> VirtualMachine:
    """A guest: what the lists say of it, and on top what its configuration does."""
    found, node = site.found, site.found.node_of(number)
    listed, guest = found.listed.get(number), found.guests.get(number)
    vm = VirtualMachine(
        id=site.id(number),
        name=site.name(number),
        cluster=site.cluster.id,
        host=host_id(node) if node else None,
        source=KIND,
        uuid=site.uuid(number),
        moref=f"{found.cluster}/qemu/{number}" if found.cluster else None,
        snapshots=found.snapshots.get(number),
    )
    if listed is not None:
        vm = _with_list(vm, listed)
    return vm if guest is None else _with_config(vm, guest, site, node)


def _with_list(vm: VirtualMachine, listed: Record) -> VirtualMachine:
    state = listed.text("qmpstatus") or listed.text("status") or ""
    return replace(
        vm,
        power=_POWER.get(state) or _POWER.get(listed.text("status") or ""),
        template=bool(listed.flag("template")),
        vcpus=listed.number("maxcpu" if listed.has("maxcpu") else "cpus", VCPUS),
        memory_bytes=listed.size("maxmem", 1, MEMORY),
        resource_pool=listed.line("pool"),
        origin=listed.origin,
    )


def _with_config(vm: VirtualMachine, guest: Guest, site: _Site, node: str | None) -> VirtualMachine:
    config, options = guest.config, guest.config.options
    vcpus, cores = machine.vcpus(config)
    name = site.cluster.name
    return replace(
        vm,
        power=machine.suspended(config) or vm.power,
        template=bool(options.flag("template")),
        vcpus=vcpus,
        cores_per_socket=cores,
        memory_bytes=machine.memory(config),
        guest_os=machine.guest_os(config),
        firmware=machine.firmware(config),
        secure_boot=machine.secure_boot(config),
        vtpm=options.has("tpmstate0"),
        hardware_version=options.line("machine"),
        cpu_hotplug=machine.hotplug(config, "cpu"),
        memory_hotplug=machine.hotplug(config, "memory"),
        disks=tuple(
            machine.placed(drive, site.stores.datastore_id(drive.storage, node) if drive.storage else None)
            for drive in machine.drives(config)
        ),
        nics=tuple(
            card.nic(network_id(card.network, name) if card.network else None)
            for card in machine.cards(config)
        ),
        snapshots=config.snapshots if config.snapshots is not None else vm.snapshots,
        passthrough=tuple(machine.passthrough(config)),
        tags=machine.tags(config),
        annotation=config.annotation,
        attributes=machine.attributes(config),
        config_path=f"/etc/pve/nodes/{node}/qemu-server/{guest.number}.conf" if node else None,
        origin=guest.origin,
    )


def _order(site: _Site) -> dict[str, tuple[VmId, ...]]:
    """The order of automatic start, which every node keeps for itself: a guest waits for those just before it."""
    places: dict[str | None, dict[int, list[str]]] = {}
    for number, guest in sorted(site.found.guests.items()):
        order = machine.start_order(guest.config)
        if order is not None and not guest.config.options.flag("template"):
            places.setdefault(site.found.node_of(number), {}).setdefault(order, []).append(number)
    return {
        number: tuple(site.id(other) for other in steps[earlier])
        for node, steps in places.items()
        if node is not None
        for earlier, later in pairwise(sorted(steps))
        for number in steps[later]
    }


def _notes(found: Found) -> Iterator[str]:
    if found.containers:
        yield f"containers (LXC) are no VMs and were left out: {len(found.containers)}"
    unused = sum(len([*guest.config.numbered("unused")]) for guest in found.guests.values())
    if unused:
        yield f"volumes that are attached to no guest (`unused0` and so on) were left out: {unused}"


def _gaps(found: Found, stores: Storages, source: str) -> Iterator[Gap]:
    missing = [number for number in found.listed if number not in found.guests]
    if missing:
        yield Gap(
            source=source,
            what=f"disks, network cards and firmware of {len(missing)} guests",
            why="their configurations were not given",
            remedy="ssh root@NODE 'cd /etc/pve && tar -cf - nodes/*/qemu-server' | tar -xf -",
        )
    if any(number not in found.listed for number in found.guests):
        yield _pvesh(source, "which guests run", "a configuration does not say it", "cluster/resources")
    if stores.unknown():
        yield _pvesh(source, "kinds and sizes of storages", "configurations only name them", "storage")
    bare = {*found.node_names()} - (found.states.keys() & found.interfaces.keys())
    if bare:
        yield Gap(
            source=source,
            what=f"hardware and bridges of {len(bare)} nodes",
            why="no answer about them was given",
            remedy="for what in status network storage; do "
            "pvesh get /nodes/NODE/$what --output-format json > nodes/NODE/$what.json; done",
        )
    if len(found.node_names()) > 1 and not found.cluster:
        yield _pvesh(source, "the name of the cluster", "nothing that was given has it", "cluster/status")


def _pvesh(source: str, what: str, why: str, path: str) -> Gap:
    name = path.replace("/", "-")
    remedy = f"pvesh get /{path} --output-format json > {name}.json"
    return Gap(source=source, what=what, why=why, remedy=remedy)
