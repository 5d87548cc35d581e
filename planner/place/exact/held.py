"""A played script held to its times: a move also comes after those that had its hosts' transfers before it.

An exact solution is short because now and then something waits that could begin. A scheduler that lets everything begin as
soon as it can would lose that; so what set out later in the script comes after what had ended by then on one of its hosts.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from planner.model.estate import HostId
from planner.model.plan import Phase


class Run(NamedTuple):
    """A phase with moves as it was played: its place, its seconds, and the hosts that it took transfers of."""

    phase: int
    start: int
    end: int
    hosts: frozenset[HostId]
    crossing: bool


def held(phases: tuple[Phase, ...], runs: Iterable[Run], at_once: int | None) -> tuple[Phase, ...]:
    """The phases with what they wait for besides; what follows from the rest is left out.

    With it no host, nor all of them where `at_once` caps crossings, ever has more transfers than were played at one time: those of
    which none comes after another all overlapped.
    """
    found = list(phases)
    known = list(runs)
    earlier: list[frozenset[int]] = []
    of_phase = {run.phase: run for run in known}
    for place, phase in enumerate(found):
        run = of_phase.get(place)
        wanted = set() if run is None else {one.phase for one in known if _frees(one, run, at_once)}
        every = wanted | {*phase.after}
        implied = frozenset().union(*(earlier[one] for one in every))
        found[place] = replace(phase, after=tuple(sorted({*phase.after, *(wanted - implied)})))
        earlier.append(implied | every)
    return tuple(found)


def _frees(one: Run, run: Run, at_once: int | None) -> bool:
    """Whether a run had ended on a host of another, or crossed where few may, when that set out."""
    shares = not one.hosts.isdisjoint(run.hosts)
    capped = at_once is not None and one.crossing and run.crossing
    return one.end <= run.start and one.phase < run.phase and (shares or capped)
