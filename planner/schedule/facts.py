"""What durations and orders are computed from: the estate, the policy and the routes, by id."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.knowledge import load_platforms
from planner.model.decision import Decision
from planner.model.estate import (
    AffinityRule,
    Cluster,
    ClusterId,
    DatastoreId,
    Disk,
    Estate,
    Host,
    HostId,
    VirtualMachine,
    VmId,
)
from planner.model.kinds import AffinityKind, Bond, DiskKind, HypervisorKind, PowerState
from planner.model.media import shared_media, written_media
from planner.model.plan import (
    NOTHING_DONE,
    ClusterPlacement,
    DiskPlacement,
    Group,
    Progress,
    Route,
    StorageId,
)
from planner.model.platform import Platform
from planner.model.policy import Policy
from planner.model.uplinks import Line, lines

_REMOVABLE = frozenset({DiskKind.CDROM, DiskKind.FLOPPY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The estate by id.

    `routes` are those to each cluster's own target; `together` gives the group of each VM that is in one, wishes
    included, and `firm` the firm one; `local` are datastores on one host's disks; `waves_apart` has for each VM those that may not move in its
    wave. `shared` are the target storages that several hosts reach, each with the id of its medium; `scattered` are clusters
    with a disk of which nobody knows where it lies; `lines` are the policy's uplinks. `progress` is what earlier plans have done.
    """

    policy: Policy
    clusters: Mapping[ClusterId, Cluster]
    hosts: Mapping[HostId, Host]
    vms: Mapping[VmId, VirtualMachine]
    routes: Mapping[VmId, Route]
    targets: Mapping[ClusterId, Platform]
    together: Mapping[VmId, int]
    firm: Mapping[VmId, int]
    waves_apart: Mapping[VmId, frozenset[VmId]]
    local: frozenset[DatastoreId]
    shared: Mapping[StorageId, str]
    residents: Mapping[HostId, tuple[VmId, ...]]
    scattered: frozenset[ClusterId]
    progress: Progress
    lines: tuple[Line, ...]

    def runs(self, vm: VmId) -> bool:
        """Whether a VM runs before it is moved; one whose power state is unknown may."""
        machine = self.vms[vm]
        return not machine.template and machine.power not in {PowerState.OFF, PowerState.SUSPENDED}

    def bytes_of(self, vm: VmId, disks: frozenset[str]) -> int:
        """Bytes that copies of these disks are known to take."""
        return sum(copy_size(disk) for disk in self.vms[vm].disks if disk.id in disks)

    def media(self, vm: VmId, disks: tuple[DiskPlacement, ...]) -> frozenset[str]:
        """The shared media that copies of these disks are read from and written to."""
        return shared_media(self.vms[vm], disks, self.local, self.shared)

    def is_source(self, host: HostId) -> bool:
        """Whether a host ran a hypervisor before the plan."""
        return self.hosts[host].hypervisor is not HypervisorKind.NONE

    def only_copies(self, host: HostId) -> tuple[VmId, ...]:
        """VMs whose source disks lie on this host's own storage and perish with it."""
        return tuple(
            vm
            for vm in self.residents.get(host, ())
            if any(
                disk.datastore in self.local and disk.kind not in _REMOVABLE for disk in self.vms[vm].disks
            )
        )

    def copies_unknown(self, host: HostId) -> bool:
        """Whether a VM of the host's cluster has a disk of which nobody knows where it lies."""
        return self.hosts[host].cluster in self.scattered


def copy_size(disk: Disk) -> int:
    """Bytes of a disk's copy as far as they are known: its data, or the whole of a raw device."""
    if disk.kind is DiskKind.RDM or disk.allocated_bytes is None:
        return disk.capacity_bytes or 0
    return disk.allocated_bytes


def facts(  # noqa: PLR0913, PLR0917
    estate: Estate,
    policy: Policy,
    decisions: tuple[Decision, ...],
    routes: tuple[Route, ...],
    placements: tuple[ClusterPlacement, ...],
    groups: tuple[Group, ...],
    progress: Progress = NOTHING_DONE,
) -> Facts:
    """Index everything once."""
    winners = {decision.cluster: decision.winner for decision in decisions}
    named = frozenset(winner for winner in winners.values() if winner is not None)
    platforms = {platform.id: platform for platform in load_platforms(named, policy.install.enterprise_linux)}
    cluster_of = {vm.id: vm.cluster for vm in estate.vms}
    residents: dict[HostId, tuple[VmId, ...]] = {}
    for vm in estate.vms:
        if vm.host is not None:
            residents[vm.host] = (*residents.get(vm.host, ()), vm.id)
    return Facts(
        policy=policy,
        clusters={cluster.id: cluster for cluster in estate.clusters},
        hosts={host.id: host for host in estate.hosts},
        vms={vm.id: vm for vm in estate.vms},
        routes={route.vm: route for route in routes if route.platform == winners.get(cluster_of[route.vm])},
        targets={cluster: platforms[winner] for cluster, winner in winners.items() if winner is not None},
        together=_numbered(group for group in groups if group.bond is not Bond.SHOW),
        firm=_numbered(group for group in groups if group.bond is Bond.FIRM),
        waves_apart=_waves_apart(estate.affinity_rules),
        local=frozenset(store.id for store in estate.datastores if store.shared is False),
        shared=written_media(storage for placement in placements for storage in placement.storages),
        residents=residents,
        scattered=frozenset(vm.cluster for vm in estate.vms if _lies_anywhere(vm)),
        progress=progress,
        lines=lines(policy.transfers.uplinks, estate.hosts, estate.clusters),
    )


def _lies_anywhere(vm: VirtualMachine) -> bool:
    return any(disk.datastore is None and disk.kind not in _REMOVABLE for disk in vm.disks)


def _waves_apart(rules: tuple[AffinityRule, ...]) -> dict[VmId, frozenset[VmId]]:
    found: dict[VmId, frozenset[VmId]] = {}
    for rule in rules:
        if rule.kind is AffinityKind.WAVES_APART and rule.mandatory:
            for vm in rule.vms:
                found[vm] = found.get(vm, frozenset()) | (frozenset(rule.vms) - {vm})
    return found


def _numbered(groups: Iterable[Group]) -> dict[VmId, int]:
    """The group of each VM; where it is in several, the largest, which comes last."""
    return {vm: number for number, group in enumerate(groups) for vm in group.vms}
