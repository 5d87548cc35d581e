"""The facts of one cluster that its decision rests on."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from planner.knowledge import os_family
from planner.model.estate import Cluster, ClusterId, Estate, Host, VirtualMachine, VmId
from planner.model.finding import Finding, SubjectKind
from planner.model.kinds import HypervisorKind, PowerState
from planner.model.plan import Route
from planner.model.platform import OsFamily, Platform
from planner.model.policy import ClusterPolicy, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills:
    """What the hosts of the whole estate teach the people who run them."""

    hypervisors: frozenset[HypervisorKind]
    os_families: frozenset[OsFamily]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A cluster with its hosts (`hosts` run a hypervisor, `spares` none yet), VMs, routes and findings.

    `platforms` are all that are known; `candidates` the ones that the policy lets compete. `today` is the day of
    the decision.
    """

    cluster: Cluster
    hosts: tuple[Host, ...]
    spares: tuple[Host, ...]
    vms: tuple[VirtualMachine, ...]
    routes: Mapping[tuple[VmId, str], Route]
    findings: tuple[Finding, ...]
    platforms: tuple[Platform, ...]
    policy: Policy
    skills: Skills
    today: date

    @property
    def asked(self) -> ClusterPolicy:
        """What the policy says about this cluster in particular."""
        named = (entry for entry in self.policy.clusters if entry.cluster == self.cluster.name)
        return next(named, ClusterPolicy(cluster=self.cluster.name))

    @property
    def candidates(self) -> tuple[Platform, ...]:
        """The platforms that compete: the policy's targets, or all; and the one asked for this cluster."""
        allowed = {*self.policy.decision.targets, self.asked.target}
        everything = not self.policy.decision.targets
        return tuple(platform for platform in self.platforms if everything or platform.id in allowed)

    @property
    def running(self) -> tuple[VirtualMachine, ...]:
        """The VMs that run, as far as their power state is known."""
        return tuple(vm for vm in self.vms if vm.power is PowerState.ON)

    def route(self, vm: VirtualMachine, platform: Platform) -> Route:
        """How a VM would travel to a platform."""
        return self.routes[vm.id, platform.id]


def cases(  # noqa: PLR0913, PLR0917
    estate: Estate,
    policy: Policy,
    platforms: tuple[Platform, ...],
    routes: tuple[Route, ...],
    findings: tuple[Finding, ...],
    today: date,
) -> tuple[Case, ...]:
    """One case for each cluster, in the order of the estate; platforms are sorted by id."""
    hosts: dict[ClusterId | None, list[Host]] = defaultdict(list)
    vms: dict[ClusterId, list[VirtualMachine]] = defaultdict(list)
    for host in estate.hosts:
        hosts[host.cluster].append(host)
    for vm in estate.vms:
        vms[vm.cluster].append(vm)
    routes_by_vm = {(route.vm, route.platform): route for route in routes}
    concerns = _findings_by_cluster(estate, findings)
    skills = _skills(estate)
    return tuple(
        Case(
            cluster=cluster,
            hosts=tuple(host for host in hosts[cluster.id] if host.hypervisor is not HypervisorKind.NONE),
            spares=tuple(host for host in hosts[cluster.id] if host.hypervisor is HypervisorKind.NONE),
            vms=tuple(vms[cluster.id]),
            routes=routes_by_vm,
            findings=tuple(concerns[cluster.id]),
            platforms=tuple(sorted(platforms, key=lambda platform: platform.id)),
            policy=policy,
            skills=skills,
            today=today,
        )
        for cluster in estate.clusters
    )


def _findings_by_cluster(
    estate: Estate, findings: tuple[Finding, ...]
) -> dict[ClusterId | None, list[Finding]]:
    """Findings that hold for one platform only, by the cluster that they concern."""
    home: dict[tuple[SubjectKind, str], ClusterId | None] = {
        (SubjectKind.CLUSTER, cluster.id): cluster.id for cluster in estate.clusters
    }
    home |= {(SubjectKind.HOST, host.id): host.cluster for host in estate.hosts}
    home |= {(SubjectKind.VM, vm.id): vm.cluster for vm in estate.vms}
    found: dict[ClusterId | None, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.platform is not None:
            found[home.get((finding.subject.kind, finding.subject.id))].append(finding)
    return found


def _skills(estate: Estate) -> Skills:
    families = (os_family(host.hypervisor, host.edition, host.version) for host in estate.hosts)
    return Skills(
        hypervisors=frozenset(host.hypervisor for host in estate.hosts),
        os_families=frozenset(family for family in families if family is not None),
    )
