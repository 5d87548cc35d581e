"""What is left of a plan's phases when some of its steps are done."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

from planner.model.estate import ClusterId
from planner.model.plan import ClusterPlacement, Phase, PhaseKind, Plan, StepId, StepKind

_LAST_STEP: Final[Mapping[PhaseKind, StepKind]] = {
    PhaseKind.RELOCATE: StepKind.RELOCATE,
    PhaseKind.CROSS: StepKind.MOVE,
    PhaseKind.PARK: StepKind.PARK,
    PhaseKind.UNPARK: StepKind.UNPARK,
    PhaseKind.REBALANCE: StepKind.REBALANCE,
    PhaseKind.RETIRE: StepKind.RETIRE,
    PhaseKind.BUILD: StepKind.CONFIGURE,
    PhaseKind.UPGRADE: StepKind.UPGRADE,
    PhaseKind.RETURN: StepKind.RETURN,
}
"""With which step the part of a phase is done that is about one VM or host."""

_Key = tuple[ClusterId, StepKind, str]


def rest(plan: Plan, done: Collection[StepId]) -> tuple[ClusterPlacement, ...]:
    """The placements with what is left of their phases, in the order of conversion.

    The moves of a VM, and the works on a host, stand in the phases in the order in which their steps follow each other.
    """
    waiting: dict[_Key, deque[StepId]] = defaultdict(deque)
    for step in sorted(plan.schedule.steps, key=lambda step: step.start):
        waiting[step.cluster, step.kind, step.vm or step.host or ""].append(step.id)
    return tuple(
        replace(place, phases=tuple(_left(place.phases, waiting, done))) for place in plan.placements
    )


def _left(
    phases: tuple[Phase, ...], waiting: Mapping[_Key, deque[StepId]], done: Collection[StepId]
) -> Iterator[Phase]:
    """A phase that is done gives way to those that it came after itself, as far as they are not."""
    stands_for: list[tuple[int, ...]] = []
    count = 0
    for phase in phases:
        moves = tuple(move for move in phase.moves if not _is_done(phase, move.vm, waiting, done))
        hosts = tuple(host for host in phase.hosts if not _is_done(phase, host, waiting, done))
        after = tuple(dict.fromkeys(left for place in phase.after for left in stands_for[place]))
        stands_for.append((count,) if moves or hosts else after)
        if moves or hosts:
            count += 1
            yield replace(phase, moves=moves, hosts=hosts, after=after)


def _is_done(
    phase: Phase, subject: str, waiting: Mapping[_Key, deque[StepId]], done: Collection[StepId]
) -> bool:
    return waiting[phase.cluster, _LAST_STEP[phase.kind], subject].popleft() in done
