"""The entries of a journal as runs of steps: those that measure a step from its beginning to its end, and the others."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from planner.errors import Problem
from planner.model.calibration import LeftOut
from planner.model.journal import ROLLBACK, Entry, Event, Journal
from planner.model.plan import Plan, Step

_AFTERWARDS: Final = {Event.DONE: "was done before", Event.FAILED: "goes on where an earlier run failed"}
_UNBEGUN: Final = {
    Event.BEGUN: "has a part and no beginning",
    Event.DONE: "is done and has no beginning",
    Event.FAILED: "failed and has no beginning",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A step that was begun once and done. `parts` are the seconds of each part, empty where none is told apart."""

    step: Step
    place: str
    seconds: float
    parts: Mapping[str, float]
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """The runs of a journal, those that measure nothing, and steps that the plan does not have."""

    measured: tuple[Run, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[Problem, ...]


def runs(plan: Plan, journal: Journal) -> Runs:
    """The runs of a journal of this plan."""
    steps: dict[str, Step] = {step.id: step for step in plan.schedule.steps}
    of_step: dict[str, list[Entry]] = defaultdict(list)
    for entry in journal.entries:
        of_step[entry.step].append(entry)
    found = [run for name, entries in of_step.items() if name in steps for run in _runs(steps[name], entries)]
    return Runs(
        measured=tuple(run for run in found if isinstance(run, Run)),
        left_out=tuple(run for run in found if isinstance(run, LeftOut)),
        notes=tuple(
            Problem(file=entries[0].file, line=entries[0].line, message=f"the plan has no step {name}")
            for name, entries in of_step.items()
            if name not in steps
        ),
    )


def _runs(step: Step, entries: list[Entry]) -> Iterator[Run | LeftOut]:
    """What each attempt at a step says. Only the first from a clean start measures it."""
    opened: list[Entry] = []
    spoilt: str | None = None
    for entry in entries:
        if entry.phase == ROLLBACK:
            yield from _unfinished(opened, "was taken back before it ended")
            opened, spoilt = [], None
        elif entry.event is Event.BEGUN and entry.phase is None:
            yield from _unfinished(opened, f"was begun again at line {entry.line} and had not ended")
            spoilt = "goes on where an earlier run stopped" if opened else spoilt
            opened = [entry]
        elif not opened:
            yield _left(entry, _UNBEGUN[entry.event])
            spoilt = _AFTERWARDS.get(entry.event, spoilt)
        elif entry.event is Event.BEGUN:
            opened.append(entry)
        else:
            yield _ended(step, [*opened, entry], spoilt)
            opened, spoilt = [], _AFTERWARDS[entry.event]
    yield from _unfinished(opened, "was begun and has not ended: it still runs, or was killed")


def _unfinished(opened: list[Entry], why: str) -> Iterator[LeftOut]:
    if opened:
        yield _left(opened[0], why)


def _left(entry: Entry, why: str) -> LeftOut:
    return LeftOut(step=entry.step, place=entry.place, why=why)


def _ended(step: Step, entries: list[Entry], spoilt: str | None) -> Run | LeftOut:
    end = entries[-1]
    if end.event is Event.FAILED:
        return _left(end, f"failed{f' in {end.phase}' if end.phase else ''}")
    backwards = next((after for before, after in pairwise(entries) if after.at < before.at), None)
    if backwards is not None:
        return _left(backwards, "is earlier than the line of this step before it: the clock was set back")
    if spoilt is not None:
        return _left(end, spoilt)
    own = end.seconds
    seconds = (end.at - entries[0].at).total_seconds() if own is None else own
    if not seconds:
        return _left(end, "took no time at all")
    return Run(
        step=step,
        place=end.place,
        seconds=seconds,
        parts=_between(entries) if own is None else end.parts,
        bytes=step.bytes if end.bytes is None else end.bytes,
    )


def _between(entries: list[Entry]) -> dict[str, float]:
    """The parts of a run by the clock: each lasts until the next begins. Empty where none is named."""
    parts: dict[str, float] = defaultdict(float)
    for entry, following in pairwise(entries):
        if entry.phase is not None:
            parts[entry.phase] += (following.at - entry.at).total_seconds()
    return parts
