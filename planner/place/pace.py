"""About how long a conversion takes: enough to tell a quick one from a slow one. `schedule` does it properly."""

from collections import Counter
from collections.abc import Callable, Mapping

from planner.knowledge import conversion_seconds
from planner.model.estate import VirtualMachine
from planner.model.plan import Move, Phase, PhaseKind
from planner.place.case import Case
from planner.place.conversion import Conversion
from planner.place.storages import copy_size, travelling


def crossing_seconds(conversion: Conversion, vm: VirtualMachine) -> int:
    """A cold crossing: the copy at the rate of its route and its host's link, and the work around it."""
    timing, route = conversion.policy.timing, conversion.routes.get(vm.id)
    if route is None or route.transport is None:
        return 0
    size = sum(copy_size(disk) or 0 for disk in travelling(vm.disks))
    links = [nic.speed_bytes or 0 for host in conversion.hosts if host.id == vm.host for nic in host.nics]
    share = max(links, default=0) // conversion.policy.transfers.per_host
    rate = min((rate for rate in (route.rate_bytes, share) if rate), default=0)
    copying = size // rate if rate else 0
    return (
        copying + timing.shutdown + conversion_seconds(route.transport, vm.guest_os, timing) + timing.verify
    )


def pace(case: Case, phases: tuple[Phase, ...], paced: tuple[int, int] = (0, 0)) -> int:
    """Seconds until the last phase is done, each beginning when those that it comes after are.

    `paced`: of so many phases it is known already by which second all of them are done.
    """
    return max(paces(case, phases, paced), default=0)


def paces(case: Case, phases: tuple[Phase, ...], paced: tuple[int, int] = (0, 0)) -> list[int]:
    """The same for each phase."""
    known, seconds = paced
    done = [seconds] * known
    for phase in phases[known:]:
        begins = max((done[earlier] for earlier in phase.after), default=0)
        done.append(begins + phase_seconds(case, phase))
    return done


def phase_seconds(case: Case, phase: Phase) -> int:
    """Seconds of one phase: work on hosts side by side, moves as the busiest host and what all share allow."""
    return _PACES[phase.kind](case, phase)


def _moves(case: Case, phase: Phase) -> int:
    return _busiest(phase.moves, {move.vm: case.workloads[move.vm].seconds for move in phase.moves}, case)


def _migrations(case: Case, phase: Phase) -> int:
    return _busiest(
        phase.moves, dict.fromkeys((move.vm for move in phase.moves), case.timing.live_migration), case
    )


def _busiest(moves: tuple[Move, ...], seconds: Mapping[str, int], case: Case) -> int:
    """Each host takes part in as many moves at once as the policy allows, and so does all that they share.

    None is quicker than its longest, and more than a wave holds take as long as the longest of each full wave (FBLPT).
    """
    busy: Counter[str] = Counter()
    for move in moves:
        for host in {move.source, move.destination} - {None}:
            busy[str(host)] += seconds[move.vm]
    in_waves = sum(sorted((seconds[move.vm] for move in moves), reverse=True)[:: case.wave])
    together = sum(seconds.values()) // case.at_once if case.at_once else 0
    return max(in_waves, max(busy.values(), default=0) // case.per_host, together)


_PACES: Mapping[PhaseKind, Callable[[Case, Phase], int]] = {
    PhaseKind.CROSS: _moves,
    PhaseKind.PARK: _moves,
    PhaseKind.UNPARK: _migrations,
    PhaseKind.RELOCATE: _migrations,
    PhaseKind.REBALANCE: _migrations,
    PhaseKind.RETIRE: lambda case, _phase: case.timing.retire_host,
    PhaseKind.RETURN: lambda case, _phase: case.timing.retire_host,
    PhaseKind.UPGRADE: lambda case, _phase: case.timing.upgrade_host,
    PhaseKind.BUILD: lambda case, _phase: case.timing.install_host + case.timing.configure_host,
}
