"""What nodes and edges of the graph mean, and how to walk the edges of one meaning."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, TypeAlias

import networkx as nx

Graph: TypeAlias = "nx.MultiDiGraph[str]"
Order: TypeAlias = "nx.DiGraph[str]"
Ties: TypeAlias = "nx.Graph[str]"


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


def edges(graph: Graph, kind: EdgeKind) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every edge of one kind with its attributes, in the order in which edges were added."""
    return ((first, second, data) for first, second, data in graph.edges(data=True) if data["kind"] is kind)


def binding(graph: Graph, kind: EdgeKind) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The edges of one kind that must be honoured: wishes and hints are left out."""
    return ((first, second, data) for first, second, data in edges(graph, kind) if data["mandatory"])
