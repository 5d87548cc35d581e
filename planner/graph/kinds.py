"""What nodes and edges of the graph mean, and how to walk the edges of one meaning."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, TypeAlias
from weakref import WeakKeyDictionary

import networkx as nx

Graph: TypeAlias = "nx.MultiDiGraph[str]"
Order: TypeAlias = "nx.DiGraph[str]"
Ties: TypeAlias = "nx.Graph[str]"
_Edge: TypeAlias = tuple[str, str, dict[str, Any]]


class NodeKind(StrEnum):
    """What a node stands for. A `group` is what several VMs have to do with (see `Basis`)."""

    CLUSTER = "cluster"
    HOST = "host"
    DATASTORE = "datastore"
    NETWORK = "network"
    VM = "vm"
    GROUP = "group"


class EdgeKind(StrEnum):
    """What an edge from the first to the second node means."""

    START_BEFORE = "start-before"
    MOVE_TOGETHER = "move-together"
    APART = "apart"
    NOT_IN_ONE_WAVE = "not-in-one-wave"
    STANDS_ON = "stands-on"
    PINNED_TO = "pinned-to"
    RUNS_ON = "runs-on"
    USES_DATASTORE = "uses-datastore"
    USES_NETWORK = "uses-network"
    MEMBER_OF = "member-of"
    MANAGED_BY = "managed-by"
    SERVES = "serves"
    BACKED_UP_BY = "backed-up-by"
    TALKS_TO = "talks-to"


class Confidence(StrEnum):
    """Whether somebody said so, the planner concluded it from other facts, or guesses it.

    A guess (from a name, a note or traffic) is shown with its evidence and is never mandatory: it binds no plan.
    """

    DECLARED = "declared"
    DERIVED = "derived"
    HINTED = "hinted"


class Basis(StrEnum):
    """Why a group exists.

    A rule that somebody wrote, a disk that several VMs use, an image below their disks, a vApp, what looks like the
    nodes of a guest cluster, or names that are alike.
    """

    RULE = "rule"
    SHARED_DISK = "shared-disk"
    BASE_IMAGE = "base-image"
    VAPP = "vapp"
    GUEST_CLUSTER = "guest-cluster"
    NAMES = "names"


_SORTED: Final[WeakKeyDictionary[Graph, Mapping[EdgeKind, list[_Edge]]]] = WeakKeyDictionary()
"""The edges of each graph by kind, so that nobody looks at all for a few; no graph changes once it is asked for some."""


def edges(graph: Graph, kind: EdgeKind) -> Iterator[_Edge]:
    """Every edge of one kind with its attributes, sorted by the order in which their first nodes were added."""
    if graph not in _SORTED:
        _SORTED[graph] = _by_kind(graph)
    return iter(_SORTED[graph].get(kind, ()))


def _by_kind(graph: Graph) -> Mapping[EdgeKind, list[_Edge]]:
    found: dict[EdgeKind, list[_Edge]] = defaultdict(list)
    for edge in graph.edges(data=True):
        found[edge[2]["kind"]].append(edge)
    return found


def binding(graph: Graph, kind: EdgeKind) -> Iterator[_Edge]:
    """The edges of one kind that must be honoured: wishes and hints are left out."""
    return ((first, second, data) for first, second, data in edges(graph, kind) if data["mandatory"])
