"""Configurations of xl, xm and Oracle VM: what each setting means, and what is refused."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InputError, Problem
from planner.model.estate import Estate, VirtualMachine
from planner.model.kinds import DiskKind, Firmware, HypervisorKind, PassthroughKind
from planner.model.setting import Setting, SettingKind
from planner.read.gather import unplaced_cluster
from planner.read.source import Sample
from planner.read.xen.configurations import ORACLE_VM, XL
from planner.read.xen.machines import read_machine
from planner.read.xen.parser import parse
from planner.read.xen.settings import Settings
from planner.units import MIB

U1 = "45b60f51-88a9-47a8-a3b3-5e66d71b2283"


@pytest.fixture
def read(tmp_path: Path):
    def of(text: str, kind=XL) -> Estate:
        file = tmp_path / "vm.cfg"
        file.write_text(text)
        return kind.read((file,))

    return of


@pytest.fixture
def vm(read):
    def of(text: str) -> VirtualMachine:
        (one,) = read(f"name = 'vm'\n{text}").vms
        return one

    return of


@pytest.fixture
def refused(read):
    def of(text: str) -> list[str]:
        with pytest.raises(InputError) as raised:
            read(text)
        return [str(problem).rsplit("vm.cfg:", 1)[-1] for problem in raised.value.problems]

    return of


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("memory = 512", "memory_bytes", 512 * MIB),
        ("memory = '512'\nmaxmem = 0x400", "memory_bytes", 1024 * MIB),
        ("memory = 01000", "memory_bytes", 512 * MIB),
        ("vcpus = 4", "vcpus", 4),
        ("", "vcpus", 1),
        ("", "memory_bytes", None),
        (f"uuid = '{U1.upper()}'", "uuid", U1),
        ("type = 'hvm'", "firmware", Firmware.BIOS),
        ("type = 'hvm'\nbios = 'ovmf'", "firmware", Firmware.UEFI),
        ("builder = 'hvm'\nfirmware = 'uefi'", "firmware", Firmware.UEFI),
        ("type = 'hvm'\nbios = 'something'", "firmware", None),
        ("type = 'pvh'", "firmware", None),
        ("type = 'pvh'", "paravirtual", False),
        ("", "paravirtual", True),
        ("builder = 'linux'", "paravirtual", True),
        ("type = 'hvm'", "paravirtual", False),
        ("OVM_domain_type = 'xen_pvm'", "paravirtual", True),
        ("OVM_domain_type = 'xen_hvm_pv_drivers'", "paravirtual", False),
        ("OVM_domain_type = 'xen_hvm'; builder = 'generic'", "paravirtual", True),
        ("nestedhvm = 1", "nested", True),
        ("", "nested", None),
        ("vtpm = ['backend=vtpm-1']", "vtpm", True),
        ("kernel = '/boot/vmlinuz'; memory = 64", "memory_bytes", 64 * MIB),
        ("name = 'a' 'b'", "name", "ab"),
        ("base = '/srv'\nname = base + '-x'", "name", "/srv-x"),
        ('name = """two words"""', "name", "two words"),
    ],
)
def test_a_setting_means(vm, text, fact, value):
    assert getattr(vm(text), fact) == value


@pytest.mark.parametrize(
    ("disk", "expected"),
    [
        ("phy:/dev/vg/a,xvda,w", ("xvda", "/dev/vg/a", "xen", DiskKind.DISK, False)),
        ("phy:vg/a,hda,w", ("hda", "/dev/vg/a", "xen", DiskKind.DISK, False)),
        ("file:/srv/a.img,xvda,w!", ("xvda", "/srv/a.img", "xen", DiskKind.DISK, True)),
        ("tap:aio:/srv/a.img,sda1,w", ("sda1", "/srv/a.img", "xen", DiskKind.DISK, False)),
        ("tap2:vhd:/srv/a.vhd,xvdb,r", ("xvdb", "/srv/a.vhd", "xen", DiskKind.DISK, False)),
        ("/srv/a.qcow2,qcow2,xvda,rw", ("xvda", "/srv/a.qcow2", "xen", DiskKind.DISK, False)),
        ("/srv/a.iso,,hdc,r,devtype=cdrom", ("hdc", "/srv/a.iso", "xen", DiskKind.CDROM, False)),
        ("file:/srv/a.iso,hdc:cdrom,r", ("hdc", "/srv/a.iso", "xen", DiskKind.CDROM, False)),
        (",,hdc,r,cdrom", ("hdc", None, "xen", DiskKind.CDROM, False)),
        ("format=raw,vdev=xvda,target=/srv/a,b.img", ("xvda", "/srv/a,b.img", "xen", DiskKind.DISK, False)),
        (
            "/dev/disk/by-id/wwn-0x5000,raw,xvda,w",
            ("xvda", "/dev/disk/by-id/wwn-0x5000", "xen", DiskKind.LUN, False),
        ),
        (
            "script=block-iscsi,vdev=xvda,target=iqn=iqn.2001:x,portal=10.0.0.1",
            ("xvda", "iscsi:iqn=iqn.2001:x,portal=10.0.0.1", "xen", DiskKind.LUN, False),
        ),
    ],
)
def test_every_form_of_a_disk(vm, disk, expected):
    (found,) = vm(f"disk = ['{disk}']").disks
    assert (found.id, found.path, found.bus, found.kind, found.shared) == expected


def test_only_a_full_virtual_guest_sees_emulated_buses(vm):
    disks = "disk = ['/a,raw,hda,w', '/b,raw,sda,w', '/c,raw,xvdc,w', '/d,raw,fda,w']\n"
    assert [disk.bus for disk in vm(disks + "type = 'hvm'").disks] == ["ide", "scsi", "xen", "fdc"]
    assert {disk.bus for disk in vm(disks).disks} == {"xen"}


def test_a_card_has_its_network_and_address(read):
    estate = read(
        "name = 'vm'\ntype = 'hvm'\n"
        "vif = ['mac=00:16:3E:00:00:01,bridge=xenbr0,model=e1000', 'bridge=ovs.120,script=vif-openvswitch', '']"
    )
    networks = {network.id: network for network in estate.networks}
    first, second, third = estate.vms[0].nics
    assert (first.mac, first.model, networks[first.network].name) == (
        "00:16:3e:00:00:01",
        "e1000",
        "xenbr0",
    )
    assert (networks[second.network].name, networks[second.network].vlan) == ("ovs.120", 120)
    assert (third.mac, third.network) == (None, None)


def test_devices_of_the_host(vm):
    held = vm("pci = ['01:00.0,permissive=1']\nusbdev = ['hostbus=1,hostaddr=3']\nusbdevice = 'tablet'")
    assert [(device.kind, device.description) for device in held.passthrough] == [
        (PassthroughKind.PCI, "01:00.0,permissive=1"),
        (PassthroughKind.USB, "hostbus=1,hostaddr=3"),
    ]


REPOSITORY = "/OVS/Repositories/0004fb0000030000a1b2c3d4e5f60718"
ORACLE = f"""
vif = ['mac=00:21:f6:00:00:01,bridge=1001']
OVM_simple_name = 'Büro {{{{ 7 }}}}'
OVM_description = 'first\\nsecond'
OVM_os_type = 'Oracle Linux 7'
OVM_domain_type = 'xen_hvm'
OVM_high_availability = True
builder = 'hvm'
disk = ['file:{REPOSITORY}/VirtualDisks/0004.img,xvda,w', 'file:{REPOSITORY}/ISOs/ol.iso,hdc:cdrom,r', 'phy:/dev/mapper/36000d310005d6e000000000000000001,xvdb,w!']
name = '0004fb00000600001234567890abcdef'
uuid = '0004fb00-0006-0000-1234-567890abcdef'
memory = 4096
vcpus = 2
"""


def test_oracle_vm_is_known_by_its_simple_name_and_its_repositories(read, tmp_path):
    (tmp_path / "vm.cfg").write_text(ORACLE)
    assert ORACLE_VM.recognises(Sample.of(tmp_path / "vm.cfg"))
    estate = read(ORACLE, ORACLE_VM)
    (vm,), (cluster,) = estate.vms, estate.clusters
    assert (vm.name, vm.annotation, vm.guest_os) == ("Büro {{ 7 }}", "first\nsecond", "Oracle Linux 7")
    assert (vm.source, cluster.hypervisor) == ("ovm", HypervisorKind.ORACLE_VM)
    assert [(disk.kind, disk.shared) for disk in vm.disks] == [
        (DiskKind.DISK, False),
        (DiskKind.CDROM, False),
        (DiskKind.LUN, True),
    ]
    assert vm.settings == (Setting(kind=SettingKind.HIGH_AVAILABILITY),)
    (repository,) = estate.datastores
    assert [disk.datastore for disk in vm.disks] == [repository.id, repository.id, None]
    assert repository.path == REPOSITORY


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import os\nname = 'x'", "1: 'import' is code, and a configuration is read, never run"),
        ("name = 'x'\nmemory = f(1)", "2: 'f' is code"),
        ("name = 'x'\nmemory = [1", "2: '[' is never closed"),
        ("name = 'x", "1: a quote is never closed"),
        ("memory = 512", "1: has no name"),
        ("name = 'x'\nmemory = -4", "2: memory is -4: expected a whole number from 1"),
        ("name = 'x'\nvcpus = '2.5'", "2: vcpus is '2.5': expected a whole number"),
        ("name = 'x'\nmemory = 09", "2: '09' is no number"),
        ("name = 'x'\nuuid = 'nonsense'", "2: uuid is 'nonsense': expected a UUID"),
        ("name = 'x'\ntype = 'vmware'", "2: type is 'vmware': expected hvm, pv or pvh"),
        ("name = 'x'\ndisk = ['/a,raw']", "2: a disk is '/a,raw': expected"),
        ("name = 'x'\ndisk = [\n'/a,raw,xvda,w',\n'/b']", "4: a disk is '/b'"),
        ("name = 'x'\nmemory = [1]", "2: memory is a list: expected a whole number"),
        ("name = 'x'\nmemory = {'a': 1}", "2: memory is a dictionary: expected"),
        ("name = 'x'\ndisk = ['/a,,xvda,w',\n'/b,,xvda,w']", "2: 2 disks are 'xvda': give each a vdev"),
        ("name = 'x'\na = 'a'\n" + "a = a + a\n" * 40, "23: values are added up beyond 1048576"),
        ("name = 'x'\na = [1]\n" + "a += a\n" * 40, "23: values are added up beyond 1048576"),
        (
            "name = 'x'\nd = ['']\n" + "d = [d, d]\n" * 60 + "disk = d",
            "62: disk is a list: expected a list of",
        ),
        ("name = 'x'\nvif = ['mac=nonsense']", "2: 'nonsense' is no MAC address"),
        ("name = 'x'\nvif = ['vlan=9999,bridge=b']", "2: the VLAN of a network card is 9999"),
        ("name = 'x'\n" + "a = " + "[" * 40, "2: lists are nested more than 16 deep"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(refused, text, said):
    assert any(problem.startswith(said) for problem in refused(text)), refused(text)


def test_everything_that_is_wrong_is_said_at_once(refused):
    assert len(refused("name = 'x'\nmemory = 0\nvcpus = 0\nuuid = '?'\nimport os")) == 4


@pytest.fixture
def read_each(tmp_path: Path):
    def of(*texts: str) -> Estate:
        for number, text in enumerate(texts):
            (tmp_path / f"{number}.cfg").write_text(text)
        return XL.read(sorted(tmp_path.iterdir()))

    return of


@pytest.mark.parametrize("mark", [f"uuid = '{U1}'", "vif = ['mac=00:16:3e:00:00:01']"])
def test_copies_of_a_configuration_are_one_vm(read_each, mark):
    (vm,) = read_each(f"name = 'x'\n{mark}\n", f"{mark}; name = 'x'").vms
    assert Path(vm.config_path).name == "0.cfg"


@pytest.mark.parametrize(
    ("one", "other"),
    [(f"uuid = '{U1}'", f"uuid = '{U1}'; memory = 64"), ("memory = 64", "memory = 64")],
)
def test_what_may_be_another_vm_of_the_same_name_is_refused(read_each, one, other):
    with pytest.raises(InputError, match="is there twice"):
        read_each(f"name = 'x'; {one}", f"name = 'x'; {other}")


def test_of_a_network_only_that_counts_upon_which_its_vms_agree(read_each):
    tagged = "vif = ['bridge=ovs.120,script=vif-openvswitch']"
    assert [one.vlan for one in read_each(f"name = 'a'; {tagged}", f"name = 'b'; {tagged}").networks] == [120]
    networks = read_each(f"name = 'a'; {tagged}", "name = 'b'; vif = ['bridge=ovs.120']").networks
    assert [one.vlan for one in networks] == [None]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("name = 'x'\nmemory = 512\n", True),
        ("#  -*- mode: python; -*-\nname='x'\ndisk = []\n", True),
        ("#!/bin/sh\nname='x'\nmemory=512\n", False),
        ("[all]\nname='x'\nmemory=512\n", False),
        ("<domain/>", False),
        ('displayName = "x"\nmemsize = "512"\n', False),
        ("name = x\nmemory = 512\n", False),
    ],
)
def test_a_configuration_is_known_by_its_content(tmp_path, text, known):
    (tmp_path / "file").write_text(text)
    assert XL.recognises(Sample.of(tmp_path / "file")) == known


LITERALS = st.recursive(
    st.integers(0, 2**40) | st.text(st.characters().filter(str.isprintable)), st.lists, max_leaves=8
)
NAMES = st.from_regex(re.compile(r"[a-z_][a-z0-9_]{0,8}", re.ASCII), fullmatch=True)


def plain(value: object) -> object:
    return [plain(item.value) for item in value] if isinstance(value, tuple) else value


@given(st.dictionaries(NAMES, LITERALS, max_size=5))
def test_what_is_written_reads_back(settings):
    problems: list[Problem] = []
    text = "".join(f"{name} = {value!r}\n" for name, value in settings.items())
    nodes = parse(text, "vm.cfg", problems)
    assert problems == []
    assert {name: plain(node.value) for name, node in nodes.items()} == settings


def test_a_file_beyond_all_bounds_is_refused(refused):
    (said,) = [line for line in refused("name = 'x'\n" + "#" * 2**20) if "longer" in line]
    assert "is longer than 1048576 characters" in said


SETTINGS = st.from_regex(
    "name|memory|maxmem|vcpus|uuid|disk|vif|builder|type|bios|firmware|nestedhvm|vtpm|pci|usbdev|usbdevice|"
    "OVM_(simple_name|description|os_type|domain_type|high_availability)",
    fullmatch=True,
)
SAID = st.text(alphabet="name='x\"[](){}+,:;#\\\n 0179.-import", max_size=40) | st.text(max_size=40)


@given(st.lists(st.tuples(SETTINGS, SAID | LITERALS.map(repr)), max_size=4).map(dict), SAID)
def test_no_text_does_worse_than_being_refused(settings, rest):
    text = "\n".join((*(f"{name} = {value}" for name, value in settings.items()), rest))
    problems: list[Problem] = []
    machine = read_machine(Settings.of(text, "vm.cfg", problems), unplaced_cluster(HypervisorKind.XEN), "xl")
    assert all(problem.line for problem in problems)
    assert problems or machine.vm.name
