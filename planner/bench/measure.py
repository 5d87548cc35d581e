"""One made-up estate planned: how long that took, what the plan is worth, and what others would make of it."""

import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final

from planner import pipeline
from planner.bench.anchors import Anchors, anchors
from planner.bench.family import POLICY, family
from planner.model.estate import ClusterId
from planner.model.plan import Bound, Plan, Wave

_ENGINE: Final = ("place", "schedule", "verify")
_KIBI: Final = 1024
_DAY: Final = date(2026, 11, 24)
"""What is supported differs from day to day; figures should not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was found. Times of the plan are its seconds at p50, `stages` are seconds of this machine.

    `gaps` are percent of a cluster's span over its largest bound, smallest first; a span is from the start of a cluster's
    first wave to the end of its last, without what it waits for the estate's pilot. `memory_bytes` is the most that the process ever had.
    """

    vms: int
    hosts: int
    clusters: int
    load: int
    seed: int
    stages: dict[str, float]
    memory_bytes: int
    makespan: int
    bound: int
    binding: str
    gaps: tuple[float, ...]
    broken: int
    anchors: Anchors

    @property
    def engine_seconds(self) -> float:
        """Seconds of place, schedule and verify."""
        return sum(self.stages[stage] for stage in _ENGINE)


def measured(vms: int, load: int, seed: int) -> Figures:
    """The figures of one estate. Raises InfeasibleError when it cannot be converted."""
    stages: dict[str, float] = {}
    with _timed(stages, "estate"):
        estate = family(vms, load, seed)
    with _timed(stages, "judge"):
        analysis = pipeline.settle(pipeline.analyse(estate, POLICY, _DAY))
    with _timed(stages, "place"):
        placements = pipeline.placed(analysis)
    with _timed(stages, "schedule"):
        plan = pipeline.scheduled(analysis, placements, None)
    with _timed(stages, "verify"):
        verification = pipeline.verify(plan)
    whole = _largest(plan.schedule.bounds)
    return Figures(
        vms=len(estate.vms),
        hosts=len(estate.hosts),
        clusters=len(estate.clusters),
        load=load,
        seed=seed,
        stages=stages,
        memory_bytes=_peak_bytes(),
        makespan=plan.schedule.makespan,
        bound=whole.seconds,
        binding=whole.binding,
        gaps=tuple(sorted(_gaps(plan))),
        broken=len(verification.violations),
        anchors=anchors(plan),
    )


@contextmanager
def _timed(stages: dict[str, float], stage: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    stages[stage] = round(time.perf_counter() - begun, 2)


def _gaps(plan: Plan) -> Iterator[float]:
    """Percent of each cluster's span over its largest bound. That it waits for the pilot of another is not its own doing."""
    bounds: dict[ClusterId, int] = defaultdict(int)
    for bound in plan.schedule.bounds:
        if bound.cluster is not None:
            bounds[bound.cluster] = max(bounds[bound.cluster], bound.seconds)
    waves: dict[ClusterId, list[Wave]] = defaultdict(list)
    for wave in plan.schedule.waves:
        waves[wave.cluster].append(wave)
    piloted = next((wave.start + wave.duration for wave in plan.schedule.waves if wave.pilot), 0)
    for cluster, of_cluster in waves.items():
        taken = max(wave.start + wave.duration for wave in of_cluster) - _begun(of_cluster, piloted)
        yield round(100 * (taken / bounds[cluster] - 1), 1)


def _begun(of_cluster: list[Wave], piloted: int) -> int:
    """When a cluster began: hosts that were built before the pilot was done count as built just then."""
    early = [wave for wave in of_cluster if wave.start + wave.duration <= piloted]
    if len(early) == len(of_cluster) or any(wave.pilot for wave in of_cluster):
        return min(wave.start for wave in of_cluster)
    late = min(wave.start for wave in of_cluster if wave not in early)
    return late - max((wave.duration for wave in early), default=0)


def _largest(bounds: tuple[Bound, ...]) -> Bound:
    return max(bounds, key=lambda bound: bound.seconds)


def _peak_bytes() -> int:
    """What getrusage(2) calls the maximum resident set: KiB on Linux, bytes on macOS."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * _KIBI
