"""The fewest affinity rules to drop so that the others can all be kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from planner.graph.contradictions import contradictions
from planner.graph.kinds import Graph

_EXACT_RULES: Final = 16
"""Above so many rules in conflicts that hang together, a choice that may not be the smallest is taken."""

_Conflict = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """The ids of the rules to drop, sorted, and whether no smaller set would do."""

    rules: tuple[str, ...]
    smallest: bool


def repair(graph: Graph) -> Repair:
    """What to drop from a graph whose mandatory rules contradict each other; nothing where none do.

    Of every contradiction one rule has to go, and where that leaves or brings to light others, one of those as well:
    the smallest set that meets all contradictions known so far is tried, until none is left.
    """
    known: set[_Conflict] = set()
    while True:
        dropped = [_fewest(part) for part in _parts(known)]
        rules: frozenset[str] = frozenset().union(*(some for some, _ in dropped))
        left = {frozenset(found.rules) for found in contradictions(_without(graph, rules))}
        if not left:
            return Repair(rules=tuple(sorted(rules)), smallest=all(exact for _, exact in dropped))
        known |= left


def _without(graph: Graph, rules: frozenset[str]) -> Graph:
    kept = graph.copy()
    kept.remove_nodes_from(rules)
    pins = [
        (first, second, key)
        for first, second, key, data in graph.edges(keys=True, data=True)
        if data.get("rule") in rules
    ]
    kept.remove_edges_from(pins)
    return kept


def _parts(conflicts: Iterable[_Conflict]) -> list[list[_Conflict]]:
    """Conflicts by whether they share a rule, directly or over others."""
    parts: list[list[_Conflict]] = []
    for conflict in sorted(conflicts, key=sorted):
        touching = [part for part in parts if any(conflict & other for other in part)]
        parts = [part for part in parts if part not in touching]
        parts.append([conflict, *(other for part in touching for other in part)])
    return parts


def _fewest(conflicts: list[_Conflict]) -> tuple[_Conflict, bool]:
    """A set that has a rule of every conflict, and whether none is smaller."""
    rules = sorted(frozenset().union(*conflicts))
    if len(rules) <= _EXACT_RULES:
        for size in range(1, len(rules) + 1):
            for some in combinations(rules, size):
                if all(conflict & {*some} for conflict in conflicts):
                    return frozenset(some), True
    chosen: set[str] = set()
    open_conflicts = conflicts
    while open_conflicts:
        met = {rule: sum(rule in conflict for conflict in open_conflicts) for rule in rules}
        chosen.add(min(rules, key=lambda rule: (-met[rule], rule)))
        open_conflicts = [conflict for conflict in open_conflicts if not conflict & chosen]
    return frozenset(chosen), False
