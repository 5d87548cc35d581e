"""What is down while something is down."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from planner.graph.kinds import EdgeKind, Graph, NodeKind

_CARRIES = {
    NodeKind.HOST: EdgeKind.RUNS_ON,
    NodeKind.DATASTORE: EdgeKind.USES_DATASTORE,
    NodeKind.NETWORK: EdgeKind.USES_NETWORK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A VM that is down, or a cluster that nobody manages, because of `cause`.

    `kind` is the relation between the two, read from the edge; `evidence` where that was read.
    """

    node: str
    cause: str
    kind: EdgeKind
    evidence: str


def impact(graph: Graph, node: str) -> tuple[Effect, ...]:
    """Everything that suffers while `node` is down, nearest first and then by id.

    VMs go down with their host, datastore or network, and with any VM that has to be up before them. All VMs on
    a host count: what was moved off beforehand is the planner's business, not the graph's. A cluster counts
    all VMs that belong to it. A cluster whose manager is down keeps running.

    Raises KeyError for a node that the graph does not have.
    """
    if node not in graph:
        raise KeyError(node)
    effects: dict[str, Effect] = {}
    waiting = deque([node])
    while waiting:
        cause = waiting.popleft()
        for effect in sorted(_direct(graph, cause), key=lambda effect: effect.node):
            if effect.node != node and effect.node not in effects:
                effects[effect.node] = effect
                waiting.extend([effect.node] if graph.nodes[effect.node]["kind"] is NodeKind.VM else [])
    return tuple(effects.values())


def _direct(graph: Graph, cause: str) -> Iterator[Effect]:
    kind = graph.nodes[cause]["kind"]
    carried = EdgeKind.MEMBER_OF if kind is NodeKind.CLUSTER else _CARRIES.get(kind)
    for user, _, data in graph.in_edges(cause, data=True):
        carried_vm = data["kind"] == carried and graph.nodes[user]["kind"] is NodeKind.VM
        if carried_vm or data["kind"] is EdgeKind.MANAGED_BY:
            yield Effect(node=user, cause=cause, kind=data["kind"], evidence=data["evidence"])
    for _, dependent, data in graph.out_edges(cause, data=True):
        if data["kind"] is EdgeKind.START_BEFORE:
            yield Effect(node=dependent, cause=cause, kind=data["kind"], evidence=data["evidence"])
