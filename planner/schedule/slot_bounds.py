"""Lower bounds from slots: what shares some needs the sum of its durations over as many as run at once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from planner.model.plan import Step
from planner.schedule.facts import Facts
from planner.schedule.resources import cap, takes

_WORDS: Final[Mapping[str, str]] = {
    "uplink": "transfers over {resource}, {most} at once",
    "converter": "conversions on {name}, {most} at once",
    "transfers": "{count} moves, transfers.at_once",
    "cutovers": "{count} cutovers, waves.cutovers_at_once",
    "installs": "{count} installs, install.at_once",
}
"""How a bound is called, by the first word of what has slots."""


def shared_slots(steps: Iterable[Step], facts: Facts) -> Iterator[tuple[int, str]]:
    """For everything but hosts and datastores of which the policy says how much of it is used at once."""
    seconds: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for step in steps:
        for resource in takes(step, facts):
            seconds[resource] += step.duration
            counts[resource] += 1
    for resource, busy in seconds.items():
        kind, _, name = resource.partition(" ")
        most = cap(resource, facts) if kind in _WORDS else None
        if most is not None:
            words = _WORDS[kind].format(resource=resource, name=name, most=most, count=counts[resource])
            yield -(-busy // most), words
