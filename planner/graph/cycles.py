"""Dependencies that run in a circle, and the fewest of them that would have to go."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from planner.graph.feedback import feedback_arcs
from planner.graph.groups import Teams, circles, teams
from planner.graph.kinds import EdgeKind, Graph, Order, binding
from planner.model.estate import VmId


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """`before` must be up when `after` starts; `evidence` says where that was read."""

    before: VmId
    after: VmId
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """VMs whose dependencies run in a circle, perhaps through others that move together with them.

    `cut` are the fewest dependencies whose removal breaks every circle among these VMs; `exact` is False when
    the circle was too large to be certain that no smaller set does.
    """

    vms: tuple[VmId, ...]
    dependencies: tuple[Dependency, ...]
    cut: tuple[Dependency, ...]
    exact: bool


_Bundle = Mapping[tuple[str, str], list[Dependency]]


def cycles(graph: Graph) -> tuple[Cycle, ...]:
    """Every circle of dependencies, sorted by its VMs.

    Circles within a team (VMs that move together) are reported beside those that run through several teams.
    """
    found = teams(graph)
    between, inside = _bundles(graph, found)
    made = [*_cycles(found.order, between, found.members), *_cycles(found.inside, inside, {})]
    return tuple(sorted(made, key=lambda cycle: cycle.vms))


def _bundles(graph: Graph, found: Teams) -> tuple[_Bundle, _Bundle]:
    """The dependencies behind each arc between two teams, and behind each arc within one."""
    between, inside = defaultdict(list), defaultdict(list)
    for before, after, data in binding(graph, EdgeKind.START_BEFORE):
        dependency = Dependency(before=VmId(before), after=VmId(after), evidence=data["evidence"])
        first, second = found.leader.get(before, before), found.leader.get(after, after)
        if first == second:
            inside[before, after].append(dependency)
        else:
            between[first, second].append(dependency)
    return between, inside


def _cycles(order: Order, bundle: _Bundle, members: Mapping[str, tuple[str, ...]]) -> Iterator[Cycle]:
    for circle in circles(order):
        arcs = {arc: len(bundle[arc]) for arc in sorted(order.subgraph(circle).edges)}
        cut, exact = feedback_arcs(arcs)
        yield Cycle(
            vms=tuple(sorted(VmId(vm) for node in circle for vm in members.get(node, (node,)))),
            dependencies=_all_of(bundle, arcs),
            cut=_all_of(bundle, cut),
            exact=exact,
        )


def _all_of(bundle: _Bundle, arcs: Iterable[tuple[str, str]]) -> tuple[Dependency, ...]:
    dependencies = (dependency for arc in arcs for dependency in bundle[arc])
    return tuple(sorted(dependencies, key=lambda dependency: (dependency.before, dependency.after)))
