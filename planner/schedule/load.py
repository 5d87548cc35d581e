"""What crosses, for bounds: the least work that so much memory takes, and the least time."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple, Self

from planner.model.plan import Step
from planner.schedule.facts import Facts


class Crossing(NamedTuple):
    """A VM's way over: bytes of memory (0 unless it runs), and seconds."""

    memory: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """All that crosses: bytes of running VMs, seconds of transfers, and each VM's bytes times its seconds added up.

    `all_run`: every VM takes memory. `cheapest` are bytes and seconds added up, VMs with the most memory a second first;
    `quickest` are bytes added up, the quickest VM first, and the seconds of each.
    """

    memory: int
    seconds: int
    byte_seconds: int
    all_run: bool
    cheapest: tuple[tuple[int, ...], tuple[int, ...]]
    quickest: tuple[tuple[int, ...], tuple[int, ...]]

    @classmethod
    def of(cls, crossings: Iterable[Crossing]) -> Self:
        """Add them up."""
        every = tuple(crossings)
        running = [crossing for crossing in every if crossing.memory]
        cheapest = sorted(running, key=lambda crossing: crossing.seconds / crossing.memory)
        quickest = sorted(running, key=lambda crossing: crossing.seconds)
        return cls(
            memory=sum(crossing.memory for crossing in running),
            seconds=sum(crossing.seconds for crossing in every),
            byte_seconds=sum(crossing.memory * crossing.seconds for crossing in running),
            all_run=len(running) == len(every),
            cheapest=(_added(cheapest, 0), _added(cheapest, 1)),
            quickest=(_added(quickest, 0), (0, *(crossing.seconds for crossing in quickest))),
        )

    def work(self, memory: int) -> int:
        """The fewest seconds of transfers in which so many bytes can cross; the last VM counts in part."""
        bytes_, seconds = self.cheapest
        at = bisect_left(bytes_, min(memory, self.memory))
        if at == 0:
            return 0
        missing = (bytes_[at] - memory) * (seconds[at] - seconds[at - 1]) / (bytes_[at] - bytes_[at - 1])
        return seconds[at] - int(max(0, missing)) - (missing > int(missing))

    def longest(self, memory: int) -> int:
        """The seconds of the longest VM among so many bytes at the least: those that are quicker are too few."""
        bytes_, seconds = self.quickest
        return seconds[bisect_left(bytes_, min(memory, self.memory))]


def crossing(step: Step, facts: Facts) -> Crossing:
    """A step's VM on its way over."""
    runs = step.vm is not None and facts.runs(step.vm)
    return Crossing((facts.vms[step.vm].memory_bytes or 0) if step.vm and runs else 0, step.duration)


def _added(crossings: Iterable[Crossing], field: int) -> tuple[int, ...]:
    return tuple(accumulate((crossing[field] for crossing in crossings), initial=0))
