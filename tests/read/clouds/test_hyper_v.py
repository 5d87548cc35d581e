"""Hyper-V: what cmdlets print, in any encoding and with enumerations as numbers or names."""

import copy
import json

import pytest

from planner.errors import InputError
from planner.model.estate import Snapshot
from planner.model.kinds import DatastoreKind, DiskKind, Firmware, ManagerKind, PowerState, ToolsState
from planner.read.clouds import HYPER_V as FORMAT
from planner.read.clouds.hyper_v import read_hyper_v
from planner.read.source import Sample
from planner.units import GIB
from tests.read.clouds.samples import HYPER_V, ID, write


@pytest.fixture
def estate(tmp_path):
    return read_hyper_v(write(tmp_path, HYPER_V))


def one(estate, name):
    (found,) = (vm for vm in estate.vms if vm.name == name)
    return found


def changed(change):
    files = copy.deepcopy(HYPER_V)
    change(files["vms.json"][0])
    return files


def test_a_generation_2_vm(estate):
    vm = one(estate, "Büro {{ 7 }}")
    assert (vm.instance_uuid, vm.power, vm.vcpus) == (ID(1), PowerState.ON, 4)
    assert (vm.memory_bytes, vm.memory_reservation_bytes) == (8 * GIB, GIB // 2)
    assert (vm.firmware, vm.secure_boot, vm.vtpm, vm.encrypted) == (Firmware.UEFI, True, True, False)
    assert (vm.tools, vm.annotation, vm.snapshots) == (ToolsState.OUTDATED, "front", ())
    assert [(disk.id, disk.kind, disk.capacity_bytes, disk.shared) for disk in vm.disks] == [
        ("scsi0:0", DiskKind.DISK, 32 * GIB, False),
        ("scsi0:1", DiskKind.DISK, 64 * GIB, True),
        ("scsi0:2", DiskKind.LUN, None, None),
        ("scsi0:3", DiskKind.CDROM, None, None),
    ]
    assert [(nic.mac, nic.model, nic.network is None) for nic in vm.nics] == [
        ("00:15:5d:00:00:01", "synthetic", False),
        (None, "legacy", True),
    ]


def test_a_generation_1_vm_with_a_checkpoint(estate):
    vm = one(estate, "old")
    assert (vm.power, vm.firmware, vm.secure_boot, vm.memory_bytes) == (
        PowerState.OFF,
        Firmware.BIOS,
        False,
        GIB,
    )
    assert vm.snapshots == (Snapshot(name="before", created="2023-11-14T22:13:20+00:00"),)
    assert (vm.disks[0].bus, vm.host) == ("ide", estate.hosts[1].id)


def test_volumes_are_local_clustered_or_of_a_file_server(estate):
    assert sorted((store.name, store.kind, store.shared, store.server) for store in estate.datastores) == [
        ("C:\\ClusterStorage\\Volume1", DatastoreKind.OTHER, True, None),
        ("D:", DatastoreKind.OTHER, False, None),
        ("\\\\nas\\vms", DatastoreKind.SMB, True, "nas"),
    ]


def test_a_switch_is_a_network_for_each_vlan(estate):
    assert sorted((network.name, network.vlan) for network in estate.networks) == [
        ("prod", 0),
        ("prod VLAN 20", 20),
    ]


def test_hosts_stand_alone_unless_their_cluster_is_given(estate, tmp_path):
    assert [(cluster.name, cluster.manager) for cluster in estate.clusters] == [
        ("HV1", ManagerKind.NONE),
        ("HV2", ManagerKind.NONE),
    ]
    files = HYPER_V | {"cluster.json": {"Name": "prod", "SharedVolumesRoot": "C:\\ClusterStorage"}}
    clustered = read_hyper_v(write(tmp_path / "clustered", files))
    assert [(cluster.name, cluster.manager) for cluster in clustered.clusters] == [
        ("prod", ManagerKind.HYPER_V)
    ]
    assert all(
        {"C:\\ClusterStorage\\Volume1"}
        <= {store.name for store in clustered.datastores if store.id in host.datastores}
        for host in clustered.hosts
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_powershell_s_encodings_are_read(encoding, tmp_path):
    paths = write(tmp_path, HYPER_V, encoding=encoding)
    assert all(FORMAT.recognises(Sample.of(path)) for path in paths)
    assert one(read_hyper_v(paths), "Büro {{ 7 }}").vcpus == 4


def test_a_vm_alone_and_a_counted_list_are_read(tmp_path):
    alone = write(tmp_path, {"one.json": HYPER_V["vms.json"][0]})
    counted = write(tmp_path, {"two.json": {"value": HYPER_V["vms.json"], "Count": 2}})
    assert (len(read_hyper_v(alone).vms), len(read_hyper_v(counted).vms)) == (1, 2)


def test_disks_and_cards_of_lists_of_their_own_are_joined(tmp_path):
    vm = copy.deepcopy(HYPER_V["vms.json"][0])
    disks, cards = vm.pop("HardDrives"), vm.pop("NetworkAdapters")
    found = read_hyper_v(write(tmp_path, {"vm.json": vm, "disks.json": disks, "cards.json": cards})).vms[0]
    assert ([disk.id for disk in found.disks], len(found.nics)) == (
        ["scsi0:0", "scsi0:1", "scsi0:2", "scsi0:3"],
        2,
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda vm: vm, ()),
        (lambda vm: vm.update(ParentSnapshotId=ID(80)), None),
        (lambda vm: vm.pop("ParentSnapshotId"), None),
        (lambda vm: vm["HardDrives"][0].update(Path="D:\\web_1.avhdx"), None),
    ],
)
def test_without_a_list_checkpoints_are_known_only_where_there_are_none(change, expected, tmp_path):
    files = changed(change)
    del files["snapshots.json"]
    assert one(read_hyper_v(write(tmp_path, files)), "Büro {{ 7 }}").snapshots == expected


@pytest.mark.parametrize(
    ("state", "power"),
    [(2, PowerState.ON), ("6", PowerState.SUSPENDED), ("Paused", PowerState.SUSPENDED), ({"value": 3, "Value": "Off"}, PowerState.OFF), (77, None)],
)  # fmt: skip
def test_a_state_is_a_number_or_a_name(state, power, tmp_path):
    estate = read_hyper_v(write(tmp_path, changed(lambda vm: vm.update(State=state))))
    assert one(estate, "Büro {{ 7 }}").power is power


def test_what_get_vm_does_not_say_is_a_gap(tmp_path):
    estate = read_hyper_v(write(tmp_path, {"vms.json": HYPER_V["vms.json"]}))
    assert [gap.what for gap in estate.gaps] == [
        "hosts' memory and processors",
        "secure boot of generation 2 VMs",
        "sizes of virtual disks",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda vm: vm.update(ProcessorCount=0), "[0].ProcessorCount: 0 is not 1 to 10000"),
        (lambda vm: vm.update(MemoryStartup="much"), "[0].MemoryStartup: 'much' is not a whole number"),
        (
            lambda vm: vm.update(HardDrives="System.Object[]"),
            "[0].HardDrives: 'System.Object[]' is not a list",
        ),
        (lambda vm: vm.update(VMId=ID(2)), "is there twice"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(change, said, tmp_path):
    with pytest.raises(InputError) as raised:
        read_hyper_v(write(tmp_path, changed(change)))
    assert said in str(raised.value)


def test_a_file_cut_off_in_the_middle_is_refused_with_its_line(tmp_path):
    path = tmp_path / "vms.json"
    path.write_text(json.dumps(HYPER_V["vms.json"], indent=1)[:400])
    with pytest.raises(InputError, match=r"vms\.json:\d+: is no JSON"):
        read_hyper_v([path])
