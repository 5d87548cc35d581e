# ruff: noqa: INP001  # Ansible finds plugins by their directory, not by import
"""Filters of the role kvm_network: from the bridges that are wanted to the links that make them.

Every bridge stands on at most one VLAN link, one bond, and the network cards under it; bridges may share
a bond or a card when they are on different VLANs.
"""

import re
from ipaddress import ip_address, ip_interface
from typing import Any

from ansible.errors import AnsibleFilterError

Link = dict[str, Any]
NAME = re.compile(r"[a-z][a-z0-9-]{0,14}")  # the kernel's limit is 15 characters
STANZAS = ("iface", "mapping", "auto", "source", "source-directory", "rename", "template", "no-scripts")
ORDER = ("nic", "bond", "vlan", "bridge")


def physical_nics(links: list[Link]) -> dict[str, str]:
    """Return the name of each network card by its own MAC, from the output of `ip -json -details link`.

    The own MAC is the permanent one: under a bond or a bridge the current one may be another card's.
    """
    cards = [
        link
        for link in links
        if link.get("link_type") == "ether" and "info_kind" not in link.get("linkinfo", {})
    ]
    return {str(card.get("permaddr", card["address"])).lower(): card["ifname"] for card in cards}


def bridge_links(bridges: list[Link], nics: dict[str, str]) -> list[Link]:
    """Return every link that the bridges need, lower ones first.

    A link has `name`, `kind` (nic, bond, vlan or bridge), `mtu` or None, `master` (the bond or bridge that
    it is a port of) or None, and what its kind needs: a nic `mac`; a bond `mode`, `options` and `ports`; a
    vlan `vlan` and `parent`; a bridge `mac`, `port` and `ip`.
    All mistakes in the bridges are reported together, as AnsibleFilterError.
    """
    names = [bridge["name"] for bridge in bridges]
    problems = [
        f"{name}: there are two of this name" for name in sorted({n for n in names if names.count(n) > 1})
    ]
    problems += [problem for bridge in bridges for problem in _mistakes(bridge, nics)]
    links: dict[str, Link] = {}
    for bridge in [] if problems else bridges:
        for link in _stack(bridge, nics):
            problems += _merge(links, link, str(bridge["name"]))
    problems += _misplaced_vlans(links)
    if problems:
        raise AnsibleFilterError("kvm_network_bridges cannot be built:\n- " + "\n- ".join(problems))
    return sorted(links.values(), key=lambda link: (ORDER.index(link["kind"]), link["name"]))


def pairs(links: list[Link], name: str) -> list[list[str | None]]:
    """Return each link's name, found under the key `name`, with the link that it is a port of."""
    return [[link[name], link.get("master")] for link in links]


def link_files(links: list[Link], renderer: Link) -> list[Link]:
    """Return the files in which `renderer`, an entry of the role's table, describes the links.

    A file has its `template`, its `path`, and the `link` that it describes.
    """
    return [
        {
            "template": file["template"],
            "path": f"{renderer['directory']}/{file['prefix']}{link['name']}{file['suffix']}",
            "link": link,
        }
        for link in links
        for file in renderer["files"]
        if link["kind"] in file["kinds"]
    ]


def without_cards(interfaces: str, cards: list[str]) -> str:
    """Return the text of /etc/network/interfaces with every stanza of the cards turned into comments.

    A card that shares an `auto` or `allow-` line with others is only taken out of that line.
    """
    lines, mine = [], False
    for line in interfaces.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            lines.append(line)
            continue
        keyword = words[0]
        if keyword in STANZAS or keyword.startswith("allow-"):
            mine = keyword == "iface" and words[1] in cards
        if keyword == "auto" or keyword.startswith("allow-"):
            others = [word for word in words[1:] if word not in cards]
            mine = not others
            if others and len(others) < len(words) - 1:
                lines.append(" ".join([keyword, *others]))
                continue
        lines.append(f"# kvm_network: {line}" if mine else line)
    return "\n".join(lines) + "\n"


def _mistakes(bridge: Link, nics: dict[str, str]) -> list[str]:
    """Return what is wrong with one bridge, in words for an operator."""
    name, uplinks, bond = bridge["name"], bridge.get("uplinks") or [], bridge.get("bond")
    present = ", ".join(f"{card} ({mac})" for mac, card in nics.items())
    problems = [
        f"{name}: no network card of this host has {_label(uplink)}; it has {present}"
        for uplink, card in zip(uplinks, _cards(bridge, nics), strict=True)
        if card is None
    ]
    problems += [
        f"{link}: a name is 1 to 15 of a-z, 0-9 and hyphen, starting with a letter"
        for link in (name, *([bond["name"]] if bond else []))
        if not NAME.fullmatch(link)
    ]
    if bridge.get("vlan") is not None and int(bridge["vlan"]) not in range(1, 4095):
        problems.append(f"{name}: a VLAN id is 1 to 4094, not {bridge['vlan']}")
    if len(uplinks) > 1 and not bond:
        problems.append(
            f"{name}: {len(uplinks)} uplinks without a bond would be a loop; give it a bond or one uplink"
        )
    if bond and not uplinks:
        problems.append(f"{name}: the bond {bond['name']} has no uplink")
    if bridge.get("vlan") is not None and not uplinks:
        problems.append(f"{name}: VLAN {bridge['vlan']} needs an uplink")
    return problems + [f"{name}: {problem}" for problem in _address_mistakes(bridge)]


def _address_mistakes(bridge: Link) -> list[str]:
    static = bridge.get("addressing") == "static"
    addresses, gateway = bridge.get("addresses") or [], bridge.get("gateway")
    if static != bool(addresses):
        return ["addresses are given when, and only when, addressing is static"]
    if gateway and not static:
        return ["a gateway needs static addressing"]
    try:
        networks = [ip_interface(address).network for address in addresses]
        if gateway and not any(ip_address(gateway) in network for network in networks):
            return [f"the gateway {gateway} is in none of {', '.join(map(str, networks))}"]
        for server in bridge.get("dns") or []:
            ip_address(server)
    except ValueError as problem:
        return [str(problem)]
    return [
        f"the address {address} has no prefix length, such as /24"
        for address in addresses
        if "/" not in address
    ]


def _stack(bridge: Link, nics: dict[str, str]) -> list[Link]:
    """Return the links that one bridge, which has no mistakes, consists of, lower ones first."""
    cards = {name: mac for mac, name in nics.items() if name in _cards(bridge, nics)}
    bond, vlan = bridge.get("bond"), bridge.get("vlan")
    stack: list[Link] = [{"name": name, "kind": "nic", "mac": mac} for name, mac in sorted(cards.items())]
    if bond:
        for nic in stack:
            nic["master"] = bond["name"]
        options = {key: bond.get(key) for key in ("lacp_rate", "hash_policy")}
        joined = {"kind": "bond", "mode": bond["mode"], "options": options, "ports": sorted(cards)}
        stack.append({"name": bond["name"], **joined})
    if vlan:
        stack.append({"name": f"vlan{vlan}", "kind": "vlan", "vlan": vlan, "parent": stack[-1]["name"]})
    port = stack[-1]["name"] if stack else None
    if stack:
        stack[-1]["master"] = bridge["name"]
    ip = {key: bridge.get(key) for key in ("gateway", "dns", "addresses")}
    ip["addressing"] = bridge.get("addressing") or "none"
    mac = cards[min(cards)] if cards else None
    stack.append({"name": bridge["name"], "kind": "bridge", "mac": mac, "port": port, "ip": ip})
    return [{"master": None, "mtu": bridge.get("mtu")} | link for link in stack]


def _merge(links: dict[str, Link], link: Link, bridge: str) -> list[str]:
    """Put a link into `links`, or into the one of the same name that another bridge needs as well."""
    known = links.setdefault(link["name"], dict(link))
    master = link["master"]
    if master and known["master"] and master != known["master"]:
        held = f"{link['name']} is already a port of {known['master']}"
        return [f"{bridge}: {held}; set another VLAN or another uplink"]
    differing = [key for key in link.keys() - {"mtu", "master"} if link[key] != known.get(key)]
    if known["kind"] not in ("nic", "bond") and known["mtu"] != link["mtu"]:
        differing.append("mtu")
    if differing:
        return [f"{bridge}: {link['name']} is described twice, with different {', '.join(sorted(differing))}"]
    known["master"] = known["master"] or master
    known["mtu"] = max(filter(None, (known["mtu"], link["mtu"])), default=None)
    return []


def _misplaced_vlans(links: dict[str, Link]) -> list[str]:
    """Return the VLANs that stand on a card which a bond has taken."""
    parents = [(link, links[link["parent"]]) for link in links.values() if link["kind"] == "vlan"]
    return [
        f"{vlan['master']}: {card['name']} is a port of {card['master']}; put the VLAN on that bond"
        for vlan, card in parents
        if card["kind"] == "nic" and card["master"] and links[card["master"]]["kind"] == "bond"
    ]


def _cards(bridge: Link, nics: dict[str, str]) -> list[str | None]:
    """Return the name of the card that each uplink means, or None where the host has no such card."""
    return [_card(uplink, nics) for uplink in bridge.get("uplinks") or []]


def _card(uplink: Link, nics: dict[str, str]) -> str | None:
    if mac := uplink.get("mac"):
        return nics.get(str(mac).lower())
    return next((name for name in nics.values() if name == uplink.get("name")), None)


def _label(uplink: Link) -> str:
    return f"the MAC {uplink['mac']}" if uplink.get("mac") else f"the name {uplink.get('name')}"


class FilterModule:
    """What Ansible looks for in a file of filters."""

    def filters(self) -> dict[str, Any]:
        """Return the filters by the name that tasks use."""
        return {
            "kvm_network_nics": physical_nics,
            "kvm_network_links": bridge_links,
            "kvm_network_files": link_files,
            "kvm_network_pairs": pairs,
            "kvm_network_without": without_cards,
        }
