"""Real files that nobody here wrote: read, or refused where they themselves say that they are wrong."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from lxml import etree

from planner.errors import InputError
from planner.model.estate import VirtualMachine
from planner.read.source import Sample
from planner.read.vmware import COMPANIONS, FORMATS
from tests.read.vmware.folders import OVF, VMX

CORPORA: Final = Path(__file__).parents[4] / "shared" / "corpora"
PACKAGES: Final = {path.name: path for path in sorted((CORPORA / "ovf").rglob("*.ovf"))}
VOLUME: Final = "/vmfs/volumes/498076b2-02796c1a-ef5b-000ae484a6a3/virtMonServ1"
OLD_AND_NEW: Final = [
    (name, name.replace(f"__{section}__Pos__", f"__{section}_1_0__Pos__"))
    for name in PACKAGES
    for section in ("Envelope", "ProductSection", "VirtualHardware")
    if f"__{section}__Pos__" in name
]
"""The same package in OVF 0.9 and in 1.0."""

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason="the real files of ../shared/corpora are not here"
)


def is_wrong(path: Path) -> bool:
    """By its name, or by the outcome that it says a reader must come to."""
    outcomes = set(etree.parse(path).xpath("//@*[local-name()='outcome']"))
    # The last two are sound, but one holds no VM and the other is of a version that does not exist.
    wrong = ("__Neg__", "invalid", "corrupted", "__empty.ovf", "ersatz_ovf_3.0")
    return "fail" in outcomes or any(word in path.name for word in wrong)


def read(path: Path) -> tuple[VirtualMachine, ...]:
    assert [one.kind for one in FORMATS if one.recognises(Sample.of(path))] == ["ovf"]
    return OVF.read([path]).vms


@pytest.mark.parametrize("name", PACKAGES)
def test_packages_are_read_or_refused_as_they_say(name):
    path = PACKAGES[name]
    if is_wrong(path):
        with pytest.raises(InputError) as caught:
            read(path)
        assert {problem.file for problem in caught.value.problems} == {str(path)}
        assert all(problem.line for problem in caught.value.problems)
    else:
        systems = etree.parse(path).xpath(
            "count(//*[local-name()='VirtualSystem' or contains(@*[local-name()='type'], 'VirtualSystem_Type')])"
        )
        assert len(read(path)) == systems > 0


def test_some_are_wrong():
    assert sum(map(is_wrong, PACKAGES.values())) == 6


@pytest.mark.parametrize(("old", "new"), OLD_AND_NEW)
def test_the_old_generation_says_what_the_new_one_says(old, new):
    (one,), (other,) = read(PACKAGES[old]), read(PACKAGES[new])
    assert facts(one) == facts(other)


def facts(vm: VirtualMachine) -> VirtualMachine:
    """All of it but where it stands and what was packed into the images."""
    disks = tuple(replace(disk, allocated_bytes=None) for disk in vm.disks)
    return replace(vm, origin=None, disks=disks)


KNOWN: Final = {
    "ovf__fixtures__external__vappMultiVMs__vappMultiVMs-Nic.ovf": [
        ("Vm1", 1, 16, [2 * 1024**2], []),
        ("Vm2", 1, 16, [4 * 1024**2], ["Vm1"]),
    ],
    "ovf__fixtures__multiple_disks.ovf": [
        ("uber", 2, 64, [40 * 1024**3, 50 * 1024**3, 100 * 1024**3, 20 * 1024**3], [])
    ],
    "ovf__fixtures__external__chinese__chinese_characters.ovf": [
        ("虚拟机,fgdr@$%@测试", 1, 40, [40 * 1024**2], [])
    ],
    "ubuntu.2.0.ovf": [("ubuntu", 1, 512, [8 * 1024**3], [])],
    "v0.9.ovf": [("foo", 1, 8192, [1024**3], [])],
    "iosv.ovf": [("Cisco IOSv", 1, 384, [1024**3, 128 * 1024**2], [])],
}
"""Name, vCPU, MiB, sizes of disks, and what it starts after; read off the documents by eye."""


@pytest.mark.parametrize("name", KNOWN)
def test_what_some_of_them_say(name):
    vms = {vm.id: vm for vm in read(PACKAGES[name])}
    assert [
        (
            vm.name,
            vm.vcpus,
            (vm.memory_bytes or 0) // 1024**2,
            [disk.capacity_bytes for disk in vm.disks if disk.capacity_bytes],
            [vms[needed].name for needed in vm.depends_on],
        )
        for vm in vms.values()
    ] == KNOWN[name]


NASTY: Final = {
    "ova-traversal.ova": (OVF, ["leads out of the archive"]),
    "xml-billion-laughs.ovf": (OVF, ["is no sound XML"]),
    "vmx-crlf-bom-cp1252.vmx": (
        VMX,
        [
            "7: displayname: is there twice (first in line 4)",
            "5: memSize: is '-4'",
            "6: numvcpus: is '0'",
        ],
    ),
}


@pytest.mark.parametrize("name", NASTY)
def test_nasty_files(name):
    reader, said = NASTY[name]
    path = CORPORA / "nasty" / name
    assert [one for one in FORMATS if one.recognises(Sample.of(path))] == [reader]
    with pytest.raises(InputError) as caught:
        reader.read([path])
    assert [text for text in said if text not in str(caught.value)] == []


def test_no_other_file_is_taken():
    files = [file for file in CORPORA.rglob("*") if file.is_file()]
    ours = {"vmx", "ovf", "ova"}
    taken = {file.name for file in files for one in FORMATS if one.recognises(Sample.of(file))}
    assert {name for name in taken if name.rpartition(".")[2] not in ours} == set()
    assert {file.name for file in files for knows in COMPANIONS if knows(Sample.of(file))} == set()


SET: Final = {
    "libvirt/vmx2xmldata/esx-in-the-wild-3.vmx": {("cpu-affinity", "5,4,3,0")},
    "libvirt/vmx2xmldata/esx-in-the-wild-4.vmx": {
        ("cpu-limit", "18034 MHz"),
        ("serial-port", f"parallel0: file {VOLUME}/parallel1.file"),
        ("serial-port", f"serial0: file {VOLUME}/serial1.file"),
    },
    "libvirt/vmx2xmldata/esx-in-the-wild-9.vmx": {("disk-serial", "scsi0:0")},
    "libvirt/vmx2xmldata/esx-in-the-wild-13.vmx": {
        ("serial-port", "serial0: network"),
        ("serial-port", "serial1: network"),
    },
    "libvirt/vmx2xmldata/serial-device.vmx": {
        ("serial-port", "serial0: device /dev/ttyS0"),
        ("serial-port", "serial1: device /dev/ttyS1"),
    },
    "libvirt/vmx2xmldata/ethernet-e1000.vmx": set(),
    "ovf/cot/ubuntu.2.0.ovf": {("foreign-export", "virtualbox-2.2")},
    "ovf/cot/vmware.ovf": {("cpu-limit", "2000 MHz")},
    "ovf/cot/input.ovf": set(),
    "ovf/govmomi/ovf__fixtures__multiple_disks.ovf": {("clock-from-host", None)},
    "ovf/govmomi/ovf__fixtures__external__vappMultiVMs__vappMultiVMs-Nic.ovf": {("vapp", "vappMultiVMs")},
}


@pytest.mark.parametrize("name", SET)
def test_what_real_files_set(name):
    vms = (VMX if name.endswith(".vmx") else OVF).read([CORPORA / name]).vms
    assert [{(setting.kind, setting.value) for setting in vm.settings} for vm in vms] == [SET[name]] * len(
        vms
    )
