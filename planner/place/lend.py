"""The smallest machine that, lent or added, makes a cluster convertible."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from planner.model.estate import Host, HostId, HypervisorKind, LocalDisk
from planner.model.policy import Strategy
from planner.place.cases import runs
from planner.place.conversion import Conversion
from planner.place.solve import Solution, quick, solve
from planner.place.storages import local_id
from planner.units import GIB, format_size

_MOST_HOSTS: Final = 2

_Works = Callable[[Conversion], bool]
_Least = Callable[[int, int, Callable[[int], Conversion]], int | None]


def lent(conversion: Conversion, works: _Works, least: _Least) -> tuple[str, Conversion] | None:
    """The smallest host, else the smallest pair of equal ones, and the conversion with it; None: not enough.

    An upgrade borrows none: a host of a newer version cannot join a pool of an older one.
    """
    if conversion.strategy is Strategy.UPGRADE_IN_PLACE:
        return None
    running = sum(vm.memory_bytes or 0 for vm in conversion.vms if runs(vm)) // GIB + 1
    for count in range(1, _MOST_HOSTS + 1):
        memory = least(0, running, partial(_with_hosts, conversion, count))
        if memory is None:
            continue
        disk = _disk_needed(conversion, count, memory)
        changed = _with_hosts(conversion, count, memory, disk)
        if works(changed):
            return _text(conversion, count, memory, disk), changed
    return None


def _text(conversion: Conversion, count: int, memory: int, disk: int) -> str:
    adds = conversion.strategy is Strategy.MOVE_TO_NEW_HOSTS
    size = f"{format_size(_host_memory(conversion, memory))} of memory and {format_size(disk)} of disk"
    hosts = "a new host" if adds else "a swing host"
    many = f"{hosts} with {size}" if count == 1 else f"{count} {hosts.removeprefix('a ')}s with {size} each"
    return f"{'add' if adds else 'lend'} {many} (hypervisor: none)"


def _with_hosts(
    conversion: Conversion, count: int, gibibytes: int, disk_bytes: int | None = None
) -> Conversion:
    """With more machines: so much memory for VMs, any processor, any network, a disk if its size matters."""
    more = tuple(_host(conversion, number, gibibytes, disk_bytes) for number in range(count))
    if conversion.strategy is Strategy.MOVE_TO_NEW_HOSTS:
        return replace(conversion, spares=(*conversion.spares, *more))
    return replace(conversion, swings=more)


def _host(conversion: Conversion, number: int, gibibytes: int, disk_bytes: int | None) -> Host:
    return Host(
        id=HostId(f"host-lent-{number}"),
        name=f"lent {number}",
        hypervisor=HypervisorKind.NONE,
        memory_bytes=_host_memory(conversion, gibibytes),
        disks=() if disk_bytes is None else (LocalDisk(id="disk", capacity_bytes=disk_bytes, boot=True),),
    )


def _host_memory(conversion: Conversion, gibibytes: int) -> int:
    needed = gibibytes * GIB + conversion.policy.capacity.host_memory_bytes
    return max(needed, conversion.platform.min_host_memory_bytes)


def _disk_needed(conversion: Conversion, count: int, gibibytes: int) -> int:
    """What a lent host's disk must hold, in whole GiB: the system, and the most that was put on one of them."""
    solution = solve(_with_hosts(conversion, count, gibibytes), quick)
    pools = {local_id(_host(conversion, number, gibibytes, None)) for number in range(count)}
    written = dict.fromkeys(pools, 0)
    if isinstance(solution, Solution):
        workloads = solution.ledger.case.workloads
        for move in (move for phase in solution.ledger.phases for move in phase.moves):
            sizes = {parcel.disk: parcel.size for parcel in workloads[move.vm].parcels}
            for placement in move.disks:
                if placement.storage in pools:
                    written[placement.storage] += sizes[placement.disk]
    data = max(written.values()) * 100 // conversion.policy.capacity.storage_percent + 1
    return -(-(data + conversion.platform.min_host_disk_bytes) // GIB) * GIB
