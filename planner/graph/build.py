"""The graph of an estate, every edge with its evidence."""

from collections.abc import Iterator
from itertools import chain, product
from typing import Any

import networkx as nx

from planner.graph.backups import backups
from planner.graph.bases import shared_bases
from planner.graph.bonds import bond_of
from planner.graph.company import Company
from planner.graph.kinds import Basis, Confidence, EdgeKind, Graph, NodeKind
from planner.graph.managers import managers
from planner.graph.redundancy import alike, guest_clusters
from planner.graph.services import services
from planner.graph.shared_disks import shared_disks
from planner.graph.traffic import talks
from planner.graph.vapps import vapps
from planner.model.estate import AffinityRule, Cluster, Estate, Host, VirtualMachine
from planner.model.kinds import AffinityKind, Bond
from planner.model.policy import Policy, TogetherPolicy

_Node = tuple[str, dict[str, Any]]
_Edge = tuple[str, str, str, dict[str, Any]]

_RULE_EDGES = {
    AffinityKind.TOGETHER: EdgeKind.MOVE_TOGETHER,
    AffinityKind.APART: EdgeKind.APART,
    AffinityKind.WAVES_APART: EdgeKind.NOT_IN_ONE_WAVE,
}


_COMPANIES = (shared_disks, shared_bases, vapps, guest_clusters, alike)


def build_graph(estate: Estate, policy: Policy) -> Graph:
    """The graph of an estate.

    Nodes carry `kind` and `name`, groups also `basis`. Edges carry `kind`, `evidence` (in words, with the file
    and line where the source gave one), `confidence` and `mandatory` (False for the wishes among affinity
    rules, for everything that is only hinted, and for company that is not firm). Of company that moves together `bond` says
    how firmly: that is all that the graph has from the policy.

    >>> build_graph(Estate(clusters=(), hosts=()), Policy()).number_of_nodes()
    0
    """
    companies = tuple(chain.from_iterable(find(estate) for find in _COMPANIES))
    graph: Graph = nx.MultiDiGraph()
    graph.add_nodes_from(_nodes(estate, companies))
    for first, second, key, data in _edges(estate, policy, companies):
        graph.add_edge(first, second, key, **data)
    return graph


def _nodes(estate: Estate, companies: tuple[Company, ...]) -> Iterator[_Node]:
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
    for company in companies:
        yield company.id, {"kind": NodeKind.GROUP, "name": company.name, "basis": company.basis}


def _edges(estate: Estate, policy: Policy, companies: tuple[Company, ...]) -> Iterator[_Edge]:
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
        *(_of_company(company, policy.together) for company in companies),
        _of_managers(estate.clusters, estate.vms),
        _of_services(estate),
        _of_backups(estate),
        _of_traffic(estate),
    )
    groups = {rule.id for rule in estate.affinity_rules} | {company.id for company in companies}
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
    firm = rule.kind is AffinityKind.TOGETHER and rule.mandatory
    bond = {"bond": Bond.FIRM} if firm else {}
    for vm in dict.fromkeys(rule.vms):
        yield _edge(vm, rule.id, _RULE_EDGES[rule.kind], evidence, mandatory=rule.mandatory, **bond)
        if rule.kind is AffinityKind.APART and rule.mandatory:
            yield _hint(vm, rule.id, EdgeKind.NOT_IN_ONE_WAVE, f"they may not share a host: {evidence}")


def _of_company(company: Company, policy: TogetherPolicy) -> Iterator[_Edge]:
    for vm, kind in product(company.vms, company.kinds):
        if kind is EdgeKind.MOVE_TOGETHER:
            bond = bond_of(company, policy)
            mine = {"mandatory": bond is Bond.FIRM, "bond": bond}
        else:
            mine = {"mandatory": company.confidence is not Confidence.HINTED}
        yield _edge(vm, company.id, kind, company.evidence, confidence=company.confidence, **mine)


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
