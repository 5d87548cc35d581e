"""Settings of a .vmx that no other hypervisor takes over."""

import re
from collections.abc import Iterator
from typing import Final

from planner.model.estate import Disk
from planner.model.kinds import DiskKind
from planner.model.setting import Setting, SettingKind
from planner.read.outside import line
from planner.read.vmware.dictionary import Dictionary
from planner.read.vmware.words import SHARED_BUSES

_CARD: Final = re.compile(r"ethernet\d{1,3}")
_CONTROLLER: Final = re.compile(r"scsi\d{1,3}")
_PORT: Final = re.compile(r"(?:serial|parallel)\d{1,3}")
_WATCHDOG: Final = re.compile(r"vwdt")
_LIMIT: Final = re.compile(r"\d{1,18}")
_OUTSIDE: Final = {"device": "fileName", "file": "fileName", "pipe": None, "network": None}
"""What a port leads to, and what names it; an address of the network may hold a password, so it is not kept."""
_ON_DISKS: Final = frozenset({DiskKind.DISK, DiskKind.RDM, DiskKind.LUN})


def settings_of(
    vmx: Dictionary, disks: tuple[Disk, ...], clones: tuple[str, ...], memory_mib: int
) -> tuple[Setting, ...]:
    """Everything of the kind that the file tells; `clones` are the disks that stand on another VM's."""
    return (
        *_scheduling(vmx, memory_mib),
        *_disks(vmx, disks, clones),
        *_ports(vmx),
        *_switches(vmx),
    )


def _scheduling(vmx: Dictionary, memory_mib: int) -> Iterator[Setting]:
    if (cpus := vmx.text("sched.cpu.affinity")) and cpus.lower() != "all":
        yield Setting(kind=SettingKind.CPU_AFFINITY, value=line(cpus))
    if nodes := vmx.text("numa.nodeAffinity"):
        yield Setting(kind=SettingKind.NUMA_AFFINITY, value=line(nodes))
    if (shares := vmx.text("sched.cpu.shares")) and shares.lower() != "normal":
        yield Setting(kind=SettingKind.CPU_SHARES, value=line(shares))
    if speed := _limit(vmx, "sched.cpu.max"):
        yield Setting(kind=SettingKind.CPU_LIMIT, value=f"{speed} MHz")
    if (most := _limit(vmx, "sched.mem.max")) and most < memory_mib:
        yield Setting(kind=SettingKind.MEMORY_LIMIT, value=f"{most} MiB")
    if (vmx.text("sched.cpu.latencySensitivity") or "").lower() == "high":
        yield Setting(kind=SettingKind.LATENCY_SENSITIVE, value="high")


def _limit(vmx: Dictionary, name: str) -> int | None:
    """A limit; None for `unlimited`, which some write as -1."""
    word = vmx.text(name) or ""
    return int(word) or None if _LIMIT.fullmatch(word) else None


def _disks(vmx: Dictionary, disks: tuple[Disk, ...], clones: tuple[str, ...]) -> Iterator[Setting]:
    shown = [disk.id for disk in disks if disk.bus == "scsi" and disk.kind in _ON_DISKS]
    if shown and vmx.truth("disk.EnableUUID"):
        yield Setting(kind=SettingKind.DISK_SERIAL, value=", ".join(shown))
    for controller in sorted(match[0] for match in vmx.present(_CONTROLLER)):
        if (mode := (vmx.text(f"{controller}.sharedBus") or "").lower()) in SHARED_BUSES:
            yield Setting(kind=SettingKind.BUS_SHARING, value=f"{controller}: {mode}")
    if clones:
        yield Setting(kind=SettingKind.LINKED_CLONE, value=", ".join(clones))


def _ports(vmx: Dictionary) -> Iterator[Setting]:
    """Serial and parallel ports that lead to something outside; a printer of the client's is nowhere on the host."""
    for port in sorted(match[0] for match in vmx.present(_PORT)):
        kind = (vmx.text(f"{port}.fileType") or "device").lower()
        if kind in _OUTSIDE:
            named = _OUTSIDE[kind]
            path = line(vmx.text(f"{port}.{named}")) if named else None
            yield Setting(
                kind=SettingKind.SERIAL_PORT, value=" ".join(filter(None, (f"{port}:", kind, path)))
            )


def _switches(vmx: Dictionary) -> Iterator[Setting]:
    if vmx.truth("tools.syncTime"):
        yield Setting(kind=SettingKind.CLOCK_FROM_HOST)
    if any(vmx.present(_WATCHDOG)):
        yield Setting(kind=SettingKind.WATCHDOG)
    for card in sorted(match[0] for match in vmx.present(_CARD)):
        plugged = f"{card}.startConnected"
        if vmx.text(plugged) and not vmx.truth(plugged):
            yield Setting(kind=SettingKind.NIC_UNPLUGGED, value=card)
