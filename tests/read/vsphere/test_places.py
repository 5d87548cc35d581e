"""Clusters, hosts, networks, datastores and rules."""

import pytest

from planner.model.estate import LocalDisk
from planner.model.kinds import AffinityKind, DatastoreKind, Firmware, ManagerKind
from planner.units import GIB
from tests.read.vsphere.objects import cluster, host, obj, read, ref, typed, vm

DISK = {"localDisk": True, "lunType": "disk", "capacity": {"block": 2**21, "blockSize": 512}}


def only_host(estate):
    (found,) = estate.hosts
    return found


@pytest.mark.parametrize(
    ("vendor", "capability", "flags"),
    [
        ("intel", {"virtualExecUsageSupported": True, "virtualMmuUsageSupported": True}, ("ept", "vmx")),
        ("amd", {"virtualExecUsageSupported": True, "virtualMmuUsageSupported": True}, ("npt", "svm")),
        ("intel", {"virtualExecUsageSupported": True, "virtualMmuUsageSupported": False}, None),
        ("intel", {}, None),
        ("other", {"virtualExecUsageSupported": True, "virtualMmuUsageSupported": True}, None),
    ],
)
def test_processor_flags_are_told_by_what_the_host_can_do(tmp_path, vendor, capability, flags):
    found = host(capability=capability, hardware={"cpuPkg": [{"vendor": vendor}]})
    assert only_host(read(tmp_path, found)).cpu.flags == flags


@pytest.mark.parametrize(
    ("names", "ident"),
    [
        ({"canonicalName": "naa.5000C500A1B2C3D4"}, "wwn-0x5000c500a1b2c3d4"),
        (
            {"canonicalName": "naa.600508b1001c4d5e6f7a8b9c0d1e2f30"},
            "wwn-0x600508b1001c4d5e6f7a8b9c0d1e2f30",
        ),
        ({"canonicalName": "eui.0025385b71b00b1c"}, "nvme-eui.0025385b71b00b1c"),
        (
            {"canonicalName": "t10.ATA_____X", "descriptor": [{"id": "naa.5000c500a1b2c3d4"}]},
            "wwn-0x5000c500a1b2c3d4",
        ),
    ],
)
def test_disks_that_linux_will_know(tmp_path, names, ident):
    found = only_host(read(tmp_path, host(config={"storageDevice": {"scsiLun": [DISK | names]}})))
    assert found.disks == (LocalDisk(id=ident, capacity_bytes=GIB),)


@pytest.mark.parametrize(
    "changes",
    [
        {"canonicalName": "mpx.vmhba0:C0:T0:L0"},
        {"canonicalName": "t10.ATA_____X"},
        {"canonicalName": "naa.5000c500a1b2c3d4", "localDisk": False},
        {"canonicalName": "naa.5000c500a1b2c3d4", "lunType": "cdrom"},
    ],
)
def test_disks_that_are_left_out(tmp_path, changes):
    found = host(config={"storageDevice": {"scsiLun": [DISK | changes]}})
    assert only_host(read(tmp_path, found)).disks == ()


def test_firmware_address_and_state(tmp_path):
    vnic = [{"device": "vmk1", "spec": {"ip": {"ipAddress": "10.1.0.1"}}}]
    vnic.append({"device": "vmk0", "spec": {"ip": {"ipAddress": "10.0.0.1"}}})
    found = only_host(
        read(
            tmp_path,
            host(
                hardware={"biosInfo": {"firmwareType": "UEFI"}, "systemInfo": {"uuid": "4C4C"}},
                config={"network": {"vnic": vnic}},
                runtime={"connectionState": "notResponding", "inMaintenanceMode": True},
            ),
        )
    )
    assert (found.firmware, found.address, found.uuid) == (Firmware.UEFI, "10.0.0.1", "4c4c")
    assert (found.connected, found.maintenance) == (False, True)


def test_clusters_of_one_name_have_their_data_centre_before(tmp_path):
    parts = [
        obj("Datacenter", "dc-1"),
        obj("Datacenter", "dc-2"),
        *(obj("Folder", f"group-h{n}", parent=ref("Datacenter", f"dc-{n}")) for n in (1, 2)),
        *(cluster(f"domain-{n}") | {"name": "prod", "parent": ref("Folder", f"group-h{n}")} for n in (1, 2)),
    ]
    found = read(tmp_path, host(), *parts)
    assert [one.name for one in found.clusters] == ["dc-1/prod", "dc-2/prod"]
    assert [one.datacentre for one in found.clusters] == ["dc-1", "dc-2"]


@pytest.mark.parametrize(
    ("vmotion", "expected"),
    [([True, True], True), ([True, False], False), ([True], False), ([True, None], None)],
)
def test_live_migration_needs_vmotion_everywhere(tmp_path, vmotion, expected):
    hosts = [
        host(f"host-{n}", summary={"config": {"vmotionEnabled": enabled}})
        for n, enabled in enumerate(vmotion, 1)
    ]
    assert read(tmp_path, *hosts).clusters[0].live_migration is expected


def test_a_host_that_was_read_past_its_vcenter_says_so(tmp_path):
    alone = obj("HostSystem", "ha-host", summary={"managementServerIp": "10.0.0.9"})
    found = read(tmp_path, alone, api="HostAgent")
    assert found.clusters[0].manager is ManagerKind.NONE
    assert [gap.remedy for gap in found.gaps] == ["planner collect vsphere://USER@10.0.0.9 -o estate"]


def test_distributed_port_groups(tmp_path):
    vlan = "VmwareDistributedVirtualSwitchVlanIdSpec"
    trunk = "VmwareDistributedVirtualSwitchTrunkVlanSpec"
    switch = obj("VmwareDistributedVirtualSwitch", "dvs-1", uuid="50 1", config={"maxMtu": 1500})
    network = {
        "pnic": [{"key": "k0", "device": "vmnic0"}, {"key": "k1", "device": "vmnic1"}],
        "portgroup": [],
        "proxySwitch": [{"dvsUuid": "50 1", "mtu": 9000, "pnic": ["k1", "k0"]}],
    }

    def group(ident, spec, **config):
        of = ref("VmwareDistributedVirtualSwitch", "dvs-1")
        config |= {"distributedVirtualSwitch": of, "defaultPortConfig": {"vlan": spec}}
        hosts = [ref("HostSystem", "host-1")]
        return obj("DistributedVirtualPortgroup", ident, key=ident, host=hosts, config=config)

    found = read(
        tmp_path,
        switch,
        host(config={"network": network}),
        group("pg-1", typed(vlan, vlanId=120)),
        group("pg-2", typed(trunk, vlanId=[{"start": 0, "end": 4094}])),
        group("pg-3", typed(trunk, vlanId=[{"start": 0, "end": 4094}]), uplink=True),
        vm(typed("VirtualVmxnet3", key=4000, macAddress=None, backing={"port": {"portgroupKey": "pg-1"}})),
    )
    assert [(one.name, one.vlan, one.mtu) for one in found.networks] == [
        ("pg-1", 120, 9000),
        ("pg-2", None, 9000),
    ]
    assert {one.uplinks for one in only_host(found).networks} == {("vmnic0", "vmnic1")}
    assert found.vms[0].nics[0].network == found.networks[0].id


@pytest.mark.parametrize(("vlan", "expected"), [(0, 0), (120, 120), (4095, None)])
def test_standard_port_groups(tmp_path, vlan, expected):
    spec = {"name": "VM Network", "vlanId": vlan, "vswitchName": "vSwitch0"}
    network = {
        "portgroup": [{"spec": spec}],
        "vswitch": [{"name": "vSwitch0", "mtu": 1500, "pnic": ["k0"]}],
        "pnic": [{"key": "k0", "device": "vmnic0"}],
    }
    found = read(tmp_path, host(config={"network": network}))
    assert [(one.name, one.vlan, one.mtu) for one in found.networks] == [("VM Network", expected, 1500)]


def test_hosts_that_disagree_leave_the_vlan_unknown(tmp_path):
    hosts = [
        host(f"host-{n}", config={"network": {"portgroup": [{"spec": {"name": "a", "vlanId": n}}]}})
        for n in (1, 2)
    ]
    assert [(one.name, one.vlan) for one in read(tmp_path, *hosts).networks] == [("a", None)]


@pytest.mark.parametrize(
    ("summary", "info", "expected"),
    [
        (
            {"type": "NFS"},
            {"nas": {"remoteHost": "nas1", "remotePath": "/vol/a"}},
            (DatastoreKind.NFS, True, "nas1", "/vol/a"),
        ),
        (
            {"type": "NFS41"},
            {"nas": {"remoteHostNames": ["nas1", "nas2"], "remotePath": "/v"}},
            (DatastoreKind.NFS, True, "nas1", "/v"),
        ),
        ({"type": "vsan"}, {}, (DatastoreKind.VSAN, True, None, None)),
        ({"type": "VMFS", "multipleHostAccess": True}, {}, (DatastoreKind.VMFS, True, None, None)),
        ({"type": "VMFS"}, {"vmfs": {"local": True}}, (DatastoreKind.VMFS, False, None, None)),
        ({"type": "VMFS"}, {"vmfs": {"local": False}}, (DatastoreKind.VMFS, None, None, None)),
        ({"type": "PMEM"}, {}, (DatastoreKind.OTHER, None, None, None)),
    ],
)
def test_datastores(tmp_path, summary, info, expected):
    store = obj(
        "Datastore", "datastore-1", summary=summary, info=info, host=[{"key": ref("HostSystem", "host-1")}]
    )
    (found,) = read(tmp_path, store).datastores
    assert (found.kind, found.shared, found.server, found.export) == expected


def test_a_vmfs_volume_bears_its_uuid(tmp_path):
    uuid = "5a69b18a-c03cd88c-36ae-5254001249ce"
    summary = {"type": "VMFS", "url": f"ds:///vmfs/volumes/{uuid}/", "capacity": 10, "freeSpace": 4}
    (found,) = read(tmp_path, obj("Datastore", "datastore-1", summary=summary)).datastores
    assert (found.uuid, found.path) == (uuid, f"/vmfs/volumes/{uuid}")
    assert (found.capacity_bytes, found.free_bytes) == (10, 4)


def test_nothing_is_counted_on_a_datastore_out_of_reach(tmp_path):
    summary = {"accessible": False, "capacity": 0, "freeSpace": 0}
    (found,) = read(tmp_path, obj("Datastore", "datastore-1", summary=summary)).datastores
    assert (found.capacity_bytes, found.free_bytes) == (None, None)


def test_local_datastores_of_one_name_are_told_apart_by_their_hosts(tmp_path):
    stores = [
        obj("Datastore", f"datastore-{n}", host=[{"key": ref("HostSystem", f"host-{n}")}]) | {"name": "local"}
        for n in (1, 2)
    ]
    found = read(tmp_path, host("host-1"), host("host-2"), *stores)
    assert [store.name for store in found.datastores] == ["local", "local"]
    assert len({store.id for store in found.datastores}) == 2
    assert [len(one.datastores) for one in found.hosts] == [1, 1]


def test_rules_and_the_order_of_ha(tmp_path):
    groups = [
        typed("ClusterVmGroup", name="db", vm=[ref("VirtualMachine", "vm-1")]),
        typed("ClusterVmGroup", name="web", vm=[ref("VirtualMachine", "vm-2")]),
        typed("ClusterHostGroup", name="here", host=[ref("HostSystem", "host-1")]),
    ]
    rules = [
        typed("ClusterDependencyRuleInfo", name="order", vmGroup="web", dependsOnVmGroup="db"),
        typed("ClusterVmHostRuleInfo", name="pin", vmGroupName="db", affineHostGroupName="here"),
        typed("ClusterVmHostRuleInfo", name="gone", vmGroupName="db", affineHostGroupName="nowhere"),
        typed("ClusterAffinityRuleSpec", name="single", vm=[ref("VirtualMachine", "vm-1")]),
    ]
    found = read(tmp_path, cluster(group=groups, rule=rules), vm(), vm(ident="vm-2"))
    vms = {one.name: one for one in found.vms}
    assert vms["vm-2"].depends_on == (vms["vm-1"].id,)
    assert vms["vm-1"].depends_on == ()
    (rule,) = found.affinity_rules
    assert (rule.kind, rule.vms, rule.mandatory) == (AffinityKind.PINNED, (vms["vm-1"].id,), False)
    assert rule.hosts == (found.hosts[0].id,)


def test_a_rule_whose_type_was_not_written_is_a_gap(tmp_path):
    members = [ref("VirtualMachine", "vm-1"), ref("VirtualMachine", "vm-2")]
    found = read(tmp_path, cluster(rule=[{"name": "a", "vm": members}]), vm(), vm(ident="vm-2"))
    assert found.affinity_rules == ()
    assert [gap.remedy for gap in found.gaps if "DRS" in gap.what] == [
        "write the file again with govc 0.30 or later"
    ]
