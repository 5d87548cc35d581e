"""What belongs to each cluster, gathered once: a scan of everything for every cluster would take the square of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from planner.model.estate import Cluster, ClusterId, Host
from planner.model.plan import Bound, ClusterPlacement, Plan, Step, Wave

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """A cluster with its part of the plan, each in the plan's order."""

    cluster: Cluster
    hosts: tuple[Host, ...]
    vms: int
    steps: tuple[Step, ...]
    waves: tuple[Wave, ...]
    bounds: tuple[Bound, ...]
    placement: ClusterPlacement | None


def members(plan: Plan) -> dict[ClusterId, Members]:
    """The members of each cluster of a plan."""
    hosts = by_cluster(plan.estate.hosts, lambda host: host.cluster)
    vms = by_cluster(plan.estate.vms, lambda vm: vm.cluster)
    steps = by_cluster(plan.schedule.steps, lambda step: step.cluster)
    waves = by_cluster(plan.schedule.waves, lambda wave: wave.cluster)
    bounds = by_cluster(plan.schedule.bounds, lambda bound: bound.cluster)
    placements = {placement.cluster: placement for placement in reversed(plan.placements)}
    return {
        cluster.id: Members(
            cluster=cluster,
            hosts=hosts.get(cluster.id, ()),
            vms=len(vms.get(cluster.id, ())),
            steps=steps.get(cluster.id, ()),
            waves=waves.get(cluster.id, ()),
            bounds=bounds.get(cluster.id, ()),
            placement=placements.get(cluster.id),
        )
        for cluster in plan.estate.clusters
    }


def by_cluster(
    things: Iterable[T], cluster_of: Callable[[T], ClusterId | None]
) -> Mapping[ClusterId | None, tuple[T, ...]]:
    """Things by their cluster, in the order in which they come."""
    found: dict[ClusterId | None, list[T]] = defaultdict(list)
    for thing in things:
        found[cluster_of(thing)].append(thing)
    return {cluster: tuple(of_cluster) for cluster, of_cluster in found.items()}
