"""From given to solved: the cheapest help that makes a cluster convertible, or where it is stuck."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.model.estate import Host
from planner.model.policy import Strategy
from planner.place.case import Case
from planner.place.cases import build_case
from planner.place.choice import STYLES
from planner.place.conversion import Conversion
from planner.place.exhaust import exhaust, small_enough
from planner.place.ledger import Ledger
from planner.place.search import Stuck, search


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A finished ledger and the hosts that it borrowed."""

    ledger: Ledger
    swings: tuple[Host, ...]


def solve(conversion: Conversion) -> Solution | Stuck:
    """The first way that works: nobody's help, then the fewest swing hosts, then parking, then both.

    Otherwise where the attempt with the most help got stuck.
    """
    stuck = None
    for case, swings in _helps(conversion):
        found = _attempt(case)
        if isinstance(found, Ledger):
            return Solution(ledger=found, swings=swings)
        stuck = found
    if stuck is None:
        raise AssertionError("there is always the attempt without help")
    return stuck


def can_carry(host: Host, conversion: Conversion) -> bool:
    """Whether a spare host is known to be unfit for the platform; what is unknown does not make it so."""
    platform, flags = conversion.platform, host.cpu.flags
    if host.memory_bytes is not None and host.memory_bytes < platform.min_host_memory_bytes:
        return False
    if host.disks and max(disk.capacity_bytes for disk in host.disks) < platform.min_host_disk_bytes:
        return False
    return flags is None or all(set(any_of) & set(flags) for any_of in platform.required_cpu_flags)


def _helps(conversion: Conversion) -> Iterator[tuple[Case, tuple[Host, ...]]]:
    """Cases with ever more help, and the swing hosts of each."""
    plain = build_case(conversion, ())
    yield replace(plain, parking=None), ()
    lent = list(_swing_sets(conversion))
    for swings in lent:
        yield replace(build_case(conversion, swings), parking=None), swings
    if plain.parking is not None:
        yield plain, ()
        for swings in lent:
            yield build_case(conversion, swings), swings


def _swing_sets(conversion: Conversion) -> Iterator[tuple[Host, ...]]:
    """Sets of swing hosts, fewest first: each alone, smallest first, then the largest two, three and so on.

    An upgrade and a move to new hosts borrow none.
    """
    if conversion.strategy is not Strategy.CONVERT_IN_PLACE:
        return
    fit = [host for host in conversion.swings if can_carry(host, conversion)]
    by_size = sorted(fit, key=lambda host: (host.memory_bytes or 0, host.id))
    yield from ((host,) for host in by_size)
    yield from (tuple(by_size[-count:]) for count in range(2, len(by_size) + 1))


def _attempt(case: Case) -> Ledger | Stuck:
    stuck = None
    for style in STYLES:
        found = search(case, style)
        if isinstance(found, Ledger):
            return found
        stuck = stuck or found
    if stuck is None:
        raise AssertionError("there is at least one style")
    if small_enough(stuck.ledger) and case.strategy is not Strategy.MOVE_TO_NEW_HOSTS and not case.parking:
        exact = exhaust(stuck.ledger)
        return exact if exact is not None else stuck
    return stuck
