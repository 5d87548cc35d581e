"""Network cards of a domain, and the network that each names."""

from collections.abc import Iterable
from dataclasses import dataclass

from planner.read.libvirt.values import Document, parts, pci_address
from planner.read.outside import line
from planner.read.xml import Element

_LARGEST_VLAN = 4094
# The attribute of <source> that names what a card of a type is plugged into. Cards of other types (user,
# ethernet, vhostuser, udp…) are plugged into nothing that has a name on the host.
_PLUGGED = {"network": "network", "bridge": "bridge", "direct": "dev"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A network as a card names it: a libvirt network, with its port group if it has one, or a device of the host.

    `tags` are the VLANs that the card itself carries.
    """

    name: str
    portgroup: str | None = None
    defined: bool = False
    tags: tuple[int, ...] = ()

    @property
    def base(self) -> str:
        """The name without the card's own VLANs."""
        return f"{self.name}/{self.portgroup}" if self.portgroup else self.name

    @property
    def label(self) -> str:
        """The name of the network that the card is really in."""
        shown = "+".join(map(str, self.tags))
        return f"{self.base} (VLAN {shown})" if self.tags else self.base


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A network card before its network is known; `passed` is the host's device that it is, where it is one."""

    id: str
    mac: str | None
    model: str | None
    link: Link | None
    addresses: tuple[str, ...] = ()
    passed: str | None = None


def cards_of(document: Document, devices: Iterable[Element]) -> tuple[Card, ...]:
    """The cards of the `<interface>` elements, in their order."""
    return tuple(_card(document, element, number) for number, element in enumerate(devices, start=1))


def tags_of(document: Document, vlan: Element | None) -> tuple[int, ...]:
    """The VLANs of a `<vlan>` element."""
    if vlan is None:
        return ()
    found = (
        document.whole(tag, tag.get("id"), "a VLAN", 0, _LARGEST_VLAN) for tag in vlan.iterchildren("tag")
    )
    return tuple(tag for tag in found if tag is not None)


def _card(document: Document, element: Element, number: int) -> Card:
    inside = parts(element)
    mac, model = inside.get("mac"), inside.get("model")
    kind = element.get("type", "")
    addresses = (line(ip.get("address")) for ip in element.iterchildren("ip")) if "ip" in inside else ()
    return Card(
        id=f"nic-{number}",
        mac=document.mac(mac, mac.get("address", "")) if mac is not None else None,
        model=line(model.get("type")) if model is not None else None,
        link=_link(document, kind, inside),
        addresses=tuple(address for address in addresses if address),
        passed=_passed(kind, inside.get("source")),
    )


def _link(document: Document, kind: str, inside: dict[str, Element]) -> Link | None:
    source = inside.get("source")
    name = source.get(_PLUGGED[kind]) if source is not None and kind in _PLUGGED else None
    if not name or source is None:
        return None
    return Link(
        name=name,
        portgroup=source.get("portgroup") or None,
        defined=kind == "network",
        tags=tags_of(document, inside.get("vlan")),
    )


def _passed(kind: str, source: Element | None) -> str | None:
    """A card of type hostdev is a function of the host's own card; vdpa is one through another door."""
    if source is None:
        return None
    if kind == "hostdev":
        return pci_address(source.find("address"))
    return line(source.get("dev")) if kind == "vdpa" else None
