"""Whether a host can carry a platform."""

from collections.abc import Callable, Iterator
from typing import Final

from planner.decide.obstacle import Obstacle
from planner.knowledge import cpu_architecture, fact, lacking
from planner.model.estate import Host
from planner.model.platform import Platform
from planner.units import format_size

# Every 64-bit processor reports long mode: a list of flags without it is a selection, in which a missing
# flag of the instruction set proves nothing.
_ON_EVERY_PROCESSOR: Final = "lm"


def _architecture(host: Host, platform: Platform) -> Iterator[tuple[str, str]]:
    own = cpu_architecture(host.cpu)
    if own is not None and own not in fact(platform.id, "architectures").value:
        yield f"has a processor of the architecture {own}", "architectures"


def _processor(host: Host, platform: Platform) -> Iterator[tuple[str, str]]:
    needed = {"required_cpu_flags": platform.required_cpu_flags}
    if _ON_EVERY_PROCESSOR in (host.cpu.flags or ()):
        needed["required_level_flags"] = fact(platform.id, "required_level_flags").value
    for name, flags in needed.items():
        missing = lacking(host.cpu, flags)
        if missing:
            yield f"has a processor without {', '.join(missing)}", name


def _memory(host: Host, platform: Platform) -> Iterator[tuple[str, str]]:
    if host.memory_bytes is not None and host.memory_bytes < platform.min_host_memory_bytes:
        needed = format_size(platform.min_host_memory_bytes)
        yield f"has {format_size(host.memory_bytes)} of memory, {needed} are needed", "min_host_memory_bytes"


def _disk(host: Host, platform: Platform) -> Iterator[tuple[str, str]]:
    bootable = [disk.capacity_bytes for disk in host.disks if disk.boot] or [
        disk.capacity_bytes for disk in host.disks
    ]
    if bootable and max(bootable) < platform.min_host_disk_bytes:
        needed = format_size(platform.min_host_disk_bytes)
        yield f"has a boot disk of {format_size(max(bootable))}, {needed} are needed", "min_host_disk_bytes"


def _cards(host: Host, platform: Platform) -> Iterator[tuple[str, str]]:
    if platform.max_host_nics is not None and len(host.nics) > platform.max_host_nics:
        yield f"has {len(host.nics)} network ports, the most is {platform.max_host_nics}", "max_host_nics"


_CHECKS: Final[tuple[Callable[[Host, Platform], Iterator[tuple[str, str]]], ...]] = (
    _architecture,
    _processor,
    _memory,
    _disk,
    _cards,
)


def unfit(host: Host, platform: Platform) -> Iterator[Obstacle]:
    """Every known reason why a host cannot carry a platform; what is unknown is no reason."""
    for check in _CHECKS:
        for reason, name in check(host, platform):
            yield Obstacle(
                reason=f"host {host.name} {reason}",
                source=f"{platform.id}.{name}",
                remedy=f"replace host {host.name}, or take it out of the cluster",
                host=host.id,
                name=host.name,
            )


def all_unfit(hosts: tuple[Host, ...], platform: Platform) -> bool:
    """Whether there are hosts and none of them can carry the platform."""
    return bool(hosts) and all(any(unfit(host, platform)) for host in hosts)
