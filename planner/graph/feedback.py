"""The lightest set of arcs whose removal leaves a directed graph without circles (minimum feedback arc set).

The problem is NP-hard, so it is solved exactly for small graphs, and for larger ones as well as two cheap
bounds allow; the answer says which.
"""

from collections.abc import Mapping
from typing import Final

import networkx as nx

from planner.graph.kinds import Order

Arc = tuple[str, str]

EXACT_NODES: Final = 12
_TRIED_STARTS: Final = 32
_TRIED_CIRCLES: Final = 64


def feedback_arcs(weights: Mapping[Arc, int]) -> tuple[tuple[Arc, ...], bool]:
    """The arcs to remove, sorted, and whether no lighter set exists.

    Parameters: the positive weight of each arc of one strongly connected component. An arc from a node to
    itself is always removed.

    >>> feedback_arcs({("a", "b"): 2, ("b", "a"): 1})
    ((('b', 'a'),), True)
    """
    loops = tuple(arc for arc in weights if arc[0] == arc[1])
    rest = {arc: weight for arc, weight in weights.items() if arc[0] != arc[1]}
    nodes = sorted({node for arc in rest for node in arc})
    if len(nodes) <= EXACT_NODES:
        return tuple(sorted(loops + _against(_best_order(nodes, rest), rest))), True
    starts = nodes[:: -(-len(nodes) // _TRIED_STARTS)]
    found = min((_back_arcs(rest, start) for start in starts), key=lambda arcs: (_weight(arcs, rest), arcs))
    return tuple(sorted(loops + found)), _weight(found, rest) == _packing(rest)


def _weight(arcs: tuple[Arc, ...], weights: Mapping[Arc, int]) -> int:
    return sum(weights[arc] for arc in arcs)


def _best_order(nodes: list[str], weights: Mapping[Arc, int]) -> list[str]:
    """The order with the least weight against it, by dynamic programming over the sets that come first."""
    index = {node: position for position, node in enumerate(nodes)}
    into: list[list[tuple[int, int]]] = [[] for _ in nodes]
    for (before, after), weight in weights.items():
        into[index[after]].append((1 << index[before], weight))
    cost, last = [0], [0]
    for placed in range(1, 1 << len(nodes)):
        options = []
        for position in range(len(nodes)):
            if placed >> position & 1:
                # Placing it last of `placed` breaks every arc into it from a node that comes later still.
                broken = sum(weight for source, weight in into[position] if not placed & source)
                options.append((cost[placed ^ 1 << position] + broken, position))
        best = min(options)
        cost.append(best[0])
        last.append(best[1])
    order, placed = [], (1 << len(nodes)) - 1
    while placed:
        order.append(nodes[last[placed]])
        placed ^= 1 << last[placed]
    return order[::-1]


def _against(order: list[str], weights: Mapping[Arc, int]) -> tuple[Arc, ...]:
    position = {node: number for number, node in enumerate(order)}
    return tuple(arc for arc in weights if position[arc[0]] > position[arc[1]])


def _back_arcs(weights: Mapping[Arc, int], start: str) -> tuple[Arc, ...]:
    """Arcs that close a circle in a depth-first walk; none of them can be spared, each closes its own."""
    graph: Order = nx.DiGraph(sorted(weights))
    open_nodes, found = {start}, []
    done: set[str] = set()
    path = [(start, iter(graph[start]))]
    while path:
        node, following = path[-1]
        after = next(following, None)
        if after is None:
            open_nodes.remove(node)
            done.add(node)
            path.pop()
        elif after in open_nodes:
            found.append((node, after))
        elif after not in done:
            open_nodes.add(after)
            path.append((after, iter(graph[after])))
    return tuple(sorted(found))


def _packing(weights: Mapping[Arc, int]) -> int:
    """A lower bound: the weight of circles that have no arc in common, each broken at its lightest arc."""
    graph: Order = nx.DiGraph(sorted(weights))
    bound = 0
    for _ in range(_TRIED_CIRCLES):
        try:
            circle = nx.find_cycle(graph)
        except nx.NetworkXNoCycle:
            break
        bound += min(weights[before, after] for before, after in circle)
        graph.remove_edges_from(circle)
    return bound
