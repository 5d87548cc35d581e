"""A cluster with ever less of the company that only the policy asks for: it may cost neither the plan nor more help."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from planner.model.kinds import Bond
from planner.model.plan import Group, PhaseKind
from planner.place.conversion import Conversion
from planner.place.search import Stuck
from planner.place.solve import Solution


def with_company(
    conversion: Conversion, solved: Callable[[Conversion], Solution | Stuck]
) -> Solution | Stuck:
    """What keeps the most company of those that need the least help: VMs that are parked, then swing hosts.

    Where all get stuck, where the one without any got stuck: so a refusal never blames what was only asked for.
    """
    found: list[Solution | Stuck] = []
    for looser in _loosened(conversion):
        found.append(solved(looser))
        if _help(found[-1], conversion) == (False, 0, 0):
            break
    best = min(found, key=lambda one: _help(one, conversion))
    return found[-1] if isinstance(best, Stuck) else best


def without_company(conversion: Conversion) -> Conversion:
    """The conversion with nothing left of what only the policy asks for."""
    return replace(
        conversion, groups=tuple(group for group in conversion.groups if group.bond is not Bond.BIND)
    )


def _loosened(conversion: Conversion) -> Iterator[Conversion]:
    """The conversion itself, then without its largest groups that bind without being firm: one, two, four and so on."""
    asked = sorted(
        (group for group in conversion.groups if group.bond is Bond.BIND),
        key=lambda group: (-_memory(group, conversion), group.vms),
    )
    dropped = 0
    while True:
        left = set(asked[dropped:])
        kept = tuple(group for group in conversion.groups if group.bond is not Bond.BIND or group in left)
        yield replace(conversion, groups=kept)
        if dropped >= len(asked):
            return
        dropped = min(2 * dropped or 1, len(asked))


def _memory(group: Group, conversion: Conversion) -> int:
    return sum(vm.memory_bytes or 0 for vm in conversion.vms if vm.id in group.vms)


def _help(found: Solution | Stuck, conversion: Conversion) -> tuple[bool, int, int]:
    """Whether there is no way, how many VMs are parked, and how many hosts borrowed that were not lent already."""
    if isinstance(found, Stuck):
        return True, 0, 0
    parked = sum(len(phase.moves) for phase in found.ledger.phases if phase.kind is PhaseKind.PARK)
    return False, parked, len(found.swings) - len(conversion.lent)
