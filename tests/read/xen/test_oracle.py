"""Real configurations, compared with what libvirt itself makes of them."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from planner.model.estate import VirtualMachine
from planner.model.kinds import DiskKind, Firmware
from planner.read.xen.configurations import XL

CORPORA = Path(__file__).parents[4] / "shared" / "corpora" / "libvirt"
PAIRS = sorted(
    file
    for folder in ("xlconfigdata", "xmconfigdata")
    for file in (CORPORA / folder).glob("*.cfg")
    if file.with_suffix(".xml").exists()
)
KIB = 1024

pytestmark = pytest.mark.skipif(not PAIRS, reason=f"{CORPORA} is not on this machine")


def read(file: Path) -> VirtualMachine:
    (vm,) = XL.read((file,)).vms
    return vm


def oracle(file: Path) -> ET.Element:
    return ET.parse(file.with_suffix(".xml")).getroot()


def named(element: ET.Element | None) -> str | None:
    """Whatever a <source> of a disk points at."""
    return next(iter(element.attrib.values()), None) if element is not None else None


@pytest.mark.parametrize("file", PAIRS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_configuration_reads_as_libvirt_converts_it(file: Path) -> None:
    vm, domain = read(file), oracle(file)
    said = domain.find("vcpu")
    assert said is not None
    assert vm.name == domain.findtext("name")
    assert vm.uuid == domain.findtext("uuid")
    assert vm.vcpus == int(said.get("current") or said.text or 0)
    assert (vm.memory_bytes or 0) // KIB == int(domain.findtext("memory") or 0)
    loader = domain.findtext("os/loader") or ""
    hvm = domain.findtext("os/type") == "hvm"
    expected = (Firmware.UEFI if "ovmf" in loader.lower() else Firmware.BIOS) if hvm else None
    assert vm.firmware == expected
    assert vm.paravirtual == (not hvm)


@pytest.mark.parametrize("file", PAIRS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_disks_and_cards_are_those_that_libvirt_sees(file: Path) -> None:
    vm, domain = read(file), oracle(file)
    ours = [(disk.id, disk.bus, disk.kind is DiskKind.CDROM, disk.path) for disk in vm.disks]
    theirs = [
        (
            disk.find("target").get("dev"),  # type: ignore[union-attr]
            disk.find("target").get("bus"),  # type: ignore[union-attr]
            disk.get("device") == "cdrom",
            named(disk.find("source")),
        )
        for disk in domain.findall("devices/disk")
    ]
    assert sorted(ours, key=str) == sorted(theirs, key=str)
    macs = [card.find("mac").get("address") for card in domain.findall("devices/interface")]  # type: ignore[union-attr]
    assert [nic.mac for nic in vm.nics] == macs
    # A paravirtual guest has no other card than netfront, which libvirt leaves unsaid.
    unsaid = "netfront" if vm.paravirtual else None
    models = [card.find("model") for card in domain.findall("devices/interface")]
    assert [nic.model for nic in vm.nics] == [
        unsaid if model is None else model.get("type") for model in models
    ]
    devices = [device.get("type") for device in domain.findall("devices/hostdev")]
    assert sorted(device.kind for device in vm.passthrough) == sorted(devices, key=str)


def test_networks_keep_the_vlan_of_an_open_vswitch() -> None:
    file = CORPORA / "xlconfigdata" / "test-fullvirt-ovswitch-tagged.cfg"
    tag = oracle(file).find("devices/interface/vlan/tag")
    assert tag is not None
    (network,) = XL.read((file,)).networks
    assert network.vlan == int(tag.get("id") or 0)
    assert re.match(r"[^.]+", network.name)
