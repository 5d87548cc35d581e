"""What others would take for the same estate, from the same durations: three naive ways to beat."""

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from planner.model.estate import ClusterId, HostId
from planner.model.plan import Plan, Step, StepKind

STREAM_BYTES: Final = 620_000_000 // 8
"""kubev2v migration-planner divides all bytes by one stream of 620 Mb/s."""
IN_FLIGHT: Final = 20
"""Forklift's default of transfers at once."""
_REBUILDS: Final = frozenset({StepKind.RETIRE, StepKind.INSTALL, StepKind.CONFIGURE, StepKind.UPGRADE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """Seconds for the whole estate."""

    one_host_at_a_time: int
    one_stream: int
    first_in_first_out: int


def anchors(plan: Plan) -> Anchors:
    """The three, for the crossings and the rebuilds of a plan.

    One host at a time, clusters side by side, as vSphere Lifecycle Manager and Nutanix remediate: the VMs of a host
    cross with as many at once as the policy allows a host, then it is rebuilt, then the next. One stream: all bytes, and
    no host is rebuilt. First in, first out: crossings in the order of the inventory, 20 at once, and no host is rebuilt;
    neither of the two asks for room.
    """
    steps = plan.schedule.steps
    crossings = [step for step in steps if step.kind is StepKind.MOVE]
    return Anchors(
        one_host_at_a_time=_one_host_at_a_time(plan, crossings),
        one_stream=-(-sum(step.bytes for step in crossings) // STREAM_BYTES),
        first_in_first_out=_first_in_first_out(plan, crossings),
    )


def _one_host_at_a_time(plan: Plan, crossings: list[Step]) -> int:
    home = {vm.id: (vm.cluster, vm.host) for vm in plan.estate.vms}
    leaving: dict[tuple[ClusterId, HostId | None], list[Step]] = defaultdict(list)
    for step in crossings:
        if step.vm is not None:
            leaving[home[step.vm]].append(step)
    clusters: dict[ClusterId, int] = defaultdict(int)
    for (cluster, _), moves in leaving.items():
        clusters[cluster] += _side_by_side(moves, plan.policy.transfers.per_host)
    for step in plan.schedule.steps:
        if step.kind in _REBUILDS:
            clusters[step.cluster] += step.duration
    return max(clusters.values(), default=0)


def _first_in_first_out(plan: Plan, crossings: list[Step]) -> int:
    place = {vm.id: number for number, vm in enumerate(plan.estate.vms)}
    ordered = sorted(crossings, key=lambda step: place[step.vm] if step.vm is not None else 0)
    return _side_by_side(ordered, IN_FLIGHT)


def _side_by_side(moves: list[Step], most: int) -> int:
    """When the last of these ends if they start in this order, so many at once."""
    ends = [0] * most
    for step in moves:
        heapq.heapreplace(ends, ends[0] + step.duration)
    return max(ends)
