"""What is given for the conversion of one cluster, cut out of the estate once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from planner.knowledge import relocates
from planner.model.decision import Decision
from planner.model.estate import (
    AffinityRule,
    Cluster,
    ClusterId,
    Datastore,
    DatastoreId,
    Estate,
    Host,
    Network,
    NetworkId,
    VirtualMachine,
    VmId,
)
from planner.model.kinds import AffinityKind, HypervisorKind
from planner.model.plan import ClusterPlacement, Group, Route, StorageId
from planner.model.platform import Platform
from planner.model.policy import ClusterPolicy, Policy, Strategy
from planner.model.progress import FIRST, Resumption
from planner.model.reserve import Reserve
from planner.place.dependencies import needed
from planner.place.standing import FRESH, Standing, standing

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A cluster, its decision's target and strategy, its machines, and what the estate lends it.

    `swings` are spare hosts outside any cluster. `taken` are bytes of shared target storages that clusters
    converted before it have claimed. `standing` is what earlier plans have done, `lent` the swing hosts that they have
    borrowed for this cluster, and `rest` what the last of them would have done next.
    """

    cluster: Cluster
    strategy: Strategy
    platform: Platform
    policy: Policy
    hosts: tuple[Host, ...]
    spares: tuple[Host, ...]
    swings: tuple[Host, ...]
    vms: tuple[VirtualMachine, ...]
    rules: tuple[AffinityRule, ...]
    groups: tuple[Group, ...]
    routes: Mapping[VmId, Route]
    needs: Mapping[VmId, frozenset[VmId]]
    datastores: Mapping[DatastoreId, Datastore]
    networks: Mapping[NetworkId, Network]
    taken: Mapping[StorageId, int]
    standing: Standing = FRESH
    lent: tuple[Host, ...] = ()
    rest: ClusterPlacement | None = None

    @property
    def asked(self) -> ClusterPolicy:
        """What the policy says about this cluster in particular."""
        return self.policy.of_cluster(self.cluster.name)

    @property
    def reserve(self) -> Reserve:
        """What each side keeps free."""
        return self.policy.reserve_of(self.cluster.name, ha_enabled=self.cluster.ha_enabled)

    @property
    def live(self) -> bool:
        """Whether playbooks can relocate running VMs on the source side."""
        return self.cluster.live_migration is True and relocates(
            self.cluster.hypervisor, self.cluster.manager
        )


def conversions(  # noqa: PLR0913, PLR0917
    estate: Estate,
    policy: Policy,
    platforms: tuple[Platform, ...],
    decisions: tuple[Decision, ...],
    routes: tuple[Route, ...],
    groups: tuple[Group, ...],
    resumption: Resumption = FIRST,
) -> Iterator[Conversion]:
    """One conversion for each cluster that is not kept, in the order of the decisions."""
    clusters = {cluster.id: cluster for cluster in estate.clusters}
    targets = {platform.id: platform for platform in platforms}
    cluster_of = {vm.id: vm.cluster for vm in estate.vms}
    winners = {decision.cluster: decision.winner for decision in decisions}
    hosts = _grouped((host.cluster, host) for host in estate.hosts)
    vms = _grouped((vm.cluster, vm) for vm in estate.vms)
    places = (rule for rule in estate.affinity_rules if rule.kind is not AffinityKind.WAVES_APART)
    rules = _grouped((cluster_of[vm], rule) for rule in places for vm in rule.vms)
    units = _grouped((cluster_of[vm], group) for group in groups for vm in group.vms)
    ways = {route.vm: route for route in routes if route.platform == winners.get(cluster_of[route.vm])}
    datastores = {datastore.id: datastore for datastore in estate.datastores}
    networks = {network.id: network for network in estate.networks}
    needs = needed(estate)
    lender = {loan.host: loan.cluster for loan in resumption.progress.lent}
    for decision in decisions:
        if decision.strategy is Strategy.KEEP or decision.winner is None:
            continue
        members = hosts[decision.cluster]
        yield Conversion(
            cluster=clusters[decision.cluster],
            strategy=decision.strategy,
            platform=targets[decision.winner],
            policy=policy,
            hosts=tuple(host for host in members if host.hypervisor is not HypervisorKind.NONE),
            spares=tuple(host for host in members if host.hypervisor is HypervisorKind.NONE),
            swings=tuple(
                host
                for host in hosts[None]
                if host.hypervisor is HypervisorKind.NONE and lender.get(host.id) != decision.cluster
            ),
            vms=tuple(vms[decision.cluster]),
            rules=tuple(dict.fromkeys(rules[decision.cluster])),
            groups=tuple(dict.fromkeys(units[decision.cluster])),
            routes=ways,
            needs={vm.id: needs[vm.id] for vm in vms[decision.cluster] if vm.id in needs},
            datastores=datastores,
            networks=networks,
            taken={},
            standing=standing(
                resumption.progress,
                decision.cluster,
                (host.id for host in (*members, *hosts[None])),
                (vm.id for vm in vms[decision.cluster]),
            ),
            lent=tuple(host for host in hosts[None] if lender.get(host.id) == decision.cluster),
            rest=resumption.rest_of(decision),
        )


def _grouped(pairs: Iterable[tuple[ClusterId | None, T]]) -> dict[ClusterId | None, list[T]]:
    found: dict[ClusterId | None, list[T]] = defaultdict(list)
    for cluster, thing in pairs:
        found[cluster].append(thing)
    return found
