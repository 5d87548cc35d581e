"""Mandatory rules that no placement can honour together."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import networkx as nx

from planner.graph.groups import groups
from planner.graph.kinds import Basis, EdgeKind, Graph, Ties, binding, edges
from planner.model.estate import VmId


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """VMs for which mandatory rules ask the impossible; `rules` are the ids of the rules concerned."""

    vms: tuple[VmId, ...]
    rules: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bonds:
    """VMs and the rules that keep them on one host, as a graph; `band` is the connected part of each VM."""

    ties: Ties
    band: Mapping[str, int]
    members: Mapping[int, tuple[str, ...]]


def contradictions(graph: Graph) -> tuple[Contradiction, ...]:
    """Every contradiction among mandatory affinity rules, sorted by VMs.

    Two VMs are to be together and apart; VMs that belong together are in different clusters, or are pinned to
    hosts that have none in common; two VMs are to be apart and are pinned to the same single host; two VMs that are
    not to move in one wave must move together. A shared disk is no contradiction to `apart`: it makes VMs move at
    one time, not to one host.
    """
    bonds = _bonds(graph)
    pins = _pins(graph)
    found = [
        *_together_and_apart(graph, bonds),
        *_across_clusters(graph, bonds),
        *_pinned_nowhere(pins, bonds),
        *_pinned_to_one_host(graph, pins),
        *_in_one_wave(graph),
    ]
    return tuple(sorted(found, key=lambda contradiction: (contradiction.vms, contradiction.rules)))


def _bonds(graph: Graph) -> _Bonds:
    ties: Ties = nx.Graph()
    ties.add_edges_from(
        (vm, rule)
        for vm, rule, _ in binding(graph, EdgeKind.MOVE_TOGETHER)
        if graph.nodes[rule]["basis"] is Basis.RULE
    )
    rules = {rule for _, rule, _ in binding(graph, EdgeKind.MOVE_TOGETHER)}
    parts = [tuple(sorted(set(part) - rules)) for part in nx.connected_components(ties)]
    return _Bonds(
        ties=ties,
        band={vm: number for number, part in enumerate(parts) for vm in part},
        members=dict(enumerate(parts)),
    )


def _pins(graph: Graph) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """The hosts that each rule allows each VM."""
    found: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for vm, host, data in binding(graph, EdgeKind.PINNED_TO):
        found[vm][data["rule"]] = found[vm].get(data["rule"], frozenset()) | {host}
    return found


def _apart(graph: Graph) -> Mapping[str, list[str]]:
    """The VMs of each rule that keeps VMs apart."""
    found = defaultdict(list)
    for vm, rule, _ in binding(graph, EdgeKind.APART):
        found[rule].append(vm)
    return found


def _together_and_apart(graph: Graph, bonds: _Bonds) -> Iterator[Contradiction]:
    for rule, vms in _apart(graph).items():
        by_band = defaultdict(list)
        for vm in vms:
            by_band[bonds.band.get(vm, vm)].append(vm)
        for clashing in (sorted(vms) for vms in by_band.values() if len(vms) > 1):
            path = nx.shortest_path(bonds.ties, clashing[0], clashing[1])
            yield Contradiction(
                vms=tuple(VmId(vm) for vm in clashing),
                rules=tuple(sorted({rule, *path[1::2]})),
                reason="one rule keeps them apart, others keep them together",
            )


def _across_clusters(graph: Graph, bonds: _Bonds) -> Iterator[Contradiction]:
    cluster = {vm: cluster for vm, cluster, _ in edges(graph, EdgeKind.MEMBER_OF) if vm in bonds.band}
    for vms in bonds.members.values():
        if len({cluster[vm] for vm in vms if vm in cluster}) > 1:
            rules = sorted({rule for vm in vms for rule in bonds.ties[vm]})
            yield Contradiction(
                vms=tuple(VmId(vm) for vm in vms),
                rules=tuple(rules),
                reason="they are to be together and are in different clusters",
            )


def _pinned_nowhere(
    pins: Mapping[str, Mapping[str, frozenset[str]]], bonds: _Bonds
) -> Iterator[Contradiction]:
    """VMs (alone, or those that belong together) whose rules leave no host."""
    bands: dict[object, list[str]] = defaultdict(list)
    for vm in pins:
        bands[bonds.band.get(vm, vm)].append(vm)
    for vms in bands.values():
        allowed = [hosts for vm in vms for hosts in pins[vm].values()]
        if not frozenset.intersection(*allowed):
            members = bonds.members.get(bonds.band.get(vms[0], -1), ()) if len(vms) > 1 else ()
            bound = {rule for vm in members for rule in bonds.ties[vm]}
            yield Contradiction(
                vms=tuple(VmId(vm) for vm in sorted(vms)),
                rules=tuple(sorted(bound | {rule for vm in vms for rule in pins[vm]})),
                reason="they are pinned to hosts that have none in common",
            )


def _pinned_to_one_host(
    graph: Graph, pins: Mapping[str, Mapping[str, frozenset[str]]]
) -> Iterator[Contradiction]:
    allowed = {vm: frozenset.intersection(*hosts.values()) for vm, hosts in pins.items()}
    for rule, vms in _apart(graph).items():
        tied: dict[frozenset[str], list[str]] = defaultdict(list)
        for vm in vms:
            if len(allowed.get(vm, ())) == 1:
                tied[allowed[vm]].append(vm)
        for first, second in (pair for vms in tied.values() for pair in combinations(sorted(vms), 2)):
            yield Contradiction(
                vms=(VmId(first), VmId(second)),
                rules=tuple(sorted({rule, *pins[first], *pins[second]})),
                reason="a rule keeps them apart and both are pinned to the same host",
            )


def _in_one_wave(graph: Graph) -> Iterator[Contradiction]:
    """VMs of one group, which travels as one, that a rule keeps out of one wave."""
    separated = defaultdict(list)
    for vm, rule, _ in binding(graph, EdgeKind.NOT_IN_ONE_WAVE):
        separated[rule].append(vm)
    if not separated:
        return
    group_of: dict[str, int] = {vm: number for number, group in enumerate(groups(graph)) for vm in group.vms}
    for rule, vms in separated.items():
        inside: dict[int, list[str]] = defaultdict(list)
        for vm in vms:
            if vm in group_of:
                inside[group_of[vm]].append(vm)
        for clashing in (sorted(some) for some in inside.values() if len(some) > 1):
            yield Contradiction(
                vms=tuple(VmId(vm) for vm in clashing),
                rules=tuple(sorted({rule, *_company(graph, clashing)})),
                reason="one rule keeps them out of one wave, and they must move together",
            )


def _company(graph: Graph, vms: list[str]) -> Iterator[str]:
    """The rules by which VMs must move together."""
    for vm in vms:
        for _, group, data in graph.out_edges(vm, data=True):
            together = data["kind"] is EdgeKind.MOVE_TOGETHER and data["mandatory"]
            if together and graph.nodes[group]["basis"] is Basis.RULE:
                yield group
