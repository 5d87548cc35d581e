"""The verb: a small conversion made shorter where an exact solver finds a way and the ledger accepts it."""

from typing import Final

from planner.place.choice import spread
from planner.place.exact.facts import Facts
from planner.place.exact.play import Played, play
from planner.place.exact.script import script_of
from planner.place.finish import finish
from planner.place.ledger import Ledger
from planner.place.pace import pace
from planner.place.search import opened, tolerated

_MOST: Final = 120
"""Hosts times VMs."""
_BUDGET: Final = 0.4
_BUDGET_OF_VMS: Final = 8.0
_LEAST_BUDGET: Final = 0.01


def budget(vms: int) -> float:
    """Deterministic seconds of the solver for each small cluster of an estate with so many VMs; 0 for large estates.

    On a quiet machine a deterministic second takes about four.
    """
    share = min(_BUDGET, _BUDGET_OF_VMS / max(1, vms))
    return share if share >= _LEAST_BUDGET else 0


def polished(reached: Ledger, seconds: float, gain: int = 0) -> Ledger:
    """The conversion as short as an exact solver makes it in so many deterministic seconds; as it was where that is no gain.

    `gain` is by how many seconds it has to be shorter, if not just as short and held to its times. What is larger, or does what
    the exact model does not know, stays as it was.
    """
    case = reached.case
    if not seconds or len(case.nodes) * len(case.workloads) > _MOST:
        return reached
    found = _shortest(reached, seconds) or reached
    (before, _), (after, _) = _cost(reached), _cost(found)
    return found if after + gain <= before and _cost(found) <= _cost(reached) else reached


def _shortest(reached: Ledger, seconds: float) -> Ledger | None:
    case = reached.case
    start, grace = opened(case), tolerated(case)
    script = script_of(reached.phases[len(start.phases) :], case.units)
    first = play(start, script, grace) if script else None
    facts = Facts.of(start, grace, first.ledger.paced[1]) if first else None
    if script is None or first is None or facts is None:
        return None
    # Importing it takes the better part of a second, which only those pay who use it.
    from planner.place.exact.solver import shorter  # noqa: PLC0415

    better = shorter(facts, reached, script, first.starts, seconds)
    played = play(start, better, grace) if better else None
    # Of plans that are as short, the one that was there: its places were chosen for what the model does not know.
    ways = [ledger for ledger in (_finished(first), _finished(played)) if ledger is not None]
    return min(ways, key=lambda ledger: _cost(ledger)[0], default=None)


def _finished(played: Played | None) -> Ledger | None:
    if played is None or finish(played.ledger, spread) is not None:
        return None
    return played.ledger


def _cost(ledger: Ledger) -> tuple[int, int]:
    return pace(ledger.case, ledger.phases, ledger.paced), sum(len(phase.moves) for phase in ledger.phases)
