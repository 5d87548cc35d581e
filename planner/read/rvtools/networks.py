"""Networks: port groups with their VLAN, which hosts carry them, and the hosts' NICs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from planner.model.estate import Cluster, Host, HostNetwork, HostNic, Network, NetworkId
from planner.model.setting import Setting
from planner.read.gather import agreed
from planner.read.ids import network_id
from planner.read.outside import line
from planner.read.rvtools.export import Export, Row
from planner.read.rvtools.keys import Key, only
from planner.read.rvtools.settings import settings_of_distributed, settings_of_standard
from planner.read.rvtools.words import MAC

_BYTES_PER_MBIT = 10**6 // 8
_LARGEST_VLAN = 4094
_SMALLEST_MTU = 576  # RFC 791


@dataclass(frozen=True, slots=True, kw_only=True)
class PortGroup:
    """A port group as one host, or as one distributed switch, has it. No hosts: the export does not say."""

    name: str
    vlan: int | None
    mtu: int | None
    hosts: tuple[str, ...]
    switch: str | None
    settings: tuple[Setting, ...]
    origin: str


@dataclass(slots=True, kw_only=True)
class Networks:
    """Networks of the clusters, made when first spoken of.

    `carried` are the networks of a host, by its name; `anywhere` are port groups of switches whose hosts
    the export does not list.
    """

    nics: Mapping[str, tuple[HostNic, ...]]
    anywhere: Mapping[str, PortGroup]
    found: dict[NetworkId, Network] = field(default_factory=dict)
    carried: dict[str, tuple[HostNetwork, ...]] = field(default_factory=dict)

    def named(self, name: str, cluster: Cluster) -> NetworkId:
        """The network of that name in a cluster."""
        network = network_id(name, cluster.name)
        if network not in self.found:
            group = self.anywhere.get(name)
            self.found[network] = Network(
                id=network,
                name=name,
                vlan=group.vlan if group else None,
                mtu=group.mtu if group else None,
                settings=group.settings if group else (),
                origin=group.origin if group else None,
            )
        return network


def read_networks(export: Export, hosts: Mapping[str, Host], clusters: Mapping[str, Cluster]) -> Networks:
    """Every port group of an export. `clusters` are the hosts' clusters by the host's name."""
    uplinks: dict[tuple[str, str], list[str]] = defaultdict(list)
    nics: dict[str, list[HostNic]] = defaultdict(list)
    for row in export.rows("vnic"):
        host, device = row.name("host"), row.text("device")
        if host is None or device is None or host not in hosts:
            continue
        nics[host].append(
            HostNic(name=device, mac=mac_of(row), speed_bytes=_speed(row), driver=line(row.remark("driver")))
        )
        if switch := row.name("switch"):
            uplinks[host, switch].append(device)
    groups = tuple(_port_groups(export))
    networks = Networks(
        nics={host: tuple(sorted(of_host, key=_nic_name)) for host, of_host in nics.items()},
        anywhere={group.name: group for group in groups if not group.hosts},
    )
    carried: dict[str, dict[NetworkId, HostNetwork]] = defaultdict(dict)
    for group in groups:
        for host in set(group.hosts) & hosts.keys():
            network = _remember(networks, group, clusters[host])
            links = tuple(sorted(uplinks[host, group.switch or ""]))
            carried[host][network] = HostNetwork(network=network, uplinks=links)
    # A distributed switch without its members may be on any host: then no host's list is known to be whole.
    if all(group.hosts for group in groups):
        networks.carried.update(
            {host: tuple(of_host[key] for key in sorted(of_host)) for host, of_host in carried.items()}
        )
    return networks


def mac_of(row: Row) -> str | None:
    """The MAC address of a row, lower-case with colons."""
    text = row.text("mac")
    mac = text.lower().replace("-", ":") if text else None
    if mac is not None and not MAC.fullmatch(mac):
        row.refuse("mac", f"{text!r} is no MAC address: correct the cell, or empty it when it is unknown")
        return None
    return mac


def _remember(networks: Networks, group: PortGroup, cluster: Cluster) -> NetworkId:
    """The network of a port group."""
    network = network_id(group.name, cluster.name)
    told = Network(
        id=network,
        name=group.name,
        vlan=group.vlan,
        mtu=group.mtu,
        settings=group.settings,
        origin=group.origin,
    )
    networks.found[network] = agreed(networks.found.get(network), told)
    return network


def _port_groups(export: Export) -> Iterable[PortGroup]:
    standard = {(row.name("host"), row.name("switch")): row for row in export.rows("vswitch")}
    for sheet in ("vport", "vswitch"):
        for row in export.rows(sheet):
            if (name := row.name("port_group")) and (host := row.name("host")):
                switch = standard.get((host, row.name("switch")))
                mtu = switch.whole("mtu", _SMALLEST_MTU) if switch else None
                yield _port_group(row, name, mtu, (host,), settings_of_standard(row))
    distributed = [
        (Key(row.name("switch") or "", row.text("server")), row) for row in export.rows("dvswitch")
    ]
    for sheet in ("dvport", "dvswitch"):
        for row in export.rows(sheet):
            if name := row.name("port_group"):
                switch = only(distributed, Key(row.name("switch") or "", row.text("server")))
                members = switch.names("members") if switch else ()
                mtu = switch.whole("mtu", _SMALLEST_MTU) if switch else None
                yield _port_group(row, name, mtu, members, settings_of_distributed(row))


def _port_group(
    row: Row, name: str, mtu: int | None, hosts: tuple[str, ...], settings: tuple[Setting, ...]
) -> PortGroup:
    return PortGroup(
        name=name,
        vlan=_vlan(row.text("vlan")),
        mtu=mtu,
        hosts=hosts,
        switch=row.name("switch"),
        settings=settings,
        origin=row.origin,
    )


def _vlan(text: str | None) -> int | None:
    """A VLAN id; a trunk (a range, or 4095 on a standard switch) is none and stays unknown."""
    number = int(text) if text and text.isascii() and text.isdigit() else None
    return number if number is not None and number <= _LARGEST_VLAN else None


def _speed(row: Row) -> int | None:
    """Bytes a second; vSphere counts Mbit/s, and 0 for a port without link."""
    speed = row.whole("speed")
    return speed * _BYTES_PER_MBIT if speed else None


def _nic_name(nic: HostNic) -> tuple[int, str]:
    return len(nic.name), nic.name
