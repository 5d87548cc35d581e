"""What a VM of Xen has set beyond the ordinary, as a configuration says it and as `xl list -l` does.

Source: xl.cfg(5) of Xen 4.20; libxl_types.idl of the same; Oracle VM Server for x86 3.4 for OVM_*.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from planner.model.setting import Setting, SettingKind
from planner.read.loaders import own_kernel
from planner.read.outside import line
from planner.read.xen.cards import Card
from planner.read.xen.drives import Drive
from planner.read.xen.settings import MOST_MEMORY_MIB, Settings
from planner.units import KIB, MIB, format_size

# A domain has the weight 256 unless said (xl.cfg); Oracle VM Manager writes 27500, the middle of its scale.
_USUAL_WEIGHTS: Final = frozenset({"256", "27500"})
_ANYWHERE: Final = frozenset({"all", "nodes:all", "-"})
# Where a serial port ends inside of what shows the VM; everything else is something of the host.
_CONSOLES: Final = frozenset({"none", "null", "pty", "stdio", "vc"})
_ARGUMENTS: Final = ("device_model_args", "device_model_args_hvm", "device_model_args_pv")
_WORDS: Final = (
    (SettingKind.CPU_AFFINITY, "cpus", _ANYWHERE),
    (SettingKind.CPU_AFFINITY, "cpus_soft", _ANYWHERE),
    (SettingKind.CPU_SHARES, "cpu_weight", _USUAL_WEIGHTS),
    (SettingKind.CPU_LIMIT, "cap", frozenset({"0"})),
    (SettingKind.CPU_LIMIT, "cpu_cap", frozenset({"0"})),
    (SettingKind.CPU_MODEL, "cpuid", frozenset({"host"})),
)
_NODES: Final = {"nodes": SettingKind.NUMA_AFFINITY, "node": SettingKind.NUMA_AFFINITY}
_SWITCHES: Final = (
    (SettingKind.SPICE_DISPLAY, "spice"),
    (SettingKind.DRIVER_DOMAIN, "driver_domain"),
    (SettingKind.HIGH_AVAILABILITY, "OVM_high_availability"),
)
_SHARES: Final = (
    (SettingKind.CPU_SHARES, "weight", _USUAL_WEIGHTS),
    (SettingKind.CPU_LIMIT, "cap", frozenset[str]()),
)


def settings_of(said: Settings) -> Iterator[Setting]:
    """What a configuration has set, its devices left out."""
    for kind, name, usual in _WORDS:
        value = said.shown(name)
        if value and value.lower() not in usual:
            yield Setting(kind=_NODES.get(value.partition(":")[0], kind), value=value)
    least, most = (said.whole(name, 1, MOST_MEMORY_MIB) for name in ("memory", "maxmem"))
    if least and most and least < most:
        yield _dynamic(least * MIB, most * MIB)
    if kernel := own_kernel(said.shown("kernel")):
        yield Setting(kind=SettingKind.DIRECT_KERNEL, value=kernel)
    arguments = sum(len(said.parts(name)) for name in _ARGUMENTS)
    if arguments:
        yield _arguments(arguments)
    yield from _ports(text for name in ("serial", "parallel") for text in said.parts(name))
    for kind, name in _SWITCHES:
        if said.truth(name):
            yield Setting(kind=kind)


def listed_settings(
    created: Mapping[str, Any], built: Mapping[str, Any], special: Mapping[str, Any]
) -> Iterator[Setting]:
    """What a listing has set: `c_info` and `b_info` of the domain, and what `b_info` has for its type."""
    shares = built.get("sched_params")
    for kind, name, usual in _SHARES:
        value = shares.get(name) if isinstance(shares, Mapping) else None
        # libxl writes -1 and 0 where nothing was asked for.
        if isinstance(value, int) and value > 0 and str(value) not in usual:
            yield Setting(kind=kind, value=str(value))
    most, least, video = (_whole(built.get(name)) for name in ("max_memkb", "target_memkb", "video_memkb"))
    # The memory of the screen is part of the one and not of the other.
    if most and least and least + (video or 0) < most:
        yield _dynamic(least * KIB, most * KIB)
    if kernel := own_kernel(_text(built.get("kernel")) or _text(special.get("kernel"))):
        yield Setting(kind=SettingKind.DIRECT_KERNEL, value=line(kernel))
    arguments = sum(len(_list(built.get(name))) for name in ("extra", "extra_hvm", "extra_pv"))
    if arguments:
        yield _arguments(arguments)
    ports = (special.get("serial"), *_list(special.get("serial_list")))
    yield from _ports(port for port in ports if isinstance(port, str) and port)
    spice = special.get("spice")
    if isinstance(spice, Mapping) and str(spice.get("enable")) == "True":
        yield Setting(kind=SettingKind.SPICE_DISPLAY)
    if str(created.get("driver_domain")) == "True":
        yield Setting(kind=SettingKind.DRIVER_DOMAIN)


def device_settings(drives: Iterable[Drive], cards: Iterable[Card]) -> Iterator[Setting]:
    """Which devices another VM serves, and which cards may not send as fast as they can."""
    for drive in drives:
        if drive.backend:
            yield Setting(kind=SettingKind.BACKEND_DOMAIN, value=f"{drive.id} by {drive.backend}")
    for number, card in enumerate(cards, start=1):
        if card.backend:
            yield Setting(kind=SettingKind.BACKEND_DOMAIN, value=f"nic-{number} by {card.backend}")
        if card.rate:
            yield Setting(kind=SettingKind.NIC_LIMIT, value=f"nic-{number} {card.rate}")


def _dynamic(least: int, most: int) -> Setting:
    return Setting(kind=SettingKind.DYNAMIC_MEMORY, value=f"{format_size(least)} of {format_size(most)}")


def _arguments(count: int) -> Setting:
    """How many: an argument may hold a password."""
    return Setting(kind=SettingKind.QEMU_ARGUMENTS, value=f"{count} arguments")


def _ports(texts: Iterable[str]) -> Iterator[Setting]:
    for text in texts:
        if text.partition(":")[0] not in _CONSOLES:
            yield Setting(kind=SettingKind.SERIAL_PORT, value=line(text))


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
