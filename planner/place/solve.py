"""From given to solved: the cheapest help that makes a cluster convertible, or where it is stuck."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from planner.knowledge import cpu_architecture, fact, lacking
from planner.model.estate import Host
from planner.model.policy import Strategy
from planner.place.case import Case
from planner.place.cases import build_case
from planner.place.choice import STYLES, spread
from planner.place.conversion import Conversion
from planner.place.exhaust import exhaust, small_enough
from planner.place.ledger import Ledger
from planner.place.pace import pace
from planner.place.search import Manner, Stuck, search
from planner.place.streams import PULSES, streams

_ATTEMPTS: Final = 240
_QUICK_ATTEMPTS: Final = 8
_QUICK_ATTEMPTS_PER_HOST: Final = 2


_ROUNDS: Final = tuple(Manner(style) for style in STYLES)
_MOST_STREAMS: Final = 100
_STREAMS_OF_VMS: Final = 40_000

Attempt = Callable[[Case], Ledger | Stuck]
_Helped = tuple[Case, tuple[Host, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A finished ledger and the hosts that it borrowed."""

    ledger: Ledger
    swings: tuple[Host, ...]


def solve(conversion: Conversion, attempt: Attempt) -> Solution | Stuck:
    """The quickest way with the least help that works: nobody's, then the fewest swing hosts, then parking, then both.

    Otherwise where the attempt with the most help got stuck.
    """
    stuck: Stuck
    for alike in _helps(conversion):
        finished: list[Solution] = []
        for case, swings in alike:
            reached = attempt(case)
            if isinstance(reached, Ledger):
                finished.append(Solution(ledger=reached, swings=swings))
            else:
                stuck = reached
        if finished:
            return min(finished, key=lambda solution: _cost(solution.ledger))
    return stuck


def solvable(conversion: Conversion) -> bool:
    """Whether any help makes a way, as far as little going back finds one: enough to try a remedy."""
    cases = (case for alike in _helps(conversion) for case, _ in alike)
    return any(isinstance(quick(case), Ledger) for case in cases)


def quick(case: Case) -> Ledger | Stuck:
    """The first manner that works, with little going back: enough to try a remedy."""
    attempts = _QUICK_ATTEMPTS_PER_HOST * len(case.nodes) + _QUICK_ATTEMPTS
    for manner in (*(Manner(spread, pulse) for pulse in PULSES), *_ROUNDS):
        found = search(case, manner, attempts)
        if isinstance(found, Ledger) or found.lack:
            return found
    return found


def trials(vms: int) -> int:
    """How many streams each cluster of an estate with so many VMs is tried in: many where that takes little."""
    return max(1, min(_MOST_STREAMS, _STREAMS_OF_VMS // max(1, vms)))


def thorough(case: Case, most: int = _MOST_STREAMS) -> Ledger | Stuck:
    """The quickest of so many streams, then the one with the fewest moves; if none works the quickest of the ways in rounds.

    If none of these works either, for a small cluster, every state.
    """
    rounds = (search(case, manner, _ATTEMPTS) for manner in _ROUNDS)
    for tries in (streams(case, _cost, _ATTEMPTS, most), rounds):
        tried = list(tries)
        finished = [found for found in tried if isinstance(found, Ledger)]
        if finished:
            return min(finished, key=_cost)
    stuck = tried[-1]
    if isinstance(stuck, Ledger) or stuck.lack or not _worth_exhausting(stuck):
        return stuck
    return exhaust(stuck.ledger) or stuck


def _cost(ledger: Ledger) -> tuple[int, int]:
    return pace(ledger.case, ledger.phases, ledger.paced), sum(len(phase.moves) for phase in ledger.phases)


def can_carry(host: Host, conversion: Conversion) -> bool:
    """Whether a spare host is known to be unfit for the platform; what is unknown does not make it so."""
    platform, architecture = conversion.platform, cpu_architecture(host.cpu)
    if host.memory_bytes is not None and host.memory_bytes < platform.min_host_memory_bytes:
        return False
    if host.disks and max(disk.capacity_bytes for disk in host.disks) < platform.min_host_disk_bytes:
        return False
    if architecture is not None and architecture not in fact(platform.id, "architectures").value:
        return False
    return not lacking(host.cpu, platform.required_cpu_flags)


def _helps(conversion: Conversion) -> Iterator[Iterator[_Helped]]:
    """Cases with ever more help, those with as much of it at one go, and the swing hosts of each.

    What is borrowed already is there in all.
    """
    held = conversion.lent
    plain = build_case(conversion, held)
    yield iter([(replace(plain, parking=None), held)])
    for alike in _swing_sets(conversion):
        yield (
            (replace(build_case(conversion, (*held, *more)), parking=None), (*held, *more)) for more in alike
        )
    if plain.parking is not None:
        yield iter([(plain, held)])
        for alike in _swing_sets(conversion):
            yield ((build_case(conversion, (*held, *more)), (*held, *more)) for more in alike)


def _swing_sets(conversion: Conversion) -> Iterator[tuple[tuple[Host, ...], ...]]:
    """Sets of swing hosts, fewest first: each alone, smallest first, then the largest two, three and so on.

    An upgrade and a move to new hosts borrow none.
    """
    if conversion.strategy is not Strategy.CONVERT_IN_PLACE:
        return
    fit = [host for host in conversion.swings if can_carry(host, conversion)]
    by_size = sorted(fit, key=lambda host: (host.memory_bytes or 0, host.id))
    if by_size:
        yield tuple((host,) for host in by_size)
    yield from ((tuple(by_size[-count:]),) for count in range(2, len(by_size) + 1))


def _worth_exhausting(stuck: Stuck) -> bool:
    case = stuck.ledger.case
    if any(stuck.ledger.at[vm.id] is None for vm in stuck.left):
        return False
    return small_enough(case) and case.strategy is not Strategy.MOVE_TO_NEW_HOSTS and case.parking is None
