"""The graph of an estate, every edge with its evidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import networkx as nx

from planner.graph.backups import backups
from planner.graph.kinds import Basis, Confidence, EdgeKind, Graph, NodeKind
from planner.graph.managers import managers
from planner.graph.redundancy import Alike, alike
from planner.graph.services import services
from planner.graph.shared_disks import SharedDisk, shared_disks
from planner.graph.traffic import talks
from planner.graph.vapps import Vapp, vapps
from planner.model.estate import AffinityRule, Cluster, Estate, Host, VirtualMachine
from planner.model.kinds import AffinityKind
from planner.model.policy import Policy

_Node = tuple[str, dict[str, Any]]
_Edge = tuple[str, str, str, dict[str, Any]]

_RULE_EDGES = {
    AffinityKind.TOGETHER: EdgeKind.MOVE_TOGETHER,
    AffinityKind.APART: EdgeKind.APART,
    AffinityKind.WAVES_APART: EdgeKind.NOT_IN_ONE_WAVE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Derived:
    """Groups that no rule names."""

    disks: tuple[SharedDisk, ...]
    vapps: tuple[Vapp, ...]
    pairs: tuple[Alike, ...]


def build_graph(estate: Estate, policy: Policy) -> Graph:
    """The graph of an estate.

    Nodes carry `kind` and `name`, groups also `basis`. Edges carry `kind`, `evidence` (in words, with the file
    and line where the source gave one), `confidence` and `mandatory` (False for the wishes among affinity
    rules, and for everything that is only hinted). The policy says nothing about what depends on what, so nothing
    of it is in the graph.

    >>> build_graph(Estate(clusters=(), hosts=()), Policy()).number_of_nodes()
    0
    """
    del policy
    derived = _Derived(disks=shared_disks(estate), vapps=tuple(vapps(estate)), pairs=tuple(alike(estate)))
    graph: Graph = nx.MultiDiGraph()
    graph.add_nodes_from(_nodes(estate, derived))
    for first, second, key, data in _edges(estate, derived):
        graph.add_edge(first, second, key, **data)
    return graph


def _nodes(estate: Estate, derived: _Derived) -> Iterator[_Node]:
    kinds = (
        (NodeKind.CLUSTER, estate.clusters),
        (NodeKind.HOST, estate.hosts),
        (NodeKind.DATASTORE, estate.datastores),
        (NodeKind.NETWORK, estate.networks),
        (NodeKind.VM, estate.vms),
    )
    for kind, things in kinds:
        for thing in things:
            yield thing.id, {"kind": kind, "name": thing.name}
    for rule in estate.affinity_rules:
        yield rule.id, {"kind": NodeKind.GROUP, "name": rule.name, "basis": Basis.RULE}
    for disk in derived.disks:
        yield disk.id, {"kind": NodeKind.GROUP, "name": disk.path, "basis": Basis.SHARED_DISK}
    for vapp in derived.vapps:
        yield vapp.id, {"kind": NodeKind.GROUP, "name": vapp.name, "basis": Basis.VAPP}
    for pair in derived.pairs:
        yield pair.id, {"kind": NodeKind.GROUP, "name": pair.name, "basis": Basis.NAMES}


def _edges(estate: Estate, derived: _Derived) -> Iterator[_Edge]:
    """Edges of the estate; references to things that are not in it are left out (a rule reports them)."""
    known = {
        thing.id
        for things in (estate.clusters, estate.hosts, estate.datastores, estate.networks, estate.vms)
        for thing in things
    }
    found = (
        *(_of_host(host) for host in estate.hosts),
        *(_of_vm(vm) for vm in estate.vms),
        *(_of_rule(rule) for rule in estate.affinity_rules),
        *(_of_disk(disk) for disk in derived.disks),
        *(_of_vapp(vapp) for vapp in derived.vapps),
        *(_of_pair(pair) for pair in derived.pairs),
        _of_managers(estate.clusters, estate.vms),
        _of_services(estate),
        _of_backups(estate),
        _of_traffic(estate),
    )
    every = (estate.affinity_rules, derived.disks, derived.vapps, derived.pairs)
    groups = {group.id for groups in every for group in groups}
    for edges in found:
        yield from (edge for edge in edges if edge[0] in known and (edge[1] in known or edge[1] in groups))


def _of_host(host: Host) -> Iterator[_Edge]:
    evidence = _at("the host's record", host.origin)
    if host.cluster is not None:
        yield _edge(host.id, host.cluster, EdgeKind.MEMBER_OF, evidence)
    for datastore in host.datastores:
        yield _edge(host.id, datastore, EdgeKind.USES_DATASTORE, evidence)
    for network in dict.fromkeys(carried.network for carried in host.networks or ()):
        yield _edge(host.id, network, EdgeKind.USES_NETWORK, evidence)


def _of_vm(vm: VirtualMachine) -> Iterator[_Edge]:
    evidence = _at("the VM's record", vm.origin)
    yield _edge(vm.id, vm.cluster, EdgeKind.MEMBER_OF, evidence)
    if vm.host is not None:
        yield _edge(vm.id, vm.host, EdgeKind.RUNS_ON, evidence)
    for datastore in dict.fromkeys(disk.datastore for disk in vm.disks if disk.datastore):
        yield _edge(vm.id, datastore, EdgeKind.USES_DATASTORE, evidence)
    for network in dict.fromkeys(nic.network for nic in vm.nics if nic.network):
        yield _edge(vm.id, network, EdgeKind.USES_NETWORK, evidence)
    for needed in dict.fromkeys(vm.depends_on):
        yield _edge(needed, vm.id, EdgeKind.START_BEFORE, _at("depends_on", vm.origin))


def _of_rule(rule: AffinityRule) -> Iterator[_Edge]:
    wording = "affinity rule" if rule.mandatory else "affinity rule, a wish"
    evidence = _at(wording, rule.origin)
    if rule.kind is AffinityKind.PINNED:
        pins = ((vm, host) for vm in dict.fromkeys(rule.vms) for host in dict.fromkeys(rule.hosts))
        for vm, host in pins:
            yield _edge(vm, host, EdgeKind.PINNED_TO, evidence, mandatory=rule.mandatory, rule=rule.id)
        return
    for vm in dict.fromkeys(rule.vms):
        yield _edge(vm, rule.id, _RULE_EDGES[rule.kind], evidence, mandatory=rule.mandatory)
        if rule.kind is AffinityKind.APART and rule.mandatory:
            yield _hint(vm, rule.id, EdgeKind.NOT_IN_ONE_WAVE, f"they may not share a host: {evidence}")


def _of_disk(disk: SharedDisk) -> Iterator[_Edge]:
    for vm in disk.vms:
        yield _edge(
            vm,
            disk.id,
            EdgeKind.MOVE_TOGETHER,
            "their disks are the same file",
            confidence=Confidence.DERIVED,
        )


def _of_vapp(vapp: Vapp) -> Iterator[_Edge]:
    """A vApp may be larger than any wave: whether it has to move as one is for its owner to say, by a rule."""
    for vm in vapp.vms:
        yield _hint(vm, vapp.id, EdgeKind.MOVE_TOGETHER, "they are in one vApp")


def _of_pair(pair: Alike) -> Iterator[_Edge]:
    for vm in pair.vms:
        yield _hint(
            vm, pair.id, EdgeKind.NOT_IN_ONE_WAVE, "one guest system, and names that differ in a number"
        )


def _of_managers(clusters: tuple[Cluster, ...], vms: tuple[VirtualMachine, ...]) -> Iterator[_Edge]:
    for cluster, vm, evidence in managers(clusters, vms):
        yield _edge(cluster, vm, EdgeKind.MANAGED_BY, evidence, confidence=Confidence.DERIVED)


def _of_services(estate: Estate) -> Iterator[_Edge]:
    for service in services(estate):
        yield _edge(
            service.vm,
            service.cluster,
            EdgeKind.SERVES,
            service.evidence,
            confidence=service.confidence,
            mandatory=service.confidence is not Confidence.HINTED,
        )


def _of_backups(estate: Estate) -> Iterator[_Edge]:
    for backup in backups(estate):
        yield _edge(
            backup.vm,
            backup.server,
            EdgeKind.BACKED_UP_BY,
            backup.evidence,
            confidence=backup.confidence,
        )


def _of_traffic(estate: Estate) -> Iterator[_Edge]:
    for talk in talks(estate):
        yield _hint(talk.source, talk.destination, EdgeKind.TALKS_TO, f"{talk.said} (flows.csv)")


def _hint(first: str, second: str, kind: EdgeKind, evidence: str) -> _Edge:
    return _edge(first, second, kind, evidence, confidence=Confidence.HINTED, mandatory=False)


def _edge(first: str, second: str, kind: EdgeKind, evidence: str, **more: object) -> _Edge:
    """A declared, binding edge unless `more` says otherwise; pins of different rules are told apart."""
    data = {"kind": kind, "evidence": evidence, "confidence": Confidence.DECLARED, "mandatory": True} | more
    key = " ".join(str(part) for part in (kind, more.get("rule")) if part)
    return first, second, key, data


def _at(what: str, origin: str | None) -> str:
    return f"{what} ({origin})" if origin else what
