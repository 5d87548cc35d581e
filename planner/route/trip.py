"""One VM on its way to one platform: what the route table, the clauses and the commands look at."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.knowledge import Guest, guest
from planner.model.estate import (
    Cluster,
    ClusterId,
    Datastore,
    DatastoreId,
    Disk,
    Estate,
    Host,
    NetworkId,
    VirtualMachine,
)
from planner.model.kinds import DiskKind, HypervisorKind
from planner.model.platform import Platform
from planner.model.policy import Policy, Strategy

_REMOVABLE = frozenset({DiskKind.CDROM, DiskKind.FLOPPY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A VM, where it is, and the platform that it would go to.

    `host` is None when unknown; `members` are the hosts of its cluster that run a hypervisor.
    `networks` gives the name of each network, `bridges` the bridge that the policy has for a network of that name.
    """

    vm: VirtualMachine
    cluster: Cluster
    host: Host | None
    members: tuple[Host, ...]
    datastores: Mapping[DatastoreId, Datastore]
    networks: Mapping[NetworkId, str]
    bridges: Mapping[str, str]
    platform: Platform
    policy: Policy

    @property
    def source(self) -> HypervisorKind:
        """The hypervisor that the VM leaves."""
        return self.host.hypervisor if self.host else self.cluster.hypervisor

    @property
    def guest(self) -> Guest:
        """What is known about its operating system."""
        return guest(self.vm.guest_os)

    @property
    def disks(self) -> tuple[Disk, ...]:
        """The disks that travel; CD and floppy drives stay."""
        return tuple(disk for disk in self.vm.disks if disk.kind not in _REMOVABLE)

    @property
    def near_hosts(self) -> tuple[Host, ...]:
        """The host it runs on, or all that it may run on."""
        return (self.host,) if self.host else self.members

    @property
    def strategy(self) -> Strategy | None:
        """The strategy that the policy asks of its cluster."""
        asked = (entry for entry in self.policy.clusters if entry.cluster == self.cluster.name)
        return next((entry.strategy for entry in asked), None)


def trips(estate: Estate, policy: Policy, platforms: tuple[Platform, ...]) -> Iterator[Trip]:
    """Every VM to every platform, sorted by VM and platform."""
    clusters = {cluster.id: cluster for cluster in estate.clusters}
    hosts = {host.id: host for host in estate.hosts if host.hypervisor is not HypervisorKind.NONE}
    members: dict[ClusterId | None, tuple[Host, ...]] = defaultdict(tuple)
    for host in hosts.values():
        members[host.cluster] += (host,)
    datastores = {datastore.id: datastore for datastore in estate.datastores}
    networks = {network.id: network.name for network in estate.networks}
    bridges = {mapping.source: mapping.bridge for mapping in policy.network_map}
    for vm in estate.vms:
        for platform in platforms:
            yield Trip(
                vm=vm,
                cluster=clusters[vm.cluster],
                host=hosts.get(vm.host) if vm.host else None,
                members=members[vm.cluster],
                datastores=datastores,
                networks=networks,
                bridges=bridges,
                platform=platform,
                policy=policy,
            )
