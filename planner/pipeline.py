"""The stages in order: the only module that knows it.

read [-> resume] -> graph -> route -> assess -> decide -> place -> schedule -> verify -> emit, review
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from planner import assess as assessing
from planner import decide as deciding
from planner import emit as emitting
from planner import place as placing
from planner import resume as resuming
from planner import review as reviewing
from planner import route as routing
from planner import schedule as scheduling
from planner import verify as verifying
from planner.errors import InputError
from planner.graph import Graph, as_scheduled, bonds, build_graph, groups
from planner.knowledge import (
    installed_platform,
    load_platforms,
)
from planner.model.codec import digest
from planner.model.decision import Decision
from planner.model.estate import ClusterId, Estate
from planner.model.finding import Finding, SubjectKind
from planner.model.plan import FORMAT_VERSION, ClusterPlacement, Group, Plan, Route
from planner.model.platform import Platform
from planner.model.policy import Policy
from planner.model.progress import FIRST, Report, Resumption
from planner.model.texts import Texts
from planner.model.verification import Verification
from planner.read.collect import read_estate
from planner.read.policy import read_policy
from planner.read.policy_names import unknown_names
from planner.review import Review
from planner.verify import Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """An estate as far as it can be judged before anything is placed or timed.

    `outside` is what was found of VMs that no plan moves, as no host of their cluster is known; `today` the day of which
    all this is true. `resumption` is what a plan goes on from.
    """

    estate: Estate
    policy: Policy
    platforms: tuple[Platform, ...]
    graph: Graph
    groups: tuple[Group, ...]
    routes: tuple[Route, ...]
    findings: tuple[Finding, ...]
    outside: tuple[Finding, ...]
    today: date
    decisions: tuple[Decision, ...]
    resumption: Resumption = FIRST

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Findings that forbid a plan: critical and not waived."""
        return tuple(finding for finding in self.findings if finding.blocks)


def read(source: Path, what_if: Iterable[str] = ()) -> tuple[Estate, Policy]:
    """The estate and the policy beside it, checked against what the planner knows.

    `what_if` are `KEY=VALUE`s that stand in the policy for this once.
    Raises InputError with every problem of either.
    """
    estate, policy = read_estate(source), read_policy(source, what_if)
    problems = unknown_names(estate, policy)
    if problems:
        raise InputError(problems)
    return estate, policy


def resume(earlier: Plan, report: Report, now: Estate) -> tuple[Estate, Resumption]:
    """The estate to plan for when some steps of an earlier plan are done, and what the new plan goes on from.

    Raises InputError when the inventory and these steps cannot both be true.
    """
    return resuming.resume(earlier, report, now)


def analyse(estate: Estate, policy: Policy, today: date, resumption: Resumption = FIRST) -> Analysis:
    """Everything up to the decisions, with routes and findings of every target that was considered.

    `today` is the day for which it is judged: what has expired, and what is no longer supported. A cluster that is half
    converted keeps its target. Raises InfeasibleError when every target of a cluster is vetoed.
    """
    platforms = _platforms(estate, policy, resumption.platforms())
    graph = build_graph(estate, policy)
    routes = routing.route(estate, policy, platforms)
    found = assessing.assess(estate, policy, platforms, routes, graph, today)
    return Analysis(
        estate=estate,
        policy=policy,
        platforms=platforms,
        graph=graph,
        groups=(*groups(graph), *bonds(graph, policy.waves.max_vms)),
        routes=routes,
        findings=resuming.still_concern(found.findings, resumption.progress),
        outside=found.outside,
        today=today,
        decisions=resumption.bound(deciding.decide(estate, policy, platforms, routes, found.findings, today)),
        resumption=resumption,
    )


def _platforms(estate: Estate, policy: Policy, earlier: Iterable[str]) -> tuple[Platform, ...]:
    """The platforms that compete: some only where the policy, a host or an earlier plan names them."""
    asked = {*policy.decision.targets, *(entry.target for entry in policy.clusters), *earlier}
    words = {word.lower() for word in policy.decision.skills}
    installed = {installed_platform(host.hypervisor, host.edition, host.version) for host in estate.hosts}
    named = frozenset(name for name in asked | words | installed if name is not None)
    return load_platforms(named, policy.install.enterprise_linux)


def settle(analysis: Analysis) -> Analysis:
    """The analysis with only the winners' routes and findings."""
    winners = {decision.cluster: decision.winner for decision in analysis.decisions}
    cluster_of = _cluster_of(analysis.estate)
    chosen = {winner for winner in winners.values() if winner is not None}
    vm_cluster = {vm.id: vm.cluster for vm in analysis.estate.vms}

    def concerns_the_plan(finding: Finding) -> bool:
        if finding.platform is None:
            return True
        cluster = cluster_of.get((finding.subject.kind, finding.subject.id))
        return finding.platform == winners.get(cluster) if cluster else finding.platform in chosen

    return replace(
        analysis,
        routes=tuple(route for route in analysis.routes if route.platform == winners[vm_cluster[route.vm]]),
        findings=tuple(filter(concerns_the_plan, analysis.findings)),
    )


def make_plan(analysis: Analysis, start: str | None) -> Plan:
    """The plan of a settled analysis. `start` is second 0 on the clock of the policy's time zone (ISO 8601), or None.

    Raises InfeasibleError when no order of steps is safe, and InputError when windows are given and no start.
    """
    return scheduled(analysis, placed(analysis), start)


def placed(analysis: Analysis) -> tuple[ClusterPlacement, ...]:
    """Where every VM of a settled analysis lands, and in which phases. Raises InfeasibleError when nothing is safe."""
    return placing.place(
        analysis.estate,
        analysis.policy,
        analysis.platforms,
        analysis.decisions,
        analysis.routes,
        analysis.groups,
        analysis.resumption,
    )


def scheduled(analysis: Analysis, placements: tuple[ClusterPlacement, ...], start: str | None) -> Plan:
    """The plan that carries out these placements."""
    schedule = scheduling.schedule(
        analysis.estate,
        analysis.policy,
        analysis.decisions,
        analysis.routes,
        placements,
        analysis.groups,
        None if start is None else datetime.fromisoformat(start),
        analysis.resumption.progress,
    )
    findings = assessing.assess_steps(
        analysis.estate,
        analysis.policy,
        analysis.platforms,
        analysis.routes,
        analysis.graph,
        analysis.today,
        analysis.findings,
        schedule.steps,
    )
    return Plan(
        format_version=FORMAT_VERSION,
        estate_digest=estate_digest(analysis.estate),
        start=start,
        estate=analysis.estate,
        policy=analysis.policy,
        platforms=analysis.platforms,
        groups=tuple(as_scheduled(analysis.groups, schedule.steps)),
        decisions=analysis.decisions,
        routes=analysis.routes,
        findings=findings,
        placements=placements,
        schedule=schedule,
        progress=analysis.resumption.progress,
    )


def verify(plan: Plan) -> Verification:
    """The independent replay of a plan."""
    return verifying.verify(plan)


def as_planned(plan: Plan, now: Estate) -> Estate:
    """An inventory as a plan takes it: what had crossed before the plan was made is not the source's any more."""
    return resuming.completed(plan, plan.progress, now) if plan.progress.done else now


def drift(plan: Plan, estate: Estate) -> tuple[Difference, ...]:
    """What has changed in an estate since a plan was made of it."""
    return verifying.drift(plan.estate, estate)


def still_holds(plan: Plan, estate: Estate) -> Verification:
    """The independent replay of a plan on an estate as it is now."""
    return verifying.verify(replace(plan, estate=estate))


def review(plan: Plan, verification: Verification) -> Review:
    """What people read of a plan and its replay."""
    return reviewing.review(plan, verification)


def bundle(plan: Plan, reviewed: Review) -> Texts:
    """Every file of a plan's directory: relative path to text."""
    return emitting.emit(plan).beside(reviewed.files)


def estate_digest(estate: Estate) -> str:
    """Digest of the facts of an estate, whatever file and line they stood in.

    Flows are left out: they differ from day to day, and no plan hangs on them.
    """
    return digest(
        replace(
            estate,
            clusters=tuple(replace(cluster, origin=None) for cluster in estate.clusters),
            hosts=tuple(replace(host, origin=None) for host in estate.hosts),
            datastores=tuple(replace(datastore, origin=None) for datastore in estate.datastores),
            networks=tuple(replace(network, origin=None) for network in estate.networks),
            vms=tuple(replace(vm, origin=None) for vm in estate.vms),
            affinity_rules=tuple(replace(rule, origin=None) for rule in estate.affinity_rules),
            flows=(),
        )
    )


def _cluster_of(estate: Estate) -> dict[tuple[SubjectKind, str], ClusterId]:
    members: list[tuple[SubjectKind, str, ClusterId]] = [
        (SubjectKind.CLUSTER, cluster.id, cluster.id) for cluster in estate.clusters
    ]
    members += [(SubjectKind.HOST, host.id, host.cluster) for host in estate.hosts if host.cluster]
    members += [(SubjectKind.VM, vm.id, vm.cluster) for vm in estate.vms]
    return {(kind, thing): cluster for kind, thing, cluster in members}
