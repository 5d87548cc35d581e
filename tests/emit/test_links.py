"""The bridges of a host: cards by MAC, bonds where there are several, and the address that must stay reachable."""

from dataclasses import replace

import pytest

from planner.emit.kvm import kvm_variables
from planner.emit.links import links
from planner.model.estate import HostNetwork, HostNic, NetworkId
from planner.model.plan import ClusterPlacement, TargetNetwork
from planner.model.platform import OsFamily
from tests.emit.test_answers import machine

NICS = tuple(HostNic(name=f"vmnic{number}", mac=f"00:25:90:aa:00:0{number}") for number in range(4))


def network(name: str, vlan: int) -> TargetNetwork:
    return TargetNetwork(network=NetworkId(name), bridge=f"br-{name}", vlan=vlan, mtu=None, reason="test")


def host_with(*networks: HostNetwork, carried: tuple[str, ...] | None = None):
    plain = machine(OsFamily.DEBIAN)
    return replace(
        plain,
        host=replace(plain.host, nics=NICS, networks=networks),
        target=replace(plain.target, networks=carried),
        management=NICS[0],
    )


@pytest.mark.parametrize(
    ("networks", "targets", "expected"),
    [
        (
            (HostNetwork(network="lan", uplinks=("vmnic0",)),),
            (network("lan", 0),),
            [("br-lan", 0, 1, None, True)],
        ),
        (
            (HostNetwork(network="web", uplinks=("vmnic0",)),),
            (network("web", 120),),
            [("brmgmt", 0, 1, None, True), ("br-web", 120, 1, None, False)],
        ),
        (
            (HostNetwork(network="web", uplinks=("vmnic0", "vmnic1"), bond="lacp"),),
            (network("web", 120),),
            [("brmgmt", 0, 2, "802.3ad", True), ("br-web", 120, 2, "802.3ad", False)],
        ),
        (
            (HostNetwork(network="web", uplinks=("vmnic2", "vmnic3")),),
            (network("web", 0),),
            [("brmgmt", 0, 1, None, True), ("br-web", 0, 2, "active-backup", False)],
        ),
        ((), (network("lan", 0),), [("br-lan", 0, 1, None, True)]),
    ],
    ids=["untagged", "tagged", "team-with-lacp", "team-without-mode", "cards-unknown"],
)
def test_links(networks, targets, expected):
    found = links(host_with(*networks), targets)
    assert [
        (link.bridge, link.vlan, len(link.uplinks), link.bond, link.management) for link in found
    ] == expected


def test_a_network_that_the_host_does_not_carry_gets_no_bridge():
    found = links(host_with(carried=("lan",)), (network("lan", 0), network("web", 120)))
    assert [link.bridge for link in found] == ["br-lan"]


def test_bridges_on_the_same_cards_share_one_bond():
    team = ("vmnic0", "vmnic1")
    host = host_with(HostNetwork(network="lan", uplinks=team), HostNetwork(network="web", uplinks=team))
    placement = ClusterPlacement(
        cluster="cluster-a",
        hosts=(),
        storages=(),
        networks=(network("lan", 0), network("web", 120)),
        phases=(),
    )
    bridges = kvm_variables(host, placement, ())["kvm_network_bridges"]
    assert {bridge["bond"]["name"] for bridge in bridges} == {"bond0"}
    assert [bridge.get("vlan") for bridge in bridges] == [None, 120]
    assert bridges[0]["addresses"] == ["192.0.2.11/24"]
