# ruff: noqa: INP001  # the plugins of a bundle put this directory on the path
"""Whether a step may begin: what it waits for is done, and everything that it takes part in has room.

Pure: what the journal and the other runs say comes in, a verdict goes out. `turns/WAVE.json` of the bundle says what each step
needs and takes, and how many steps at once each of those things may have.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class Begun(Protocol):
    """Which run began a step, and in which wave the step is."""

    @property
    def run(self) -> str | None:
        """None: nobody wrote it down."""

    @property
    def wave(self) -> str | None:
        """None: nobody wrote it down."""


class Book(Protocol):
    """What has become of steps, by what the journal says."""

    @property
    def begun(self) -> Mapping[str, Begun]:
        """Those that have begun and not ended."""

    @property
    def done(self) -> AbstractSet[str]:
        """Those that are done."""

    @property
    def failed(self) -> Mapping[str, Begun]:
        """Those that have failed."""


@dataclass(frozen=True)
class Turn:
    """What one step waits for: `needs` gives the wave of each step that must be done; `takes` names what has slots.

    `on` is the inventory host whose tasks carry it out, `start` its planned second.
    """

    step: str
    on: str
    kind: str
    start: int
    needs: Mapping[str, str]
    takes: tuple[str, ...]


@dataclass(frozen=True)
class Wave:
    """The turns of a wave. `after` are the steps of the waves that must be done before; `caps` the slots of what is taken."""

    name: str
    budget: int
    after: Mapping[str, tuple[str, ...]]
    caps: Mapping[str, int]
    turns: Mapping[str, Turn]

    def waits_for(self, turn: Turn) -> Iterator[tuple[str, str]]:
        """Every step that must be done before this one, with its wave."""
        yield from turn.needs.items()
        for wave, steps in self.after.items():
            yield from ((step, wave) for step in steps)


def wave_of(text: str | bytes) -> Wave:
    """A wave from the content of its file."""
    data = json.loads(text)
    turns = {
        step: Turn(step=step, **{**turn, "takes": tuple(turn["takes"])})
        for step, turn in data["steps"].items()
    }
    after = {wave: tuple(steps) for wave, steps in data["after"].items()}
    return Wave(name=data["wave"], budget=data["budget"], after=after, caps=data["caps"], turns=turns)


@dataclass(frozen=True)
class World:
    """What is known at this moment.

    `runs` are the steps that each run alive may still do, `mine` names this one; `waiting` gives the wave of every step that
    somebody else waits for. `coming` are steps of the same wave that this run will come to at any moment: at its start others may
    be there first. `wave` finds a wave by its name.
    """

    book: Book
    runs: Mapping[str, AbstractSet[str]]
    mine: str
    waiting: Mapping[str, str]
    wave: Callable[[str], Wave]
    coming: AbstractSet[str] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """May begin when both are empty; else what it waits for, or why it never may."""

    waits: str = ""
    never: str = ""


GO = Verdict()


def verdict(turn: Turn, wave: Wave, world: World) -> Verdict:
    """Whether a step may begin now."""
    if world.mine not in world.runs:
        return Verdict(never=f"{turn.step} does not begin: its run is gone, or cannot write the journal")
    if _is_anothers(turn.step, world):
        return Verdict(never=f"Another run is at {turn.step} already: wait until it is over")
    stopped = _over_budget(turn, wave, world)
    if stopped:
        return Verdict(never=stopped)
    missing = [(step, of) for step, of in wave.waits_for(turn) if step not in world.book.done]
    lost = next((found for found in missing if not _comes(*found, wave, world)), None)
    if lost:
        return Verdict(never=f"{turn.step} ({wave.name}) needs {_why(*lost, world)}")
    if missing:
        step, of = missing[0]
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        return Verdict(waits=f"{turn.step} waits until {step} of {of} is done{more}")
    full = _full(turn, wave, _busy(turn, wave, world))
    return Verdict(waits=f"{turn.step} waits for room: {full}") if full else GO


def _is_anothers(step: str, world: World) -> bool:
    begun = world.book.begun.get(step)
    return step in world.waiting or (begun is not None and begun.run in world.runs)


def _over_budget(turn: Turn, wave: Wave, world: World) -> str:
    """Failures of runs that are over are forgiven: somebody has looked, and runs the wave again."""
    failed = sorted(
        step
        for step, begun in world.book.failed.items()
        if step in wave.turns and step != turn.step and begun.run in world.runs
    )
    if len(failed) <= wave.budget:
        return ""
    return (
        f"{wave.name} is stopped and {turn.step} does not begin: more of its steps have failed ({', '.join(failed)}) than "
        f"its failure budget of {wave.budget} allows. Look at them, then run waves/{wave.name}.yml again"
    )


def _comes(step: str, of: str, wave: Wave, world: World) -> bool:
    """Whether somebody is at it, or will be: another run, or this one in the same play."""
    begun = world.book.begun.get(step)
    if begun and begun.run in world.runs:
        return True
    return any(step in steps and (run != world.mine or of == wave.name) for run, steps in world.runs.items())


def _why(step: str, of: str, world: World) -> str:
    if step in world.book.failed:
        return f"{step} of {of}, which has failed: look at it, and run waves/{of}.yml again"
    if step in world.book.begun:
        return (
            f"{step} of {of}, which was begun by a run that is over and has no end: run waves/{of}.yml again"
        )
    return f"{step} of {of}, which is not done: run waves/{of}.yml first or beside it"


def _busy(turn: Turn, own: Wave, world: World) -> Counter[str]:
    """What is taken by steps that run, and by those that were planned earlier and can begin at this very moment."""
    busy: Counter[str] = Counter()
    for step, begun in world.book.begun.items():
        if step != turn.step and begun.run in world.runs and begun.wave:
            busy.update(world.wave(begun.wave).turns[step].takes)
    there = {**dict.fromkeys(world.coming, own.name), **world.waiting}
    others = [(world.wave(of), world.wave(of).turns[step]) for step, of in there.items() if step != turn.step]
    for wave, other in sorted(others, key=lambda pair: (pair[1].start, pair[1].step)):
        if (other.start, other.step) >= (turn.start, turn.step):
            break
        ready = all(step in world.book.done for step, _ in wave.waits_for(other))
        if ready and not _over_budget(other, wave, world) and not _full(other, wave, busy):
            busy.update(other.takes)
    return busy


def _full(turn: Turn, wave: Wave, busy: Counter[str]) -> str:
    full = (name for name in turn.takes if busy[name] >= wave.caps[name])
    return ", ".join(f"{name} has {wave.caps[name]} at once" for name in full)


@dataclass
class Waves:
    """The waves of a bundle, each read once."""

    directory: Path
    _read: dict[str, Wave] = field(default_factory=dict)

    def __call__(self, name: str) -> Wave:
        """A wave by its name. OSError when it has no file of turns."""
        if name not in self._read:
            self._read[name] = wave_of((self.directory / f"{name}.json").read_bytes())
        return self._read[name]
