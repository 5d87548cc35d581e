"""What ties a VM or a host to others: first what somebody declared or what follows from it, then hints."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from planner.graph import Confidence, EdgeKind, Graph, NodeKind
from planner.model.kinds import Bond
from planner.review.words import plain

_OF_OTHERS: Final = {
    EdgeKind.START_BEFORE: "must be up first",
    EdgeKind.MANAGED_BY: "is managed by it",
    EdgeKind.PINNED_TO: "is tied to it",
    EdgeKind.BACKED_UP_BY: "is backed up by it",
    EdgeKind.TALKS_TO: "asks it",
}
_OF_ITSELF: Final = {
    EdgeKind.START_BEFORE: "must be up before",
    EdgeKind.MOVE_TOGETHER: "moves together by",
    EdgeKind.APART: "is kept apart by",
    EdgeKind.NOT_IN_ONE_WAVE: "does not belong into one wave with the others of",
    EdgeKind.STANDS_ON: "has disks that stand on",
    EdgeKind.PINNED_TO: "is tied to",
    EdgeKind.BACKED_UP_BY: "is backed up by",
    EdgeKind.SERVES: "serves",
    EdgeKind.TALKS_TO: "asks",
}
_BONDS: Final = {
    Bond.FIRM: "",
    Bond.BIND: " (bound by the policy)",
    Bond.WISH: " (a wish)",
    Bond.SHOW: "",
}
_SERVED: Final = "serves its cluster"
_SHOWN: Final = 5
"""Of ties of one kind: a file server has hundreds of clients."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tie:
    """A line, `sort` being what lines of its kind share."""

    sort: str
    text: str
    hinted: bool


def ties(graph: Graph, node: str) -> tuple[str, ...]:
    """What binds a VM or a host, and what was concluded."""
    return tuple(_lines(tie for tie in _all(graph, node) if not tie.hinted))


def hints(graph: Graph, node: str) -> tuple[str, ...]:
    """What is only guessed from names, notes and traffic: the strongest traffic first."""
    return tuple(_lines(tie for tie in _all(graph, node) if tie.hinted))


def _lines(found: Iterable[_Tie]) -> Iterator[str]:
    for _, alike in groupby(sorted(found, key=lambda tie: tie.sort), key=lambda tie: tie.sort):
        texts = [tie.text for tie in alike]
        yield from texts[:_SHOWN]
        if len(texts) > _SHOWN:
            yield f"and {len(texts) - _SHOWN} more like these"


def _all(graph: Graph, node: str) -> Iterator[_Tie]:
    for first, _, data in graph.in_edges(node, data=True):
        if data["kind"] in _OF_OTHERS:
            yield _tie(data, f"{_name(graph, first)} {_OF_OTHERS[data['kind']]}", "1")
    for _, second, data in graph.out_edges(node, data=True):
        if data["kind"] in _OF_ITSELF:
            yield _tie(data, f"it {_OF_ITSELF[data['kind']]} {_name(graph, second)}{_firmness(data)}", "2")
        if data["kind"] is EdgeKind.MEMBER_OF and graph.nodes[node]["kind"] is NodeKind.VM:
            yield from _services(graph, node, second)


def _services(graph: Graph, node: str, cluster: str) -> Iterator[_Tie]:
    """Who serves the cluster of a VM."""
    for server, _, data in graph.in_edges(cluster, data=True):
        if data["kind"] is EdgeKind.SERVES and server != node:
            yield _tie(data, f"{_name(graph, server)} {_SERVED}", "3")


def _tie(data: dict[str, str], told: str, side: str) -> _Tie:
    return _Tie(
        sort=f"{side} {data['kind']}", text=f"{told}: {plain(data['evidence'])}", hinted=_hinted(data)
    )


def _firmness(data: dict[str, Any]) -> str:
    if "bond" in data:
        return _BONDS[data["bond"]]
    return "" if data["mandatory"] or _hinted(data) else " (a wish)"


def _hinted(data: dict[str, str]) -> bool:
    return data["confidence"] == Confidence.HINTED


def _name(graph: Graph, node: str) -> str:
    return plain(graph.nodes[node]["name"])
