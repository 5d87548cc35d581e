"""What rules look at: the estate with its indexes, the routes and the graph."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeAlias

from planner.graph import Graph
from planner.knowledge import installed_platform, transport
from planner.knowledge.missing import parts
from planner.model.estate import (
    Cluster,
    ClusterId,
    Datastore,
    DatastoreId,
    Disk,
    Estate,
    Host,
    HostId,
    Network,
    NetworkId,
    VirtualMachine,
    VmId,
)
from planner.model.finding import Finding
from planner.model.kinds import DiskKind, HypervisorKind, PowerState
from planner.model.plan import Route, Step
from planner.model.platform import Platform
from planner.model.policy import ClusterPolicy, Policy, Strategy

Thing: TypeAlias = Cluster | Host | Datastore | Network | VirtualMachine

_REMOVABLE = frozenset({DiskKind.CDROM, DiskKind.FLOPPY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A VM on its route to one platform."""

    vm: VirtualMachine
    route: Route
    platform: Platform

    @property
    def converts(self) -> bool:
        """Whether virt-v2v changes the guest on the way."""
        return self.route.transport is not None and transport(self.route.transport).converts

    @property
    def keeps_drivers(self) -> bool:
        """Whether the guest needs no other drivers afterwards."""
        return self.route.transport is not None and transport(self.route.transport).keeps_drivers


@dataclass(frozen=True, kw_only=True)
class Ground:
    """An estate as rules see it.

    `clusters`, `hosts` and `vms` are those that the conversion may touch: clusters that stay as they are, with
    their hosts and VMs, are left out (`estate` has them all). `platforms` are the ones that the policy lets
    compete. `today` is the day for which the estate is judged. `findings` is empty until every other rule has spoken, `steps` until there is a
    plan.
    `among` are the clusters to judge whatever the plan does with them; None: those that leave their hypervisor.
    """

    estate: Estate
    policy: Policy
    platforms: Mapping[str, Platform]
    routes: Mapping[VmId, tuple[Route, ...]]
    graph: Graph
    today: date
    findings: tuple[Finding, ...] = ()
    steps: tuple[Step, ...] = ()
    among: frozenset[ClusterId] | None = None

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """Clusters that leave their hypervisor, or those that are to be judged."""
        if self.among is not None:
            return tuple(cluster for cluster in self.estate.clusters if cluster.id in self.among)
        return tuple(cluster for cluster in self.estate.clusters if not self._stays(cluster))

    @cached_property
    def hosts(self) -> tuple[Host, ...]:
        """Hosts of those clusters, and swing hosts."""
        leaving = {None, *(cluster.id for cluster in self.clusters)}
        return tuple(host for host in self.estate.hosts if host.cluster in leaving)

    @cached_property
    def vms(self) -> tuple[VirtualMachine, ...]:
        """VMs of those clusters."""
        leaving = {cluster.id for cluster in self.clusters}
        return tuple(vm for vm in self.estate.vms if vm.cluster in leaving)

    @cached_property
    def trips(self) -> tuple[Trip, ...]:
        """Each of those VMs on its route to each platform."""
        return tuple(
            Trip(vm=vm, route=route, platform=self.platforms[route.platform])
            for vm in self.vms
            for route in self.routes.get(vm.id, ())
        )

    @cached_property
    def cluster_by_id(self) -> Mapping[ClusterId, Cluster]:
        """Every cluster of the estate."""
        return {cluster.id: cluster for cluster in self.estate.clusters}

    @cached_property
    def host_by_id(self) -> Mapping[HostId, Host]:
        """Every host of the estate."""
        return {host.id: host for host in self.estate.hosts}

    @cached_property
    def vm_by_id(self) -> Mapping[VmId, VirtualMachine]:
        """Every VM of the estate."""
        return {vm.id: vm for vm in self.estate.vms}

    @cached_property
    def datastore_by_id(self) -> Mapping[DatastoreId, Datastore]:
        """Every datastore of the estate."""
        return {datastore.id: datastore for datastore in self.estate.datastores}

    @cached_property
    def network_by_id(self) -> Mapping[NetworkId, Network]:
        """Every network of the estate."""
        return {network.id: network for network in self.estate.networks}

    @cached_property
    def members(self) -> Mapping[ClusterId | None, tuple[Host, ...]]:
        """Hosts of each cluster, spares included; under None the swing hosts."""
        found: dict[ClusterId | None, list[Host]] = defaultdict(list)
        for host in self.estate.hosts:
            found[host.cluster].append(host)
        return defaultdict(tuple, {cluster: tuple(hosts) for cluster, hosts in found.items()})

    @cached_property
    def parts(self) -> Mapping[ClusterId, Estate]:
        """The estate with the hosts and VMs of one cluster only, for each cluster."""
        return parts(self.estate)

    @cached_property
    def running_in(self) -> Mapping[ClusterId, tuple[VirtualMachine, ...]]:
        """VMs that run in each cluster."""
        found: dict[ClusterId, list[VirtualMachine]] = defaultdict(list)
        for vm in self.vms:
            if vm.power is PowerState.ON:
                found[vm.cluster].append(vm)
        return defaultdict(tuple, {cluster: tuple(vms) for cluster, vms in found.items()})

    @cached_property
    def carried(self) -> Mapping[ClusterId | None, frozenset[NetworkId] | None]:
        """Networks that the hosts of each cluster carry; None where a host's are unknown."""
        return {
            cluster: None
            if any(host.networks is None for host in hosts)
            else frozenset(entry.network for host in hosts for entry in host.networks or ())
            for cluster, hosts in self.members.items()
        }

    @cached_property
    def running(self) -> Mapping[HostId | None, tuple[VirtualMachine, ...]]:
        """VMs that run on each host; under None those of which the host is unknown."""
        found: dict[HostId | None, list[VirtualMachine]] = defaultdict(list)
        for vm in self.vms:
            if vm.power is PowerState.ON:
                found[vm.host].append(vm)
        return defaultdict(tuple, {host: tuple(vms) for host, vms in found.items()})

    @cached_property
    def mapped_networks(self) -> frozenset[str]:
        """Names of the networks that the policy maps."""
        return frozenset(entry.source for entry in self.policy.network_map)

    def source(self, thing: Host | VirtualMachine) -> HypervisorKind:
        """The hypervisor that a host or a VM leaves."""
        host = thing if isinstance(thing, Host) else self.host_by_id.get(thing.host) if thing.host else None
        if host is not None:
            return host.hypervisor
        return self.cluster_by_id[thing.cluster].hypervisor if thing.cluster else HypervisorKind.NONE

    def asked(self, cluster: Cluster) -> ClusterPolicy:
        """What the policy says about a cluster in particular."""
        named = (entry for entry in self.policy.clusters if entry.cluster == cluster.name)
        return next(named, ClusterPolicy(cluster=cluster.name))

    def hypervisors_of(self, cluster: Cluster) -> tuple[Host, ...]:
        """The hosts of a cluster that run a hypervisor."""
        return tuple(host for host in self.members[cluster.id] if host.hypervisor is not HypervisorKind.NONE)

    def _stays(self, cluster: Cluster) -> bool:
        """Whether nothing will happen to a cluster, whatever its target: the same grounds as in the decision."""
        asked, hosts = self.asked(cluster), self.hypervisors_of(cluster)
        if asked.strategy is not None:
            return asked.strategy is Strategy.KEEP
        installed = {installed_platform(host.hypervisor, host.edition, host.version) for host in hosts}
        return not hosts or (
            asked.target is None and len(installed) == 1 and installed <= self.platforms.keys()
        )


def travelling(vm: VirtualMachine) -> Iterator[Disk]:
    """The disks that go along; CD and floppy drives stay."""
    return (disk for disk in vm.disks if disk.kind not in _REMOVABLE)
