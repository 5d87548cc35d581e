"""The filters of kvm_network: which links a list of bridges stands for, and what is refused."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from hypothesis import given
from hypothesis import strategies as st

ROLES = Path(__file__).parents[2] / "playbooks" / "roles"
NICS = {"52:54:00:00:00:01": "eno1", "52:54:00:00:00:02": "eno2", "52:54:00:00:00:03": "eno3"}
ENO1, ENO2, ENO3 = ({"mac": mac} for mac in NICS)
LACP = {"name": "bond0", "mode": "802.3ad"}


def _load(role: str) -> ModuleType:
    path = ROLES / role / "filter_plugins" / f"{role}.py"
    spec = importlib.util.spec_from_file_location(f"{role}_filters", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


network = _load("kvm_network")


def _masters(bridges: list[dict[str, Any]]) -> dict[str, str | None]:
    return {link["name"]: link["master"] for link in network.bridge_links(bridges, NICS)}


@pytest.mark.parametrize(
    ("bridges", "masters"),
    [
        pytest.param([{"name": "br0"}], {"br0": None}, id="isolated"),
        pytest.param(
            [{"name": "br0", "uplinks": [ENO1]}], {"eno1": "br0", "br0": None}, id="untagged on a card"
        ),
        pytest.param(
            [{"name": "br7", "uplinks": [{"name": "eno1"}], "vlan": 7}],
            {"eno1": None, "vlan7": "br7", "br7": None},
            id="VLAN on a card, by name",
        ),
        pytest.param(
            [{"name": "br0", "uplinks": [ENO1]}, {"name": "br7", "uplinks": [ENO1], "vlan": 7}],
            {"eno1": "br0", "vlan7": "br7", "br0": None, "br7": None},
            id="untagged and VLAN on one card",
        ),
        pytest.param(
            [
                {"name": "br7", "uplinks": [ENO2, ENO1], "bond": LACP, "vlan": 7},
                {"name": "br8", "uplinks": [ENO1, ENO2], "bond": LACP, "vlan": 8},
            ],
            {
                "eno1": "bond0",
                "eno2": "bond0",
                "bond0": None,
                "vlan7": "br7",
                "vlan8": "br8",
                "br7": None,
                "br8": None,
            },
            id="two VLANs share a bond",
        ),
    ],
)
def test_links_stand_on_each_other(bridges: list[dict[str, Any]], masters: dict[str, str | None]) -> None:
    assert _masters(bridges) == masters


@pytest.mark.parametrize(
    ("bridges", "complaint"),
    [
        (
            [{"name": "br0", "uplinks": [{"mac": "52:54:00:00:00:99"}]}],
            "no network card of this host has the MAC",
        ),
        ([{"name": "br0", "uplinks": [{"name": "eth7"}]}], "it has eno1 (52:54:00:00:00:01)"),
        ([{"name": "br0", "uplinks": [ENO1, ENO2]}], "without a bond would be a loop"),
        ([{"name": "br0", "bond": LACP}], "the bond bond0 has no uplink"),
        ([{"name": "br0", "vlan": 4}], "VLAN 4 needs an uplink"),
        ([{"name": "br0", "uplinks": [ENO1], "vlan": 4095}], "a VLAN id is 1 to 4094, not 4095"),
        ([{"name": "a-name-of-17-chars"}], "a name is 1 to 15"),
        ([{"name": "br0; reboot"}], "a name is 1 to 15"),
        ([{"name": "br0"}, {"name": "br0"}], "there are two of this name"),
        ([{"name": "br0", "addressing": "static"}], "addresses are given when, and only when"),
        ([{"name": "br0", "addresses": ["10.0.0.1/24"]}], "addresses are given when, and only when"),
        ([{"name": "br0", "gateway": "10.0.0.1"}], "a gateway needs static addressing"),
        (
            [{"name": "br0", "addressing": "static", "addresses": ["10.0.0.2/24"], "gateway": "10.0.1.1"}],
            "the gateway 10.0.1.1 is in none of 10.0.0.0/24",
        ),
        ([{"name": "br0", "addressing": "static", "addresses": ["10.0.0.2"]}], "has no prefix length"),
        ([{"name": "br0", "addressing": "static", "addresses": ["10.0.0.300/24"]}], "10.0.0.300/24"),
        (
            [{"name": "br0", "uplinks": [ENO1]}, {"name": "br1", "uplinks": [ENO1]}],
            "eno1 is already a port of br0",
        ),
        (
            [{"name": "br7", "uplinks": [ENO1], "vlan": 7}, {"name": "br8", "uplinks": [ENO2], "vlan": 7}],
            "vlan7 is already a port of br7",
        ),
        (
            [
                {"name": "br0", "uplinks": [ENO1, ENO2], "bond": LACP},
                {"name": "br7", "uplinks": [ENO1], "vlan": 7},
            ],
            "eno1 is a port of bond0; put the VLAN on that bond",
        ),
        (
            [
                {"name": "br7", "uplinks": [ENO1, ENO2], "bond": LACP, "vlan": 7},
                {"name": "br8", "uplinks": [ENO1, ENO3], "bond": LACP, "vlan": 8},
            ],
            "bond0 is described twice, with different ports",
        ),
    ],
)
def test_mistakes_are_refused_with_the_reason(bridges: list[dict[str, Any]], complaint: str) -> None:
    with pytest.raises(AnsibleFilterError) as refused:
        network.bridge_links(bridges, NICS)
    assert complaint in str(refused.value)


def test_all_mistakes_are_reported_together() -> None:
    with pytest.raises(AnsibleFilterError) as refused:
        network.bridge_links([{"name": "br0", "vlan": 9}, {"name": "UPPER"}], NICS)
    assert "VLAN 9" in str(refused.value)
    assert "UPPER" in str(refused.value)


def test_a_shared_card_takes_the_largest_mtu() -> None:
    bridges = [
        {"name": "br7", "uplinks": [ENO1], "vlan": 7, "mtu": 1400},
        {"name": "br8", "uplinks": [ENO1], "vlan": 8, "mtu": 9000},
    ]
    mtus = {link["name"]: link["mtu"] for link in network.bridge_links(bridges, NICS)}
    assert mtus == {"eno1": 9000, "vlan7": 1400, "vlan8": 9000, "br7": 1400, "br8": 9000}


@given(
    st.lists(
        st.tuples(st.integers(1, 4094), st.sampled_from([ENO1, ENO2, ENO3])), unique_by=lambda pair: pair[0]
    )
)
def test_every_link_comes_after_what_it_stands_on(trunks: list[tuple[int, dict[str, str]]]) -> None:
    bridges = [{"name": f"br{vlan}", "uplinks": [uplink], "vlan": vlan} for vlan, uplink in trunks]
    links = network.bridge_links(bridges, NICS)
    place = {link["name"]: index for index, link in enumerate(links)}
    assert len(place) == len(links)
    assert all(place[link["parent"]] < place[link["name"]] for link in links if link["kind"] == "vlan")
    assert all(place[link["name"]] < place[link["master"]] for link in links if link["master"])


def test_cards_are_known_by_their_own_mac_under_a_bond_and_a_bridge() -> None:
    listed = [
        {"ifname": "lo", "link_type": "loopback", "address": "00:00:00:00:00:00"},
        {
            "ifname": "eno1",
            "link_type": "ether",
            "address": "52:54:00:00:00:01",
            "linkinfo": {"info_slave_kind": "bond"},
        },
        {
            "ifname": "eno2",
            "link_type": "ether",
            "address": "52:54:00:00:00:01",
            "permaddr": "52:54:00:00:00:02",
            "linkinfo": {"info_slave_kind": "bond"},
        },
        {
            "ifname": "bond0",
            "link_type": "ether",
            "address": "52:54:00:00:00:01",
            "linkinfo": {"info_kind": "bond"},
        },
    ]
    assert network.physical_nics(listed) == {"52:54:00:00:00:01": "eno1", "52:54:00:00:00:02": "eno2"}


def test_a_cards_stanzas_leave_the_installers_file_whole() -> None:
    before = """# installer
source /etc/network/interfaces.d/*
auto lo eno1
iface lo inet loopback

allow-hotplug eno1
iface eno1 inet static
    address 10.0.0.2/24
    # the router
    gateway 10.0.0.1

iface eno2 inet manual
    mtu 9000
"""
    after = """# installer
source /etc/network/interfaces.d/*
auto lo
iface lo inet loopback

# kvm_network: allow-hotplug eno1
# kvm_network: iface eno1 inet static
# kvm_network:     address 10.0.0.2/24
    # the router
# kvm_network:     gateway 10.0.0.1

iface eno2 inet manual
    mtu 9000
"""
    assert network.without_cards(before, ["eno1"]) == after
    assert network.without_cards(after, ["eno1"]) == after


storage = _load("kvm_storage")


@pytest.mark.parametrize(
    ("disk", "content"),
    [
        ({"path": "/dev/sdb", "type": "disk", "fstype": None, "pttype": None, "mountpoints": [None]}, []),
        (
            {
                "path": "/dev/sdb",
                "type": "disk",
                "fstype": None,
                "pttype": "gpt",
                "mountpoints": [None],
                "children": [
                    {
                        "path": "/dev/sdb1",
                        "type": "part",
                        "fstype": "VMFS_volume_member",
                        "pttype": "gpt",
                        "mountpoints": [],
                    }
                ],
            },
            ["VMFS_volume_member", "gpt"],
        ),
        (
            {
                "path": "/dev/sdb",
                "type": "disk",
                "fstype": "LVM2_member",
                "pttype": None,
                "mountpoints": [],
                "children": [
                    {
                        "path": "/dev/mapper/v",
                        "type": "lvm",
                        "fstype": "xfs",
                        "pttype": None,
                        "mountpoints": ["/srv"],
                    }
                ],
            },
            ["LVM2_member", "in use by lvm", "mounted at /srv", "xfs"],
        ),
    ],
)
def test_what_is_on_a_disk_is_named(disk: dict[str, Any], content: list[str]) -> None:
    assert storage.disk_content(disk) == content


def test_a_pool_is_read_back_as_it_was_described() -> None:
    xml = """<pool type='netfs'><name>n</name><source><host name='nfs1'/><dir path='/a &amp; b'/>
    <format type='nfs'/></source><target><path>/srv/n</path></target></pool>"""
    assert storage.pool_definition(xml) == {
        "type": "netfs",
        "path": "/srv/n",
        "source_host": "nfs1",
        "source_path": "/a & b",
    }
