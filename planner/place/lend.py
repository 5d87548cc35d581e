"""The smallest machine that, lent or added, makes a cluster convertible."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

from planner.model.estate import Host, HostId, LocalDisk
from planner.model.kinds import HypervisorKind
from planner.model.policy import Strategy
from planner.place.cases import runs
from planner.place.conversion import Conversion
from planner.place.solve import Solution, quick, solve
from planner.place.storages import local_id
from planner.units import GIB, format_size

_MOST_HOSTS: Final = 2

_Works = Callable[[Conversion], bool]
_Least = Callable[[int, int, Callable[[int], Conversion]], int | None]


class _Loan(NamedTuple):
    """So many equal hosts, lent or added, each with memory for VMs (GiB) and a disk (bytes) if its size matters."""

    adds: bool
    number: int
    memory: int = 0
    disk: int | None = None


def lent(conversion: Conversion, works: _Works, least: _Least) -> tuple[str, Conversion] | None:
    """The smallest host, else the smallest pair, that is lent, else added; and the conversion with it.

    None when that is not enough. An upgrade borrows none: a newer host cannot join a pool of an older version.
    """
    running = sum(vm.memory_bytes or 0 for vm in conversion.vms if runs(vm)) // GIB + 1
    for loan in _loans(conversion):
        memory = least(0, running, partial(_with_memory, conversion, loan))
        if memory is None:
            continue
        sized = _with_disk(conversion, loan._replace(memory=memory))
        changed = _with(conversion, sized)
        if works(changed):
            return _text(conversion, sized), changed
    return None


def _loans(conversion: Conversion) -> Iterator[_Loan]:
    if conversion.strategy is Strategy.UPGRADE_IN_PLACE:
        return
    for adds in (True,) if conversion.strategy is Strategy.MOVE_TO_NEW_HOSTS else (False, True):
        for number in range(1, _MOST_HOSTS + 1):
            yield _Loan(adds=adds, number=number)


def _text(conversion: Conversion, loan: _Loan) -> str:
    memory = format_size(_host_memory(conversion, loan.memory))
    size = f"{memory} of memory and {format_size(loan.disk)} of disk"
    verb, noun = ("add", "new host") if loan.adds else ("lend", "swing host")
    many = f"a {noun} with {size}" if loan.number == 1 else f"{loan.number} {noun}s with {size} each"
    return f"{verb} {many} (hypervisor: none)"


def _with_memory(conversion: Conversion, loan: _Loan, gibibytes: int) -> Conversion:
    return _with(conversion, loan._replace(memory=gibibytes))


def _with(conversion: Conversion, loan: _Loan) -> Conversion:
    """With more machines: any processor, any network."""
    more = tuple(_host(conversion, number, loan) for number in range(loan.number))
    if loan.adds:
        return replace(conversion, spares=(*conversion.spares, *more))
    return replace(conversion, swings=more)


def _host(conversion: Conversion, number: int, loan: _Loan) -> Host:
    disks = () if loan.disk is None else (LocalDisk(id="disk", capacity_bytes=loan.disk, boot=True),)
    return Host(
        id=HostId(f"host-lent-{number}"),
        name=f"lent {number}",
        hypervisor=HypervisorKind.NONE,
        memory_bytes=_host_memory(conversion, loan.memory),
        disks=disks,
    )


def _host_memory(conversion: Conversion, gibibytes: int) -> int:
    needed = gibibytes * GIB + conversion.policy.capacity.host_memory_bytes
    return max(needed, conversion.platform.min_host_memory_bytes)


def _with_disk(conversion: Conversion, loan: _Loan) -> _Loan:
    """With the disk that is needed, in whole GiB: the system, and the most that was put on one of the hosts."""
    solution = solve(_with(conversion, loan), quick)
    written = {local_id(_host(conversion, number, loan)): 0 for number in range(loan.number)}
    if isinstance(solution, Solution):
        workloads = solution.ledger.case.workloads
        for move in (move for phase in solution.ledger.phases for move in phase.moves):
            sizes = {parcel.disk: parcel.size for parcel in workloads[move.vm].parcels}
            for placement in move.disks:
                if placement.storage in written:
                    written[placement.storage] += sizes[placement.disk]
    data = max(written.values()) * 100 // conversion.policy.capacity.storage_percent + 1
    return loan._replace(disk=-(-(data + conversion.platform.min_host_disk_bytes) // GIB) * GIB)
