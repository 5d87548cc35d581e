"""The typed dependency graph of an estate: what holds what up, what moves with what, and what contradicts.

Nodes are the ids of the estate, and one node for each affinity rule and each shared disk. Every edge says
where it came from. Everything here is close to linear in the number of edges.
"""

from planner.graph.bonds import bonds
from planner.graph.build import build_graph
from planner.graph.contradictions import Contradiction, contradictions
from planner.graph.cycles import Cycle, Dependency, cycles
from planner.graph.groups import groups
from planner.graph.impact import Effect, impact
from planner.graph.kept import as_scheduled
from planner.graph.kinds import Basis, Confidence, EdgeKind, Graph, NodeKind, edges
from planner.graph.managers import managers
from planner.graph.order import start_order
from planner.graph.repair import Repair, repair

__all__ = [
    "Basis",
    "Confidence",
    "Contradiction",
    "Cycle",
    "Dependency",
    "EdgeKind",
    "Effect",
    "Graph",
    "NodeKind",
    "Repair",
    "as_scheduled",
    "bonds",
    "build_graph",
    "contradictions",
    "cycles",
    "edges",
    "groups",
    "impact",
    "managers",
    "repair",
    "start_order",
]
