"""Which clusters are converted one after the other, and which waves of different clusters keep out of each other's way.

Clusters are converted side by side unless one needs what the other has switched off.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import networkx as nx

from planner.model.estate import ClusterId, VmId
from planner.model.plan import ClusterPlacement, PhaseKind
from planner.schedule.facts import Facts


def lanes(placements: tuple[ClusterPlacement, ...], facts: Facts) -> tuple[tuple[ClusterPlacement, ...], ...]:
    """The clusters in lanes: those of a lane follow each other in the order in which they were placed.

    A cluster in which VMs need one that another cluster parks shares its lane: that VM is off for longer than a wave.
    Nothing else ties clusters, since what a copy takes of a shared storage is never given back.
    """
    tied: nx.Graph[ClusterId] = nx.Graph()
    tied.add_nodes_from(placement.cluster for placement in placements)
    tied.add_edges_from(_by_parking(placements, facts))
    lane_of = {
        cluster: number for number, lane in enumerate(nx.connected_components(tied)) for cluster in lane
    }
    found: dict[int, list[ClusterPlacement]] = defaultdict(list)
    for placement in placements:
        found[lane_of[placement.cluster]].append(placement)
    return tuple(tuple(lane) for lane in found.values())


def distance(placements: tuple[ClusterPlacement, ...], facts: Facts) -> Mapping[VmId, tuple[str, ...]]:
    """What a wave holds while it moves a VM: waves that hold the same never overlap.

    Shared by two VMs of different clusters if a rule keeps them out of one wave, or if one needs the other.
    """
    cluster_of = {
        move.vm: placement.cluster
        for placement in placements
        for phase in placement.phases
        for move in phase.moves
    }
    pairs = {(vm, need) for vm in cluster_of for need in facts.vms[vm].depends_on}
    pairs |= {
        (min(vm, other), max(vm, other)) for vm in cluster_of for other in facts.waves_apart.get(vm, ())
    }
    holds: dict[VmId, list[str]] = defaultdict(list)
    for one, other in sorted(pairs):
        if one in cluster_of and other in cluster_of and cluster_of[one] != cluster_of[other]:
            for vm in (one, other):
                holds[vm].append(f"between {min(one, other)} and {max(one, other)}")
    return {vm: tuple(dict.fromkeys(held)) for vm, held in holds.items()}


def _by_parking(
    placements: tuple[ClusterPlacement, ...], facts: Facts
) -> Iterator[tuple[ClusterId, ClusterId]]:
    parked = {
        move.vm: placement.cluster
        for placement in placements
        for phase in placement.phases
        if phase.kind is PhaseKind.PARK
        for move in phase.moves
    }
    waiting = {entry.vm for entry in facts.progress.vms if entry.host is None}
    parked |= {vm: facts.vms[vm].cluster for vm in waiting}
    planned = {placement.cluster for placement in placements}
    for vm in facts.vms.values():
        for need in vm.depends_on:
            if need in parked and vm.cluster in planned:
                yield parked[need], vm.cluster
