"""A VM that looks like a node of a guest cluster, and nobody says so."""

from typing import Any

from planner.assess.ground import Ground
from planner.assess.looks import each_vm
from planner.assess.rule import Rule, Verdict, information
from planner.graph import Basis, Confidence, EdgeKind, Graph
from planner.knowledge import likely_guest_cluster
from planner.model.estate import VirtualMachine, VmId
from planner.model.finding import Severity, SubjectKind

_HOW = {
    EdgeKind.MOVE_TOGETHER: "its nodes share disks, so they move together",
    EdgeKind.NOT_IN_ONE_WAVE: "its nodes move one after another, so that the others keep serving",
}


def looks_clustered(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """By its name or its notes; a rule of the inventory or a shared disk says it for certain."""
    told = None if vm.template else likely_guest_cluster(vm)
    if told is None or _is_bound(ground.graph, vm.id):
        return None
    return information(
        looks_like=told.product,
        seen_in=told.words,
        usually=_HOW[EdgeKind(told.kind)],
        nodes=", ".join(sorted(_nodes(ground.graph, vm.id))),
    )


def _is_bound(graph: Graph, vm: VmId) -> bool:
    edges = ((group, data) for _, group, data in graph.out_edges(vm, data=True) if data["kind"] in _HOW)
    return any(data["mandatory"] or _is_proven(graph, group, data) for group, data in edges)


def _is_proven(graph: Graph, group: str, data: dict[str, Any]) -> bool:
    guest_cluster = graph.nodes[group]["basis"] is Basis.GUEST_CLUSTER
    return guest_cluster and data["confidence"] is not Confidence.HINTED


def _nodes(graph: Graph, vm: VmId) -> set[str]:
    """The names of those that look like nodes of the same one."""
    groups = [
        group for group in graph.successors(vm) if graph.nodes[group].get("basis") is Basis.GUEST_CLUSTER
    ]
    return {graph.nodes[node]["name"] for group in groups for node in graph.predecessors(group)}


RULE = Rule(
    id="vm-guest-cluster-likely",
    subject=SubjectKind.VM,
    severities=(Severity.INFORMATION,),
    message="The VM looks like a node of a guest cluster, and the inventory does not say so.",
    why=(
        "A guess binds nothing: its nodes may travel in one wave and be down together, or a node may be cut off from "
        "the disks and the quorum that the others moved with."
    ),
    remedy=(
        "Write an affinity rule for its nodes: `together` if they share disks, `waves-apart` if one serves while another "
        "is down. Check quorum, witness and fencing before and after: fence agents for the old hypervisor stop working."
    ),
    find=each_vm(looks_clustered),
)
