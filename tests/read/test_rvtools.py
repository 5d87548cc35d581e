"""What an RVTools workbook says, and what it does not say."""

import json
from pathlib import Path

import pytest

from planner.errors import InputError
from planner.model.codec import to_data
from planner.model.estate import (
    AffinityKind,
    DatastoreKind,
    DiskKind,
    DiskMode,
    Firmware,
    ManagerKind,
    PassthroughKind,
    PowerState,
    ServiceRole,
    ToolsState,
)
from planner.read.rvtools import is_rvtools, read_rvtools
from planner.units import GIB, MIB
from tests.read.rvtools_workbooks import vinfo, write_workbook

VCENTER = "VMware vCenter Server 8.0.3 build-24262322"
GOLDEN = Path(__file__).parents[1] / "golden" / "rvtools"


@pytest.fixture
def read(tmp_path):
    """Estate of a workbook with the given sheets."""

    def read_sheets(**sheets):
        return read_rvtools(write_workbook(tmp_path / "export.xlsx", sheets))

    return read_sheets


@pytest.fixture
def problems(tmp_path):
    """Problems of a workbook with the given sheets, without the file's name."""

    def read_problems(**sheets):
        path = write_workbook(tmp_path / "export.xlsx", sheets)
        with pytest.raises(InputError) as caught:
            read_rvtools(path)
        return [str(problem).removeprefix(f"{path}: ") for problem in caught.value.problems]

    return read_problems


def host(name="esx1", **changes):
    row = {"Host": name, "Datacenter": "DC", "Cluster": "CL", "# Cores": 32, "# Memory": 262144}
    return row | {key.replace("_", " "): value for key, value in changes.items()}


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


class TestJoin:
    def disks(self, estate):
        return {vm.name: [disk.capacity_bytes for disk in vm.disks] for vm in estate.vms}

    def test_an_id_decides_whatever_the_name_says(self, read):
        estate = read(
            vInfo=[vinfo(), vinfo(VM="db", VM_ID="vm-2", VM_UUID="42-2")],
            vDisk=[{"VM": "web", "VM ID": "vm-2", "Host": "elsewhere", "Capacity MiB": 1024}],
        )
        assert self.disks(estate) == {"web": [], "db": [GIB]}

    def test_an_id_that_vinfo_lacks_joins_nothing_even_if_the_name_would(self, read):
        estate = read(vInfo=[vinfo()], vDisk=[{"VM": "web", "VM ID": "vm-9", "Capacity MiB": 1024}])
        assert self.disks(estate) == {"web": []}
        assert estate.notes == ("vDisk: 1 of 1 rows belong to no VM of vInfo for certain; left out",)

    def test_a_uuid_decides_where_there_is_no_id(self, read):
        row = {"VM": "other", "VM UUID": vinfo()["VM UUID"].upper(), "Capacity MiB": 1024}
        assert self.disks(read(vInfo=[vinfo()], vDisk=[row])) == {"web": [GIB]}

    @pytest.mark.parametrize(
        ("row", "joins"),
        [
            ({}, True),
            ({"Host": "esx1"}, True),
            ({"Host": None}, True),
            ({"Host": "esx1", "Cluster": "CL"}, True),
            ({"Host": "esx2"}, False),
            ({"Host": "esx1", "Cluster": "Other"}, False),
        ],
    )
    def test_a_name_joins_only_where_the_place_agrees(self, read, row, joins):
        estate = read(vInfo=[vinfo()], vDisk=[{"VM": "web", "Capacity MiB": 1024} | row])
        assert self.disks(estate) == {"web": [GIB] if joins else []}

    def test_a_name_that_two_vms_have_joins_nothing(self, read):
        estate = read(
            vInfo=[vinfo(), vinfo(VM_ID="vm-2", VM_UUID="42-2", Host="esx2")],
            vDisk=[{"VM": "web", "Host": "esx1", "Capacity MiB": 1024}],
        )
        assert all(not vm.disks for vm in estate.vms)

    def test_vinfo_is_right_about_size(self, read):
        (vm,) = read(
            vInfo=[vinfo()],
            vCPU=[{"VM": "web", "CPUs": 99, "Cores p/s": 2}],
            vMemory=[{"VM": "web", "Size MiB": 99, "Reservation": 512}],
        ).vms
        assert (vm.vcpus, vm.memory_bytes) == (2, 4 * GIB)
        assert (vm.cores_per_socket, vm.memory_reservation_bytes) == (2, 512 * MIB)


class TestDisks:
    def read_disk(self, read, vm=None, **row):
        found = {"VM": "web", "Capacity MiB": 10240} | {
            key.replace("_", " "): value for key, value in row.items()
        }
        (machine,) = read(vInfo=[vinfo(**(vm or {}))], vDisk=[found]).vms
        return machine.disks[0]

    @pytest.mark.parametrize(
        ("thin", "in_use", "allocated"),
        [
            ("False", None, 10 * GIB),
            ("True", None, None),
            ("True", 0, None),
            ("True", 2048, 2 * GIB),
            ("True", 999999, 10 * GIB),
            (None, 2048, None),
        ],
    )
    def test_allocated_is_known_or_bounded_or_unknown(self, read, thin, in_use, allocated):
        disk = self.read_disk(read, vm={"In Use MiB": in_use}, Thin=thin)
        assert disk.allocated_bytes == allocated

    def test_use_of_the_whole_vm_bounds_no_single_one_of_several_disks(self, read):
        rows = [{"VM": "web", "Capacity MiB": 10240, "Thin": "True"} for _ in range(2)]
        (vm,) = read(vInfo=[vinfo(In_Use_MiB=2048)], vDisk=rows).vms
        assert [disk.allocated_bytes for disk in vm.disks] == [None, None]
        assert [disk.id for disk in vm.disks] == ["disk-1", "disk-2"]

    def test_raw_disk(self, read):
        disk = self.read_disk(read, **{"Raw": "True", "Thin": "False", "Raw Comp. Mode": "physicalMode"})
        assert (disk.kind, disk.rdm_mode, disk.allocated_bytes) == (DiskKind.RDM, "physical", None)

    @pytest.mark.parametrize(
        ("sharing", "bus", "shared"),
        [
            ("sharingNone", "noSharing", False),
            ("sharingMultiWriter", "noSharing", True),
            ("sharingNone", "physicalSharing", True),
            (None, None, None),
        ],
    )
    def test_a_disk_is_shared_when_it_or_its_controller_says_so(self, read, sharing, bus, shared):
        disk = self.read_disk(read, Sharing_mode=sharing, Shared_Bus=bus)
        assert disk.shared is shared

    def test_independent_disk(self, read):
        disk = self.read_disk(read, Disk_Mode="independent_persistent")
        assert disk.mode is DiskMode.INDEPENDENT_PERSISTENT

    def test_the_column_that_holds_a_file_counts_not_the_one_with_mount_points(self, read):
        by_name = self.read_disk(read, Disk_Path="/, /boot", Path="[ds] web/web.vmdk")
        assert by_name.path == "[ds] web/web.vmdk"
        swapped = self.read_disk(read, Disk_Path="[ds] web/web.vmdk", Path="vml.0200")
        assert swapped.path == "[ds] web/web.vmdk"
        assert self.read_disk(read, Disk_Path="/, /boot").path is None

    def test_disks_and_cards_that_are_only_counted_are_there_and_unknown(self, read):
        (vm,) = read(vInfo=[vinfo(Disks=2, NICs=2) | {"Network #1": "LAN"}]).vms
        assert [(disk.id, disk.capacity_bytes) for disk in vm.disks] == [
            ("unknown-1", None),
            ("unknown-2", None),
        ]
        assert [bool(nic.network) for nic in vm.nics] == [True, False]


def test_snapshots_are_unknown_unless_the_sheet_accounts_for_all_of_them(read):
    assert read(vInfo=[vinfo()]).vms[0].snapshots is None
    other = {"VM": "gone", "Name": "s"}
    assert read(vInfo=[vinfo()], vSnapshot=[other]).vms[0].snapshots is None
    db = vinfo(VM="db", VM_ID="vm-2", VM_UUID="42-2")
    estate = read(vInfo=[vinfo(), db], vSnapshot=[{"VM": "db", "Name": "s"}])
    assert {vm.name: len(vm.snapshots) for vm in estate.vms} == {"web": 0, "db": 1}


def test_the_vcenter_that_was_asked_is_known_by_its_name_or_address(read):
    vcenter = {"VI_SDK_Server_type": VCENTER}
    estate = read(
        vInfo=[
            vinfo(VI_SDK_Server="192.0.2.5", Primary_IP_Address="192.0.2.5", **vcenter),
            vinfo(VM="b", VM_ID="vm-2", VM_UUID="42-2", VI_SDK_Server="192.0.2.5", **vcenter),
        ]
    )
    assert {vm.name: vm.roles for vm in estate.vms} == {"web": (ServiceRole.VCENTER,), "b": ()}


def test_drs_rules_between_vms_are_kept_and_rules_about_hosts_are_not(read):
    rules = {"Cluster_rule(s)": "AntiAffinity, VM-Host affinity", "Cluster_rule_name(s)": "apart, pin"}
    estate = read(vInfo=[vinfo(**rules), vinfo(VM="b", VM_ID="vm-2", VM_UUID="42-2", **rules)])
    assert [(rule.name, rule.kind, len(rule.vms)) for rule in estate.affinity_rules] == [
        ("apart", AffinityKind.APART, 2)
    ]


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


def test_words_of_vinfo(read):
    (vm,) = read(
        vInfo=[
            vinfo(
                Powerstate="Suspended",
                Template=True,
                Firmware="EFI",
                EFI_Secure_boot="True",
                Consolidation_Needed="True",
                Path="[ds] web/web.vmx",
            )
            | {
                "OS according to the configuration file": "Other",
                "OS according to the VMware Tools": "Debian 12",
            }
        ],
        vTools=[{"VM": "web", "Tools": "toolsNotInstalled"}],
        vUSB=[
            {"VM": "web", "Device Node": "USB controller", "Connected": "False"},
            {"VM": "web", "Device Node": "USB 1", "Connected": "True"},
        ],
    ).vms
    assert (vm.power, vm.template, vm.firmware) == (PowerState.SUSPENDED, True, Firmware.UEFI)
    assert (vm.secure_boot, vm.consolidation_needed, vm.config_path) == (True, True, "[ds] web/web.vmx")
    assert (vm.guest_os, vm.tools) == ("Debian 12", ToolsState.NOT_INSTALLED)
    assert [(device.kind, device.description) for device in vm.passthrough] == [
        (PassthroughKind.USB, "USB 1")
    ]


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


def test_placeholders_are_no_vms(read):
    estate = read(vInfo=[vinfo(), vinfo(VM="shadow", VM_ID="vm-2", SRM_Placeholder="True")])
    assert [vm.name for vm in estate.vms] == ["web"]
    assert estate.notes == ("vInfo: 1 SRM placeholders are no VMs; left out",)


def test_a_uuid_that_copies_share_identifies_none_of_them(read):
    estate = read(vInfo=[vinfo(), vinfo(VM="copy", VM_ID="vm-2")])
    assert [vm.uuid for vm in estate.vms] == [None, None]
    assert estate.notes == ("vInfo: 2 VMs share their VM UUID with another; read without one",)


class TestRefused:
    def test_every_problem_is_named_with_its_cell(self, problems):
        found = problems(
            vInfo=[
                vinfo(CPUs=1.5, Memory=0),
                vinfo(VM="a\nb", VM_ID="vm-2", Powerstate="humming"),
                vinfo(VM=None, VM_ID="vm-3"),
            ],
            vHost=[host(), host(), host(None)],
        )
        assert sorted(found) == [
            "vHost!A3: host 'esx1' stands already in row 2: delete one of the two",
            "vHost!A4: the host has no name: give it one, or delete the row",
            "vInfo!A3: 'a\\nb' holds a line break or another control character: remove it at the source",
            "vInfo!A4: the VM has no name: give it one, or delete the row",
            "vInfo!B3: 'humming' is none of poweredOn, poweredOff, suspended: correct or empty the cell",
            "vInfo!D2: '1.5' is no whole number: correct the cell, or empty it when the value is unknown",
            "vInfo!E2: '0' is not 1 or more: correct the cell, or empty it when the value is unknown",
        ]

    def test_the_same_vm_id_twice_in_one_vcenter(self, problems):
        found = problems(vInfo=[vinfo(), vinfo(VM="b", VM_UUID="42-2")])
        assert found == ["vInfo!J3: VM ID vm-1 stands already in row 2: delete one of the two"]

    def test_the_same_vm_id_in_two_vcenters_is_two_vms(self, read):
        rows = [vinfo(VI_SDK_Server="vc1"), vinfo(VM="b", VM_UUID="42-2", VI_SDK_Server="vc2")]
        assert len(read(vInfo=rows).vms) == 2

    def test_two_vms_of_one_name_that_nothing_tells_apart(self, problems):
        found = problems(vInfo=[vinfo(VM_UUID=None), vinfo(VM_ID="vm-2", VM_UUID=None)])
        assert len(found) == 1
        assert found[0].startswith("vInfo!A3: a VM 'web' stands already in row 2, at the same place")

    def test_two_vms_of_one_name_with_uuids_are_two(self, read):
        assert len(read(vInfo=[vinfo(), vinfo(VM_ID="vm-2", VM_UUID="42-2")]).vms) == 2

    def test_a_datastore_twice(self, problems):
        assert problems(vInfo=[vinfo()], vDatastore=[{"Name": "ds"}, {"Name": "ds"}]) == [
            "vDatastore!A3: datastore 'ds' stands already in row 2: delete one of the two"
        ]

    def test_a_wrong_mac(self, problems):
        assert problems(vInfo=[vinfo()], vNetwork=[{"VM": "web", "Mac Address": "00:50"}]) == [
            "vNetwork!B2: '00:50' is no MAC address: correct the cell, or empty it when it is unknown"
        ]

    def test_no_vinfo(self, problems):
        assert problems(vHost=[host()]) == [
            "has no sheet vInfo, which lists the VMs (sheets: 'vHost'): export all tabs of RVTools"
        ]

    def test_missing_columns(self, problems):
        assert problems(vInfo=[{"VM": "web", "Host": "esx1"}]) == [
            "vInfo: lacks Powerstate, CPUs, Memory: export all columns of RVTools"
        ]

    def test_no_vm(self, problems):
        assert problems(vInfo=[dict.fromkeys(vinfo())]) == [
            "vInfo: lists no VM: connect RVTools to a vCenter or host that has some"
        ]

    def test_translated_headings(self, problems):
        (found,) = problems(vInfo=[{"VM": "web", "Modèle": "Faux", "Mémoire": "4 096", "Hôte": "esx1"}])
        assert found == (
            "vInfo: has French column headings (Modèle, Mémoire, Hôte), so its numbers and words may be French "
            "too: export again with RVTools' own English headings"
        )

    def test_database_headings(self, problems):
        (found,) = problems(vInfo=[{"vInfoVMName": "web"}])
        assert "without that option" in found


def test_a_workbook_is_known_by_its_content(tmp_path):
    path = write_workbook(tmp_path / "export.xlsx", {"vInfo": [vinfo()]})
    assert is_rvtools(path.rename(tmp_path / "hosts.yml"))
    (tmp_path / "fake.xlsx").write_text("all:\n  hosts: {}\n")
    assert not is_rvtools(tmp_path / "fake.xlsx")
    assert not is_rvtools(tmp_path / "missing.xlsx")
    assert not is_rvtools(tmp_path)
