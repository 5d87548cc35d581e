"""What an RVTools workbook says of clusters, hosts, storage and networks."""

import json
from functools import partial
from pathlib import Path

import pytest

from planner.model.codec import to_data
from planner.model.kinds import DatastoreKind, ManagerKind
from planner.read.rvtools import is_rvtools, read_rvtools
from planner.units import GIB
from tests.read.rvtools_workbooks import estate_of, host, vinfo, write_workbook

VCENTER = "VMware vCenter Server 8.0.3 build-24262322"
GOLDEN = Path(__file__).parents[1] / "golden" / "rvtools"


@pytest.fixture
def read(tmp_path):
    """Estate of a workbook with the given sheets."""
    return partial(estate_of, tmp_path)


def test_a_whole_vcenter_reads_as_it_is_written_down(tmp_path, file_regression):
    in_vcenter = {"Datacenter": "DC", "VI SDK Server": "vc.example.org", "VI SDK Server type": VCENTER}
    rules = {"Cluster rule(s)": "AntiAffinity", "Cluster rule name(s)": "dc apart"}
    on = {"Host": "esx1", "Cluster": "CL", "VI SDK Server": "vc.example.org"}
    path = write_workbook(
        tmp_path / "export.xlsx",
        {
            "vInfo": [
                vinfo(VM="dc1", Disks=1, NICs=1, In_Use_MiB=9000, Firmware="efi") | in_vcenter | rules,
                vinfo(VM="dc2", Host="esx2", VM_ID="vm-2", VM_UUID="42-2", Template="True")
                | in_vcenter
                | rules,
                vinfo(VM="vcenter", VM_ID="vm-3", VM_UUID="42-3", DNS_Name="VC.example.org") | in_vcenter,
            ],
            "vCPU": [{"VM": "dc1", "VM ID": "vm-1", "Cores p/s": 2} | on],
            "vMemory": [{"VM": "dc1", "VM ID": "vm-1", "Reservation": 1024} | on],
            "vDisk": [
                {
                    "VM": "dc1",
                    "VM ID": "vm-1",
                    "Disk": "Hard disk 1",
                    "Capacity MiB": 40960,
                    "Raw": "False",
                    "Thin": "True",
                    "Disk Mode": "persistent",
                    "Sharing mode": "sharingNone",
                    "Controller": "VMware paravirtual SCSI",
                    "Path": "[shared] dc1/dc1.vmdk",
                }
                | on
            ],
            "vPartition": [
                {"VM": "dc1", "VM ID": "vm-1", "Disk": "C:\\", "Capacity MiB": 40000, "Free MiB": 12000} | on
            ],
            "vNetwork": [
                {
                    "VM": "dc1",
                    "VM ID": "vm-1",
                    "NIC label": "Network adapter 1",
                    "Adapter": "Vmxnet3",
                    "Network": "Servers",
                    "Mac Address": "00:50:56:AA:00:01",
                }
                | on
            ],
            "vSnapshot": [
                {
                    "VM": "dc1",
                    "VM ID": "vm-1",
                    "Name": "before update",
                    "Date / time": "2026-10-01 12:00:00",
                    "Size MiB (total)": 512,
                }
                | on
            ],
            "vTools": [{"VM": "dc1", "VM ID": "vm-1", "Tools": "toolsOld"} | on],
            "vCD": [
                {
                    "VM": "dc1",
                    "VM ID": "vm-1",
                    "Device Node": "CD/DVD drive 1",
                    "Device Type": "ISO [shared] iso/tools.iso",
                    "Connected": "True",
                }
                | on
            ],
            "vUSB": [
                {
                    "VM": "dc1",
                    "VM ID": "vm-1",
                    "Device Node": "USB 1",
                    "Device Type": "dongle",
                    "Connected": "True",
                }
                | on
            ],
            "vHost": [
                host(name, VI_SDK_Server="vc.example.org")
                | {
                    "CPU Model": "Intel(R) Xeon(R) Gold 6338",
                    "# CPU": 2,
                    "HT Active": "True",
                    "VMotion support": "True",
                    "in Maintenance Mode": "False",
                    "ESX Version": "VMware ESXi 7.0.3 build-21313628",
                    "Assigned License(s)": "VMware vSphere 7 Enterprise Plus",
                    "Vendor": "Dell Inc.",
                    "Model": "PowerEdge R650",
                }
                for name in ("esx1", "esx2")
            ],
            "vCluster": [
                {
                    "Name": "CL",
                    "HA enabled": "True",
                    "DRS enabled": "False",
                    "VI SDK Server": "vc.example.org",
                }
            ],
            "vDatastore": [
                {
                    "Name": "shared",
                    "Type": "VMFS",
                    "Accessible": "True",
                    "Capacity MiB": 2097152,
                    "Free MiB": 1048576,
                    "# Hosts": 2,
                    "Hosts": "esx1, esx2",
                    "URL": "ds:///vmfs/volumes/1234/",
                    "VI SDK Server": "vc.example.org",
                },
                {
                    "Name": "nfs1",
                    "Type": "NFS",
                    "Accessible": "False",
                    "Capacity MiB": 0,
                    "Free MiB": 0,
                    "Hosts": "esx1",
                    "Address": "192.0.2.9 /export/nfs1",
                    "VI SDK Server": "vc.example.org",
                },
                {
                    "Name": "local1",
                    "Type": "VMFS",
                    "Accessible": "True",
                    "Capacity MiB": 102400,
                    "Free MiB": 100000,
                    "# Hosts": 1,
                    "Hosts": "esx1",
                    "VI SDK Server": "vc.example.org",
                },
            ],
            "vNIC": [
                {
                    "Host": "esx1",
                    "Network Device": f"vmnic{number}",
                    "Speed": 10000,
                    "MAC": f"00:50:56:bb:00:0{number}",
                    "Switch": "vSwitch0",
                }
                for number in (1, 0)
            ],
            "vSwitch": [{"Host": name, "Switch": "vSwitch0", "MTU": 9000} for name in ("esx1", "esx2")],
            "vPort": [
                {"Host": name, "Port Group": "Servers", "Switch": "vSwitch0", "VLAN": 120}
                for name in ("esx1", "esx2")
            ],
            "dvSwitch": [{"Switch": "dvs", "Host members": "esx1, esx2", "Max MTU": 1500}],
            "dvPort": [
                {"Port": "Backup", "Switch": "dvs", "VLAN": 130},
                {"Port": "Trunk", "Switch": "dvs", "VLAN": "0-4094"},
            ],
            "vSC_VMK": [
                {
                    "Host": "esx1",
                    "Port Group": "Management Network",
                    "Device": "vmk0",
                    "IP Address": "192.0.2.21",
                }
            ],
        },
    )
    text = json.dumps(to_data(read_rvtools(path)), indent=2, ensure_ascii=False) + "\n"
    file_regression.check(text, fullpath=GOLDEN / "vcenter.json")


def test_free_esxi_hosts_without_vcenter_are_clusters_of_one_host(read):
    estate = read(
        vInfo=[
            vinfo(Cluster=None, VI_SDK_Server="192.0.2.31", VI_SDK_Server_type="VMware ESXi 8.0.3 build-1"),
            vinfo(
                VM="db",
                VM_ID="1",
                VM_UUID="42-2",
                Cluster=None,
                Host="esx2",
                VI_SDK_Server="192.0.2.32",
                VI_SDK_Server_type="VMware ESXi 7.0.3 build-1",
            ),
        ],
        vDisk=[
            {
                "VM": "web",
                "VM ID": "vm-1",
                "Path": "[datastore1] web/web.vmdk",
                "VI SDK Server": "192.0.2.31",
            },
            {"VM": "db", "VM ID": "1", "Path": "[datastore1] db/db.vmdk", "VI SDK Server": "192.0.2.32"},
        ],
        vHost=[
            host("esx1", Cluster=None, VI_SDK_Server="192.0.2.31"),
            host("esx2", Cluster=None, VI_SDK_Server="192.0.2.32"),
        ],
        vLicense=[
            {"Name": "VMware vSphere 8 Hypervisor", "Used": 1, "VI SDK Server": "192.0.2.31"},
            {"Name": "VMware vSphere 7 Standard", "Used": 1, "VI SDK Server": "192.0.2.32"},
            {"Name": "Evaluation Mode", "Used": 0, "VI SDK Server": "192.0.2.32"},
        ],
    )
    assert [(cluster.name, cluster.manager, cluster.live_migration) for cluster in estate.clusters] == [
        ("esx1", ManagerKind.NONE, False),
        ("esx2", ManagerKind.NONE, False),
    ]
    assert [(host.name, host.version, host.edition) for host in estate.hosts] == [
        ("esx1", "8.0.3", "free"),
        ("esx2", "7.0.3", "standard"),
    ]
    assert {vm.name: vm.host for vm in estate.vms} == {"web": "host-esx1", "db": "host-esx2"}
    # Every ESXi calls its first datastore so; they are two.
    assert [datastore.name for datastore in estate.datastores] == ["datastore1", "datastore1"]
    assert len({host.datastores for host in estate.hosts}) == 2


@pytest.mark.parametrize(
    ("support", "manager", "expected"),
    [
        (["True", "True"], VCENTER, True),
        (["True", "False"], VCENTER, False),
        (["True", None], VCENTER, None),
        (["True"], VCENTER, False),
        (["True", "True"], "VMware ESXi 8.0.3", False),
        ([], VCENTER, None),
    ],
)
def test_running_vms_can_move_only_where_every_host_supports_it(read, support, manager, expected):
    hosts = [
        host(f"esx{number}") | {"VMotion support": value} for number, value in enumerate(support, start=1)
    ]
    estate = read(vInfo=[vinfo(VI_SDK_Server_type=manager)], **({"vHost": hosts} if hosts else {}))
    assert [cluster.live_migration for cluster in estate.clusters] == [expected]


def test_without_any_word_of_the_connection_a_cluster_proves_a_vcenter(read):
    estate = read(
        vInfo=[vinfo(), vinfo(VM="alone", VM_ID="vm-2", VM_UUID="42-2", Cluster=None, Host="esx9")],
        vHost=[host(), host("esx9", Cluster=None)],
    )
    assert {cluster.name: cluster.manager for cluster in estate.clusters} == {
        "CL": ManagerKind.VCENTER,
        "esx9": ManagerKind.NONE,
    }


def test_a_vm_whose_host_is_not_listed_keeps_the_name_and_its_cluster(read):
    (vm,) = read(vInfo=[vinfo(Host="esx7")], vHost=[host()]).vms
    assert (vm.host, vm.reported_host, vm.cluster) == (None, "esx7", "cluster-cl-8a934f")


def test_a_vm_of_another_cluster_than_the_host_it_names_has_no_host(read):
    estate = read(vInfo=[vinfo(Cluster="Other")], vHost=[host()])
    assert [(vm.host, vm.reported_host) for vm in estate.vms] == [(None, "esx1")]
    assert {cluster.name for cluster in estate.clusters} == {"CL", "Other"}


def test_a_vm_without_host_and_cluster_is_unplaced(read):
    estate = read(vInfo=[vinfo(Cluster=None, Host=None)])
    assert [cluster.name for cluster in estate.clusters] == ["unplaced"]
    assert [(vm.host, vm.reported_host) for vm in estate.vms] == [(None, None)]


def test_hosts_without_a_cluster_column_are_where_all_their_vms_are(read):
    estate = read(vInfo=[vinfo()], vHost=[{"Host": "esx1", "# Cores": 8}])
    assert [host.cluster for host in estate.hosts] == [cluster.id for cluster in estate.clusters]


def test_clusters_of_one_name_in_two_data_centres_are_two(read):
    estate = read(
        vInfo=[
            vinfo(Datacenter="North"),
            vinfo(VM="b", VM_ID="vm-2", VM_UUID="42-2", Datacenter="South", Host="esx2"),
        ],
        vHost=[host(Datacenter="North"), host("esx2", Datacenter="South")],
    )
    assert sorted(cluster.name for cluster in estate.clusters) == ["North/CL", "South/CL"]
    assert all(vm.host for vm in estate.vms)


def test_a_distributed_switch_without_members_leaves_the_hosts_networks_unknown(read):
    sheets = {
        "vInfo": [vinfo(NICs=1) | {"Network #1": "Backup"}],
        "vHost": [host()],
        "vPort": [{"Host": "esx1", "Port Group": "LAN", "Switch": "vSwitch0", "VLAN": 7}],
        "dvPort": [{"Port": "Backup", "Switch": "dvs", "VLAN": 130}],
    }
    estate = read(**sheets)
    assert [host.networks for host in estate.hosts] == [None]
    assert {network.name: network.vlan for network in estate.networks} == {"LAN": 7, "Backup": 130}
    known = read(**sheets, dvSwitch=[{"Switch": "dvs", "Host members": "esx1"}])
    assert len(known.hosts[0].networks) == 2


def test_hosts_that_disagree_about_a_vlan_leave_it_unknown(read):
    ports = [{"Host": f"esx{vlan}", "Port Group": "LAN", "Switch": "s", "VLAN": vlan} for vlan in (1, 2)]
    estate = read(vInfo=[vinfo()], vHost=[host("esx1"), host("esx2")], vPort=ports)
    assert [network.vlan for network in estate.networks] == [None]


def test_old_megabyte_headings_hold_the_same_figures(read):
    disk = {"VM": "web", "Capacity MB": 1024}
    store = {"Name": "ds", "Capacity MB": 2048, "Free MB": 1024, "Type": "VMFS"}
    estate = read(vInfo=[vinfo()], vDisk=[disk], vDatastore=[store])
    assert estate.vms[0].disks[0].capacity_bytes == GIB
    assert (estate.datastores[0].capacity_bytes, estate.datastores[0].free_bytes) == (2 * GIB, GIB)


@pytest.mark.parametrize("name", ["tabvInfo", "RVTools_tabvInfo", "VINFO"])
def test_sheets_go_by_every_name_that_versions_gave_them(read, name):
    assert len(read(**{name: [vinfo()]}).vms) == 1


def test_a_vm_proves_that_its_host_mounts_a_datastore(read):
    rows = [
        vinfo(Path="[ds] web/web.vmx"),
        vinfo(VM="b", VM_ID="v2", VM_UUID="42-2", Host="esx2", Path="[ds] b/b"),
    ]
    estate = read(vInfo=rows, vHost=[host("esx1"), host("esx2")])
    assert [(datastore.name, datastore.shared, datastore.kind) for datastore in estate.datastores] == [
        ("ds", True, None)
    ]
    assert [host.datastores for host in estate.hosts] == [(estate.datastores[0].id,)] * 2


def test_nfs_is_shared_and_known_by_server_and_export(read):
    store = {"Name": "n", "Type": "NFS41", "# Hosts": 1, "Hosts": "esx1", "Address": "nas:/export/n"}
    (datastore,) = read(vInfo=[vinfo()], vHost=[host()], vDatastore=[store]).datastores
    assert (datastore.kind, datastore.shared) == (DatastoreKind.NFS, True)
    assert (datastore.server, datastore.export) == ("nas", "/export/n")


def test_a_workbook_is_known_by_its_content(tmp_path):
    path = write_workbook(tmp_path / "export.xlsx", {"vInfo": [vinfo()]})
    assert is_rvtools(path.rename(tmp_path / "hosts.yml"))
    (tmp_path / "fake.xlsx").write_text("all:\n  hosts: {}\n")
    assert not is_rvtools(tmp_path / "fake.xlsx")
    assert not is_rvtools(tmp_path / "missing.xlsx")
    assert not is_rvtools(tmp_path)
