"""Networks as libvirt defines them, and those that VMs are plugged into."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from planner.model.estate import Network
from planner.read.ids import network_id
from planner.read.libvirt.cards import Link, tags_of
from planner.read.libvirt.interfaces import Port
from planner.read.libvirt.values import Document, parts, text_of
from planner.read.outside import line
from planner.read.xml import Element

_LARGEST_MTU: Final = 65_535
# Networks of libvirt's own making, which end at the host. Source: libvirt documentation, network XML.
_INNER: Final = frozenset({"nat", "route", "open", "isolated"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A network or one of its port groups, by the name that cards get at it; `uplinks` are ports of the host."""

    name: str
    forward: str
    vlan: int | None = None
    mtu: int | None = None
    bridge: str | None = None
    uplinks: tuple[str, ...] = ()
    origin: str

    @property
    def inner(self) -> bool:
        """Whether the network ends at the host: the wire outside never sees its frames as they are."""
        return self.forward in _INNER


def read_network(document: Document, root: Element) -> tuple[Wire, ...]:
    """A `<network>` and its port groups; none, and a problem, when it has no name."""
    inside = parts(root)
    name = text_of(inside.get("name"))
    if name is None:
        document.fault(root, "a network has no name: expected what virsh net-dumpxml prints")
        return ()
    forward = inside.get("forward")
    mtu = inside.get("mtu")
    # libvirt documentation, network XML: without <forward> it is isolated; <forward/> alone is nat.
    mode = "isolated" if forward is None else forward.get("mode", "nat")
    size = None if mtu is None else document.whole(mtu, mtu.get("size"), "the MTU", 0, _LARGEST_MTU)
    origin = document.origin(root)
    uplinks, bridge = tuple(_uplinks(forward)), inside.get("bridge")
    device = line(bridge.get("name")) if bridge is not None and mode == "bridge" else None
    own = _only(tags_of(document, inside.get("vlan")))
    groups = [
        (group, _only(tags_of(document, group.find("vlan")))) for group in root.iterchildren("portgroup")
    ]
    # A card that names no port group is in the default one.
    usual = next((vlan for group, vlan in groups if group.get("default") == "yes"), None)
    whole = Wire(
        name=name,
        forward=mode,
        vlan=own if usual is None else usual,
        mtu=size,
        bridge=device,
        uplinks=uplinks,
        origin=origin,
    )
    return (
        whole,
        *(
            Wire(
                name=f"{name}/{group.get('name')}",
                forward=mode,
                vlan=own if vlan is None else vlan,
                mtu=size,
                bridge=device,
                uplinks=uplinks,
                origin=origin,
            )
            for group, vlan in groups
            if group.get("name")
        ),
    )


def networks_of(
    wires: Iterable[Wire], links: Iterable[Link], ports: Mapping[str, Port], cluster: str
) -> dict[str, Network]:
    """The networks of a cluster by what cards call them: those defined, and those that only cards name.

    `ports` are the host's interfaces by name: they tell the VLAN of a bridge.
    """
    defined = {wire.name: wire for wire in wires}
    found = {
        name: _network(name, wire, (), port_of(name, wire, ports), cluster) for name, wire in defined.items()
    }
    for link in links:
        if link.label not in found:
            wire = defined.get(link.base) if link.defined else None
            # A libvirt network that nobody described tells nothing, though an interface may have its name.
            port = Port() if link.defined and wire is None else port_of(link.name, wire, ports)
            found[link.label] = _network(link.label, wire, link.tags, port, cluster)
    return found


def port_of(name: str, wire: Wire | None, ports: Mapping[str, Port]) -> Port:
    """The host's interface that a network is: the bridge or card that it names, or the one of its own name."""
    if wire is None:
        return ports.get(name, Port())
    device = wire.bridge or (wire.uplinks[0] if len(wire.uplinks) == 1 else None)
    return ports.get(device or "", Port(uplinks=wire.uplinks))


def inner_networks(wires: Iterable[Wire], links: Iterable[Link]) -> tuple[str, ...]:
    """The names of networks that VMs are in and that end at the host."""
    ending = {wire.name for wire in wires if wire.inner}
    return tuple(sorted({link.base for link in links if link.defined} & ending))


def passed_through(wires: Iterable[Wire]) -> frozenset[str]:
    """The names of networks whose cards are functions of the host's own cards."""
    return frozenset(wire.name for wire in wires if wire.forward == "hostdev")


def _network(name: str, wire: Wire | None, tags: tuple[int, ...], port: Port, cluster: str) -> Network:
    vlan = wire.vlan if wire is not None else None
    if vlan is None and (wire is None or not wire.inner):
        vlan = port.vlan
    mtu = wire.mtu if wire is not None and wire.mtu else port.mtu
    return Network(
        id=network_id(name, cluster),
        name=name,
        vlan=_only(tags) if tags else vlan,
        mtu=mtu,
        origin=wire.origin if wire else None,
    )


def _only(tags: tuple[int, ...]) -> int | None:
    """The VLAN of a network that carries one; a trunk has none of its own."""
    return tags[0] if len(tags) == 1 else None


def _uplinks(forward: Element | None) -> Iterable[str]:
    if forward is None:
        return ()
    told = [forward.get("dev"), *(one.get("dev") for one in forward.iterchildren("interface", "pf"))]
    return dict.fromkeys(name for dev in told if (name := line(dev)))
