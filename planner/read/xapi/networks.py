"""Networks, and how each host carries them."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from planner.model.estate import HostNetwork, HostNic, Network
from planner.read.formats import mac
from planner.read.ids import network_id
from planner.read.xapi.places import Places
from planner.read.xapi.records import Record, Records
from planner.read.xapi.words import INTERNAL

_MOST_VLAN: Final = 4094
_LEAST_MTU: Final = 576
_MOST_MTU: Final = 65535
_MBIT: Final = 125_000
_FASTEST: Final = 10_000_000
_UNKNOWN_SPEED: Final = 65535
_ID: Final = re.compile(r"(0x)?(?P<id>[0-9a-f]{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """Networks by reference; ports and carried networks by the reference of the host.

    `sriov` holds the references of networks whose cards are virtual functions of a port.
    """

    found: Mapping[str, Network]
    nics: Mapping[str, tuple[HostNic, ...]]
    carried: Mapping[str, tuple[HostNetwork, ...]] | None
    sriov: frozenset[str]


def read_networks(records: Records, places: Places) -> Networks:
    """Every network but the one that XAPI keeps for itself."""
    kept = [record for record in records.all("network") if not _is_internal(record)]
    ports: dict[str, list[Record]] = defaultdict(list)
    for port in records.all("PIF"):
        if network := port.refers_to("network"):
            ports[network].append(port)
    names = Counter(record.text("name_label") for record in kept)
    found = {
        record.ref: _network(record, names, places, ports[record.ref] if records.read("PIF") else None)
        for record in kept
    }
    return Networks(
        found=found,
        nics={host: _nics(records, host) for host in places.hosts},
        carried=_carried(records, places, found) if records.read("PIF") else None,
        sriov=frozenset(
            ref for ref in found if any(port.items("sriov_logical_PIF_of") for port in ports[ref])
        ),
    )


def _is_internal(record: Record) -> bool:
    config = record.mapping("other_config")
    return any(config.get(key) == "true" for key in INTERNAL)


def _network(record: Record, names: Mapping[str, int], places: Places, ports: list[Record] | None) -> Network:
    """A network; one of several with a name gets its bridge behind it, for it is found by name later."""
    name = record.text("name_label")
    if not name or names[name] > 1:
        name = f"{name} ({record.text('bridge') or record.uuid})".strip()
    mtu = record.whole("MTU", 0, _MOST_MTU) if places.placed else None
    return Network(
        id=network_id(name, places.cluster.name),
        name=name,
        vlan=_vlan(ports) if ports is not None else None,
        mtu=mtu if mtu is not None and mtu >= _LEAST_MTU else None,
        origin=record.place if places.placed else None,
    )


def _vlan(ports: list[Record]) -> int | None:
    """The tag that all hosts use; a network without ports never leaves a host, and has none."""
    tags = {max(tag, 0) for port in ports if (tag := port.whole("VLAN", -1, _MOST_VLAN)) is not None}
    return tags.pop() if len(tags) == 1 else None if ports else 0


def _nics(records: Records, host: str) -> tuple[HostNic, ...]:
    ports = (port for port in records.all("PIF") if port.refers_to("host") == host and port.truth("physical"))
    return tuple(
        sorted(
            (
                HostNic(
                    name=device, mac=mac_of(port), speed_bytes=_speed(records, port), **_card(records, port)
                )
                for port in ports
                if (device := port.line("device"))
            ),
            key=lambda nic: nic.name,
        )
    )


def _card(records: Records, port: Record) -> dict[str, str | None]:
    """Driver, model and PCI ids of a port: XAPI has the driver with the PCI device, the rest with the port's metrics."""
    device = records.behind(port, "PCI", "PCI")
    metrics = records.behind(port, "metrics", "PIF_metrics")
    if metrics is None:
        return {"driver": device.line("driver_name") if device else None}
    names = (metrics.line(name) for name in ("vendor_name", "device_name"))
    ids = [_ID.fullmatch(metrics.text(name).lower()) for name in ("vendor_id", "device_id")]
    return {
        "driver": device.line("driver_name") if device else None,
        "model": " ".join(name for name in names if name) or None,
        "pci": ":".join(found["id"] for found in ids if found) if all(ids) else None,
    }


def mac_of(record: Record) -> str | None:
    """The MAC address of a port or card; a text that is none is a problem."""
    text = record.text("MAC")
    try:
        return mac(text) if text else None
    except ValueError as error:
        record.refuse("MAC", str(error))
        return None


def _speed(records: Records, port: Record) -> int | None:
    """Bytes a second of a port with a link; XAPI counts megabits, and 0 or 65535 stand for unknown."""
    metrics = records.behind(port, "metrics", "PIF_metrics")
    speed = metrics.whole("speed", 0, _FASTEST) if metrics else None
    return speed * _MBIT if speed and speed != _UNKNOWN_SPEED else None


def _carried(
    records: Records, places: Places, found: Mapping[str, Network]
) -> dict[str, tuple[HostNetwork, ...]]:
    """What each host carries: networks that it has a port on, and those without ports, which all have."""
    by_host: dict[str, list[Record]] = defaultdict(list)
    for port in records.all("PIF"):
        by_host[port.refers_to("host") or ""].append(port)
    outside = {network for port in records.all("PIF") if (network := port.refers_to("network"))}
    private = [HostNetwork(network=network.id) for ref, network in found.items() if ref not in outside]
    return {
        host: tuple(sorted([*_on_host(records, by_host[host], found), *private], key=lambda one: one.network))
        for host in places.hosts
    }


def _on_host(records: Records, ports: list[Record], found: Mapping[str, Network]) -> list[HostNetwork]:
    by_device = {port.text("device"): port for port in ports if _is_base(port)}
    carried = {}
    for port in ports:
        network = found.get(port.refers_to("network") or "")
        # The network of a port inside a bond is out of use for as long as the bond stands.
        if network is None or port.refers_to("bond_slave_of"):
            continue
        base = port if _is_base(port) else by_device.get(port.text("device"))
        uplinks, mode = _uplinks(records, base) if base else ((), None)
        carried[network.id] = HostNetwork(network=network.id, uplinks=uplinks, bond=mode)
    return list(carried.values())


def _is_base(port: Record) -> bool:
    return bool(port.truth("physical") or port.items("bond_master_of"))


def _uplinks(records: Records, port: Record) -> tuple[tuple[str, ...], str | None]:
    """The physical ports behind a port, and the mode of the bond that they are in."""
    bonds = [bond for ref in port.items("bond_master_of") if (bond := records.get("Bond", ref))]
    if not bonds:
        members = [
            other
            for other in records.all("PIF")
            if port.items("bond_master_of")
            and other.refers_to("bond_slave_of") in port.items("bond_master_of")
        ]
        return _devices(members or ([port] if port.truth("physical") else [])), None
    members = [member for ref in bonds[0].items("slaves") if (member := records.get("PIF", ref))]
    return _devices(members), bonds[0].line("mode") or None


def _devices(ports: list[Record]) -> tuple[str, ...]:
    return tuple(sorted(device for port in ports if (device := port.line("device"))))
