"""Journals as a run of a plan would write them, had its constants been the given ones."""

import math
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from planner.calibrate.terms import model
from planner.model.journal import Entry, Event, Journal

BEGIN = datetime(2027, 2, 6, 20, tzinfo=UTC)
Z90 = 1.2816  # nine in ten draws of the normal distribution are below


@dataclass(kw_only=True)
class Truth:
    """What the world is like. `rate` is of every transport; `spread_percent` is p90 over p50 of every step."""

    work: dict[str, int]
    rate: int
    spread_percent: int = 100
    seed: int = 1
    told: str = "parts"  # or "together", as virt-v2v does, or "whole"
    dice: random.Random = field(init=False)

    def __post_init__(self):
        self.dice = random.Random(self.seed)

    def noise(self) -> float:
        return math.exp(self.dice.gauss(0, math.log(self.spread_percent / 100) / Z90))

    def seconds(self, made_of, step) -> float:
        """What a step takes, without noise."""
        return sum(self.work[term] for term in made_of.terms(step)) + step.bytes / self.rate


def journal_of(plan, truth: Truth) -> Journal:
    """A journal of every step of a plan."""
    entries, made_of = [], model(plan)
    for step in plan.schedule.steps:
        terms, factor = made_of.terms(step), truth.noise()
        begun = BEGIN + timedelta(seconds=step.start)
        took = timedelta(seconds=truth.seconds(made_of, step) * factor)
        parts = {} if truth.told == "whole" else _parts(step, terms, truth, factor)
        said = {"seconds": sum(parts.values()), "parts": parts} if parts else {}
        for event, at, more in ((Event.BEGUN, begun, {}), (Event.DONE, begun + took, said)):
            entries.append(entry(step.id, event, at, len(entries) + 1, **more))
    return Journal(file="journal.jsonl", entries=tuple(entries))


def entry(step, event, at=BEGIN, line=1, **more) -> Entry:
    return Entry(step=step, event=Event(event), at=at, file="journal.jsonl", line=line, **more)


def _parts(step, terms, truth: Truth, factor: float) -> dict[str, float]:
    if step.vm is None or "live_migration" in terms:
        return {}
    conversion = [term for term in terms if term.startswith("convert_")]
    copy = step.bytes / truth.rate
    parts = {
        "shutdown": truth.work["shutdown"] if "shutdown" in terms else 0,
        "convert": sum(truth.work[term] for term in conversion),
        "verify": truth.work["verify"] if "verify" in terms else 0,
    }
    key = "convert" if truth.told == "together" and conversion else "copy"
    parts[key] = parts.get(key, 0) + copy
    return {name: seconds * factor for name, seconds in parts.items() if seconds}
