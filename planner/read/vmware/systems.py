"""The VMs of an OVF envelope."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from planner.model.estate import Cluster, Gap, VirtualMachine
from planner.model.kinds import Firmware, HypervisorKind
from planner.read.gather import unplaced_cluster
from planner.read.ids import vm_id
from planner.read.outside import line, note
from planner.read.vmware.devices import disks_of, networks_of, nics_of, passthrough_of
from planner.read.vmware.envelope import attribute, name_of, part, parts, row_of, words
from planner.read.vmware.items import Item, items_of, settings_of
from planner.read.vmware.package import Package
from planner.read.vmware.system_settings import system_settings
from planner.read.vmware.words import FIRMWARE, HARDWARE_OF_VMWARE
from planner.read.xml import Element

KIND: Final = "ovf"
_CPU: Final = 3
_MEMORY: Final = 4
_MOST_VCPUS: Final = 10_000
_MOST_MEMORY: Final = 2**50
_FAMILIES: Final = (
    (HARDWARE_OF_VMWARE, HypervisorKind.ESXI),
    (re.compile(r"(?:xen|hvm)-.*"), HypervisorKind.XENSERVER),
    (re.compile(r"(?:kvm|qemu).*"), HypervisorKind.KVM),
    (re.compile(r".*hyper-?v.*"), HypervisorKind.HYPER_V),
)
_TRUTH: Final = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A VM of a package under the id that it has there, with its cluster and the networks that it is on."""

    ident: str
    vm: VirtualMachine
    cluster: Cluster
    networks: tuple[str, ...]
    gaps: tuple[Gap, ...]


def systems_of(root: Element, package: Package) -> tuple[System, ...]:
    """Every VM of an envelope, those in collections too; what is wrong is noted in the package."""
    elements = [*_systems(root)]
    if not elements:
        package.refuse(root, "VirtualSystem", "is not there: the file describes no VM")
    shared = {name for name, count in Counter(map(_name, elements)).items() if count > 1}
    return tuple(_system(element, package, shared) for element in elements)


def _systems(element: Element) -> Iterator[Element]:
    for child in parts(element, "VirtualSystem", "VirtualSystemCollection"):
        if name_of(child) == "VirtualSystem":
            yield child
        else:
            yield from _systems(child)


def _name(element: Element) -> str:
    """What people call it; where nothing says that, what the package does."""
    system = part(part(element, "VirtualHardwareSection"), "System")
    return (
        words(element, "Name") or words(system, "VirtualSystemIdentifier") or attribute(element, "id") or ""
    )


def _system(element: Element, package: Package, shared: set[str]) -> System:
    hardware = _hardware_of(element)
    family = _family(hardware)
    cluster = unplaced_cluster(
        next((kind for mark, kind in _FAMILIES if mark.match(family)), HypervisorKind.ESXI)
    )
    known = any(mark.match(family) for mark, _ in _FAMILIES)
    items = items_of(hardware, package) if hardware is not None else ()
    name, ident = _name(element), attribute(element, "id") or ""
    disks = disks_of(items)
    vm = VirtualMachine(
        # Names need not be unique in a package; its own ids are.
        id=vm_id(name, None, f"{cluster.name}/{ident}" if name in shared else cluster.name),
        name=name,
        cluster=cluster.id,
        source=KIND,
        **_sizes(items),
        **(_settings(hardware, family, package) if hardware is not None else {}),
        guest_os=_guest(part(element, "OperatingSystemSection")),
        vtpm=True
        if any("tpm" in item.subtype.split(".") or "vtpm" in item.subtype for item in items)
        else None,
        hardware_version=_hardware_version(family),
        disks=disks,
        nics=nics_of(items, cluster.name),
        passthrough=passthrough_of(items),
        settings=system_settings(element, hardware, items, disks, family),
        annotation=note(words(part(element, "AnnotationSection"), "Annotation")),
        origin=f"{package.source}:{row_of(element)}",
    )
    return System(
        ident=ident,
        vm=vm,
        cluster=cluster,
        networks=networks_of(items),
        gaps=() if known else (_unknown_family(package),),
    )


def _unknown_family(package: Package) -> Gap:
    return Gap(
        source=package.source,
        what="hypervisor that a VM ran on",
        why="its VirtualSystemType names none that the planner knows; it is taken for one of VMware's",
        remedy="read the hypervisor itself, or its own configuration of the VM",
    )


def _hardware_of(element: Element) -> Element | None:
    """The hardware of a VM: of several that are offered the first that VMware takes, else the first."""
    offered = [*parts(element, "VirtualHardwareSection")]
    return next(iter((*_of_vmware(offered), *offered)), None)


def _of_vmware(offered: list[Element]) -> Iterator[Element]:
    return (one for one in offered if HARDWARE_OF_VMWARE.match(_family(one)))


def _family(hardware: Element | None) -> str:
    return (words(part(hardware, "System"), "VirtualSystemType") or "").lower()


def _hardware_version(family: str) -> str | None:
    """The version, where the VM has one and is not offered for several."""
    versions = HARDWARE_OF_VMWARE.findall(family)
    return versions[0] if len(versions) == 1 else None


def _sizes(items: tuple[Item, ...]) -> dict[str, Any]:
    cpus = [item for item in items if item.kind == _CPU]
    memory = [item for item in items if item.kind == _MEMORY]
    counts = [item.whole("VirtualQuantity", 1, _MOST_VCPUS) for item in cpus]
    amounts = [item.size("VirtualQuantity", 1, _MOST_MEMORY) for item in memory]
    reserved = [item.size("Reservation", 0, _MOST_MEMORY) for item in memory]
    return {
        "vcpus": _sum(counts),
        "cores_per_socket": cpus[0].whole("CoresPerSocket", 1, _MOST_VCPUS) if len(cpus) == 1 else None,
        "memory_bytes": _sum(amounts),
        "memory_reservation_bytes": _sum(reserved),
    }


def _sum(amounts: list[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known and len(known) == len(amounts) else None


def _settings(hardware: Element, family: str, package: Package) -> dict[str, Any]:
    settings = settings_of(hardware)
    return {
        "firmware": _firmware(settings.get("firmware"), family, hardware, package),
        "secure_boot": _TRUTH.get(settings.get("bootoptions.efisecurebootenabled", "").lower()),
        "nested": _TRUTH.get((settings.get("nestedhvenabled") or settings.get("vhv.enable", "")).lower()),
        "cpu_hotplug": _TRUTH.get(settings.get("cpuhotaddenabled", "").lower()),
        "memory_hotplug": _TRUTH.get(settings.get("memoryhotaddenabled", "").lower()),
    }


def _firmware(word: str | None, family: str, hardware: Element, package: Package) -> Firmware | None:
    """VMware takes a VM that does not say otherwise to boot with BIOS."""
    if word is None:
        return Firmware.BIOS if HARDWARE_OF_VMWARE.match(family) else None
    if word.lower() not in FIRMWARE:
        package.refuse(hardware, "firmware", f"is {word!r}, expected bios or efi")
    return FIRMWARE.get(word.lower())


def _guest(section: Element | None) -> str | None:
    """VMware's id of the guest system, or what people read; the first is the more exact unless it is `other`."""
    if section is None:
        return None
    ident, described = attribute(section, "osType"), words(section, "Description")
    vague = ident is None or ident.lower().startswith("other")
    return (line(described) if vague else None) or line(ident)
