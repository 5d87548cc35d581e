"""What an RVTools workbook says of VMs, and what it does not say."""

from functools import partial

import pytest

from planner.model.kinds import (
    AffinityKind,
    DiskKind,
    DiskMode,
    Firmware,
    PassthroughKind,
    PowerState,
    ServiceRole,
    ToolsState,
)
from planner.units import GIB, MIB
from tests.read.rvtools_workbooks import estate_of, host, vinfo

VCENTER = "VMware vCenter Server 8.0.3 build-24262322"


@pytest.fixture
def read(tmp_path):
    """Estate of a workbook with the given sheets."""
    return partial(estate_of, tmp_path)


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


def test_what_identifies_a_vm_and_what_its_hardware_can_do(read):
    (vm,) = read(
        vInfo=[
            vinfo(
                SMBIOS_UUID="564D0000-0000-0000-0000-000000000001",
                VI_SDK_Server="vc1",
                HW_version="19",
                CBT="True",
                FT_State="notConfigured",
                Resource_pool="/DC/CL/Resources/prod",
                Annotation="night shift\nring Ana",
            )
        ],
        vCPU=[{"VM": "web", "Hot Add": "True"}],
        vMemory=[{"VM": "web", "Hot Add": "False"}],
    ).vms
    assert (vm.source, vm.moref) == ("rvtools", "vc1/vm-1")
    assert (vm.uuid, vm.instance_uuid) == ("564d0000-0000-0000-0000-000000000001", vinfo()["VM UUID"])
    assert (vm.hardware_version, vm.changed_block_tracking, vm.fault_tolerant) == ("vmx-19", True, False)
    assert (vm.cpu_hotplug, vm.memory_hotplug) == (True, False)
    assert (vm.resource_pool, vm.annotation) == ("/DC/CL/Resources/prod", "night shift\nring Ana")


def test_an_older_export_leaves_identities_unknown(read):
    (vm,) = read(vInfo=[vinfo()]).vms
    assert (vm.uuid, vm.moref, vm.hardware_version) == (None, None, None)
    assert (vm.cpu_hotplug, vm.fault_tolerant, vm.annotation) == (None, None, None)


def test_a_host_is_known_by_its_hardware_and_by_its_vcenter(read):
    (esx,) = read(
        vInfo=[vinfo()], vHost=[host(UUID="4C4C4544-0000", Object_ID="host-9", VI_SDK_Server="vc1")]
    ).hosts
    assert (esx.uuid, esx.moref) == ("4c4c4544-0000", "vc1/host-9")


def test_inserted_images_are_disks_and_other_drives_are_not(read):
    cd, floppy = "CD/DVD drive 1", "Floppy drive 1"
    drives = [
        {"VM": "web", "Device Node": cd, "Connected": "True", "Device Type": "ISO [ds1] iso/debian.iso"},
        {"VM": "web", "Device Node": cd, "Connected": "False", "Device Type": "ISO [ds1] iso/other.iso"},
        {"VM": "web", "Device Node": cd, "Connected": "True", "Device Type": "Remote device"},
    ]
    image = {
        "VM": "web",
        "Device Node": floppy,
        "Connected": "True",
        "Device Type": "Image [ds1] drivers.flp",
    }
    (vm,) = read(vInfo=[vinfo()], vCD=drives, vFloppy=[image]).vms
    assert [(disk.id, disk.kind, disk.path) for disk in vm.disks] == [
        ("cdrom-1", DiskKind.CDROM, "[ds1] iso/debian.iso"),
        ("floppy-1", DiskKind.FLOPPY, "[ds1] drivers.flp"),
    ]


def test_placeholders_are_no_vms(read):
    estate = read(vInfo=[vinfo(), vinfo(VM="shadow", VM_ID="vm-2", SRM_Placeholder="True")])
    assert [vm.name for vm in estate.vms] == ["web"]
    assert estate.notes == ("vInfo: 1 SRM placeholders are no VMs; left out",)


def test_a_uuid_that_copies_share_identifies_none_of_them(read):
    estate = read(vInfo=[vinfo(), vinfo(VM="copy", VM_ID="vm-2")])
    assert [vm.uuid for vm in estate.vms] == [None, None]
    assert estate.notes == ("vInfo: 2 VMs share their VM UUID with another; read without one",)


class TestAttributes:
    def read(self, read, sheet, **row):
        rows = {"vInfo": [vinfo()], sheet: [row]} if sheet != "vInfo" else {"vInfo": [vinfo(), row]}
        return {vm.name: {one.name: one.value for one in vm.attributes} for vm in read(**rows).vms}

    def test_columns_between_annotation_and_data_centre_are_custom_attributes(self, read):
        written = {
            "Annotation": "x",
            "owner": "ann",
            "NB_LAST_BACKUP": "today\nat 3",
            " ": "none",
            "empty": None,
        }
        row = {**vinfo(VM="db", VM_ID="vm-2", VM_UUID="42-2"), **written, "Datacenter": "DC", "later": "not"}
        assert self.read(read, "vInfo", **row)["db"] == {"NB_LAST_BACKUP": "today at 3", "owner": "ann"}

    def test_they_are_read_in_vmemory_where_vinfo_lacks_them(self, read):
        row = {"VM": "web", "VM ID": "vm-1", "Annotation": None, "owner": 7.0, "Datacenter": "DC"}
        assert self.read(read, "vMemory", **row) == {"web": {"owner": "7"}}

    def test_nothing_is_guessed_without_the_columns_around_them(self, read):
        assert self.read(read, "vMemory", **{"VM": "web", "VM ID": "vm-1", "owner": "ann"}) == {"web": {}}
