"""Networks: port groups with their VLAN, and which hosts carry them over which ports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from planner.model.estate import Cluster, HostNetwork, Network, NetworkId
from planner.model.setting import Setting
from planner.read.gather import agreed
from planner.read.ids import network_id
from planner.read.vsphere.inventory import HOST, NETWORK, OPAQUE, PORT_GROUP, SWITCH, Inventory
from planner.read.vsphere.place_settings import (
    settings_of_distributed,
    settings_of_opaque,
    settings_of_standard,
)
from planner.read.vsphere.places import Places
from planner.read.vsphere.properties import Properties, Reference

_LARGEST_VLAN: Final = 4094
_TRUNK: Final = 4095
_LARGEST_MTU: Final = 65535
_UPLINK: Final = "SYSTEM/DVS.UPLINKPG"
_ONE_VLAN: Final = "VlanIdSpec"


@dataclass(frozen=True, slots=True, kw_only=True)
class PortGroup:
    """A port group as a host has it; `uplinks` are the ports of the switch that it is on."""

    name: str
    vlan: int | None
    mtu: int | None
    uplinks: tuple[str, ...]
    settings: tuple[Setting, ...]
    origin: str


@dataclass(slots=True, kw_only=True)
class Networks:
    """Networks of the clusters, made when first spoken of; those that hosts carry, by the host's id."""

    inventory: Inventory
    found: dict[NetworkId, Network] = field(default_factory=dict)
    carried: dict[str, tuple[HostNetwork, ...]] = field(default_factory=dict)

    def named(self, name: str, cluster: Cluster) -> NetworkId:
        """The network of a name in a cluster."""
        network = network_id(name, cluster.name)
        self.found.setdefault(network, Network(id=network, name=name))
        return network

    def behind(self, card: Properties, cluster: Cluster) -> NetworkId | None:
        """The network that a VM's card is on: as its backing says, or as the guest's tools name it."""
        name = self._name(card.part("backing")) if card.told("backing") else card.name("network")
        return self.named(name, cluster) if name else None

    def _name(self, backing: Properties) -> str | None:
        if key := backing.text("port.portgroupKey"):
            group = self.inventory.get(Reference(PORT_GROUP, key)) or next(
                (one for _, one in self.inventory.all(PORT_GROUP) if one.text("key") == key), None
            )
            return group.name() if group else None
        if opaque := backing.text("opaqueNetworkId"):
            found = (one for _, one in self.inventory.all(OPAQUE))
            return next((one.name() for one in found if one.text("summary.opaqueNetworkId") == opaque), None)
        network = self.inventory.behind(backing, "network")
        return (network.name() if network else None) or backing.name("deviceName")


def read_networks(inventory: Inventory, places: Places) -> Networks:
    """Every port group that a host carries."""
    networks = Networks(inventory=inventory)
    groups = tuple(_distributed(inventory))
    for ident, host in inventory.all(HOST):
        if not host.told("config.network.portgroup"):
            continue
        carried: dict[NetworkId, HostNetwork] = {}
        for group in (*_standard(host), *_on_switches(ident, host, groups), *_opaque(inventory, host)):
            network = _remember(networks, group, places.home[ident])
            uplinks = {*group.uplinks, *(carried[network].uplinks if network in carried else ())}
            carried[network] = HostNetwork(network=network, uplinks=tuple(sorted(uplinks)))
        networks.carried[ident] = tuple(carried[network] for network in sorted(carried))
    return networks


def _remember(networks: Networks, group: PortGroup, cluster: Cluster) -> NetworkId:
    """The network of a port group."""
    network = network_id(group.name, cluster.name)
    told = Network(
        id=network,
        name=group.name,
        vlan=group.vlan,
        mtu=group.mtu,
        settings=group.settings,
        origin=group.origin,
    )
    networks.found[network] = agreed(networks.found.get(network), told)
    return network


def _devices(host: Properties) -> dict[str, str]:
    """Names of the host's ports by their keys."""
    ports = ((port.text("key"), port.line("device")) for port in host.parts("config.network.pnic"))
    return {key: device for key, device in ports if key and device}


def _standard(host: Properties) -> Iterator[PortGroup]:
    devices = _devices(host)
    switches = {switch.text("name"): switch for switch in host.parts("config.network.vswitch")}
    for group in host.parts("config.network.portgroup"):
        name = group.name("spec.name")
        switch = switches.get(group.text("spec.vswitchName"))
        if name:
            vlan = group.whole("spec.vlanId", 0, _TRUNK)
            yield PortGroup(
                name=name,
                vlan=vlan if vlan is not None and vlan <= _LARGEST_VLAN else None,
                mtu=switch.whole("mtu", 0, _LARGEST_MTU) or None if switch else None,
                uplinks=_uplinks(switch, devices) if switch else (),
                settings=settings_of_standard(group),
                origin=group.origin,
            )


def _uplinks(switch: Properties, devices: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(devices[key] for key in switch.texts("pnic") if key in devices))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Distributed:
    """A port group of a distributed switch, with the hosts that are said to have it, and the ports of each."""

    group: Properties
    switch: Properties | None
    hosts: frozenset[str]
    ports: Mapping[str, tuple[str, ...]]


def _distributed(inventory: Inventory) -> Iterator[_Distributed]:
    members = {ident: _members(switch) for ident, switch in inventory.all(SWITCH)}
    for ident, group in inventory.all(PORT_GROUP):
        if _is_uplink(inventory, ident, group):
            continue
        of = group.refers_to("config.distributedVirtualSwitch")
        ports = members.get(of.ident, {}) if of else {}
        hosts = {host.ident for host in group.references("host")}
        yield _Distributed(
            group=group, switch=inventory.get(of), hosts=frozenset(hosts or ports), ports=ports
        )


def _is_uplink(inventory: Inventory, ident: str, group: Properties) -> bool:
    """Whether a port group is where the switch meets the hosts' ports: no network for VMs."""
    if group.truth("config.uplink") or any(tag.text("key") == _UPLINK for tag in group.parts("tag")):
        return True
    switches = (switch for _, switch in inventory.all(SWITCH))
    return any(
        ident == uplink.ident for switch in switches for uplink in switch.references("config.uplinkPortgroup")
    )


def _members(switch: Properties) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for member in switch.parts("config.host"):
        if host := member.refers_to("config.host"):
            ports = (port.line("pnicDevice") for port in member.parts("config.backing.pnicSpec"))
            found[host.ident] = tuple(filter(None, ports))
    return found


def _on_switches(ident: str, host: Properties, groups: tuple[_Distributed, ...]) -> Iterator[PortGroup]:
    devices = _devices(host)
    proxies = {proxy.text("dvsUuid"): proxy for proxy in host.parts("config.network.proxySwitch")}
    for one in groups:
        name = one.group.name()
        if name is None or ident not in one.hosts:
            continue
        proxy = proxies.get(one.switch.text("uuid")) if one.switch else None
        mtu = proxy.whole("mtu", 0, _LARGEST_MTU) if proxy else None
        of_switch = one.switch.whole("config.maxMtu", 0, _LARGEST_MTU) if one.switch else None
        yield PortGroup(
            name=name,
            vlan=_vlan(one.group.part("config.defaultPortConfig.vlan")),
            mtu=mtu or of_switch or None,
            uplinks=(_uplinks(proxy, devices) if proxy else ()) or one.ports.get(ident, ()),
            settings=settings_of_distributed(one.group),
            origin=one.group.origin,
        )


def _vlan(spec: Properties) -> int | None:
    """The VLAN of a distributed port group; a trunk has none, and a private VLAN is known only to its switch."""
    if (spec.type and not spec.type.endswith(_ONE_VLAN)) or isinstance(spec.fields.get("vlanId"), list):
        return None
    return spec.whole("vlanId", 0, _LARGEST_VLAN)


def _opaque(inventory: Inventory, host: Properties) -> Iterator[PortGroup]:
    """Networks of NSX, and standard ones that stand nowhere else."""
    known = {group.name("spec.name") for group in host.parts("config.network.portgroup")}
    for reference in host.references("network"):
        network = inventory.get(reference) if reference.of in {NETWORK, OPAQUE} else None
        name = network.name() if network else None
        if network and name and name not in known:
            settings = settings_of_opaque(network)
            yield PortGroup(
                name=name, vlan=None, mtu=None, uplinks=(), settings=settings, origin=network.origin
            )
