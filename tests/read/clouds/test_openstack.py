"""OpenStack: lists and single objects of old and new clients, joined by ids and addresses."""

import copy

import pytest

from planner.errors import InputError
from planner.model.estate import Disk
from planner.model.kinds import Firmware, PowerState
from planner.read.clouds.openstack import read_openstack
from planner.units import GIB
from tests.read.clouds.samples import ID, OPENSTACK, write


@pytest.fixture
def estate(tmp_path):
    return read_openstack(write(tmp_path, OPENSTACK))


def one(estate, name):
    (found,) = (vm for vm in estate.vms if vm.name == name)
    return found


def read(tmp_path, **files):
    return read_openstack(write(tmp_path, {f"{name}.json": content for name, content in files.items()}))


def test_a_server_that_boots_from_an_image(estate):
    vm = one(estate, "Büro {{ 7 }}")
    assert (vm.uuid, vm.power, vm.vcpus, vm.memory_bytes) == (ID(1), PowerState.ON, 2, 2 * GIB)
    assert (vm.firmware, vm.secure_boot, vm.guest_os, vm.hardware_version) == (
        Firmware.UEFI,
        True,
        "debian 12",
        "q35",
    )
    assert vm.disks == (Disk(id="root", capacity_bytes=20 * GIB),)
    assert [nic.mac for nic in vm.nics] == ["fa:16:3e:00:00:01"]
    assert [(item.name, item.value) for item in vm.attributes] == [("tier", "front")]
    assert vm.host == next(host.id for host in estate.hosts if host.name == "cmp1.example.org")


def test_a_server_that_boots_from_a_volume_by_an_old_client_s_words(estate):
    vm = one(estate, "old")
    assert (vm.power, vm.vcpus, vm.host, vm.reported_host) == (PowerState.OFF, 2, None, "cmp9")
    assert vm.disks == (
        Disk(id=f"volume-{ID(50)}", capacity_bytes=30 * GIB, datastore="ds-ceph", path=ID(50), shared=False),
    )
    assert [nic.mac for nic in vm.nics] == ["fa:16:3e:00:00:02"]


def test_a_single_server_says_as_much_as_a_list(estate):
    vm = one(estate, "shown")
    assert (vm.vcpus, vm.power, vm.resource_pool, vm.guest_os) == (2, PowerState.ON, "shop", "debian 12")
    assert vm.host == one(estate, "Büro {{ 7 }}").host


@pytest.mark.parametrize(
    "flavor",
    [
        "m1.small (2)",
        {"id": "2", "name": "m1.small"},
        {"original_name": "any", "vcpus": 2, "ram": 2048, "disk": 20, "ephemeral": 0},
        "description=, disk='20', ephemeral='0', original_name='any', ram='2048', vcpus='2'",
    ],
)
def test_a_flavour_is_found_however_it_is_written(flavor, tmp_path):
    shown = OPENSTACK["show.json"] | {"flavor": flavor}
    vm = read(tmp_path, show=shown, flavors=OPENSTACK["flavors.json"]).vms[0]
    assert (vm.vcpus, vm.memory_bytes, vm.disks[0].capacity_bytes) == (2, 2 * GIB, 20 * GIB)


def test_hosts_are_in_the_zone_of_their_service_or_servers(estate):
    assert [cluster.name for cluster in estate.clusters] == ["az1"]
    assert [(host.name, host.cpu.threads, host.memory_bytes, host.connected) for host in estate.hosts] == [
        ("cmp1.example.org", 32, 128 * GIB, True),
        ("cmp2.example.org", 32, 128 * GIB, False),
    ]
    assert estate.gaps == ()


def test_a_network_has_its_vlan_from_network_show(estate):
    assert [(network.name, network.vlan, network.mtu) for network in estate.networks] == [("prod", 20, 1500)]


@pytest.mark.parametrize(("kind", "vlan"), [("flat", 0), ("vxlan", None), ("vlan", 20)])
def test_an_overlay_has_no_vlan(kind, vlan, tmp_path):
    network = OPENSTACK["network.json"] | {"provider:network_type": kind}
    estate = read(tmp_path, servers=OPENSTACK["servers.json"], network=network)
    assert estate.networks[0].vlan == vlan


def test_an_address_that_two_servers_have_gives_no_mac(tmp_path):
    servers = copy.deepcopy(OPENSTACK["servers.json"])
    servers[1]["Networks"] = {"other": ["10.0.0.5"]}
    estate = read(tmp_path, servers=servers, ports=OPENSTACK["ports.json"])
    assert [nic.mac for vm in estate.vms for nic in vm.nics] == [None, None]


def test_what_was_not_given_is_a_gap_with_its_command(tmp_path):
    estate = read(tmp_path, servers=OPENSTACK["servers.json"])
    assert {gap.remedy for gap in estate.gaps} == {
        "openstack flavor list --all -f json",
        "openstack hypervisor list --long -f json",
        "openstack volume list --all-projects --long -f json",
        "openstack port list -f json",
        "openstack network show NETWORK -f json",
    }
    assert [(vm.vcpus, vm.memory_bytes) for vm in estate.vms] == [(None, None), (None, None)]


def test_hosts_without_a_zone_are_unplaced(tmp_path):
    estate = read(tmp_path, hypervisors=OPENSTACK["hypervisors.json"])
    assert [cluster.name for cluster in estate.clusters] == ["unplaced-openstack"]
    assert "servers" in {gap.what for gap in estate.gaps}


@pytest.mark.parametrize(
    ("name", "key", "value", "said"),
    [
        ("flavors.json", "VCPUs", 0, "[0].VCPUs: 0 is not 1 to 10000"),
        ("flavors.json", "RAM", "2 GB", "[0].RAM: '2 GB' is not a whole number"),
        ("volumes.json", "Size", -1, "[0].Size: -1 is not 0 to"),
        ("hypervisors.json", "Memory MB", 2**62, "[0].Memory MB: 4611686018427387904 is not 1 to"),
        ("servers.json", "ID", None, "[0].ID: is missing"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(name, key, value, said, tmp_path):
    files = copy.deepcopy(OPENSTACK)
    files[name][0][key] = value
    with pytest.raises(InputError) as raised:
        read_openstack(write(tmp_path, files))
    assert said in str(raised.value)
