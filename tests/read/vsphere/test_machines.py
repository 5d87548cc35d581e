"""What is known of a VM beside its devices."""

import pytest

from planner.model.estate import GuestVolume, Snapshot
from planner.model.kinds import Firmware, PowerState, ServiceRole, ToolsState
from planner.units import MIB
from tests.read.vsphere.objects import host, obj, read, ref, typed, vm


def only(estate):
    (found,) = estate.vms
    return found


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"firmware": "efi", "bootOptions": {"efiSecureBootEnabled": True}}, {"secure_boot": True}),
        ({"firmware": "efi"}, {"firmware": Firmware.UEFI, "secure_boot": None}),
        ({"firmware": "bios"}, {"firmware": Firmware.BIOS, "secure_boot": False}),
        ({"keyId": {"keyId": "a"}}, {"encrypted": True}),
        ({}, {"encrypted": False, "vtpm": False, "template": False, "snapshots": None}),
        ({"template": True}, {"template": True}),
        ({"nestedHVEnabled": True, "changeTrackingEnabled": False}, {"nested": True}),
        ({"memoryAllocation": {"reservation": 512}}, {"memory_reservation_bytes": 512 * MIB}),
        (
            {"memoryReservationLockedToMax": True, "memoryAllocation": {"reservation": 0}},
            {"memory_reservation_bytes": 1024 * MIB},
        ),
        ({"cpuHotAddEnabled": True, "memoryHotAddEnabled": False}, {"cpu_hotplug": True}),
        ({"instanceUuid": "50AB", "uuid": "42CD"}, {"instance_uuid": "50ab", "uuid": "42cd"}),
        ({"annotation": " a\r\nb "}, {"annotation": "a\nb"}),
    ],
)
def test_configuration(tmp_path, config, expected):
    found = only(read(tmp_path, vm(config=config)))
    assert {name: getattr(found, name) for name in expected} == expected


def test_a_virtual_tpm_and_an_encrypted_disk(tmp_path):
    disk = typed("VirtualDisk", key=2000, backing={"keyId": {"keyId": "a"}})
    found = only(read(tmp_path, vm(typed("VirtualTPM", key=11000), disk)))
    assert (found.vtpm, found.encrypted) == (True, True)


@pytest.mark.parametrize(
    ("guest", "state"),
    [
        ({"toolsStatus": "toolsOk"}, ToolsState.RUNNING),
        ({"toolsStatus": "toolsOld"}, ToolsState.OUTDATED),
        (
            {"toolsVersionStatus2": "guestToolsUnmanaged", "toolsRunningStatus": "guestToolsRunning"},
            ToolsState.RUNNING,
        ),
        (
            {"toolsVersionStatus2": "guestToolsNeedUpgrade", "toolsRunningStatus": "guestToolsRunning"},
            ToolsState.OUTDATED,
        ),
        (
            {"toolsVersionStatus2": "guestToolsNeedUpgrade", "toolsRunningStatus": "guestToolsNotRunning"},
            ToolsState.NOT_RUNNING,
        ),
        ({"toolsVersionStatus2": "guestToolsNotInstalled"}, ToolsState.NOT_INSTALLED),
        ({"toolsStatus": "something new"}, None),
        ({}, None),
    ],
)
def test_tools(tmp_path, guest, state):
    assert only(read(tmp_path, vm(guest=guest))).tools is state


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"rootSnapshot": []}, ()),
        ({"snapshot": None}, ()),
        ({"rootSnapshot": [ref("VirtualMachineSnapshot", "snapshot-1")]}, None),
        (
            {
                "snapshot": {
                    "rootSnapshotList": [
                        {"name": "a", "createTime": "t1", "childSnapshotList": [{"name": "b"}]},
                        {"name": ""},
                    ]
                }
            },
            (Snapshot(name="a", created="t1"), Snapshot(name="b"), Snapshot(name="unnamed")),
        ),
    ],
)
def test_snapshots_are_known_or_not(tmp_path, fields, expected):
    assert only(read(tmp_path, vm(**fields))).snapshots == expected


def test_volumes_and_system(tmp_path):
    disks = [{"diskPath": "C:\\", "capacity": 100, "freeSpace": 10}, {"capacity": 1}]
    guest = {"disk": disks, "guestFullName": "Windows Server 2019", "hostName": "web01"}
    found = only(read(tmp_path, vm(guest=guest, config={"guestFullName": "Other"})))
    assert found.volumes == (GuestVolume(path="C:\\", capacity_bytes=100, free_bytes=10),)
    assert (found.guest_os, found.hostname) == ("Windows Server 2019", "web01")


def test_what_vsphere_keeps_for_itself_is_counted_and_left_out(tmp_path):
    found = read(
        tmp_path,
        vm(),
        vm(ident="vm-2", config={"managedBy": {"extensionKey": "com.vmware.vcDr", "type": "placeholderVm"}}),
        vm(
            ident="vm-3",
            config={"managedBy": {"extensionKey": "com.vmware.vim.eam", "type": "cluster-agent"}},
        ),
    )
    assert [one.name for one in found.vms] == ["vm-1"]
    assert found.notes == (
        "vSphere: SRM placeholders are no VMs; 1 left out",
        "vSphere: agents of vSphere Cluster Services are vCenter's own; 1 left out",
    )


def test_a_vm_whose_files_are_out_of_reach_is_a_gap(tmp_path):
    lost = vm() | {"config": None}
    found = read(tmp_path, lost)
    assert (only(found).vcpus, only(found).vtpm, only(found).power) == (None, None, PowerState.ON)
    (gap, *_) = [gap for gap in found.gaps if "configuration" in gap.what]
    assert "'vm-1'" in gap.what


def test_the_vcenter_itself(tmp_path):
    managed = host(summary={"managementServerIp": "10.0.0.9"})
    found = read(
        tmp_path,
        managed,
        vm(guest={"ipAddress": "10.0.0.9"}),
        vm(ident="vm-2", guest={"net": [{"macAddress": "a", "ipAddress": ["10.0.0.8"]}]}),
    )
    assert {one.name: one.roles for one in found.vms} == {"vm-1": (ServiceRole.VCENTER,), "vm-2": ()}
    assert {cluster.manager_address for cluster in found.clusters} == {"10.0.0.9"}
    assert {one.moref for one in found.vms} == {"10.0.0.9/vm-1", "10.0.0.9/vm-2"}


def test_a_vm_of_unknown_host_is_in_the_cluster_of_its_pool(tmp_path):
    lost = vm(resourcePool=ref("ResourcePool", "resgroup-8"))
    del lost["runtime"]["host"]
    pool = obj("ResourcePool", "resgroup-8", owner=ref("ClusterComputeResource", "domain-1"))
    found = read(tmp_path, lost, pool)
    assert (only(found).host, only(found).resource_pool) == (None, "resgroup-8")
    assert only(found).cluster == found.clusters[0].id
