"""What is down while something is down, and what may suffer."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from planner.graph.kinds import Confidence, EdgeKind, Graph, NodeKind

_CARRIES = {
    NodeKind.HOST: EdgeKind.RUNS_ON,
    NodeKind.DATASTORE: EdgeKind.USES_DATASTORE,
    NodeKind.NETWORK: EdgeKind.USES_NETWORK,
}
_MISSED_BY_SOURCE: Final = frozenset({EdgeKind.MANAGED_BY, EdgeKind.BACKED_UP_BY, EdgeKind.TALKS_TO})
_MISSED_BY_TARGET: Final = frozenset({EdgeKind.SERVES, EdgeKind.START_BEFORE})
"""Edges whose one end does without the other while that is down, and keeps running as far as anybody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A VM that is down, or something that lacks its manager, backup, service or counterpart, because of `cause`.

    `kind` is the relation between the two, read from the edge; `evidence` where that was read. `hinted`: the
    relation is only a guess.
    """

    node: str
    cause: str
    kind: EdgeKind
    evidence: str
    hinted: bool = False

    @property
    def down(self) -> bool:
        """Whether it is down for certain, as far as the inventory is right."""
        return not self.hinted and self.kind not in _MISSED_BY_SOURCE | {EdgeKind.SERVES}


def impact(graph: Graph, node: str) -> tuple[Effect, ...]:
    """Everything that suffers while `node` is down: what is down, nearest first and then by id, then what lacks it.

    VMs go down with their host, datastore or network, and with any VM that has to be up before them. All VMs on
    a host count: what was moved off beforehand is the planner's business, not the graph's. A cluster counts
    all VMs that belong to it. A cluster whose manager is down keeps running, and a guess ends where it begins:
    what depends on something that may suffer is not followed.

    Raises KeyError for a node that the graph does not have.
    """
    if node not in graph:
        raise KeyError(node)
    effects: dict[str, Effect] = {}
    waiting, down = deque([node]), [node]
    while waiting:
        cause = waiting.popleft()
        for effect in _sorted(_direct(graph, cause)):
            if effect.node != node and effect.node not in effects:
                effects[effect.node] = effect
                waiting.append(effect.node)
                down.append(effect.node)
    for cause in down:
        for effect in _sorted(_missed(graph, cause)):
            if effect.node != node:
                effects.setdefault(effect.node, effect)
    return tuple(effects.values())


def _sorted(effects: Iterator[Effect]) -> list[Effect]:
    return sorted(effects, key=lambda effect: (effect.node, effect.hinted, effect.kind))


def _direct(graph: Graph, cause: str) -> Iterator[Effect]:
    """VMs that are down because of it."""
    kind = graph.nodes[cause]["kind"]
    carried = EdgeKind.MEMBER_OF if kind is NodeKind.CLUSTER else _CARRIES.get(kind)
    for user, _, data in graph.in_edges(cause, data=True):
        if data["kind"] == carried and graph.nodes[user]["kind"] is NodeKind.VM:
            yield _effect(user, cause, data)
    for _, dependent, data in graph.out_edges(cause, data=True):
        if data["kind"] is EdgeKind.START_BEFORE and data["mandatory"]:
            yield _effect(dependent, cause, data)


def _missed(graph: Graph, cause: str) -> Iterator[Effect]:
    """What does without it while it is down."""
    for user, _, data in graph.in_edges(cause, data=True):
        if data["kind"] in _MISSED_BY_SOURCE:
            yield _effect(user, cause, data)
    for _, served, data in graph.out_edges(cause, data=True):
        if data["kind"] in _MISSED_BY_TARGET:
            yield _effect(served, cause, data)


def _effect(node: str, cause: str, data: dict[str, Any]) -> Effect:
    return Effect(
        node=node,
        cause=cause,
        kind=data["kind"],
        evidence=data["evidence"],
        hinted=data["confidence"] is Confidence.HINTED,
    )
