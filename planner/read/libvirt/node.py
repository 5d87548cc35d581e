"""A host as libvirt's capabilities and its SMBIOS tell of it."""

from dataclasses import dataclass
from typing import Final

from lxml import etree

from planner.model.estate import Cpu
from planner.model.kinds import HypervisorKind
from planner.read.libvirt.domain import HYPERVISORS
from planner.read.libvirt.values import LARGEST_COUNT, LARGEST_MEMORY, Document, parts, text_of
from planner.read.outside import line
from planner.read.xml import Element

_WHOLE: Final = ({"vmx", "ept"}, {"svm", "npt"})
_KINDS: Final = (HypervisorKind.XEN, HypervisorKind.KVM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A host without its name, which capabilities do not hold; `cpu_xml` is what libvirt compares processors by."""

    hypervisor: HypervisorKind
    uuid: str | None
    cpu: Cpu
    cpu_xml: str | None
    memory_bytes: int | None
    live_migration: bool
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the firmware says of the machine."""

    vendor: str | None = None
    model: str | None = None
    uuid: str | None = None
    processor: str | None = None


def read_node(document: Document, root: Element) -> Node | None:
    """The host of a `<capabilities>` element. None, and a problem, when it runs no VMs of a known kind."""
    host = parts(root.find("host"))
    types = {HYPERVISORS.get(domain.get("type", "")) for domain in root.iterfind("guest/arch/domain")}
    hypervisor = next((kind for kind in _KINDS if kind in types), None)
    if not host or hypervisor is None:
        document.fault(
            root, "capabilities tell of no host with KVM, QEMU or Xen: expected virsh capabilities"
        )
        return None
    cells = root.findall("host/topology/cells/cell")
    memory = [
        document.scaled(told, "a cell's memory", "KiB", 0, LARGEST_MEMORY)
        for cell in cells
        if (told := cell.find("memory")) is not None
    ]
    sizes = [size for size in memory if size is not None]
    return Node(
        hypervisor=hypervisor,
        uuid=document.uuid(host.get("uuid")),
        cpu=_cpu(document, host.get("cpu"), cells),
        cpu_xml=etree.tostring(host["cpu"], encoding="unicode", with_tail=False) if "cpu" in host else None,
        memory_bytes=sum(sizes) or None,
        live_migration=root.find("host/migration_features/live") is not None,
        origin=document.origin(root),
    )


def read_machine(document: Document, root: Element) -> Machine:
    """The machine of a `<sysinfo>` element."""
    told = {
        entry.get("name"): entry
        for entry in root.iterfind("system/entry")
        if entry.text and entry.text.strip()
    }
    processor = root.find("processor/entry[@name='version']")
    return Machine(
        processor=line(text_of(processor)),
        vendor=line(text_of(told.get("manufacturer"))),
        model=line(text_of(told.get("product"))),
        uuid=document.uuid(told.get("uuid")),
    )


def read_flags(cpu: Element) -> tuple[str, ...] | None:
    """The processor's flags as Linux names them, from a CPU with all its features.

    Old releases of libvirt do not know the flags of nested paging: without those the list is no whole one, and
    what is not in it cannot be taken to be missing.
    """
    found = {_linux_name(feature.get("name", "")) for feature in cpu.iterchildren("feature")}
    whole = any(pair <= found for pair in _WHOLE)
    return tuple(sorted(found)) if whole else None


def _linux_name(feature: str) -> str:
    return feature.removeprefix("vmx-").replace(".", "_")


def _cpu(document: Document, cpu: Element | None, cells: list[Element]) -> Cpu:
    inside = parts(cpu)
    processors = [one for cell in cells for one in cell.iterfind("cpus/cpu")]
    placed = [one for one in processors if one.get("core_id") is not None]
    sockets, cores = _counts(document, inside.get("topology"), len(cells))
    if placed and len(placed) == len(processors):
        sockets = len({one.get("socket_id") for one in placed})
        cores = len({(one.get("socket_id"), one.get("die_id", "0"), one.get("core_id")) for one in placed})
    return Cpu(
        vendor=line(text_of(inside.get("vendor"))),
        model=line(text_of(inside.get("model"))),
        sockets=sockets,
        cores=cores,
        threads=len(processors) or None,
    )


def _counts(document: Document, topology: Element | None, cells: int) -> tuple[int | None, int | None]:
    """Sockets and cores of the topology, which counts those of one NUMA cell: only clear where there is one."""
    if topology is None or cells > 1:
        return None, None
    counts = [
        document.whole(topology, topology.get(key, "1"), f"the topology's {key}", 1, LARGEST_COUNT)
        for key in ("sockets", "dies", "cores")
    ]
    known = [count for count in counts if count is not None]
    return (known[0], known[0] * known[1] * known[2]) if len(known) == len(counts) else (None, None)
