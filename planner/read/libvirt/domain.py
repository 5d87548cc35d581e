"""A VM as its own document tells it: everything but where it stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planner.model.estate import Attribute, Passthrough
from planner.model.kinds import HypervisorKind, PassthroughKind, PowerState, ToolsState
from planner.model.setting import Setting, SettingKind
from planner.read.libvirt.cards import Card, cards_of
from planner.read.libvirt.drives import Drive, drives_of
from planner.read.libvirt.firmware import firmware_of, nested_of, secure_boot_of
from planner.read.libvirt.held import lun_of, passthrough_of, tpm_of
from planner.read.libvirt.settings import settings_of
from planner.read.libvirt.values import LARGEST_MEMORY, LARGEST_VCPUS, Document, parts, text_of
from planner.read.outside import line, note
from planner.read.xml import Element
from planner.units import format_size

HYPERVISORS: Final = {
    "kvm": HypervisorKind.KVM,
    "qemu": HypervisorKind.KVM,
    "hvf": HypervisorKind.KVM,
    "test": HypervisorKind.KVM,
    "xen": HypervisorKind.XEN,
    "vmware": HypervisorKind.ESXI,
    "hyperv": HypervisorKind.HYPER_V,
}
STATES: Final = {
    "running": PowerState.ON,
    "idle": PowerState.ON,
    # A paused VM keeps its memory, and so the capacity of its host.
    "paused": PowerState.ON,
    "in shutdown": PowerState.ON,
    "shutdown": PowerState.ON,
    "pmsuspended": PowerState.ON,
    "shutoff": PowerState.OFF,
    "crashed": PowerState.OFF,
}
_PARAVIRTUAL: Final = {"xen": True, "linux": True, "hvm": False, "xenpvh": False}
_LIBOSINFO: Final = "{http://libosinfo.org/xmlns/libvirt/domain/1.0}"
_TAGS: Final = ("disk", "interface", "hostdev", "tpm", "channel")
_AGENT: Final = "org.qemu.guest_agent.0"
_AGENTS: Final = {"connected": ToolsState.RUNNING, "disconnected": ToolsState.NOT_RUNNING}
_USUAL_PARTITION: Final = "/machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A domain. `facts` are fields of the VM that its document alone decides."""

    name: str
    uuid: str | None
    hypervisor: HypervisorKind
    facts: Mapping[str, Any]
    drives: tuple[Drive, ...]
    cards: tuple[Card, ...]
    passthrough: tuple[Passthrough, ...]
    origin: str


def read_domain(document: Document, root: Element, state: str | None = None) -> Definition | None:
    """The domain of a `<domain>` element; `state` is libvirt's word for its state, where another place has it.

    None, and a problem, when it has no name or is of a type that is no VM.
    """
    inside = parts(root)
    name = inside.get("name")
    hypervisor = HYPERVISORS.get(root.get("type", ""))
    if name is None or not name.text:
        document.fault(root, "a domain has no name: expected what virsh dumpxml prints")
        return None
    if hypervisor is None:
        known = ", ".join(HYPERVISORS)
        document.fault(
            root, f"a domain is of the type {root.get('type', '')[:60]!r}: expected one of {known}"
        )
        return None
    hardware = _hardware(inside.get("devices"))
    drives = _drives(document, hardware, inside.get("devices"))
    facts = _facts(document, inside, hardware)
    return Definition(
        name=name.text,
        uuid=document.uuid(inside.get("uuid")),
        hypervisor=hypervisor,
        facts=facts
        | {
            "power": _power(root, state),
            "encrypted": any(drive.encrypted for drive in drives),
            "settings": (*settings_of(root), *_ballooned(document, inside, facts["memory_bytes"])),
        },
        drives=drives,
        cards=cards_of(document, hardware["interface"]),
        passthrough=tuple(_held(hardware)),
        origin=document.origin(root),
    )


_Hardware = Mapping[str, Sequence[Element]]
"""The elements below `<devices>` that matter, by their tags."""


def _hardware(devices: Element | None) -> _Hardware:
    found: dict[str, list[Element]] = {tag: [] for tag in _TAGS}
    if devices is not None:
        for element in devices.iterchildren(*_TAGS):
            found[element.tag].append(element)
    return found


def _held(hardware: _Hardware) -> Iterator[Passthrough]:
    for tag, read in (("hostdev", passthrough_of), ("tpm", tpm_of)):
        yield from (device for element in hardware[tag] if (device := read(element)) is not None)


def _drives(document: Document, hardware: _Hardware, devices: Element | None) -> tuple[Drive, ...]:
    luns = (lun_of(element, number) for number, element in enumerate(hardware["hostdev"], start=1))
    return (*drives_of(document, hardware["disk"], devices), *(lun for lun in luns if lun))


def _facts(document: Document, inside: Mapping[str, Element], hardware: _Hardware) -> dict[str, Any]:
    system = inside.get("os")
    booting = parts(system)
    kind = booting.get("type")
    firmware = firmware_of(booting, system.get("firmware") if system is not None else None)
    memory = _memory(document, inside)
    return {
        **_processors(document, inside),
        "memory_bytes": memory,
        "memory_reservation_bytes": _reservation(document, inside, memory),
        "memory_hotplug": "maxMemory" in inside,
        "guest_os": _guest(inside.get("metadata")),
        "firmware": firmware,
        "secure_boot": secure_boot_of(booting, firmware),
        "vtpm": any(
            (backend := tpm.find("backend")) is not None and backend.get("type") == "emulator"
            for tpm in hardware["tpm"]
        ),
        "nested": nested_of(inside.get("cpu")),
        "paravirtual": _PARAVIRTUAL.get((kind.text or "").strip()) if kind is not None else None,
        "tools": _agent(hardware),
        "hardware_version": line(kind.get("machine")) if kind is not None else None,
        "resource_pool": _partition(inside.get("resource")),
        "annotation": note(
            "\n".join(said for key in ("title", "description") if (said := text_of(inside.get(key))))
        ),
        "attributes": tuple(_attributes(inside)),
    }


def _processors(document: Document, inside: Mapping[str, Element]) -> dict[str, Any]:
    """How many vCPUs the VM may have, and whether some of them are still to be plugged in."""
    vcpu, topology = inside.get("vcpu"), None
    if "cpu" in inside:
        topology = inside["cpu"].find("topology")
    # libvirt documentation, domain XML, CPU allocation: a domain that says nothing has one.
    most = 1 if vcpu is None else document.whole(vcpu, vcpu.text, "vcpu", 1, LARGEST_VCPUS)
    current = most
    if vcpu is not None and vcpu.get("current") is not None and most is not None:
        current = document.whole(vcpu, vcpu.get("current"), "the current vcpu", 1, most)
    return {
        "vcpus": most,
        "cpu_hotplug": None if most is None or current is None else current < most,
        "cores_per_socket": None if topology is None else _cores(document, topology),
    }


def _cores(document: Document, topology: Element) -> int | None:
    count = 1
    for key in ("dies", "clusters", "cores"):
        told = document.whole(topology, topology.get(key, "1"), f"the topology's {key}", 1, LARGEST_VCPUS)
        if told is None:
            return None
        count *= told
    return count


def _memory(document: Document, inside: Mapping[str, Element]) -> int | None:
    """The memory that the VM starts with: all that ballooning might give it."""
    for key in ("memory", "currentMemory"):
        if key in inside:
            return document.memory(inside[key], "memory")
    return None


def _ballooned(document: Document, inside: Mapping[str, Element], memory: int | None) -> Iterator[Setting]:
    """Whether the VM has less memory now than it may grow to; libvirt takes 0 for all of it."""
    if memory is None or "memory" not in inside or "currentMemory" not in inside:
        return
    now = document.scaled(inside["currentMemory"], "currentMemory", "KiB", 0, LARGEST_MEMORY)
    if now and now < memory:
        told = f"{format_size(now)} of {format_size(memory)}"
        yield Setting(kind=SettingKind.DYNAMIC_MEMORY, value=told)


def _reservation(document: Document, inside: Mapping[str, Element], memory: int | None) -> int | None:
    """Memory that is never taken away: all of it where it is locked or lies in huge pages."""
    backing = parts(inside.get("memoryBacking"))
    if "locked" in backing or "hugepages" in backing:
        return memory
    tune = inside.get("memtune")
    least = tune.find("min_guarantee") if tune is not None else None
    return None if least is None else document.scaled(least, "min_guarantee", "KiB", 0, 2**50)


def _power(root: Element, state: str | None) -> PowerState | None:
    """A running domain has an id; one without may be off, or printed with --inactive."""
    return PowerState.ON if root.get("id") and state is None else STATES.get(state or "")


def _guest(metadata: Element | None) -> str | None:
    """The guest's operating system, as whoever made the VM said with a libosinfo id."""
    system = next(metadata.iter(f"{_LIBOSINFO}os"), None) if metadata is not None else None
    return line(system.get("id")) if system is not None else None


def _agent(hardware: _Hardware) -> ToolsState | None:
    """The guest agent of QEMU, which only a running domain tells of."""
    targets = (channel.find("target") for channel in hardware["channel"])
    states = (one.get("state", "") for one in targets if one is not None and one.get("name") == _AGENT)
    return next((_AGENTS[state] for state in states if state in _AGENTS), None)


def _partition(resource: Element | None) -> str | None:
    partition = line(text_of(resource.find("partition"))) if resource is not None else None
    return None if partition == _USUAL_PARTITION else partition


def _attributes(inside: Mapping[str, Element]) -> Iterator[Attribute]:
    """What binds a VM to its host and has no field: encrypted memory."""
    if (launch := inside.get("launchSecurity")) is not None:
        yield Attribute(name="launchSecurity", value=line(launch.get("type")) or "on")


def held_by_cards(definition: Definition) -> Iterator[Passthrough]:
    """Devices of the host that are this VM's network cards or disks."""
    for card in definition.cards:
        if card.passed:
            yield Passthrough(kind=PassthroughKind.SRIOV, description=f"{card.id} is {card.passed}")
    for drive in definition.drives:
        if drive.passed:
            yield Passthrough(kind=PassthroughKind.PCI, description=f"{drive.id} is NVMe {drive.passed}")
