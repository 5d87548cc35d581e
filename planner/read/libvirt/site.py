"""VMs where they stand: on a host with its storage and networks, or in no known place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from planner.model.estate import (
    Cluster,
    Datastore,
    Disk,
    Gap,
    Host,
    HostNetwork,
    Network,
    Nic,
    Passthrough,
    VirtualMachine,
)
from planner.model.kinds import DiskKind, PassthroughKind
from planner.read.ids import vm_id
from planner.read.libvirt.cards import Card
from planner.read.libvirt.domain import Definition, held_by_cards
from planner.read.libvirt.drives import Drive
from planner.read.libvirt.interfaces import Port
from planner.read.libvirt.networks import (
    Wire,
    inner_networks,
    networks_of,
    passed_through,
    port_of,
)
from planner.read.libvirt.pools import Pool, Storage, Volume, storage_of

KIND: Final = "libvirt"
_SIZED: Final = frozenset({DiskKind.DISK, DiskKind.LUN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What documents say of the host around its VMs; `ports` are its interfaces by name."""

    pools: Sequence[Pool] = ()
    volumes: Sequence[Volume] = ()
    wires: Sequence[Wire] = ()
    ports: Mapping[str, Port] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A cluster with what its VMs lie on and are plugged into."""

    cluster: Cluster
    storage: Storage
    networks: Mapping[str, Network]
    around: Around
    inner: tuple[str, ...]

    @property
    def datastores(self) -> tuple[Datastore, ...]:
        """Every pool of the host, and every one that a VM names."""
        return tuple(self.storage.pools.values())

    def carried(self) -> tuple[HostNetwork, ...]:
        """The networks as the host carries them."""
        wires = {wire.name: wire for wire in self.around.wires}
        found = {
            network.id: port_of(name, wires.get(name), self.around.ports)
            for name, network in self.networks.items()
        }
        return tuple(
            HostNetwork(network=network, uplinks=port.uplinks, bond=port.bond)
            for network, port in sorted(found.items())
        )


def site_of(cluster: Cluster, scope: str | None, definitions: Sequence[Definition], around: Around) -> Site:
    """The site of some domains; `scope` tells its pools from those of other hosts: the name of its host."""
    links = [card.link for definition in definitions for card in definition.cards if card.link]
    named = [drive.pool for definition in definitions for drive in definition.drives if drive.pool]
    return Site(
        cluster=cluster,
        storage=storage_of(around.pools, around.volumes, dict.fromkeys(named), scope),
        networks=networks_of(around.wires, dict.fromkeys(links), around.ports, cluster.name),
        around=around,
        inner=inner_networks(around.wires, links),
    )


def machine(definition: Definition, site: Site, host: Host | None, told: Mapping[str, Any]) -> VirtualMachine:
    """The VM of a domain at its site; `told` are fields that other documents or the running system know."""
    return VirtualMachine(
        id=vm_id(definition.name, definition.uuid, host.name if host else site.cluster.name),
        name=definition.name,
        cluster=site.cluster.id,
        host=host.id if host else None,
        source=KIND,
        uuid=definition.uuid,
        origin=definition.origin,
        **{
            **definition.facts,
            "disks": tuple(_disk(drive, site.storage) for drive in definition.drives),
            "nics": tuple(_nic(card, site.networks) for card in definition.cards),
            "passthrough": _passthrough(definition, site),
            **told,
        },
    )


def gaps_of(source: str, site: Site, vms: Iterable[VirtualMachine]) -> tuple[Gap, ...]:
    """What the documents leave open: sizes of disks, and what a network of libvirt's own is outside the host."""
    unsized = sum(disk.capacity_bytes is None for vm in vms for disk in vm.disks if disk.kind in _SIZED)
    inner = tuple(
        Gap(
            source=source,
            what=f"the VLAN of the network {name!r}",
            why="it ends at the host: libvirt routes it, translates its addresses or keeps it to itself",
            remedy="say in the policy which network of the target its VMs get",
        )
        for name in site.inner
    )
    if not unsized:
        return inner
    sizes = Gap(
        source=source,
        what=f"the sizes of {unsized} disk{'s' if unsized > 1 else ''}",
        why="a domain does not hold them, and no volume that was read has their paths",
        remedy="add virsh vol-dumpxml of their volumes, or qemu-img info on the host; or read the host live",
    )
    return (sizes, *inner)


def _disk(drive: Drive, storage: Storage) -> Disk:
    found = storage.find(drive)
    path = drive.path
    if path is None and drive.pool and drive.volume:
        path = found.volume.path if found.volume else f"{drive.pool}/{drive.volume}"
    return Disk(
        id=drive.id,
        capacity_bytes=found.volume.capacity_bytes if found.volume else None,
        allocated_bytes=found.volume.allocated_bytes if found.volume else None,
        datastore=found.datastore.id if found.datastore else None,
        path=path,
        bus=drive.bus,
        kind=drive.kind,
        mode=drive.mode,
        shared=drive.shared,
        base=drive.base,
    )


def _nic(card: Card, networks: Mapping[str, Network]) -> Nic:
    return Nic(
        id=card.id,
        mac=card.mac,
        network=networks[card.link.label].id if card.link else None,
        model=card.model,
        addresses=card.addresses,
    )


def _passthrough(definition: Definition, site: Site) -> tuple[Passthrough, ...]:
    functions = passed_through(site.around.wires)
    by_network = (
        Passthrough(kind=PassthroughKind.SRIOV, description=f"{card.id} is a function of the host's card")
        for card in definition.cards
        if card.link is not None and card.link.defined and card.link.name in functions
    )
    return (*definition.passthrough, *held_by_cards(definition), *by_network)
