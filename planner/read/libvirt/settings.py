"""What a domain's document has set beyond the ordinary: a table of the places where each kind stands.

Source: libvirt documentation, domain XML. What libvirt writes into every domain by itself is no setting.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from planner.model.setting import Setting, SettingKind
from planner.read.libvirt.values import text_of
from planner.read.loaders import own_kernel
from planner.read.outside import line
from planner.read.xml import Element

Tell = Callable[[Element], Iterator[str | None]]

# cpu.shares of a control group is 1024 in version 1, cpu.weight 100 in version 2 (Linux, cgroups).
_USUAL_SHARES: Final = frozenset({"1024", "100"})
# The models that QEMU and libvirt give a domain that asks for none.
_NO_MODEL: Final = frozenset({"qemu64", "qemu32", "kvm64", "kvm32"})
# Since libvirt 9.1 every q35 machine tells of the watchdog that its chipset always had.
_CHIPSET_WATCHDOG: Final = ("itco", "reset")
# `default`, `stop` and `enospace` stop the VM, which is what a new one does.
_STOPPING: Final = frozenset({"", "default", "stop", "enospace"})
_OUTSIDE: Final = frozenset({"dev", "file", "pipe", "tcp", "udp", "unix", "nmdm"})
_COMMAND_LINES: Final = (
    "{http://libvirt.org/schemas/domain/qemu/1.0}commandline",
    "{http://libvirt.org/schemas/domain/xen/1.0}commandline",
)


def settings_of(domain: Element) -> tuple[Setting, ...]:
    """What is set on the `<domain>`, each kind in its order, nothing twice."""
    found = (
        Setting(kind=kind, value=line(value)) for kind, tell in _TELLERS.items() for value in tell(domain)
    )
    return tuple(dict.fromkeys(found))


def _values(path: str, key: str) -> Tell:
    """An attribute, of every element at a path that has it."""

    def tell(domain: Element) -> Iterator[str | None]:
        return (value for element in domain.iterfind(path) if (value := element.get(key)))

    return tell


def _presence(path: str) -> Tell:
    """That there is an element at a path; how often does not matter."""

    def tell(domain: Element) -> Iterator[str | None]:
        if domain.find(path) is not None:
            yield None

    return tell


def _affinity(domain: Element) -> Iterator[str | None]:
    yield from _values("vcpu", "cpuset")(domain)
    yield from _values("cputune/vcpupin", "cpuset")(domain)


def _nodes(domain: Element) -> Iterator[str | None]:
    for element in domain.iterfind("numatune/*"):
        if nodes := element.get("nodeset") or (element.get("placement") == "auto" and "auto"):
            yield f"{element.get('mode', 'strict')} {nodes}"


def _shares(domain: Element) -> Iterator[str | None]:
    """A weight of its own; ESXi, read through libvirt, has one for every VM."""
    shares = text_of(domain.find("cputune/shares"))
    if shares and domain.get("type") != "vmware" and shares.strip() not in _USUAL_SHARES:
        yield shares


def _limit(domain: Element) -> Iterator[str | None]:
    """A quota of its period in microseconds; one below zero is no limit."""
    for key in ("", "global_"):
        quota = text_of(domain.find(f"cputune/{key}quota"))
        if quota and not quota.strip().startswith("-"):
            period = text_of(domain.find(f"cputune/{key}period"))
            yield f"{quota} of {period} µs" if period else f"{quota} µs"


def _processor(domain: Element) -> Iterator[str | None]:
    """The model that somebody chose: Xen always hands its own through.

    Of a running domain libvirt tells the host's model in the same words as a choice (`check='full'`): it is none then.
    """
    processor = domain.find("cpu")
    if processor is None or domain.get("type") == "xen":
        return
    mode, model = processor.get("mode", "custom"), text_of(processor.find("model"))
    if mode in {"host-passthrough", "maximum"}:
        yield mode
    elif mode == "custom" and model and model not in _NO_MODEL and processor.get("check") != "full":
        yield model


def _watchdogs(domain: Element) -> Iterator[str | None]:
    for device in domain.iterfind("devices/watchdog"):
        told = (device.get("model", ""), device.get("action", "reset"))
        if told != _CHIPSET_WATCHDOG:
            yield " ".join(told)


def _menu(domain: Element) -> Iterator[str | None]:
    return (None for menu in domain.iterfind("os/bootmenu") if menu.get("enable") == "yes")


def _threads(domain: Element) -> Iterator[str | None]:
    count = (text_of(domain.find("iothreads")) or "0").strip()
    if count not in {"0", "1"}:
        yield count


def _speeds(domain: Element) -> Iterator[str | None]:
    for number, card in enumerate(domain.iterfind("devices/interface"), start=1):
        for way in card.iterfind("bandwidth/*"):
            if average := way.get("average"):
                yield f"nic-{number} {way.tag} {average} KiB/s"


def _unplugged(domain: Element) -> Iterator[str | None]:
    for number, card in enumerate(domain.iterfind("devices/interface"), start=1):
        if card.find("link[@state='down']") is not None:
            yield f"nic-{number}"


def _chains(domain: Element) -> Iterator[str | None]:
    """Disks that are only the difference to another file; CDs and floppies are read once."""
    for disk in domain.iterfind("devices/disk"):
        source, target = disk.find("backingStore/source"), disk.find("target")
        if source is not None and disk.get("device", "disk") in {"disk", "lun"}:
            name = target.get("dev", "a disk") if target is not None else "a disk"
            base = source.get("file") or source.get("dev") or source.get("name") or "another file"
            yield f"{name} on {base}"


def _arguments(domain: Element) -> Iterator[str | None]:
    """How many: an argument may hold a password."""
    for tag in _COMMAND_LINES:
        for command in domain.iterfind(tag):
            yield f"{len(command)} arguments or variables"


def _folders(domain: Element) -> Iterator[str | None]:
    for element in domain.iterfind("devices/filesystem"):
        source, target = element.find("source"), element.find("target")
        told = (one.get(key) for one in (source, target) if one is not None for key in ("dir", "socket"))
        yield " ".join(word for word in told if word)


def _kernels(domain: Element) -> Iterator[str | None]:
    if kernel := own_kernel((text_of(domain.find("os/kernel")) or "").strip()):
        yield kernel


def _ports(domain: Element) -> Iterator[str | None]:
    """Serial and parallel ports that end at something of the host; a console that libvirt offers (pty) does not."""
    for tag in ("serial", "parallel"):
        for port in domain.iterfind(f"devices/{tag}"):
            if port.get("type") in _OUTSIDE:
                source = port.find("source")
                told = (
                    () if source is None else (source.get("path"), source.get("host"), source.get("service"))
                )
                yield " ".join((str(port.get("type")), *filter(None, told)))


def _reservations(domain: Element) -> Iterator[str | None]:
    for disk in domain.iterfind("devices/disk"):
        held, target = disk.find("source/reservations"), disk.find("target")
        if held is not None and held.get("enabled") != "no":
            yield target.get("dev") if target is not None else None


def _policies(domain: Element) -> Iterator[str | None]:
    for driver in domain.iterfind("devices/disk/driver"):
        if (policy := driver.get("error_policy", "")) not in _STOPPING:
            yield policy


_TELLERS: Final[Mapping[SettingKind, Tell]] = {
    SettingKind.CPU_AFFINITY: _affinity,
    SettingKind.NUMA_AFFINITY: _nodes,
    SettingKind.CPU_SHARES: _shares,
    SettingKind.CPU_LIMIT: _limit,
    SettingKind.CPU_MODEL: _processor,
    SettingKind.WATCHDOG: _watchdogs,
    SettingKind.BOOT_MENU: _menu,
    SettingKind.SPICE_DISPLAY: _presence("devices/graphics[@type='spice']"),
    SettingKind.IO_THREADS: _threads,
    SettingKind.NIC_FILTER: _values("devices/interface/filterref", "filter"),
    SettingKind.NIC_LIMIT: _speeds,
    SettingKind.NIC_UNPLUGGED: _unplugged,
    SettingKind.HUGE_PAGES: _presence("memoryBacking/hugepages"),
    SettingKind.BACKING_CHAIN: _chains,
    SettingKind.QEMU_ARGUMENTS: _arguments,
    SettingKind.SHARED_FOLDER: _folders,
    SettingKind.DIRECT_KERNEL: _kernels,
    SettingKind.SERIAL_PORT: _ports,
    SettingKind.SCSI_RESERVATION: _reservations,
    SettingKind.STORAGE_ERRORS: _policies,
}
