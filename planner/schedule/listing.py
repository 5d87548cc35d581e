"""List scheduling: when each job of a wave starts, under caps and in order.

Event driven: jobs that are ready wait in a heap, jobs that a busy host holds up wait in that host's heap, and an
end looks only at the hosts that it frees. Jobs with the longest way behind them go first.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that takes time. `hosts` take part in it, one slot each; `after` are jobs that must be done.

    Jobs of the same `batch` start at the same moment, if their hosts have slots for all of them at all.
    """

    key: str
    seconds: int
    hosts: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    batch: str | None = None


def list_schedule(jobs: Sequence[Job], slots: int) -> dict[str, int]:
    """The second, from 0, at which each job starts; `slots` is how many jobs one host takes part in at once.

    Raises ValueError when `after` runs in a circle.

    >>> list_schedule([Job(key="a", seconds=5, hosts=("h",)), Job(key="b", seconds=3, hosts=("h",))], slots=1)
    {'a': 0, 'b': 5}
    """
    starts = _Run(jobs, slots).starts()
    if len(starts) < len(jobs):
        missing = sorted(job.key for job in jobs if job.key not in starts)
        raise ValueError(f"jobs wait for each other in a circle: {', '.join(missing)}")
    return {job.key: starts[job.key] for job in jobs}


class _Run:
    """One pass over the events. A unit is what starts together: a batch, or one job."""

    def __init__(self, jobs: Sequence[Job], slots: int) -> None:
        self.slots = slots
        self.units = _units(jobs, slots)
        self.unit_of = {job.key: unit for unit, members in self.units.items() for job in members}
        self.needs = {unit: Counter(_hosts(members)) for unit, members in self.units.items()}
        self.dependents: dict[str, list[str]] = defaultdict(list)
        self.waits: Counter[str] = Counter()
        for job in jobs:
            for before in job.after:
                if before in self.unit_of:
                    self.dependents[before].append(self.unit_of[job.key])
                    self.waits[self.unit_of[job.key]] += 1
        self.tail = _tails(self.units, self.dependents)
        self.busy: Counter[str] = Counter()
        self.queues: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.ready: list[tuple[int, str]] = []
        self.ends: list[tuple[int, str]] = []
        self.by_key = {job.key: job for job in jobs}
        self.found: dict[str, int] = {}

    def starts(self) -> dict[str, int]:
        for unit in self.units:
            if not self.waits[unit]:
                heapq.heappush(self.ready, (-self.tail[unit], unit))
        self._start_ready(0)
        while self.ends:
            now = self.ends[0][0]
            freed: dict[str, None] = {}
            while self.ends and self.ends[0][0] == now:
                freed.update(dict.fromkeys(self._end(heapq.heappop(self.ends)[1])))
            for host in freed:
                self._wake(host)
            self._start_ready(now)
        return self.found

    def _end(self, key: str) -> tuple[str, ...]:
        hosts = self.by_key[key].hosts
        self.busy.subtract(hosts)
        for unit in self.dependents[key]:
            self.waits[unit] -= 1
            if not self.waits[unit]:
                heapq.heappush(self.ready, (-self.tail[unit], unit))
        return hosts

    def _wake(self, host: str) -> None:
        """Let as many units try again as the host has slots; those that another host holds up queue there."""
        queue = self.queues[host]
        free = self.slots - self.busy[host]
        while queue and free > 0:
            entry = heapq.heappop(queue)
            elsewhere = self._held_up_by(entry[1])
            if elsewhere not in {None, host}:
                heapq.heappush(self.queues[str(elsewhere)], entry)
                continue
            free -= self.needs[entry[1]][host]
            heapq.heappush(self.ready, entry)

    def _start_ready(self, now: int) -> None:
        while self.ready:
            entry = heapq.heappop(self.ready)
            host = self._held_up_by(entry[1])
            if host is not None:
                heapq.heappush(self.queues[host], entry)
                continue
            self.busy.update(self.needs[entry[1]])
            for job in self.units[entry[1]]:
                self.found[job.key] = now
                heapq.heappush(self.ends, (now + job.seconds, job.key))

    def _held_up_by(self, unit: str) -> str | None:
        needs = self.needs[unit].items()
        return next((host for host, need in needs if self.busy[host] + need > self.slots), None)


def _units(jobs: Sequence[Job], slots: int) -> dict[str, tuple[Job, ...]]:
    """Batches that fit on idle hosts and whose jobs do not wait for each other; everything else on its own."""
    batches: dict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        batches[f"batch {job.batch}" if job.batch is not None else job.key].append(job)
    units: dict[str, tuple[Job, ...]] = {}
    for name, members in batches.items():
        keys = {job.key for job in members}
        fits = max(Counter(_hosts(members)).values(), default=0) <= slots
        free = all(keys.isdisjoint(job.after) for job in members)
        if len(members) > 1 and fits and free:
            units[name] = tuple(members)
        else:
            units.update({job.key: (job,) for job in members})
    return units


def _hosts(members: Sequence[Job]) -> list[str]:
    return [host for job in members for host in job.hosts]


def _tails(units: Mapping[str, tuple[Job, ...]], dependents: Mapping[str, list[str]]) -> dict[str, int]:
    """For each unit the longest chain of work that begins with it; units in a circle count themselves only."""
    before: Counter[str] = Counter()
    followers = {
        unit: [later for job in members for later in dependents.get(job.key, ())]
        for unit, members in units.items()
    }
    leaders: dict[str, list[str]] = defaultdict(list)
    for unit, later_units in followers.items():
        for later in later_units:
            leaders[later].append(unit)
            before[unit] += 1
    tails = {unit: max(job.seconds for job in members) for unit, members in units.items()}
    own = dict(tails)
    done = [unit for unit in units if not before[unit]]
    while done:
        unit = done.pop()
        for leader in leaders[unit]:
            tails[leader] = max(tails[leader], own[leader] + tails[unit])
            before[leader] -= 1
            if not before[leader]:
                done.append(leader)
    return tails
