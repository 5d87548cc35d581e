"""List scheduling: when each job starts, under caps, in order and inside its windows.

Event driven: jobs that are ready wait in a heap, jobs that a full resource holds up wait in that resource's heap,
and an end looks only at the resources that it frees. Of the same turn, jobs with the longest way behind them go first.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Opening = Callable[[str, int], int]
_Waiting = tuple[int, int, str]
"""Turn, longest way behind it (negative), and unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that takes time. `takes` is how much of each resource it holds; `after` are jobs that must be done.

    Jobs of the same `batch` start at the same moment, if the resources have room for all of them at all. Those with the
    lowest `turn` go first.
    """

    key: str
    seconds: int
    takes: Mapping[str, int] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    batch: str | None = None
    turn: int = 0


def at_once(key: str, now: int) -> int:  # noqa: ARG001
    """The opening of jobs that may start at any time."""
    return now


def list_schedule(
    jobs: Sequence[Job], capacity: Mapping[str, int], opening: Opening = at_once
) -> dict[str, int]:
    """The second, from 0, at which each job starts; `capacity` is how much of each resource there is.

    `opening` gives for a job's key and a second the first second from then on at which it may start; jobs of a batch
    have the opening of the first. Raises ValueError when `after` runs in a circle, or a job takes more than there is.

    >>> list_schedule([Job(key=key, seconds=5, takes={"h": 1}) for key in "ab"], {"h": 1})
    {'a': 0, 'b': 5}
    """
    starts = _Run(jobs, capacity, opening).starts()
    if len(starts) < len(jobs):
        missing = sorted(job.key for job in jobs if job.key not in starts)
        raise ValueError(
            f"jobs wait for each other in a circle, or for more than there is: {', '.join(missing)}"
        )
    return {job.key: starts[job.key] for job in jobs}


class _Run:
    """One pass over the events. A unit is what starts together: a batch, or one job."""

    def __init__(self, jobs: Sequence[Job], capacity: Mapping[str, int], opening: Opening) -> None:
        self.capacity = capacity
        self.opening = opening
        self.units = _units(jobs, capacity)
        self.unit_of = {job.key: unit for unit, members in self.units.items() for job in members}
        self.needs = {unit: _taken(members) for unit, members in self.units.items()}
        self.dependents: dict[str, list[str]] = defaultdict(list)
        self.waits: Counter[str] = Counter()
        for job in jobs:
            for before in job.after:
                if before in self.unit_of:
                    self.dependents[before].append(self.unit_of[job.key])
                    self.waits[self.unit_of[job.key]] += 1
        tails = _tails(self.units, self.dependents, self.waits)
        self.rank = {
            unit: (min(job.turn for job in members), -tails[unit]) for unit, members in self.units.items()
        }
        self.busy: Counter[str] = Counter()
        self.queues: dict[str, list[_Waiting]] = defaultdict(list)
        self.ready: list[_Waiting] = []
        self.ends: list[tuple[int, str]] = []
        self.asleep: list[tuple[int, str]] = []
        self.by_key = {job.key: job for job in jobs}
        self.found: dict[str, int] = {}

    def starts(self) -> dict[str, int]:
        for unit in self.units:
            if not self.waits[unit]:
                heapq.heappush(self.ready, (*self.rank[unit], unit))
        self._start_ready(0)
        while self.ends or self.asleep:
            now = min(events[0][0] for events in (self.ends, self.asleep) if events)
            freed: dict[str, None] = {}
            while self.ends and self.ends[0][0] == now:
                freed.update(dict.fromkeys(self._end(heapq.heappop(self.ends)[1])))
            for resource in freed:
                self._wake(resource)
            while self.asleep and self.asleep[0][0] == now:
                unit = heapq.heappop(self.asleep)[1]
                heapq.heappush(self.ready, (*self.rank[unit], unit))
            self._start_ready(now)
        return self.found

    def _end(self, key: str) -> Mapping[str, int]:
        takes = self.by_key[key].takes
        self.busy.subtract(takes)
        for unit in self.dependents[key]:
            self.waits[unit] -= 1
            if not self.waits[unit]:
                heapq.heappush(self.ready, (*self.rank[unit], unit))
        return takes

    def _wake(self, resource: str) -> None:
        """Let as many units try again as there is room for; those that another resource holds up queue there."""
        queue = self.queues[resource]
        free = self.capacity[resource] - self.busy[resource]
        while queue and free > 0:
            entry = heapq.heappop(queue)
            elsewhere = self._held_up_by(entry[2])
            if elsewhere not in {None, resource}:
                heapq.heappush(self.queues[str(elsewhere)], entry)
                continue
            free -= self.needs[entry[2]][resource]
            heapq.heappush(self.ready, entry)

    def _start_ready(self, now: int) -> None:
        while self.ready:
            entry = heapq.heappop(self.ready)
            unit = entry[2]
            resource = self._held_up_by(unit)
            if resource is not None:
                heapq.heappush(self.queues[resource], entry)
                continue
            opens = self.opening(self.units[unit][0].key, now)
            if opens > now:
                heapq.heappush(self.asleep, (opens, unit))
                continue
            self.busy.update(self.needs[unit])
            for job in self.units[unit]:
                self.found[job.key] = now
                heapq.heappush(self.ends, (now + job.seconds, job.key))

    def _held_up_by(self, unit: str) -> str | None:
        needs = self.needs[unit].items()
        return next(
            (resource for resource, need in needs if self.busy[resource] + need > self.capacity[resource]),
            None,
        )


def _units(jobs: Sequence[Job], capacity: Mapping[str, int]) -> dict[str, tuple[Job, ...]]:
    """Batches that fit on idle resources and whose jobs do not wait for each other; everything else on its own."""
    batches: dict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        batches[f"batch {job.batch}" if job.batch is not None else job.key].append(job)
    units: dict[str, tuple[Job, ...]] = {}
    for name, members in batches.items():
        if len(members) > 1 and _can_start_together(members, capacity):
            units[name] = tuple(members)
        else:
            units.update({job.key: (job,) for job in members})
    return units


def _can_start_together(members: Sequence[Job], capacity: Mapping[str, int]) -> bool:
    keys = {job.key for job in members}
    fit = all(need <= capacity[resource] for resource, need in _taken(members).items())
    return fit and all(keys.isdisjoint(job.after) for job in members)


def _taken(members: Sequence[Job]) -> Mapping[str, int]:
    if len(members) == 1:
        return members[0].takes
    taken: Counter[str] = Counter()
    for job in members:
        taken.update(job.takes)
    return taken


def _tails(
    units: Mapping[str, tuple[Job, ...]], dependents: Mapping[str, list[str]], waits: Mapping[str, int]
) -> dict[str, int]:
    """For each unit the longest chain of work that begins with it; units in a circle count themselves only."""
    followers = {
        unit: [later for job in members for later in dependents.get(job.key, ())]
        for unit, members in units.items()
    }
    left = dict(waits)
    order = [unit for unit in units if not waits.get(unit)]
    for unit in order:
        for later in followers[unit]:
            left[later] -= 1
            if not left[later]:
                order.append(later)
    tails = {unit: max(job.seconds for job in members) for unit, members in units.items()}
    for unit in reversed(order):
        tails[unit] += max(map(tails.__getitem__, followers[unit]), default=0)
    return tails
