"""What a replay takes as given: the estate and the policy, indexed, and the limits derived from them."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import chain

import networkx as nx

from planner.model.decision import Decision
from planner.model.estate import (
    AffinityRule,
    Cluster,
    ClusterId,
    Datastore,
    DatastoreId,
    Disk,
    Host,
    HostId,
    NetworkId,
    VirtualMachine,
    VmId,
)
from planner.model.kinds import AffinityKind
from planner.model.plan import Plan, Route, Step, StorageId, TargetStorage
from planner.model.platform import Platform
from planner.model.policy import Strategy, Uplink
from planner.model.reserve import Reserve
from planner.verify import derive


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What running VMs may take of a host; None is unknown and is not checked. Memory in bytes."""

    memory: int | None
    vcpus: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Givens:
    """The plan with its estate and policy, by id. Nothing here changes during a replay.

    `running` VMs take `memory_of` (bytes) and `vcpus_of`, the others nothing. `unshared` are the datastores that are known to
    belong to one host; `plugged_into` are the networks of a VM's cards. `storage_size` has one entry a
    medium; `medium` leads from each storage's id to the one that stands for its medium, `own_pools` from a host to those on
    its disks. `promised` are the hosts that a cluster's placement counts on, `borrowed` its swing hosts. `local_disks` are the VMs with a disk on a host's own datastores; `apart` are the mandatory
    rules of each VM; `cycle` numbers the dependency cycle of a VM; `behind` are the hosts of one side of each uplink.
    """

    plan: Plan
    hosts: dict[HostId, Host]
    vms: dict[VmId, VirtualMachine]
    running: frozenset[VmId]
    memory_of: dict[VmId, int]
    vcpus_of: dict[VmId, int]
    clusters: dict[ClusterId, Cluster]
    datastores: dict[DatastoreId, Datastore]
    unshared: frozenset[str]
    decisions: dict[ClusterId, Decision]
    platforms: dict[str, Platform]
    routes: dict[VmId, Route]
    source_limits: dict[HostId, Limits]
    target_limits: dict[HostId, Limits]
    reserve: dict[ClusterId, Reserve]
    disks: dict[tuple[VmId, str], Disk]
    storages: dict[StorageId, TargetStorage]
    medium: dict[StorageId, StorageId]
    own_pools: dict[HostId, list[StorageId]]
    promised: dict[ClusterId, frozenset[HostId]]
    borrowed: dict[ClusterId, frozenset[HostId]]
    storage_size: dict[StorageId, int | None]
    source_reach: dict[HostId, frozenset[NetworkId] | None]
    target_reach: dict[HostId, frozenset[NetworkId] | None]
    plugged_into: dict[VmId, frozenset[NetworkId]]
    network_names: dict[NetworkId, str]
    local_disks: dict[HostId, tuple[VmId, ...]]
    apart: dict[VmId, tuple[AffinityRule, ...]]
    cycle: dict[VmId, int]
    uplinks: dict[str, Uplink]
    behind: dict[str, frozenset[HostId]]

    def strategy(self, cluster: ClusterId) -> Strategy:
        """How a cluster gets to its target; a cluster without a decision is kept."""
        decision = self.decisions.get(cluster)
        return Strategy.KEEP if decision is None else decision.strategy

    def runs(self, vm: VmId) -> bool:
        """Whether a VM takes memory while nothing is done to it."""
        return vm in self.running

    def memory(self, vm: VmId) -> int:
        """Bytes that a VM is known to take while it runs."""
        return self.memory_of[vm]

    def vcpus(self, vm: VmId) -> int:
        """The vCPUs that a VM is known to take while it runs."""
        return self.vcpus_of[vm]

    def shared_media(self, step: Step) -> frozenset[str]:
        """The datastores and storages beyond one host that the copies of a step are read from and written to.

        None where the policy does not say how many transfers they serve: nobody counts them then.
        """
        if self.plan.policy.transfers.per_datastore is None or step.vm is None:
            return frozenset()
        media: set[str] = set()
        for placed in step.disks:
            disk, storage = self.disks.get((step.vm, placed.disk)), self.storages[placed.storage]
            if disk is not None and disk.datastore is not None and disk.datastore not in self.unshared:
                media.add(disk.datastore)
            if storage.host is None:
                media.add(storage.datastore or self.medium[storage.id])
        return frozenset(media)

    def crossed_uplinks(self, step: Step) -> frozenset[str]:
        """The uplinks that the transfer of a step crosses: its source and destination are on different sides."""
        if step.source is None or step.destination is None or not self.behind:
            return frozenset()
        return frozenset(
            name
            for name, hosts in self.behind.items()
            if len(hosts & {step.source, step.destination}) == 1 and step.source != step.destination
        )

    def has_no_way(self, vm: VmId) -> bool:
        """Whether a VM is named as staying: there is no way over for it."""
        route = self.routes.get(vm)
        return route is not None and route.transport is None

    def size(self, vm: VmId, disk: str) -> int:
        """Bytes that a copy of a disk is known to take."""
        found = self.disks.get((vm, disk))
        return (derive.disk_size(found) or 0) if found is not None else 0


def givens(plan: Plan) -> Givens:
    """Index a plan once, so that every event of the replay costs the same."""
    estate, policy = plan.estate, plan.policy
    hosts = {host.id: host for host in estate.hosts}
    datastores = {datastore.id: datastore for datastore in estate.datastores}
    decisions = {decision.cluster: decision for decision in plan.decisions}
    platforms = {platform.id: platform for platform in plan.platforms}
    storages = {storage.id: storage for placement in plan.placements for storage in placement.storages}
    beneath = {host.host: host.platform for placement in plan.placements for host in placement.hosts}
    medium = _media(storages)
    mapped = derive.mapped_networks(estate, policy)
    own_pools: dict[HostId, list[StorageId]] = defaultdict(list)
    for storage in storages.values():
        if storage.host is not None and medium[storage.id] == storage.id:
            own_pools[storage.host].append(storage.id)
    return Givens(
        plan=plan,
        hosts=hosts,
        vms={vm.id: vm for vm in estate.vms},
        running=frozenset(vm.id for vm in estate.vms if derive.runs(vm)),
        memory_of={vm.id: vm.memory_bytes or 0 if derive.runs(vm) else 0 for vm in estate.vms},
        vcpus_of={vm.id: vm.vcpus or 0 if derive.runs(vm) else 0 for vm in estate.vms},
        clusters={cluster.id: cluster for cluster in estate.clusters},
        datastores=datastores,
        unshared=frozenset(store.id for store in estate.datastores if store.shared is False),
        decisions=decisions,
        platforms=platforms,
        routes=_chosen_routes(plan, decisions),
        source_limits={
            host.id: Limits(
                memory=derive.source_memory(host, policy), vcpus=derive.vcpu_capacity(host, policy)
            )
            for host in estate.hosts
        },
        target_limits={
            host.id: Limits(
                memory=derive.target_memory(host, policy), vcpus=derive.vcpu_capacity(host, policy)
            )
            for host in estate.hosts
        },
        reserve={cluster.id: derive.reserve(cluster, policy) for cluster in estate.clusters},
        disks={(vm.id, disk.id): disk for vm in estate.vms for disk in vm.disks},
        storages=storages,
        medium=medium,
        own_pools=own_pools,
        promised={place.cluster: frozenset(host.host for host in place.hosts) for place in plan.placements},
        borrowed={place.cluster: frozenset(place.swing) for place in plan.placements},
        storage_size={
            storage.id: derive.storage_capacity(
                storage, policy, datastores, hosts, _platform_of(storage, beneath, platforms)
            )
            for storage in storages.values()
            if medium[storage.id] == storage.id
        },
        source_reach={host.id: derive.carried_networks(host) for host in estate.hosts},
        target_reach={host.id: derive.target_networks(host, mapped) for host in estate.hosts},
        plugged_into={
            vm.id: frozenset(nic.network for nic in vm.nics if nic.network is not None) for vm in estate.vms
        },
        network_names={network.id: network.name for network in estate.networks},
        local_disks=_local_disks(plan, datastores),
        apart=_apart(estate.affinity_rules),
        cycle=_cycles(estate.vms),
        uplinks={uplink.name: uplink for uplink in policy.transfers.uplinks},
        behind={uplink.name: derive.behind(uplink, estate) for uplink in policy.transfers.uplinks},
    )


def _chosen_routes(plan: Plan, decisions: dict[ClusterId, Decision]) -> dict[VmId, Route]:
    clusters = {vm.id: vm.cluster for vm in plan.estate.vms}
    return {
        route.vm: route
        for route in plan.routes
        if (decision := decisions.get(clusters[route.vm])) is not None and decision.winner == route.platform
    }


def _media(storages: dict[StorageId, TargetStorage]) -> dict[StorageId, StorageId]:
    first: dict[tuple[str, str], StorageId] = {}
    return {
        storage.id: first.setdefault(derive.storage_medium(storage), storage.id)
        for storage in storages.values()
    }


def _platform_of(
    storage: TargetStorage, beneath: dict[HostId, str], platforms: dict[str, Platform]
) -> Platform | None:
    """The platform beneath a pool on one host's own disks."""
    return None if storage.host is None else platforms.get(beneath.get(storage.host, ""))


def _local_disks(plan: Plan, datastores: dict[DatastoreId, Datastore]) -> dict[HostId, tuple[VmId, ...]]:
    """A datastore is a host's own when it is said to be local, or when no other host mounts it."""
    mounts = Counter(store for host in plan.estate.hosts for store in host.datastores)
    on_store: dict[DatastoreId, dict[VmId, None]] = defaultdict(dict)
    for vm in plan.estate.vms:
        for disk in vm.disks:
            if disk.datastore is not None and derive.is_copied(disk):
                on_store[disk.datastore][vm.id] = None
    own = {
        host.id: [
            store
            for store in host.datastores
            if derive.is_local(datastores[store]) or (datastores[store].shared is None and mounts[store] == 1)
        ]
        for host in plan.estate.hosts
    }
    return {
        host: tuple(dict.fromkeys(chain.from_iterable(on_store[store] for store in stores)))
        for host, stores in own.items()
    }


def _apart(rules: tuple[AffinityRule, ...]) -> dict[VmId, tuple[AffinityRule, ...]]:
    found: dict[VmId, list[AffinityRule]] = defaultdict(list)
    for rule in rules:
        if rule.kind is AffinityKind.APART and rule.mandatory:
            for vm in rule.vms:
                found[vm].append(rule)
    return {vm: tuple(of_vm) for vm, of_vm in found.items()}


def _cycles(vms: tuple[VirtualMachine, ...]) -> dict[VmId, int]:
    needs: nx.DiGraph[VmId] = nx.DiGraph()
    needs.add_edges_from(chain.from_iterable(((vm.id, need) for need in vm.depends_on) for vm in vms))
    circles = (circle for circle in nx.strongly_connected_components(needs) if len(circle) > 1)
    return {vm: number for number, circle in enumerate(circles) for vm in circle}
