"""Bridges of Proxmox VE as networks, each with the ports and VLANs below it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from planner.model.estate import Cluster, HostNetwork, Network
from planner.read.clouds.proxmox_found import Found
from planner.read.clouds.proxmox_vms import Card
from planner.read.clouds.records import ANY_VLAN, Record
from planner.read.ids import network_id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bridge:
    ports: tuple[str, ...]
    bond: str | None
    vlan: int
    mtu: int | None


def _bridges(interfaces: Iterable[Record]) -> dict[str, _Bridge]:
    """The bridges of a node, each with the physical ports that it ends at."""
    named = {item.text("iface") or "": item for item in interfaces}
    return {
        name: _bridge(item, named)
        for name, item in named.items()
        if item.text("type") in {"bridge", "OVSBridge"}
    }


def _bridge(bridge: Record, named: dict[str, Record]) -> _Bridge:
    members = [port for port in _words(bridge, "bridge_ports", "ovs_ports") if port != "none"]
    vlan, bond, ports = 0, None, list[str]()
    for member in members:
        below, tag = _untagged(member, named)
        vlan = tag or vlan
        record = named.get(below)
        slaves = _words(record, "slaves", "ovs_bonds") if record else ()
        ports += slaves or ((below,) if record is None or record.text("type") in {"eth", None} else ())
        bond = (record.line("bond_mode") if record and slaves else None) or bond
    return _Bridge(ports=tuple(dict.fromkeys(ports)), bond=bond, vlan=vlan, mtu=bridge.mtu("mtu"))


def _untagged(port: str, named: dict[str, Record]) -> tuple[str, int]:
    """The device below a VLAN device such as `eno1.20`, and its tag; 0 for any other."""
    record = named.get(port)
    match = re.fullmatch(r"(.+)\.(\d{1,4})", port)
    if record is not None and record.text("type") == "vlan" and record.text("vlan-raw-device"):
        return record.text("vlan-raw-device") or port, record.number("vlan-id", ANY_VLAN) or 0
    if match and int(match[2]) <= ANY_VLAN[1]:
        return match[1], int(match[2])
    return port, 0


def _words(record: Record, *keys: str) -> tuple[str, ...]:
    return tuple(word for key in keys for word in (record.text(key) or "").split())


class Bridges:
    """The networks of a cluster: what guests are plugged in to, and what nodes carry."""

    def __init__(self, found: Found, cards: Iterable[Card], cluster: Cluster) -> None:
        self._cluster = cluster
        self._nodes = {node: _bridges(interfaces) for node, interfaces in found.interfaces.items()}
        plugged = {(card.network, card.bridge, card.tag) for card in cards if card.network and card.bridge}
        own = {(name, name, None) for bridges in self._nodes.values() for name in bridges}
        self._networks = sorted(plugged | own, key=str)

    def networks(self) -> Iterator[Network]:
        """Every bridge, and every VLAN of one that a guest is on."""
        for name, bridge, tag in self._networks:
            there = [bridges[bridge] for bridges in self._nodes.values() if bridge in bridges]
            vlans, mtus = {found.vlan for found in there}, {found.mtu for found in there}
            yield Network(
                id=network_id(name, self._cluster.name),
                name=name,
                vlan=tag or (vlans.pop() if len(vlans) == 1 else None),
                mtu=mtus.pop() if len(mtus) == 1 else None,
            )

    def of_node(self, node: str) -> tuple[HostNetwork, ...] | None:
        """What a node carries; None when its interfaces are not known."""
        bridges = self._nodes.get(node)
        if bridges is None:
            return None
        return tuple(
            HostNetwork(
                network=network_id(name, self._cluster.name),
                uplinks=bridges[bridge].ports,
                bond=bridges[bridge].bond,
            )
            for name, bridge, _ in self._networks
            if bridge in bridges
        )
