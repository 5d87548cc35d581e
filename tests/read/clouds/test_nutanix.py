"""Nutanix AHV: both versions of the API tell of the same estate."""

import copy

import pytest

from planner.errors import InputError
from planner.model.estate import Bmc, Disk, Passthrough
from planner.model.kinds import DiskKind, Firmware, HypervisorKind, PassthroughKind, PowerState, ToolsState
from planner.read.clouds.nutanix import read_nutanix
from planner.units import GIB, MIB
from tests.read.clouds.samples import ID, NUTANIX, NUTANIX_V4, write


@pytest.fixture(params=[NUTANIX, NUTANIX_V4], ids=["v3", "v4"])
def estate(request, tmp_path):
    return read_nutanix(write(tmp_path, request.param))


def test_a_vm_is_the_same_in_either_version(estate):
    (vm,) = estate.vms
    (network,) = estate.networks
    assert (vm.name, vm.instance_uuid, vm.power, vm.host) == (
        "Büro {{ 7 }}",
        ID(1),
        PowerState.ON,
        "host-ahv1",
    )
    assert (vm.vcpus, vm.cores_per_socket, vm.memory_bytes) == (4, 2, 4 * GIB)
    assert (vm.firmware, vm.secure_boot, vm.vtpm, vm.tools) == (Firmware.UEFI, True, True, ToolsState.RUNNING)
    assert (vm.guest_os, vm.hardware_version, vm.annotation) == ("linux:64:Debian-12", "Q35", "front")
    assert vm.disks[0] == Disk(
        id="disk-1", capacity_bytes=32 * GIB, datastore=estate.datastores[0].id, path=ID(41), bus="scsi"
    )
    assert (vm.disks[1].kind, vm.disks[1].path, vm.disks[1].bus) == (DiskKind.CDROM, ID(42), "ide")
    assert [(nic.mac, nic.network) for nic in vm.nics] == [("50:6b:8d:00:00:01", network.id)]
    assert vm.passthrough == (Passthrough(kind=PassthroughKind.VGPU, description="T4-8Q"),)
    assert vm.snapshots is None


def test_places_are_the_same_in_either_version(estate):
    (cluster,), (host,), (store,), (network,) = (
        estate.clusters,
        estate.hosts,
        estate.datastores,
        estate.networks,
    )
    assert (cluster.name, cluster.hypervisor, cluster.manager_address) == (
        "ahv-a",
        HypervisorKind.AHV,
        "192.0.2.30",
    )
    assert (host.address, host.memory_bytes, host.version) == ("192.0.2.31", 64 * GIB, "Nutanix 20230302.1")
    assert (host.cpu.model, host.cpu.sockets, host.cpu.cores) == ("Xeon", 2, 16)
    assert (host.bmc, host.model) == (Bmc(address="192.0.2.51", protocol="ipmi"), "NX-1")
    assert (host.datastores, store.name, store.shared) == ((store.id,), "pool-a", True)
    assert (network.name, network.vlan) == ("prod", 20)
    assert estate.gaps == ()


def test_only_v4_tells_the_guest_s_own_uuid(tmp_path):
    third = read_nutanix(write(tmp_path / "3", NUTANIX)).vms[0]
    fourth = read_nutanix(write(tmp_path / "4", NUTANIX_V4)).vms[0]
    assert (third.uuid, fourth.uuid) == (ID(1), ID(2))


@pytest.mark.parametrize(
    ("files", "key"), [(NUTANIX, "total_matches"), (NUTANIX_V4, "totalAvailableResults")]
)
def test_missing_pages_are_a_gap(files, key, tmp_path):
    files = copy.deepcopy(files)
    files["vms.json"]["metadata"][key] = 250
    (gap,) = read_nutanix(write(tmp_path, files)).gaps
    assert (gap.what, gap.why) == ("virtual machines", "the lists hold 1 of 250: pages are missing")


def test_prism_over_another_hypervisor_says_so(tmp_path):
    files = copy.deepcopy(NUTANIX)
    files["vms.json"]["entities"][0]["status"]["resources"]["hypervisor_type"] = "ESX"
    estate = read_nutanix(write(tmp_path, files))
    assert {estate.clusters[0].hypervisor, estate.hosts[0].hypervisor} == {HypervisorKind.ESXI}


def test_a_disk_without_bytes_has_its_mebibytes(tmp_path):
    files = copy.deepcopy(NUTANIX)
    del files["vms.json"]["entities"][0]["status"]["resources"]["disk_list"][0]["disk_size_bytes"]
    assert read_nutanix(write(tmp_path, files)).vms[0].disks[0].capacity_bytes == 2**15 * MIB


@pytest.mark.parametrize(
    ("fact", "value", "said"),
    [
        ("num_sockets", 0, "entities[0].status.resources.num_sockets: 0 is not 1 to 10000"),
        ("memory_size_mib", -1, "entities[0].status.resources.memory_size_mib: -1 is not 1 to"),
        ("memory_size_mib", True, "memory_size_mib: True is not a whole number"),
        ("num_vcpus_per_socket", 9999, "has 19998 processors: at most 10000 can be right"),
        ("nic_list", {}, "entities[0].status.resources.nic_list: {} is not a list"),
        (
            "nic_list",
            [{"mac_address": "nonsense"}],
            "nic_list[0].mac_address: 'nonsense' is not a MAC address",
        ),
        (
            "disk_list",
            [{"disk_size_bytes": 2**63}],
            "disk_list[0].disk_size_bytes: 9223372036854775808 is not 0 to",
        ),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(fact, value, said, tmp_path):
    files = copy.deepcopy(NUTANIX)
    files["vms.json"]["entities"][0]["status"]["resources"][fact] = value
    with pytest.raises(InputError) as raised:
        read_nutanix(write(tmp_path, files))
    assert said in str(raised.value)
