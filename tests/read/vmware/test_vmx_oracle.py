"""libvirt's own conversion of a .vmx says the same; where it does not, the reason stands here and in the manual."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from lxml import etree

from planner.model.estate import VirtualMachine
from planner.model.kinds import DiskKind, Firmware
from planner.read.source import Sample
from planner.read.vmware import FORMATS

CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "libvirt" / "vmx2xmldata"
MANUAL = Path(__file__).parents[3] / "docs" / "sources" / "vmware-files.md"
(VMX,) = (one for one in FORMATS if one.kind == "vmx")

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the real files of ../shared/corpora are not here"
)

SHARED_ANSWER: Final = {
    "serial-pipe-client-app": "serial-pipe",
    "serial-pipe-client-vm": "serial-pipe",
    "serial-pipe-server-vm": "serial-pipe",
}
"""Inputs whose expected answer has another name."""
REFUSED_THERE: Final = {
    "cdrom-ide-file-missing-datastore": "libvirt asks the host, which has no such datastore"
}
NO_UUID: Final = "00000000-0000-0000-0000-000000000000"
CLIENT: Final = "the medium is at a client"
RAW: Final = "a CD drive of the host"
DIFFERENT: Final[Mapping[tuple[str, str], tuple[Any, Any, str]]] = {
    ("case-insensitive-2", "ide0:0"): (None, ("ide", DiskKind.CDROM, None), CLIENT),
    ("esx-in-the-wild-3", "floppy0"): (None, ("fdc", DiskKind.FLOPPY, None), CLIENT),
    ("esx-in-the-wild-4", "ide0:0"): (None, ("ide", DiskKind.CDROM, None), CLIENT),
    ("esx-in-the-wild-6", "floppy0"): (None, ("fdc", DiskKind.FLOPPY, None), CLIENT),
    ("esx-in-the-wild-9", "sata0:0"): (None, ("sata", DiskKind.CDROM, None), CLIENT),
    ("esx-in-the-wild-11", "ide0:0"): (None, ("ide", DiskKind.CDROM, None), CLIENT),
    ("cdrom-ide-raw-auto-detect", "ide0:0"): (
        ("ide", DiskKind.LUN, None),
        ("ide", DiskKind.CDROM, None),
        RAW,
    ),
    ("cdrom-scsi-raw-auto-detect", "scsi0:0"): (
        ("scsi", DiskKind.LUN, None),
        ("scsi", DiskKind.CDROM, None),
        RAW,
    ),
}
"""File and drive: what libvirt has, what we have, and the row of the manual that explains it."""


def libvirt(name: str) -> dict[str, Any]:
    root = etree.parse(CORPUS / f"{SHARED_ANSWER.get(name, name)}.xml").getroot()
    uuid = root.findtext("uuid")
    return {
        "name": root.findtext("name"),
        "uuid": None if uuid == NO_UUID else uuid,
        "vcpus": int(root.findtext("vcpu", "")),
        "cores_per_socket": int(found.get("cores"))
        if (found := root.find("cpu/topology")) is not None
        else 1,
        "memory_bytes": int(root.findtext("memory", "")) * 1024,
        "firmware": Firmware.UEFI if root.find("os").get("firmware") == "efi" else Firmware.BIOS,
        "annotation": (root.findtext("description") or "").strip() or None,
        "nics": [
            (
                one.find("mac").get("address"),
                found.get("type") if (found := one.find("model")) is not None else None,
            )
            for one in root.iter("interface")
        ],
    }


def libvirt_drives(name: str) -> dict[str, Any]:
    root = etree.parse(CORPUS / f"{SHARED_ANSWER.get(name, name)}.xml").getroot()
    drives = {}
    for disk in root.iter("disk"):
        bus, at, source = disk.find("target").get("bus"), disk.find("address"), disk.find("source")
        controller, channel, unit = (int(at.get(part)) for part in ("controller", "bus", "unit"))
        place = {"fdc": f"floppy{unit}", "ide": f"ide{channel}:{unit}"}.get(bus, f"{bus}{controller}:{unit}")
        path = (source.get("file") or source.get("dev")) if source is not None else None
        drives[place] = (bus, DiskKind(disk.get("device")), path)
    return drives


def ours(name: str, tmp_path: Path) -> VirtualMachine:
    folder = tmp_path / "vmfs" / "volumes" / "datastore" / "directory"
    folder.mkdir(parents=True)
    shutil.copy(CORPUS / f"{name}.vmx", folder)
    (vm,) = VMX.read([folder / f"{name}.vmx"]).vms
    return vm


NAMES = sorted(path.stem for path in CORPUS.glob("*.vmx"))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_known_by_its_content(name, tmp_path):
    path = tmp_path / "file"
    shutil.copy(CORPUS / f"{name}.vmx", path)
    assert [one.kind for one in FORMATS if one.recognises(Sample.of(path))] == ["vmx"]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in REFUSED_THERE])
def test_the_machine_is_the_one_that_libvirt_sees(name, tmp_path):
    vm = ours(name, tmp_path)
    found = {fact: getattr(vm, fact) for fact in libvirt(name) if fact != "nics"}
    assert found | {"nics": [(nic.mac, nic.model) for nic in vm.nics]} == libvirt(name)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in REFUSED_THERE])
def test_its_drives_are_those_that_libvirt_sees(name, tmp_path):
    here = {disk.id: (disk.bus, disk.kind, disk.path) for disk in ours(name, tmp_path).disks}
    there = libvirt_drives(name)
    different = {
        (name, place): (there.get(place), here.get(place))
        for place in {*here, *there}
        if here.get(place) != there.get(place)
    }
    expected = {place: said[:2] for place, said in DIFFERENT.items() if place[0] == name}
    assert different == expected


def test_what_libvirt_refuses_is_read_where_only_its_host_could_know(tmp_path):
    assert set(NAMES) - {path.stem for path in CORPUS.glob("*.xml")} - {*SHARED_ANSWER} == {*REFUSED_THERE}
    (disk,) = ours("cdrom-ide-file-missing-datastore", tmp_path).disks
    assert (disk.kind, disk.path) == (DiskKind.CDROM, "[missing] cdrom.iso")


def test_the_manual_explains_every_difference():
    manual = " ".join(MANUAL.read_text(encoding="utf-8").split())
    assert [why for why in {CLIENT, RAW, *REFUSED_THERE.values()} if why not in manual] == []
    assert [
        name for name in {name for name, _ in DIFFERENT} | {*REFUSED_THERE} if f"`{name}`" not in manual
    ] == []
