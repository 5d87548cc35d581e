"""Journals as a run of a plan would write them, had its constants been the given ones."""

import json
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, log
from statistics import NormalDist

from planner.calibrate.figures import TERMS
from planner.calibrate.terms import model
from planner.model.journal import Entry, Event, Journal
from planner.model.policy import TimingPolicy

BEGIN = datetime(2027, 2, 6, 20, tzinfo=UTC)
Z90 = 1.2816  # nine in ten draws of the normal distribution are below
WORK = {term: getattr(TimingPolicy(), term) for term in TERMS}  # as it is assumed


@dataclass(kw_only=True)
class Truth:
    """What the world is like. `rate` is of every transport; `spread_percent` is p90 over p50 of every step."""

    work: dict[str, int]
    rate: int
    spread_percent: int = 100
    seed: int = 1
    told: str = "parts"  # or "together", as virt-v2v does, or "whole"

    def noise(self, made_of, steps) -> dict[str, float]:
        """A factor for each step: log-normal, evenly over those that are made of the same, dealt by the seed."""
        alike = defaultdict(list)
        for step in steps:
            alike[made_of.terms(step), made_of.transport(step)].append(step.id)
        dice, bell = random.Random(self.seed), NormalDist(0, log(self.spread_percent / 100) / Z90)
        found = {}
        for names in alike.values():
            dice.shuffle(names)
            places = [(number + 0.5) / len(names) for number in range(len(names))]
            found |= {
                name: exp(bell.inv_cdf(place)) if self.spread_percent > 100 else 1
                for name, place in zip(names, places, strict=True)
            }
        return found

    def seconds(self, made_of, step) -> float:
        """What a step takes, without noise."""
        return sum(self.work[term] for term in made_of.terms(step)) + step.bytes / self.rate


def journal_of(plan, truth: Truth) -> Journal:
    """A journal of every step of a plan."""
    entries, made_of = [], model(plan)
    noise = truth.noise(made_of, plan.schedule.steps)
    for step in plan.schedule.steps:
        terms, factor = made_of.terms(step), noise[step.id]
        begun = BEGIN + timedelta(seconds=step.start)
        took = timedelta(seconds=truth.seconds(made_of, step) * factor)
        parts = {} if truth.told == "whole" else _parts(step, terms, truth, factor)
        said = {"seconds": sum(parts.values()), "parts": parts} if parts else {}
        for event, at, more in ((Event.BEGUN, begun, {}), (Event.DONE, begun + took, said)):
            entries.append(entry(step.id, event, at, len(entries) + 1, **more))
    return Journal(file="journal.jsonl", entries=tuple(entries))


def text_of(journal: Journal) -> str:
    """A journal as it is written."""
    lines = [
        {"step": one.step, "event": one.event, "at": one.at.isoformat()}
        | ({"seconds": one.seconds, "parts": dict(one.parts)} if one.seconds else {})
        for one in journal.entries
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


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
