"""In which order VMs may be started."""

from collections.abc import Collection

import networkx as nx

from planner.graph.groups import circles, teams
from planner.graph.kinds import Graph, NodeKind, Order
from planner.model.estate import VmId


def start_order(graph: Graph, vms: Collection[VmId]) -> tuple[tuple[VmId, ...], ...]:
    """Generations of `vms`: everything that a VM depends on stands in an earlier one.

    Dependencies through VMs outside `vms` count. VMs in a circle share a generation; VMs that move together
    follow each other only as far as they depend on each other.

    Raises KeyError for an id that is no VM of the graph.
    """
    for vm in vms:
        if graph.nodes[vm]["kind"] is not NodeKind.VM:
            raise KeyError(vm)
    found = teams(graph)
    outer, inner = _levels(found.order), _levels(found.inside)
    ranks = {vm: (outer.get(found.leader.get(vm, vm), 0), inner.get(vm, 0)) for vm in vms}
    generations: dict[tuple[int, int], list[VmId]] = {}
    for vm in sorted(ranks, key=lambda vm: (ranks[vm], vm)):
        generations.setdefault(ranks[vm], []).append(vm)
    return tuple(tuple(generation) for generation in generations.values())


def _levels(order: Order) -> dict[str, int]:
    """The generation of each node once every circle is a single node."""
    circle_of = {node: min(circle) for circle in circles(order) for node in circle}
    condensed: Order = nx.DiGraph()
    condensed.add_nodes_from(circle_of.get(node, node) for node in order)
    links = ((circle_of.get(before, before), circle_of.get(after, after)) for before, after in order.edges)
    condensed.add_edges_from(link for link in links if link[0] != link[1])
    level = {
        node: number
        for number, generation in enumerate(nx.topological_generations(condensed))
        for node in generation
    }
    return {node: level[circle_of.get(node, node)] for node in order}
