"""Many streams of one cluster: a few pulses, then the best of them with some wishes bent, again and again.

A local search: what is bent is drawn at random, but the same on every machine, and kept when the stream is none the slower.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from planner.place.case import Case
from planner.place.choice import spread
from planner.place.ledger import Ledger
from planner.place.pulse import Haste, Pulse
from planner.place.search import Manner, Stuck, search

PULSES: Final = (
    Pulse(Haste.DENSEST, Haste.THINNEST, evens_first=True),
    Pulse(Haste.LARGEST, Haste.THINNEST, evens_first=True),
    Pulse(Haste.DENSEST, Haste.LONGEST),
    Pulse(Haste.DENSEST, Haste.LONGEST, evens_first=True),
    Pulse(Haste.LARGEST, Haste.LONGEST, evens_first=True),
    Pulse(Haste.DENSEST, Haste.THINNEST),
)
"""The first is the quickest on average; each of the others is what then helps most beside those before it (`planner bench`)."""
_SHARES: Final = (0.02, 0.05, 0.15, 0.4)
"""What share of the VMs and hosts is bent at one go."""
_LEAST_BEND: Final = 0.3
_MOST_BEND: Final = 2.2
_PATIENCE: Final = 40
"""Streams after which no more are tried if none of them was quicker."""
_ATTEMPTS_WHEN_BENT: Final = 1

Cost = Callable[[Ledger], tuple[int, int]]


def streams(case: Case, cost: Cost, attempts: int, most: int) -> Iterator[Ledger | Stuck]:
    """What the search makes of so many pulses at the most: the best of all is among them."""
    tried = [(pulse, search(case, Manner(spread, pulse), attempts)) for pulse in PULSES[:most]]
    yield from (found for _, found in tried)
    finished = [(cost(found), pulse) for pulse, found in tried if isinstance(found, Ledger)]
    if not finished or most <= len(PULSES):
        return
    best, pulse = min(finished, key=lambda one: one[0])
    random = Random(case.cluster.id)  # noqa: S311  # a search, not a secret
    subjects = sorted([*case.workloads, *case.nodes])
    idle = 0
    for _ in range(most - len(PULSES)):
        bent = _bent(pulse, subjects, random)
        found = search(case, Manner(spread, bent), _ATTEMPTS_WHEN_BENT)
        yield found
        idle += 1
        if isinstance(found, Ledger) and cost(found) <= best:
            idle = 0 if cost(found) < best else idle
            best, pulse = cost(found), bent
        if idle == _PATIENCE:
            return


def _bent(pulse: Pulse, subjects: list[str], random: Random) -> Pulse:
    count = max(1, int(len(subjects) * random.choice(_SHARES)))
    drawn = random.sample(subjects, count)
    return pulse._replace(
        bends={**pulse.bends, **{subject: random.uniform(_LEAST_BEND, _MOST_BEND) for subject in drawn}}
    )
