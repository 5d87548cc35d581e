"""What somebody set in OpenStack: by flavour, image, volume, security group and address, each alone."""

import copy

import pytest

from planner.model.estate import Passthrough
from planner.model.kinds import PassthroughKind
from planner.read.clouds.openstack import read_openstack
from tests.read.clouds.samples import ID, OPENSTACK, write

FLAVORS = [
    ({}, []),
    ({"hw:cpu_policy": "shared", "hw:mem_page_size": "small", "hw:boot_menu": "false"}, []),
    ({"hw:cpu_policy": "dedicated"}, [("cpu-affinity", "hw:cpu_policy dedicated")]),
    ("hw:cpu_policy='dedicated', hw:rng='x'", [("cpu-affinity", "hw:cpu_policy dedicated")]),
    ({"hw:numa_nodes": "2"}, [("numa-affinity", "hw:numa_nodes 2")]),
    ({"hw:mem_page_size": "1GB"}, [("huge-pages", "hw:mem_page_size 1GB")]),
    ({"hw:watchdog_action": "reset"}, [("watchdog", "hw:watchdog_action reset")]),
    ({"hw:boot_menu": "true"}, [("boot-menu", "hw:boot_menu true")]),
    ({"quota:cpu_shares": "512"}, [("cpu-shares", "quota:cpu_shares 512")]),
    ({"quota:cpu_quota": "10000"}, [("cpu-limit", "quota:cpu_quota 10000")]),
    ({"quota:vif_outbound_average": "10240"}, [("nic-limit", "quota:vif_outbound_average 10240")]),
]


def read(tmp_path, flavor=None, image=None, **files):
    given = copy.deepcopy(OPENSTACK) | files
    given["servers.json"][0]["Networks"] = given["servers.json"][0].get("Networks")
    if flavor is not None:
        given["flavors.json"][0]["Properties"] = flavor
    given["image.json"]["properties"].update(image or {})
    return read_openstack(write(tmp_path, given))


def vm_of(estate, name="Büro {{ 7 }}"):
    (found,) = (vm for vm in estate.vms if vm.name == name)
    return found


def settings_of(estate, name="Büro {{ 7 }}"):
    found = [(str(setting.kind), setting.value) for setting in vm_of(estate, name).settings]
    return [setting for setting in found if setting[0] != "floating-address"]


@pytest.mark.parametrize(("flavor", "expected"), FLAVORS)
def test_what_a_flavour_says(tmp_path, flavor, expected):
    assert settings_of(read(tmp_path, flavor=flavor)) == expected


def test_an_image_says_it_with_an_underscore_and_after_the_flavour(tmp_path):
    told = {"hw_watchdog_action": "pause", "hw_cpu_policy": "dedicated"}
    estate = read(tmp_path, flavor={"hw:watchdog_action": "reset"}, image=told)
    assert settings_of(estate) == [
        ("cpu-affinity", "hw:cpu_policy dedicated"),
        ("watchdog", "hw:watchdog_action reset"),
    ]


def test_devices_that_a_flavour_asks_for_are_the_hosts(tmp_path):
    estate = read(tmp_path, flavor={"pci_passthrough:alias": "a100:1, nic:2"})
    assert vm_of(estate).passthrough == (
        Passthrough(kind=PassthroughKind.PCI, description="a100:1"),
        Passthrough(kind=PassthroughKind.PCI, description="nic:2"),
    )


@pytest.mark.parametrize(("status", "expected"), [("ERROR", ["uncertain-state"]), ("SHUTOFF", [])])
def test_a_server_in_an_unclear_state(tmp_path, status, expected):
    servers = copy.deepcopy(OPENSTACK["servers.json"])
    servers[0]["Status"] = status
    estate = read(tmp_path, **{"servers.json": servers})
    assert [kind for kind, _ in settings_of(estate)] == expected


def test_a_volume_in_the_middle_of_something(tmp_path):
    volumes = copy.deepcopy(OPENSTACK["volumes.json"])
    volumes[0]["Status"] = "error_extending"
    estate = read(tmp_path, **{"volumes.json": volumes})
    assert settings_of(estate, "old") == [("disk-status", f"{ID(50)} error_extending")]


@pytest.mark.parametrize(
    "groups", [[{"name": "default"}, {"name": "web"}, {"name": "web"}], "name='default'\nname='web'"]
)
def test_security_groups_that_somebody_made(tmp_path, groups):
    shown = copy.deepcopy(OPENSTACK["show.json"]) | {"security_groups": groups}
    estate = read(tmp_path, **{"show.json": shown})
    assert settings_of(estate, "shown") == [("nic-filter", "security group web")]


def test_an_address_that_no_port_has_is_floating_where_ports_were_given(tmp_path):
    def told(estate):
        return [one.value for one in vm_of(estate).settings if one.kind == "floating-address"]

    assert told(read(tmp_path)) == ["192.0.2.77"]
    (tmp_path / "without").mkdir()
    assert told(read(tmp_path / "without", **{"ports.json": []})) == []


def test_an_address_that_is_called_floating(tmp_path):
    items = [
        {"addr": "10.0.0.7", "OS-EXT-IPS:type": "fixed"},
        {"addr": "192.0.2.9", "OS-EXT-IPS:type": "floating"},
    ]
    shown = copy.deepcopy(OPENSTACK["show.json"]) | {"addresses": {"prod": items}}
    estate = read(tmp_path, **{"show.json": shown})
    assert [one.value for one in vm_of(estate, "shown").settings] == ["192.0.2.9"]
