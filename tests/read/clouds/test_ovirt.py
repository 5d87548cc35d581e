"""oVirt: answers of the REST API, where numbers are text and what was not followed is a link."""

import copy

import pytest

from planner.errors import InputError
from planner.model.estate import Bmc, Disk, HostNetwork, HostNic, Nic, Snapshot
from planner.model.kinds import DiskKind, Firmware, PowerState
from planner.read.clouds.ovirt import read_ovirt
from planner.units import GIB
from tests.read.clouds.samples import ID, OVIRT, write


@pytest.fixture
def estate(tmp_path):
    return read_ovirt(write(tmp_path, OVIRT))


def one(estate, name):
    (found,) = (vm for vm in estate.vms if vm.name == name)
    return found


def changed(name, change):
    files = copy.deepcopy(OVIRT)
    change(files[name])
    return files


def test_a_vm_is_read_with_all_that_was_followed(estate):
    vm = one(estate, "Büro {{ 7 }}")
    (network,) = estate.networks
    assert (vm.uuid, vm.power, vm.host, vm.vcpus, vm.cores_per_socket) == (
        ID(1),
        PowerState.ON,
        "host-kvm1",
        4,
        2,
    )
    assert (vm.memory_bytes, vm.memory_reservation_bytes) == (4 * GIB, GIB)
    assert (vm.firmware, vm.secure_boot) == (Firmware.UEFI, True)
    assert (vm.guest_os, vm.hostname, vm.annotation) == ("rhel_9x64", "web.example.org", "front\nend")
    assert vm.disks == (
        Disk(id="disk-1", capacity_bytes=32 * GIB, allocated_bytes=GIB, datastore="ds-nas", path="web_Disk1", bus="virtio-scsi", shared=False),
        Disk(id="disk-2", capacity_bytes=2 * GIB, path="web_Disk2", bus="virtio", kind=DiskKind.LUN, shared=True),
        Disk(id="cdrom-1", path="debian.iso", kind=DiskKind.CDROM),
    )  # fmt: skip
    assert vm.nics == (Nic(id="nic-1", mac="56:6f:00:00:00:01", network=network.id, model="virtio"),)
    assert vm.snapshots == (Snapshot(name="before", created="2023-11-14T22:13:20+00:00"),)


def test_a_vm_takes_its_firmware_from_the_cluster_and_says_what_was_not_followed(estate):
    vm = one(estate, "cold")
    assert (vm.firmware, vm.secure_boot, vm.vcpus) == (Firmware.UEFI, False, 2)
    assert (vm.snapshots, vm.host, vm.reported_host) == (None, None, None)


def test_hosts_clusters_and_storage_are_joined_by_id(estate):
    (cluster,) = estate.clusters
    first, second = estate.hosts
    (store,) = estate.datastores
    assert (cluster.name, cluster.datacentre) == ("Default", "Berlin")
    assert (first.cpu.sockets, first.cpu.cores, first.cpu.threads) == (2, 16, 32)
    assert first.nics == (HostNic(name="eno1", mac="52:54:00:00:00:01", speed_bytes=1_250_000_000),)
    assert first.networks == (HostNetwork(network=estate.networks[0].id, uplinks=("eno1",)),)
    assert (first.bmc, first.uuid) == (Bmc(address="192.0.2.50", protocol="ipmi"), ID(99))
    assert (second.maintenance, first.maintenance) == (True, False)
    assert (store.capacity_bytes, store.free_bytes, store.server, store.export) == (
        1000,
        700,
        "192.0.2.9",
        "/srv/data",
    )
    assert (estate.networks[0].vlan, estate.networks[0].mtu) == (20, None)
    assert estate.gaps[0].what == "disks of VMs" if estate.gaps else True


def test_what_was_not_given_is_a_gap_with_its_request(tmp_path):
    estate = read_ovirt(write(tmp_path, {"vms.json": OVIRT["vms.json"]}))
    assert [gap.what for gap in estate.gaps] == [
        "hosts",
        "names of clusters, and their firmware",
        "networks with their VLANs",
        "storage domains",
        "which network a card is on",
    ]
    assert all("/ovirt-engine/api/" in gap.remedy for gap in estate.gaps)
    vm = one(estate, "Büro {{ 7 }}")
    assert (estate.clusters[0].name, vm.reported_host) == (ID(20), ID(30))


def test_links_that_were_not_followed_are_a_gap(tmp_path):
    files = changed("vms.json", lambda data: data["vm"][0].pop("nics"))
    assert [gap.what for gap in read_ovirt(write(tmp_path, files)).gaps] == ["network cards of VMs"]


def test_what_ansible_s_modules_return_is_read_too(tmp_path):
    files = {"info.json": {"changed": False, "ovirt_vms": OVIRT["vms.json"]["vm"]}}
    assert len(read_ovirt(write(tmp_path, files)).vms) == 2


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("vms.json", lambda data: data["vm"][0].update(memory="-1"), "vm[0].memory: '-1' is not 1 to"),
        ("vms.json", lambda data: data["vm"][0].update(memory="4 GB"), "vm[0].memory: '4 GB' is not a whole number"),
        ("vms.json", lambda data: data["vm"][0].update(nics=[]), "vm[0].nics: [] is not an object"),
        ("vms.json", lambda data: data["vm"][1].update(id=ID(1)), "is there twice (first in vms.json)"),
        ("networks.json", lambda data: data["network"][0]["vlan"].update(id="5000"), "network[0].vlan.id: '5000' is not 0 to 4094"),
        ("hosts.json", lambda data: data["host"][0].pop("id"), "host[0].id: is missing"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_its_place(name, change, said, tmp_path):
    with pytest.raises(InputError) as raised:
        read_ovirt(write(tmp_path, changed(name, change)))
    assert said in str(raised.value)
