"""Everything that is known about one step that moves a VM, looked up once."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from planner.model.estate import (
    Cluster,
    ClusterId,
    Datastore,
    DatastoreId,
    Disk,
    Host,
    HostId,
    NetworkId,
    VirtualMachine,
)
from planner.model.kinds import DiskKind, HypervisorKind, ManagerKind, ServiceRole
from planner.model.naming import is_plain
from planner.model.plan import (
    Plan,
    Route,
    Step,
    StepKind,
    StorageId,
    TargetNetwork,
    TargetStorage,
)
from planner.model.platform import Platform
from planner.model.policy import Strategy

_VMWARE_PATH: Final = re.compile(r"\[([^\]]+)\] (.+)\.vmdk")
_REMOVABLE: Final = {DiskKind.CDROM, DiskKind.FLOPPY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A VM's step with its surroundings. `source` and `destination` are None as in `Step`.

    `coordinator` is the first host that is configured in the VM's cluster, by this plan or an earlier one.
    """

    step: Step
    vm: VirtualMachine
    cluster: Cluster
    route: Route | None
    platform: Platform
    strategy: Strategy
    source: Host | None
    destination: Host | None
    storages: dict[StorageId, TargetStorage]
    datastores: dict[DatastoreId, Datastore]
    networks: Mapping[NetworkId, TargetNetwork]
    coordinator: HostId | None
    vddk_path: str | None
    name_is_free: bool

    @property
    def disks(self) -> tuple[Disk, ...]:
        """The disks that travel; CD and floppy drives stay behind."""
        return tuple(disk for disk in self.vm.disks if disk.kind not in _REMOVABLE)

    @property
    def has_vcenter(self) -> bool:
        """Whether a vCenter serves the VM; it cannot serve itself, being off while its disks travel."""
        return self.cluster.manager is ManagerKind.VCENTER and ServiceRole.VCENTER not in self.vm.roles

    def file_of(self, disk: Disk) -> str | None:
        """Where a plain copy reads a disk; None where the source exports it by its position instead.

        VMware names a small descriptor; the data lies beside it in `-flat.vmdk`.
        """
        if self.kind in {HypervisorKind.XENSERVER, HypervisorKind.XCPNG}:
            return None
        named = _VMWARE_PATH.fullmatch(disk.path or "")
        return f"/vmfs/volumes/{named[1]}/{named[2]}-flat.vmdk" if named else disk.path

    @property
    def domain(self) -> str:
        """What the target calls the VM: its own name where that is plain and nobody else's, else its id."""
        return self.vm.name if self.name_is_free and is_plain(self.vm.name) else self.vm.id

    @property
    def kind(self) -> HypervisorKind:
        """The hypervisor that the VM leaves."""
        return self.source.hypervisor if self.source else self.cluster.hypervisor


def trips(plan: Plan) -> dict[str, Trip]:
    """One trip for each step that is about a VM, by step id."""
    estate = plan.estate
    vms, hosts = {vm.id: vm for vm in estate.vms}, {host.id: host for host in estate.hosts}
    clusters = {cluster.id: cluster for cluster in estate.clusters}
    platforms = {platform.id: platform for platform in plan.platforms}
    winners = {decision.cluster: decision.winner for decision in plan.decisions}
    strategies = {decision.cluster: decision.strategy for decision in plan.decisions}
    routes = {route.vm: route for route in plan.routes}
    placements = {placement.cluster: placement for placement in plan.placements}
    configured = [step for step in plan.schedule.steps if step.kind is StepKind.CONFIGURE and step.host]
    places = {wave.id: place for place, wave in enumerate(plan.schedule.waves)}
    configured.sort(key=lambda step: (places[step.wave], step.start, step.host), reverse=True)
    first = {step.cluster: step.host for step in configured}
    first |= _built_before(plan)
    datastores = {datastore.id: datastore for datastore in estate.datastores}
    storages = {
        cluster: {storage.id: storage for storage in placement.storages}
        for cluster, placement in placements.items()
    }
    networks = {
        cluster: {network.network: network for network in placement.networks}
        for cluster, placement in placements.items()
    }
    bearers = Counter(vm.name for vm in estate.vms)

    def host(host_id: HostId | None) -> Host | None:
        return hosts[host_id] if host_id else None

    def trip(step: Step, vm: VirtualMachine) -> Trip:
        return Trip(
            step=step,
            vm=vm,
            cluster=clusters[step.cluster],
            route=routes.get(vm.id),
            platform=platforms[winners[step.cluster] or ""],
            strategy=strategies[step.cluster],
            source=host(step.source),
            destination=host(step.destination),
            storages=storages[step.cluster],
            datastores=datastores,
            networks=networks[step.cluster],
            coordinator=first.get(step.cluster),
            vddk_path=plan.policy.vddk_path,
            name_is_free=bearers[vm.name] == 1,
        )

    return {step.id: trip(step, vms[step.vm]) for step in plan.schedule.steps if step.vm is not None}


def _built_before(plan: Plan) -> dict[ClusterId, HostId]:
    """The first host of each cluster that earlier plans have built and nobody has given back."""
    cluster_of = {target.host: place.cluster for place in plan.placements for target in place.hosts}
    cluster_of |= {loan.host: loan.cluster for loan in plan.progress.lent}
    last_first = reversed(plan.progress.built)
    return {cluster_of[host]: host for host in last_first if host in cluster_of}
