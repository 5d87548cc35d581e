"""Lower bounds from slots: what shares some needs the sum of its durations over as many as run at once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from planner.model.plan import Step
from planner.schedule.facts import Facts
from planner.schedule.resources import cap, shared

_WORDS: Final[Mapping[str, str]] = {
    "uplink": "transfers over {resource}, {most} at once",
    "converter": "conversions on {name}, {most} at once",
    "transfers": "{count} moves, transfers.at_once",
    "cutovers": "{count} cutovers, waves.cutovers_at_once",
    "installs": "{count} installs, install.at_once",
}
"""How a bound is called, by the first word of what has slots."""


class Use(NamedTuple):
    """Seconds and number of steps by what they share."""

    seconds: Counter[str]
    counts: Counter[str]


def together(uses: Iterable[Use]) -> Use:
    """What several clusters share, added up."""
    found = Use(Counter(), Counter())
    for use in uses:
        found.seconds.update(use.seconds)
        found.counts.update(use.counts)
    return found


def used(steps: Iterable[Step], facts: Facts) -> Use:
    """What steps share beside hosts and datastores."""
    found = Use(Counter(), Counter())
    for step in steps:
        for resource in shared(step, facts):
            found.seconds[resource] += step.duration
            found.counts[resource] += 1
    return found


def shared_slots(use: Use, facts: Facts) -> Iterator[tuple[int, str]]:
    """For everything of which the policy says how much of it is used at once."""
    for resource, busy in use.seconds.items():
        kind, _, name = resource.partition(" ")
        most = cap(resource, facts)
        if most is not None:
            words = _WORDS[kind].format(resource=resource, name=name, most=most, count=use.counts[resource])
            yield -(-busy // most), words
