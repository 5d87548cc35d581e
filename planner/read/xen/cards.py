"""Network cards as a configuration names them. Source: xl-network-configuration(5) of Xen 4.20."""

import re
from dataclasses import dataclass
from typing import Final

from planner.read.formats import mac
from planner.read.outside import line
from planner.read.xen.drives import other_domain

_FLAGS: Final = frozenset({"", "trusted", "untrusted", "accel"})
_NAMED: Final = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)\s*=\s*(.*)", re.DOTALL)
_SWITCH: Final = re.compile(r"(?P<bridge>[^.:]+)(?:\.(?P<tag>\d{1,4})|(?P<trunk>(?::\d{1,4})+))")
_SINGLE: Final = re.compile(r"(\d{1,4})p?u?")
_MOST_VLAN: Final = 4094
_PARAVIRTUAL: Final = frozenset({"netfront", "vif", "paravirtualised"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A network card. `network` is the bridge as written, with the card's VLANs; `vlan` is theirs if one.

    `backend` is the domain that serves it, None where that is dom0; `rate` is how fast it may send, as written.
    """

    mac: str | None
    model: str | None
    network: str | None
    vlan: int | None
    addresses: tuple[str, ...] = ()
    backend: str | None = None
    rate: str | None = None


def card_of(text: str, *, emulates: bool) -> Card:
    """The card of one entry; an empty one is a card of which nothing is said.

    Raises ValueError, in words for an operator, when it is none.
    """
    said: dict[str, str] = {}
    for part in text.split(","):
        named = _NAMED.fullmatch(part.strip())
        if named:
            said[named[1]] = named[2].strip()
        elif part.strip() not in _FLAGS:
            raise ValueError(f"a network card is {text[:80]!r}: expected 'mac=…,bridge=…'")
    return card(said, emulates=emulates)


def card(said: dict[str, str], *, emulates: bool) -> Card:
    """A card by its parameters. Raises ValueError for a MAC address or a VLAN that is none."""
    network, vlan = _network(said.get("bridge", ""), said.get("script", ""), said.get("vlan", ""))
    only = said.get("type") in _PARAVIRTUAL or not emulates
    return Card(
        mac=mac(said["mac"]) if said.get("mac") else None,
        model=line(said.get("model")) or ("netfront" if only else None),
        network=network,
        vlan=vlan,
        addresses=tuple(filter(None, map(line, re.split(r"[\s;]+", said.get("ip", ""))))),
        backend=other_domain(said.get("backend")),
        rate=line(said.get("rate")),
    )


def _network(bridge: str, script: str, vlan: str) -> tuple[str | None, int | None]:
    """The name of a network and its VLAN: Open vSwitch takes `bridge.tag` or `bridge:trunk:trunk`."""
    if not bridge:
        return None, None
    if vlan:
        only = _SINGLE.fullmatch(vlan)
        return f"{bridge} vlan {vlan}", _tag(only[1]) if only else None
    switch = _SWITCH.fullmatch(bridge) if "openvswitch" in script else None
    return bridge, _tag(switch["tag"]) if switch and switch["tag"] else None


def _tag(digits: str) -> int:
    if int(digits) > _MOST_VLAN:
        raise ValueError(f"the VLAN of a network card is {digits}: expected 0 to {_MOST_VLAN}")
    return int(digits)
