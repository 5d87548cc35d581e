"""What a .vmx says, fact by fact."""

from pathlib import Path

import pytest

from planner.errors import InputError
from planner.model.estate import Passthrough
from planner.model.kinds import DatastoreKind, DiskKind, DiskMode, Firmware, PassthroughKind, PowerState
from planner.read.gather import is_unplaced
from planner.read.ids import datastore_id
from planner.read.source import Sample
from tests.read.vmware.folders import LEAST, VMX, descriptor, machine, on_datastore, read, rows, vmx

MIB = 1024**2
DISK = {"scsi0.present": "TRUE", "scsi0:0.present": "TRUE", "scsi0:0.fileName": "web.vmdk"}
CARD = {"ethernet0.present": "TRUE", "ethernet0.networkName": "VM Network"}

FACTS = [
    ({}, {"vcpus": 1, "cores_per_socket": 1, "memory_bytes": 32 * MIB, "firmware": Firmware.BIOS}),
    ({}, {"secure_boot": False, "vtpm": False, "encrypted": False, "nested": False, "tools": None}),
    ({}, {"power": None, "template": False, "snapshots": None, "hardware_version": "vmx-19"}),
    ({"numvcpus": "8", "cpuid.coresPerSocket": "4"}, {"vcpus": 8, "cores_per_socket": 4}),
    ({"numvcpus": "8", "cpuid.coresPerSocket": "0"}, {"vcpus": 8, "cores_per_socket": None}),
    ({"MEMSIZE": "65536", "sched.mem.min": "1024"}, {"memory_bytes": 65536 * MIB}),
    ({"sched.mem.min": "1024"}, {"memory_reservation_bytes": 1024 * MIB}),
    ({"sched.mem.minsize": "512"}, {"memory_reservation_bytes": 512 * MIB}),
    (
        {"firmware": "efi", "uefi.secureBoot.enabled": "TRUE"},
        {"firmware": Firmware.UEFI, "secure_boot": True},
    ),
    ({"vtpm.present": "TRUE", "encryption.keySafe": "vmware:key/list"}, {"vtpm": True, "encrypted": True}),
    ({"managedVM.autoAddVTPM": "software"}, {"vtpm": True}),
    ({"vhv.enable": "TRUE", "ctkEnabled": "TRUE"}, {"nested": True, "changed_block_tracking": True}),
    ({"vcpu.hotadd": "true", "mem.hotadd": "1"}, {"cpu_hotplug": True, "memory_hotplug": True}),
    (
        {"uuid.bios": "56 4D 15 d4 d0 62 fe 9a-80 f5 eb 8e 1a 2c 3a fc"},
        {"uuid": "564d15d4-d062-fe9a-80f5-eb8e1a2c3afc"},
    ),
    ({"vc.uuid": "52 00 b6 9b 8d 88 7b df-a1 4a 02 70 5d 65 37 72"}, {"uuid": None}),
    ({"cleanShutdown": "TRUE"}, {"power": PowerState.OFF}),
    ({"cleanShutdown": "FALSE"}, {"power": PowerState.ON}),
    ({"cleanShutdown": "TRUE", "checkpoint.vmState": "web-1.vmss"}, {"power": PowerState.SUSPENDED}),
    ({"guestOS": "rhel7-64"}, {"guest_os": "rhel7-64"}),
    ({"guestOS": "other", "guestOSAltName": "Minix"}, {"guest_os": "Minix"}),
    (
        {"guestOS": "ubuntu-64", "guestInfo.detailed.data": "bitness='64' prettyName='Ubuntu 22.04.4 LTS'"},
        {"guest_os": "Ubuntu 22.04.4 LTS"},
    ),
    ({"annotation": "a |22note|22|0D|0Aof |7C two"}, {"annotation": 'a "note"\nof | two'}),
    ({"displayName": "{{ lookup('pipe', 'id') }}"}, {"name": "{{ lookup('pipe', 'id') }}"}),
    ({"displayName": "b|C3|BCro"}, {"name": "büro"}),
    ({"virtualHW.version": "4"}, {"hardware_version": "vmx-04"}),
]


@pytest.mark.parametrize(("values", "facts"), FACTS, ids=lambda found: "-".join(map(str, found))[:40])
def test_facts(tmp_path, values, facts):
    path = tmp_path / "web.vmx"
    path.write_text(rows({**LEAST, **values}), encoding="utf-8")
    (vm,) = VMX.read([path]).vms
    assert {fact: getattr(vm, fact) for fact in facts} == facts


def test_the_instance_uuid_is_what_tells_copies_apart(tmp_path):
    same = {"uuid.bios": "56 4d 15 d4 d0 62 fe 9a-80 f5 eb 8e 1a 2c 3a fc"}
    files = [
        vmx(tmp_path / place, same | {"vc.uuid": f"52 00 b6 9b 8d 88 7b df-a1 4a 02 70 5d 65 37 7{place}"})
        for place in "12"
    ]
    one, other = VMX.read(files).vms
    assert one.uuid == other.uuid
    assert one.id != other.id


ENCODINGS = [
    ("utf-8", "", "büro 東"),
    ("utf-8-sig", "", "büro 東"),
    ("utf-16", "", "büro 東"),
    ("cp1252", "", "büro €"),
    ("cp1252", "windows-1252", "büro €"),
    ("cp1251", "windows-1251", "сервер"),
    ("shift_jis", "Shift_JIS", "東京"),
    ("gbk", "GBK", "服务器"),
    ("latin-1", "ISO-8859-1", "büro"),
    ("utf-8", "UTF-8", "büro 東"),
]


@pytest.mark.parametrize(("encoding", "declared", "name"), ENCODINGS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_encodings(tmp_path, encoding, declared, name, line_end):
    escaped = {"displayName": name, "annotation": "|22a|22"}
    values = ({".encoding": declared} if declared else {}) | LEAST | escaped
    path = tmp_path / "web.vmx"
    path.write_bytes(rows(values).replace("\n", line_end).encode(encoding))
    assert VMX.recognises(Sample.of(path))
    assert [(vm.name, vm.annotation) for vm in VMX.read([path]).vms] == [(name, '"a"')]


def test_comments_bare_values_and_blanks(tmp_path):
    path = tmp_path / "web.vmx"
    text = '#!/usr/bin/vmware\n\n  config.version="8" # eight\nVIRTUALHW.version = 7\n\t displayName  =  "a # b"  \nnumvcpus = 2'
    path.write_text(text)
    (vm,) = VMX.read([path]).vms
    assert (vm.name, vm.vcpus, vm.hardware_version) == ("a # b", 2, "vmx-07")


DRIVES = [
    ("scsi3:15", {"deviceType": "scsi-hardDisk", "fileName": "a.vmdk"}, ("scsi", DiskKind.DISK, "a.vmdk")),
    ("sata1:29", {"fileName": "a.vmdk"}, ("sata", DiskKind.DISK, "a.vmdk")),
    ("nvme0:2", {"fileName": "a.vmdk"}, ("nvme", DiskKind.DISK, "a.vmdk")),
    ("ide1:1", {"deviceType": "ata-hardDisk", "fileName": "a.vmdk"}, ("ide", DiskKind.DISK, "a.vmdk")),
    ("sata0:0", {"fileName": "/iso/a.iso"}, ("sata", DiskKind.CDROM, "/iso/a.iso")),
    (
        "ide1:0",
        {"deviceType": "cdrom-image", "fileName": "[ds2] a.iso"},
        ("ide", DiskKind.CDROM, "[ds2] a.iso"),
    ),
    ("ide1:0", {"deviceType": "cdrom-raw", "fileName": "auto detect"}, ("ide", DiskKind.CDROM, None)),
    (
        "ide1:0",
        {"deviceType": "atapi-cdrom", "fileName": "x", "clientDevice": "TRUE"},
        ("ide", DiskKind.CDROM, None),
    ),
    ("scsi0:1", {"deviceType": "rawDisk", "fileName": "r.vmdk"}, ("scsi", DiskKind.RDM, "r.vmdk")),
    ("scsi0:1", {"deviceType": "scsi-passthru", "fileName": "/dev/sg1"}, ("scsi", DiskKind.LUN, "/dev/sg1")),
    ("floppy1", {"fileName": "a.flp"}, ("fdc", DiskKind.FLOPPY, "a.flp")),
]


@pytest.mark.parametrize(("place", "about", "expected"), DRIVES)
def test_drives(tmp_path, place, about, expected):
    controller = place.partition(":")[0]
    values = {f"{controller}.present": "TRUE", f"{place}.present": "TRUE"} | {
        f"{place}.{fact}": value for fact, value in about.items()
    }
    (disk,) = machine(tmp_path, values).disks
    assert (disk.id, (disk.bus, disk.kind, disk.path)) == (place, expected)


@pytest.mark.parametrize("absent", ["scsi0:0.present", "scsi0.present"])
def test_a_drive_that_is_not_there_or_hangs_on_nothing(tmp_path, absent):
    assert machine(tmp_path, DISK | {absent: "FALSE"}).disks == ()


MODES = [
    ({}, DiskMode.PERSISTENT, False),
    ({"scsi0:0.mode": "independent-persistent"}, DiskMode.INDEPENDENT_PERSISTENT, False),
    ({"scsi0:0.mode": "Independent-Nonpersistent"}, DiskMode.INDEPENDENT_NONPERSISTENT, False),
    ({"scsi0:0.mode": "undoable"}, None, False),
    ({"scsi0:0.sharing": "multi-writer"}, DiskMode.PERSISTENT, True),
    ({"scsi0.sharedBus": "physical"}, DiskMode.PERSISTENT, True),
    ({"scsi0.sharedBus": "none"}, DiskMode.PERSISTENT, False),
]


@pytest.mark.parametrize(("values", "mode", "shared"), MODES)
def test_modes_and_sharing(tmp_path, values, mode, shared):
    (disk,) = machine(tmp_path, DISK | values).disks
    assert (disk.mode, disk.shared) == (mode, shared)


CARDS = [
    ({"ethernet0.address": "00:50:56:2F:D3:46", "ethernet0.addressType": "static"}, "00:50:56:2f:d3:46"),
    (
        {"ethernet0.generatedAddress": "00:0c:29:2c:3a:fc", "ethernet0.addressType": "generated"},
        "00:0c:29:2c:3a:fc",
    ),
    (
        {
            "ethernet0.addressType": "static",
            "ethernet0.address": "00:50:56:00:00:01",
            "ethernet0.generatedAddress": "00:50:56:00:00:02",
        },
        "00:50:56:00:00:01",
    ),
    ({"ethernet0.addressType": "vpx"}, None),
]


@pytest.mark.parametrize(("values", "expected"), CARDS)
def test_addresses_of_cards(tmp_path, values, expected):
    (nic,) = machine(tmp_path, CARD | values).nics
    assert nic.mac == expected


def test_cards_are_in_order_and_know_their_networks(tmp_path):
    values = {f"ethernet{number}.present": "TRUE" for number in (10, 2)} | {
        "ethernet2.networkName": "VLAN {{ 7 }}",
        "ethernet2.virtualDev": "vmxnet3",
        "ethernet10.dvs.portgroupId": "dvportgroup-42",
        "ethernet3.present": "FALSE",
    }
    estate = read(tmp_path, values)
    (vm,) = estate.vms
    names = {network.id: network.name for network in estate.networks}
    assert [(nic.id, nic.model, names[nic.network]) for nic in vm.nics] == [
        ("ethernet2", "vmxnet3", "VLAN {{ 7 }}"),
        ("ethernet10", None, "dvportgroup-42"),
    ]
    assert [gap.what for gap in estate.gaps if "network" in gap.what] == [
        "names of the networks of ethernet10"
    ]


def test_host_devices(tmp_path):
    values = {
        "pciPassthru0.present": "TRUE",
        "pciPassthru0.id": "00000:005:00.0",
        "pciPassthru1.present": "TRUE",
        "pciPassthru1.vgpu": "grid_p40-2q",
        "pciPassthru2.present": "TRUE",
        "pciPassthru2.pfId": "0000:03:00.0",
        "pciPassthru3.present": "FALSE",
        "usb.present": "TRUE",
        "usb.autoConnect.device0": "vid:0529 pid:0001",
        "usb_xhci.autoConnect.device1": "",
    }
    assert machine(tmp_path, values).passthrough == (
        Passthrough(kind=PassthroughKind.PCI, description="00000:005:00.0"),
        Passthrough(kind=PassthroughKind.VGPU, description="grid_p40-2q"),
        Passthrough(kind=PassthroughKind.SRIOV, description="0000:03:00.0"),
        Passthrough(kind=PassthroughKind.USB, description="vid:0529 pid:0001"),
    )


def test_the_place_is_unknown_for_a_file_alone(tmp_path):
    estate = read(tmp_path, DISK)
    (vm,) = estate.vms
    assert is_unplaced(vm.cluster)
    assert (vm.host, vm.config_path, estate.hosts, estate.datastores) == (None, None, (), ())
    assert (vm.source, vm.origin) == ("vmx", str(tmp_path / "web.vmx"))
    assert [disk.path for disk in vm.disks] == ["web.vmdk"]


VOLUME = "498076b2-02796c1a-ef5b-000ae484a6a3"
PATHS = [
    ("web.vmdk", "[ds 1] web/web.vmdk", "ds 1"),
    ("../other/a.vmdk", "[ds 1] other/a.vmdk", "ds 1"),
    ("../../ds2/a.vmdk", "../../ds2/a.vmdk", None),
    ("/vmfs/volumes/ds2/other/a.vmdk", "[ds2] other/a.vmdk", "ds2"),
    (f"/vmfs/volumes/{VOLUME}/a.vmdk", f"[{VOLUME}] a.vmdk", VOLUME),
    ("[ds2] other/a.vmdk", "[ds2] other/a.vmdk", "ds2"),
    ("C:\\vms\\a.vmdk", "C:\\vms\\a.vmdk", None),
    ("/data/a.vmdk", "/data/a.vmdk", None),
]


@pytest.mark.parametrize(("file", "path", "datastore"), PATHS)
def test_a_copy_of_vmfs_volumes_tells_datastores(tmp_path, file, path, datastore):
    estate = read(on_datastore(tmp_path), DISK | {"scsi0:0.fileName": file})
    (vm,) = estate.vms
    (disk,) = vm.disks
    assert vm.config_path == "[ds 1] web/web.vmx"
    assert (disk.path, disk.datastore) == (path, datastore and datastore_id(datastore))
    assert [one.name for one in estate.datastores] == [datastore] * bool(datastore)


def test_a_datastore_named_by_its_uuid_is_vmfs(tmp_path):
    (found,) = read(tmp_path, DISK | {"scsi0:0.fileName": f"/vmfs/volumes/{VOLUME}/a.vmdk"}).datastores
    assert (found.kind, found.uuid) == (DatastoreKind.VMFS, VOLUME)


def test_a_template_and_the_backup_that_esxi_keeps(tmp_path):
    files = [vmx(tmp_path, name="gold.vmtx"), vmx(tmp_path / "a", {"displayName": "web2"})]
    files.append(vmx(tmp_path / "a", {"displayName": "web2"}, name="web.vmx~"))
    assert {vm.name: vm.template for vm in VMX.read(files).vms} == {"web": True, "web2": False}


def test_of_an_encrypted_configuration_only_the_name_is_known(tmp_path):
    path = tmp_path / "web.vmx"
    values = {
        ".encoding": "UTF-8",
        "displayName": "web",
        "encryption.keySafe": "vmware:key",
        "encryption.data": "AB",
    }
    path.write_text(rows(values))
    assert VMX.recognises(Sample.of(path))
    estate = VMX.read([path])
    (vm,) = estate.vms
    assert (vm.name, vm.encrypted, vm.vcpus, vm.memory_bytes, vm.firmware) == ("web", True, None, None, None)
    assert "hardware of the VM" in {gap.what for gap in estate.gaps}


def test_what_is_missing_is_said(tmp_path):
    gaps = read(tmp_path, DISK).gaps
    assert {(gap.source, gap.what) for gap in gaps} == {
        (str(tmp_path / "web.vmx"), "sizes of scsi0:0"),
        (str(tmp_path / "web.vmx"), "snapshots"),
    }
    assert all("docs/sources/vmware-files.md" in (gap.remedy or "") for gap in gaps)


def test_nothing_is_missing_with_everything_beside(tmp_path):
    descriptor(tmp_path / "web.vmdk")
    (tmp_path / "web.vmsd").touch()
    assert read(tmp_path, DISK).gaps == ()


WRONG = [
    ({"memSize": "-4"}, "memSize: is '-4', expected a whole number from 1 to 1073741824"),
    ({"numvcpus": "0"}, "numvcpus: is '0', expected a whole number from 1 to 10000"),
    ({"numvcpus": "two"}, "numvcpus: is 'two'"),
    ({"numvcpus": "9" * 400}, "numvcpus: is '999"),
    ({"memSize": "1e3"}, "memSize: is '1e3'"),
    ({"uuid.bios": "56 4d"}, "uuid.bios: is '56 4d', expected the 16 bytes of a UUID"),
    ({"firmware": "coreboot"}, "firmware: is 'coreboot', expected bios or efi"),
    ({"vhv.enable": "perhaps"}, "vhv.enable: is 'perhaps', expected TRUE or FALSE"),
    ({"virtualHW.version": "x"}, "virtualHW.version: is 'x'"),
    (CARD | {"ethernet0.address": "00:50"}, "ethernet0.address: '00:50' is no MAC address"),
    (DISK | {"scsi0:0.deviceType": "holodisk", "scsi0:0.fileName": "a"}, "scsi0:0.deviceType: is 'holodisk'"),
    (
        DISK | {"scsi0:0.deviceType": "disk", "scsi0:0.fileName": ""},
        "scsi0:0.fileName does not name the disk",
    ),
    (
        DISK | {"scsi0:0.fileName": "a|0Ab.vmdk"},
        "scsi0:0.fileName: is 'a\\nb.vmdk', with a control character",
    ),
    ({"displayName": "a|0Ab"}, "with a control character"),
    ({"displayName": ""}, "displayName: is not there"),
    ({"DISPLAYNAME": "twice"}, "DISPLAYNAME: is there twice (first in line 4)"),
]


@pytest.mark.parametrize(("values", "message"), WRONG)
def test_wrong_values_are_refused_by_name(tmp_path, values, message):
    with pytest.raises(InputError) as caught:
        read(tmp_path, values)
    assert message in str(caught.value)
    assert {problem.file for problem in caught.value.problems} == {str(tmp_path / "web.vmx")}


def test_every_problem_of_every_file_has_its_line(tmp_path):
    files = [vmx(tmp_path / "a", {"memSize": "0", "numvcpus": "-1"}), vmx(tmp_path / "b", {"memSize": "x"})]
    with pytest.raises(InputError) as caught:
        VMX.read(files)
    found = {
        (Path(problem.file).parent.name, problem.line, problem.path) for problem in caught.value.problems
    }
    assert found == {("a", 5, "memSize"), ("a", 6, "numvcpus"), ("b", 5, "memSize")}


BROKEN = [
    (rows(LEAST) + 'memSize = "40', 4, "damaged or broken off"),
    (rows(LEAST) + "ethernet0.pre", 4, "damaged or broken off"),
    (rows({".encoding": "klingon-8"} | LEAST), 1, "'klingon-8', which is not known"),
    (rows({".encoding": "rot13"} | LEAST), 1, "'rot13', which is not known"),
    (rows({".encoding": "UTF-8"} | LEAST).encode() + b'annotation = "\xfc"\n', None, "is no text in utf-8"),
]


@pytest.mark.parametrize(("content", "line", "message"), BROKEN)
def test_broken_files_are_refused_with_the_line(tmp_path, content, line, message):
    path = tmp_path / "web.vmx"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as caught:
        VMX.read([path])
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (str(path), line)
    assert message in problem.message
