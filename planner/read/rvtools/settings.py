"""Settings that no other hypervisor takes over, from the columns that tell them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from planner.model.estate import Disk
from planner.model.kinds import DiskKind
from planner.model.setting import Setting, SettingKind
from planner.read.rvtools.export import Row
from planner.read.rvtools.words import OFF_BALANCE, SHARED_BUSES

_UNLIMITED: Final = -1
_LISTENING: Final = (
    ("promiscuous", "promiscuous mode"),
    ("mac_changes", "MAC changes"),
    ("forged", "forged transmits"),
)


def settings_of_vm(vm: Row, disks: tuple[Disk, ...], rows: Callable[[str], list[Row]]) -> tuple[Setting, ...]:
    """Everything of the kind in vInfo, and in the rows that other sheets have about the VM."""
    cpu, memory, tools = (next(iter(rows(sheet)), None) for sheet in ("vcpu", "vmemory", "vtools"))
    return (
        *_processors(vm, cpu),
        *_memory(vm, memory),
        *_disks(vm, disks, rows("vdisk")),
        *_cards(vm, rows("vnetwork")),
        *_state(vm, tools),
    )


def _processors(vm: Row, cpu: Row | None) -> Iterator[Setting]:
    if cpu is not None:
        level, limit = (cpu.text("level") or "").lower(), cpu.whole("limit", _UNLIMITED)
        if level and level != "normal":
            shares = cpu.whole("shares") if level == "custom" else None
            yield Setting(kind=SettingKind.CPU_SHARES, value=level if shares is None else str(shares))
        if limit is not None and limit > 0:
            yield Setting(kind=SettingKind.CPU_LIMIT, value=f"{limit} MHz")
    if (vm.text("latency") or "").lower() == "high":
        yield Setting(kind=SettingKind.LATENCY_SENSITIVE, value="high")


def _memory(vm: Row, memory: Row | None) -> Iterator[Setting]:
    """A limit below what the VM is given, in MiB."""
    limit = memory.whole("limit", _UNLIMITED) if memory else None
    given = vm.whole("memory", 1)
    if limit is not None and given is not None and 0 < limit < given:
        yield Setting(kind=SettingKind.MEMORY_LIMIT, value=f"{limit} MiB")


def _disks(vm: Row, disks: tuple[Disk, ...], drives: Iterable[Row]) -> Iterator[Setting]:
    shown = [disk.id for disk in disks if disk.bus == "scsi" and disk.kind in {DiskKind.DISK, DiskKind.RDM}]
    if shown and vm.truth("disk_uuid"):
        yield Setting(kind=SettingKind.DISK_SERIAL, value=", ".join(shown))
    shared = ((row.text("controller"), (row.text("bus_sharing") or "").lower()) for row in drives)
    for controller, mode in dict.fromkeys(shared):
        if mode in SHARED_BUSES:
            value = ": ".join(filter(None, (controller, SHARED_BUSES[mode])))
            yield Setting(kind=SettingKind.BUS_SHARING, value=value)


def _cards(vm: Row, cards: Iterable[Row]) -> Iterator[Setting]:
    """Cards without a link: now, of a VM that runs; at its next start, of one that is off."""
    on = (vm.text("power") or "").lower() == "poweredon"
    for card in cards:
        now, then = card.truth("connected"), card.truth("starts_connected")
        if (now if on and now is not None else then) is False:
            yield Setting(kind=SettingKind.NIC_UNPLUGGED, value=card.text("label"))


def _state(vm: Row, tools: Row | None) -> Iterator[Setting]:
    if tools is not None and tools.truth("clock"):
        yield Setting(kind=SettingKind.CLOCK_FROM_HOST)
    if (state := (vm.text("connection") or "").lower()) in OFF_BALANCE:
        yield Setting(kind=SettingKind.UNCERTAIN_STATE, value=state)
    if vapp := vm.text("vapp"):
        yield Setting(kind=SettingKind.VAPP, value=vapp)


def settings_of_cluster(row: Row | None, hosts: Iterable[Row]) -> tuple[Setting, ...]:
    """Power saving (DPM); and the processors that EVC shows to VMs, where all hosts tell of the same."""
    return tuple(_of_cluster(row, [host.text("baseline") for host in hosts]))


def _of_cluster(row: Row | None, baselines: list[str | None]) -> Iterator[Setting]:
    if row is not None and row.truth("power_saving"):
        yield Setting(kind=SettingKind.POWER_SAVING, value=row.text("power_behaviour"))
    if len({*baselines}) == 1 and baselines[0]:
        yield Setting(kind=SettingKind.CPU_BASELINE, value=baselines[0])


def settings_of_standard(row: Row) -> tuple[Setting, ...]:
    """Who may listen on a port group of a standard switch.

    Such switches let cards change their addresses unless somebody forbids it, so that alone says nothing.
    """
    return _listening(what for field, what in _LISTENING[:1] if row.truth(field))


def settings_of_distributed(row: Row) -> tuple[Setting, ...]:
    """Who may listen on a distributed port group, which forbids all of it at first."""
    return _listening(what for field, what in _LISTENING if row.truth(field))


def _listening(allowed: Iterable[str]) -> tuple[Setting, ...]:
    value = ", ".join(allowed)
    return (Setting(kind=SettingKind.LISTENING_PORTS, value=value),) if value else ()
