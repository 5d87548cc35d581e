"""What each source network becomes on the target: a bridge or network, its VLAN, and why."""

import hashlib
from collections import defaultdict

from planner.model.estate import Network, NetworkId
from planner.model.plan import TargetNetwork
from planner.place.cases import used_networks
from planner.place.conversion import Conversion

_Uplinks = frozenset[tuple[str, tuple[str, ...]]]


def target_networks(conversion: Conversion) -> tuple[TargetNetwork, ...]:
    """One entry for each network that the cluster's hosts carry or its VMs use, sorted by id.

    Names are at most 15 characters, as Linux wants them. Two networks share a bridge only when the policy says
    so, or when VLAN and uplinks are the same, for then they are one wire under two names; otherwise the
    names differ.
    """
    mapped = {entry.source: entry for entry in conversion.policy.network_map}
    wires: dict[tuple[int, _Uplinks], str] = {}
    taken = {entry.bridge for entry in mapped.values()}
    found = []
    uplinks = _uplinks(conversion)
    for network in (conversion.networks[network] for network in sorted(used_networks(conversion))):
        entry = mapped.get(network.name)
        if entry is not None:
            found.append(_target(network, entry.bridge, entry.vlan, "the policy maps it"))
            continue
        if network.vlan is None:
            reason = "its VLAN is not known: taken as untagged, to be confirmed or mapped in policy.yml"
            found.append(_target(network, f"br-{_digest(network.id)}", 0, reason))
            continue
        wire = (network.vlan, uplinks[network.id])
        known = wires.get(wire)
        if known is None:
            known = wires[wire] = _free(f"br{network.vlan}", network.id, taken)
            reason = f"VLAN {network.vlan}" if network.vlan else "untagged"
        else:
            reason = "the same VLAN on the same uplinks as another network of this bridge"
        found.append(_target(network, known, network.vlan, reason))
    return tuple(found)


def _uplinks(conversion: Conversion) -> dict[NetworkId, _Uplinks]:
    """Through which ports of which hosts a network leaves."""
    ports: dict[NetworkId, set[tuple[str, tuple[str, ...]]]] = defaultdict(set)
    for host in conversion.hosts:
        for carried in host.networks or ():
            ports[carried.network].add((host.id, tuple(sorted(carried.uplinks))))
    return defaultdict(frozenset, {network: frozenset(found) for network, found in ports.items()})


def _free(name: str, network: NetworkId, taken: set[str]) -> str:
    chosen = name if name not in taken else f"{name}-{_digest(network)}"
    taken.add(chosen)
    return chosen


def _digest(network: NetworkId) -> str:
    return hashlib.sha256(network.encode()).hexdigest()[:6]


def _target(network: Network, bridge: str, vlan: int, reason: str) -> TargetNetwork:
    return TargetNetwork(network=network.id, bridge=bridge, vlan=vlan, mtu=network.mtu, reason=reason)
