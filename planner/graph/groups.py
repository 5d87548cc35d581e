"""VMs that must move together, and the circles that bind them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import networkx as nx

from planner.graph.kinds import Basis, EdgeKind, Graph, NodeKind, Order, Ties, binding
from planner.model.estate import VmId
from planner.model.plan import Group

_WORDS = {Basis.RULE: "a rule keeps them together", Basis.SHARED_DISK: "they share a disk"}
_CIRCLE = "they depend on each other in a circle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """VMs by the first member of their team, before circles are looked at: shared disks and rules only.

    `order` has an edge between the teams (by their first member) of each dependency that leaves a team;
    `inside` has the dependencies within one.
    """

    leader: Mapping[str, str]
    members: Mapping[str, tuple[str, ...]]
    order: Order
    inside: Order


def teams(graph: Graph) -> Teams:
    """The teams of a graph and how they depend on each other."""
    ties: Ties = nx.Graph()
    ties.add_edges_from((vm, group) for vm, group, _ in binding(graph, EdgeKind.MOVE_TOGETHER))
    members = {}
    for component in nx.connected_components(ties):
        vms = tuple(sorted(node for node in component if graph.nodes[node]["kind"] is NodeKind.VM))
        members[vms[0]] = vms
    leader = {vm: first for first, vms in members.items() for vm in vms}
    order: Order = nx.DiGraph()
    inside: Order = nx.DiGraph()
    for before, after, _ in binding(graph, EdgeKind.START_BEFORE):
        first, second = leader.get(before, before), leader.get(after, after)
        if first == second:
            inside.add_edge(before, after)
        else:
            order.add_edge(first, second)
    return Teams(leader=leader, members=members, order=order, inside=inside)


def circles(order: Order) -> Iterator[set[str]]:
    """Nodes that depend on each other in a circle; a node that depends on itself is one."""
    for component in nx.strongly_connected_components(order):
        if len(component) > 1 or any(order.has_edge(node, node) for node in component):
            yield component


def groups(graph: Graph) -> tuple[Group, ...]:
    """Every set of at least two VMs that must move together, sorted; no VM is in two of them.

    VMs belong together by a mandatory rule, by a shared disk, or because dependencies between such teams run
    in a circle (`cycle`: any order inside the group is as good as another).
    """
    found = teams(graph)
    merged = {min(circle): circle for circle in circles(found.order)}
    in_circle = {team for circle in merged.values() for team in circle}
    twisted = {found.leader.get(node, node) for circle in circles(found.inside) for node in circle}
    whole = [(circle, True) for circle in merged.values()]
    whole += [({team}, team in twisted) for team in found.members if team not in in_circle]
    made = (_group(graph, found, parts, cycle=cycle) for parts, cycle in whole)
    return tuple(sorted(made, key=lambda group: group.vms))


def _group(graph: Graph, found: Teams, parts: Iterable[str], *, cycle: bool) -> Group:
    vms = tuple(sorted(VmId(vm) for part in parts for vm in found.members.get(part, (part,))))
    bases = {
        graph.nodes[group]["basis"]
        for vm in vms
        for _, group, data in graph.out_edges(vm, data=True)
        if data["kind"] is EdgeKind.MOVE_TOGETHER and data["mandatory"]
    }
    reasons = [words for basis, words in _WORDS.items() if basis in bases] + [_CIRCLE] * cycle
    return Group(vms=vms, reason="; ".join(reasons), cycle=cycle)
