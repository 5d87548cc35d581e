# ruff: noqa: INP001  # Ansible finds plugins by their directory, not by import
"""What the networks on the same cards mean for the cards."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Network = Mapping[str, Any]


def _cards(network: Network) -> list[str]:
    return sorted(uplink["mac"].lower() for uplink in network.get("uplinks") or ())


def _on_the_same_cards(networks: Sequence[Network], network: Network) -> list[Network]:
    return [other for other in networks if _cards(other) == _cards(network)]


def largest_mtu(networks: Sequence[Network], network: Network) -> int | None:
    """The MTU in bytes that a card needs to carry every network on it; None when no network asks for one.

    A VLAN whose MTU is larger than its card's loses packets.
    """
    return max(
        (other["mtu"] for other in _on_the_same_cards(networks, network) if other.get("mtu")), default=None
    )


def bond_label(networks: Sequence[Network], network: Network) -> str:
    """Name of the network that a bond is made on: the untagged one on its cards, else the bond's own name.

    Every host of a pool finds the network of its bond by this name.
    """
    untagged = (other["name"] for other in _on_the_same_cards(networks, network) if not other.get("vlan"))
    return str(next(untagged, network["bond"]["name"]))


class FilterModule:
    """The filters, by the names that tasks use."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"xcpng_network_largest_mtu": largest_mtu, "xcpng_network_bond_label": bond_label}
