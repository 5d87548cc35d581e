"""Room on the target side evened out, so that VMs that cross next arrive at many hosts at once.

A host takes part in few transfers at a time. Where all room is on the hosts that were built last, everything that crosses
queues there; live migrations between target hosts take minutes, crossings the better part of an hour.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from planner.model.estate import HostId
from planner.place.case import Part, Workload
from planner.place.current import Current
from planner.place.ledger import Ledger
from planner.place.refusals import keeps_disks, refusal
from planner.place.sides import Side

_SPARE: Final = 1.5
"""How much more room than its transfers take a host needs to be kept busy."""
_GENEROUS: Final = 1.3
"""How much more than its share of the room a host may have in the end: VMs come in pieces."""


def evened(
    current: Current, to_cross: int, may_move: Callable[[Workload], bool]
) -> Iterator[tuple[Workload, HostId]]:
    """VMs that move from full target hosts to empty ones now, each with where to; the caller books one before the next.

    A share is of what is free, or of what is still to cross (`to_cross` bytes) where that is less; what leaves a host counts as
    gone. Hosts with half a share give, those with more than one take, the largest VMs first, so few move. Only VMs whose
    disks stay where they are move, and that nothing ties to a host or to others. Borrowed hosts take none: they have to
    be emptied again. Nothing happens where the memory of a host is unknown.
    """
    ledger = current.ledger
    free = _free(ledger)
    if free is None or len(free) < 2:
        return
    rooms = {host: room + current.giving[host] for host, room in free.items()}
    emptiest = sorted(rooms, key=lambda host: (-rooms[host], host))
    free = {host: rooms[host] for host in emptiest[: _receivers(current, sum(rooms.values()))]}
    share = min(sum(free.values()), to_cross) // len(free)
    takers = [host for host in free if free[host] > share and current.idle(host)]
    givers = sorted(
        (host for host in free if 2 * free[host] < share and current.idle(host)),
        key=lambda host: (free[host], host),
    )
    for giver in givers if takers else ():
        for vm in ledger.residents_to_move(giver):
            if not current.idle(giver):
                break
            if (
                free[giver] + vm.memory > _GENEROUS * share
                or not _moves_freely(ledger, vm)
                or not may_move(vm)
                or current.waits(vm)
            ):
                continue
            able = sorted(
                (host for host in takers if current.idle(host)), key=lambda host: (-free[host], host)
            )
            taker = _taker(ledger, vm, able, free, share)
            if taker is not None:
                free[giver] += vm.memory
                free[taker] -= vm.memory
                yield vm, taker


def _receivers(current: Current, room: int) -> int:
    """On how many hosts the room is best: as many as can fill their transfers with VMs of usual size."""
    running = [vm.memory for vm in current.case.workloads.values() if vm.memory]
    usual = sum(running) // max(1, len(running))
    return max(2, round(room / max(1, _SPARE * usual * current.case.per_host)))


def _free(ledger: Ledger) -> dict[HostId, int] | None:
    staying = (host for host in ledger.on(Side.TARGET) if ledger.case.nodes[host].part is not Part.SWING)
    rooms = {host: ledger.room(host).memory for host in staying}
    known = {host: room - ledger.memory[host] for host, room in rooms.items() if room is not None}
    return known if len(known) == len(rooms) else None


def _moves_freely(ledger: Ledger, vm: Workload) -> bool:
    case = ledger.case
    bound = vm.last or vm.id in case.pins or vm.id in case.mates or len(case.units[vm.id]) > 1
    return vm.running and vm.memory > 0 and not bound


def _taker(
    ledger: Ledger, vm: Workload, takers: list[HostId], free: Mapping[HostId, int], share: int
) -> HostId | None:
    return next(
        (
            host
            for host in takers
            if free[host] - vm.memory >= share
            and refusal(ledger, vm, host) is None
            and keeps_disks(ledger, vm, host)
        ),
        None,
    )
