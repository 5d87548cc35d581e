"""Interfaces of a host: which VLAN and which ports are behind a bridge."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from planner.read.libvirt.values import Document
from planner.read.outside import line
from planner.read.xml import Element

_LARGEST_MTU: Final = 65_535
_LARGEST_VLAN: Final = 4094
_LOOPBACK: Final = "lo"
# What libvirt plugs into a bridge for its VMs is no port of the host.
_OF_GUESTS: Final = ("vnet", "tap", "macvtap", "veth")


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """An interface of the host: the VLAN and the NICs that it leads to; `bond` is the bonding mode."""

    vlan: int | None = None
    mtu: int | None = None
    uplinks: tuple[str, ...] = ()
    bond: str | None = None


def ports_of(document: Document, interfaces: Iterable[Element]) -> Mapping[str, Port]:
    """The host's interfaces by name, from their `<interface>` elements; the loopback, whose MTU is none, is left out."""
    named = ((line(element.get("name")), element) for element in interfaces)
    return {name: _port(document, element) for name, element in named if name and name != _LOOPBACK}


def _port(document: Document, element: Element) -> Port:
    mtu = element.find("mtu")
    size = None if mtu is None else document.whole(mtu, mtu.get("size"), "the MTU", 0, _LARGEST_MTU)
    of, name = element.get("type"), line(element.get("name"))
    if of == "bridge":
        return _bridge(document, element, size)
    if of == "vlan":
        vlan = element.find("vlan")
        tag = None if vlan is None else document.whole(vlan, vlan.get("tag"), "a VLAN", 0, _LARGEST_VLAN)
        below = vlan.find("interface") if vlan is not None else None
        uplink = line(below.get("name")) if below is not None else None
        return Port(vlan=tag, mtu=size, uplinks=(uplink,) if uplink else ())
    if of == "bond":
        bond = element.find("bond")
        slaves = () if bond is None else tuple(_names(bond))
        mode = line(bond.get("mode")) if bond is not None else None
        return Port(vlan=0, mtu=size, uplinks=slaves, bond=mode)
    return Port(vlan=0, mtu=size, uplinks=(name,) if name else ())


def _bridge(document: Document, element: Element, mtu: int | None) -> Port:
    """A bridge is in the VLAN of its only port of the host; with several ports, that is not known."""
    inside = [
        port
        for port in element.iterfind("bridge/interface")
        if not (port.get("name") or "").startswith(_OF_GUESTS)
    ]
    if len(inside) != 1:
        return Port(mtu=mtu, uplinks=tuple(name for port in inside if (name := line(port.get("name")))))
    below = _port(document, inside[0])
    return Port(vlan=below.vlan, mtu=mtu or below.mtu, uplinks=below.uplinks, bond=below.bond)


def _names(element: Element) -> Iterable[str]:
    return (name for one in element.iterchildren("interface") if (name := line(one.get("name"))))
