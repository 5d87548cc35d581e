"""Which network cards of a host carry which networks on the target: one intent for KVM and XCP-ng."""

from dataclasses import dataclass
from typing import Final

from planner.emit.machine import Machine
from planner.model.estate import HostNic
from planner.model.plan import TargetNetwork

# How source systems call a way of teaming, and the Linux mode that needs the same of the switch. A team
# without a named mode (ESXi's default) needs nothing of the switch, and neither does active-backup.
_BOND_MODES: Final = {
    "802.3ad": "802.3ad",
    "lacp": "802.3ad",
    "balance-xor": "balance-xor",
    "ip-hash": "balance-xor",
}
_WITHOUT_SWITCH: Final = "active-backup"
_MANAGEMENT_BRIDGE: Final = "brmgmt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A bridge on a host. `vlan` 0 is untagged; `management`: the host's own address lives on it.

    `bond` is the bonding mode, None for a single card; `uplinks` may be empty when no card is known.
    """

    bridge: str
    vlan: int
    mtu: int | None
    uplinks: tuple[HostNic, ...]
    bond: str | None
    management: bool


def links(machine: Machine, networks: tuple[TargetNetwork, ...]) -> tuple[Link, ...]:
    """The bridges of a host, each once, the one with the host's address among them.

    Where no untagged network shares the management card, a bridge of its own keeps the address reachable.
    """
    found = {network.bridge: _link(machine, network) for network in networks if _carried(machine, network)}
    bridges = tuple(sorted(found.values(), key=lambda link: (link.vlan, link.bridge)))
    if machine.management is None or any(link.management for link in bridges):
        return bridges
    uplinks, bond = next(
        ((link.uplinks, link.bond) for link in bridges if machine.management in link.uplinks),
        ((machine.management,), None),
    )
    own = Link(bridge=_MANAGEMENT_BRIDGE, vlan=0, mtu=None, uplinks=uplinks, bond=bond, management=True)
    return (own, *bridges)


def _carried(machine: Machine, network: TargetNetwork) -> bool:
    return machine.target.networks is None or network.network in machine.target.networks


def _link(machine: Machine, network: TargetNetwork) -> Link:
    present = next((has for has in machine.host.networks or () if has.network == network.network), None)
    named = set(present.uplinks) if present else set()
    cards = tuple(nic for nic in machine.host.nics if nic.name in named and nic.mac)
    if not cards and machine.management:
        cards = (machine.management,)
    mode = _BOND_MODES.get((present.bond or "").lower(), _WITHOUT_SWITCH) if present else _WITHOUT_SWITCH
    return Link(
        bridge=network.bridge,
        vlan=network.vlan,
        mtu=network.mtu,
        uplinks=cards,
        bond=mode if len(cards) > 1 else None,
        management=network.vlan == 0 and machine.management in cards,
    )
