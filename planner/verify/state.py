"""The state that a replay changes: where every VM is, and what every host and storage carries."""

from collections import Counter, defaultdict
from typing import Final

from planner.model.estate import ClusterId, HostId, NetworkId, VirtualMachine, VmId
from planner.model.kinds import HypervisorKind
from planner.model.plan import Progress, Step, StepKind, StorageId, Whereabouts
from planner.model.policy import Strategy
from planner.verify.givens import Givens, Limits
from planner.verify.pool import Pool, Side

CROSSINGS: Final = {StepKind.MOVE, StepKind.UNPARK}
MOVES: Final = {StepKind.RELOCATE, StepKind.PARK, StepKind.REBALANCE, *CROSSINGS}
TAKE_OUT: Final = {StepKind.RETIRE, StepKind.INSTALL, StepKind.CONFIGURE, StepKind.UPGRADE, StepKind.RETURN}
INSTALLS: Final = {StepKind.INSTALL, StepKind.UPGRADE}
BRING_IN: Final = {StepKind.CONFIGURE, StepKind.UPGRADE}
MIGRATIONS: Final = {StepKind.RELOCATE, StepKind.REBALANCE}
_NOTHING: Final = Limits(memory=0, vcpus=0)


class State:
    """Everything that steps change, and only `begin` and `finish` change it.

    A VM sits on its source until the end of a move, and takes room on its destination from the start.
    `works_for` is the cluster that a host belongs to or has been borrowed by, `members` are the hosts of each, sorted.
    `pool_of` is the pool whose reserve a host takes part in, none while it is out of service.
    `down` are VMs that ran before and are off for the plan's sake, `cutting_over` those of them that cross; `crossed` are
    those whose target copy is the one in use. `initial_*` is how everything was before the first step, earlier plans' work
    included: what was wrong then is not the plan's fault until it gets worse. `media` and `crossed_uplinks` are
    those of each VM on its way, `in_use` and `over_uplink` count the transfers of each; `arriving` are the VMs on their way to each host (None: to a storage, to be
    parked). `changed` and `written` are the hosts and storages whose load the capacity trace has yet to note.
    """

    def __init__(self, givens: Givens) -> None:
        self.givens = givens
        self.side: dict[HostId, Side] = dict.fromkeys(givens.hosts, Side.OUT)
        self.works_for: dict[HostId, ClusterId | None] = dict.fromkeys(givens.hosts)
        self.members: dict[ClusterId, dict[HostId, None]] = {cluster: {} for cluster in givens.clusters}
        self.pools = {cluster: _pools(givens, cluster) for cluster in givens.clusters}
        self.pool_of: dict[HostId, Pool | None] = dict.fromkeys(givens.hosts)
        self.host_of: dict[VmId, HostId | None] = {}
        self.guests: dict[HostId, set[VmId]] = {host: set() for host in givens.hosts}
        self.memory: dict[HostId, int] = dict.fromkeys(givens.hosts, 0)
        self.vcpus: dict[HostId, int] = dict.fromkeys(givens.hosts, 0)
        self.travelling: dict[VmId, Step] = {}
        self.transfers: Counter[HostId] = Counter()
        self.media: dict[VmId, frozenset[str]] = {}
        self.in_use: Counter[str] = Counter()
        self.crossed_uplinks: dict[VmId, frozenset[str]] = {}
        self.over_uplink: Counter[str] = Counter()
        self.arriving: dict[HostId | None, dict[VmId, Step]] = defaultdict(dict)
        self.installing: set[HostId] = set()
        self.cutting_over: set[VmId] = set()
        self.down: set[VmId] = set()
        self.parked: set[VmId] = set()
        self.crossed: set[VmId] = set()
        self.installed: set[HostId] = set()
        self.used: dict[StorageId, int] = dict.fromkeys(givens.storage_size, 0)
        self.disk_on: dict[tuple[VmId, str], StorageId] = {}
        self.changed: set[HostId] = set(givens.hosts)
        self.written: set[StorageId] = set(givens.storage_size)
        self._hosts_as_left(givens.plan.progress)
        moved = {entry.vm: entry for entry in givens.plan.progress.vms}
        for vm in givens.vms.values():
            self._put(vm, moved.get(vm.id))
        self.initial_memory = dict(self.memory)
        self.initial_vcpus = dict(self.vcpus)
        for pools in self.pools.values():
            for pool in pools:
                pool.tolerated = max(0, pool.excess or 0)

    def _hosts_as_left(self, progress: Progress) -> None:
        """The clusters and sides of hosts as the estate has them and earlier plans have left them."""
        out, built = {*progress.retired, *progress.installed}, set(progress.built)
        lent = {loan.host: loan.cluster for loan in progress.lent}
        for host in self.givens.hosts.values():
            bare = host.hypervisor is HypervisorKind.NONE or host.id in out
            side = Side.TARGET if host.id in built else Side.OUT if bare else Side.SOURCE
            self._turn(host.id, side, lent.get(host.id, host.cluster))
        self.installed.update(progress.installed)

    def _put(self, vm: VirtualMachine, moved: Whereabouts | None) -> None:
        """A VM where the estate has it, or where earlier plans have moved it.

        One of which nobody knows where it runs is counted on the source side, and on no host.
        """
        host = vm.host if moved is None else moved.host
        self.host_of[vm.id] = host
        if host is not None:
            self._arrive(vm.id, host)
        elif moved is None:
            self.pools[vm.cluster][0].arrive(vm.id, self.givens.memory(vm.id))
        else:
            self.parked.add(vm.id)
            if self.givens.runs(vm.id):
                self.down.add(vm.id)
        for placed in () if moved is None else moved.disks:
            self._write(vm.id, placed.disk, placed.storage)
            self.disk_on[vm.id, placed.disk] = placed.storage
        if moved is not None and moved.crossed:
            self.crossed.add(vm.id)

    def begin(self, step: Step) -> None:
        """Apply what the start of a step does."""
        if step.vm is not None and step.kind in MOVES:
            self._set_out(step, step.vm)
        elif step.host is not None and step.kind in TAKE_OUT:
            if step.kind in INSTALLS:
                self.installing.add(step.host)
            self._turn(step.host, Side.OUT, None if step.kind is StepKind.RETURN else step.cluster)

    def finish(self, step: Step) -> None:
        """Apply what the end of a step does."""
        if step.vm is not None and step.kind in MOVES:
            self._settle(step, step.vm)
        elif step.host is not None:
            if step.kind in INSTALLS:
                self.installing.discard(step.host)
            if step.kind is StepKind.INSTALL:
                self.installed.add(step.host)
            elif step.kind in BRING_IN:
                self.installed.discard(step.host)
                self._turn(step.host, Side.TARGET, step.cluster)

    def is_live(self, step: Step) -> bool:
        """Whether the guest keeps running during a move."""
        if step.vm is None or step.kind is StepKind.PARK or step.kind is StepKind.UNPARK:
            return False
        if step.kind in MIGRATIONS:
            return self.givens.clusters[step.cluster].live_migration is True
        route = self.givens.routes.get(step.vm)
        return route is not None and route.live

    def limits(self, host: HostId) -> Limits:
        """What a host may carry on the side where it is now; nothing while it is out of service."""
        side = self.side[host]
        if side is Side.OUT:
            return _NOTHING
        return (self.givens.source_limits if side is Side.SOURCE else self.givens.target_limits)[host]

    def reach(self, host: HostId) -> frozenset[NetworkId] | None:
        """The networks that a host carries where it is now, or will carry once it is built."""
        of_side = self.givens.source_reach if self.side[host] is Side.SOURCE else self.givens.target_reach
        return of_side[host]

    def _turn(self, host: HostId, side: Side, cluster: ClusterId | None) -> None:
        """A host comes to a side of a cluster; no cluster: it goes back to where it was borrowed."""
        guests = [(vm, self.givens.memory(vm)) for vm in self.guests[host]]
        before, was = self.pool_of[host], self.works_for[host]
        if before is not None:
            before.give(host, guests)
        if was is not None and was != cluster:
            del self.members[was][host]
        if cluster is not None and was != cluster:
            self.members[cluster] = dict.fromkeys(sorted((*self.members[cluster], host)))
        self.works_for[host] = cluster
        self.side[host] = side
        pool = None
        if cluster is not None and side is not Side.OUT:
            pool = self.pools[cluster][0 if side is Side.SOURCE else -1]
            pool.take(host, side, self.limits(host).memory, guests)
        self.pool_of[host] = pool
        self.changed.add(host)

    def _set_out(self, step: Step, vm: VmId) -> None:
        self.travelling[vm] = step
        self.arriving[step.destination][vm] = step
        for host in ends(step):
            self.transfers[host] += 1
        self.media[vm], self.crossed_uplinks[vm] = (
            self.givens.shared_media(step),
            self.givens.crossed_uplinks(step),
        )
        for medium in self.media[vm]:
            self.in_use[medium] += 1
        for uplink in self.crossed_uplinks[vm]:
            self.over_uplink[uplink] += 1
        if self.givens.runs(vm) and not self.is_live(step):
            self.down.add(vm)
            if step.kind in CROSSINGS:
                self.cutting_over.add(vm)
        if step.destination is not None:
            self._arrive(vm, step.destination)
        for placed in step.disks:
            self._write(vm, placed.disk, placed.storage)

    def _settle(self, step: Step, vm: VmId) -> None:
        self.travelling.pop(vm, None)
        self.cutting_over.discard(vm)
        self.arriving[step.destination].pop(vm, None)
        for host in ends(step):
            self.transfers[host] -= 1
        for medium in self.media.pop(vm, ()):
            self.in_use[medium] -= 1
        for uplink in self.crossed_uplinks.pop(vm, ()):
            self.over_uplink[uplink] -= 1
        left = self.host_of[vm]
        if left is None and vm not in self.parked:
            self.pools[self.givens.vms[vm].cluster][0].depart(vm, self.givens.memory(vm))
        elif left is not None and left != step.destination:
            self._leave(vm, left)
        self.host_of[vm] = step.destination
        for placed in step.disks:
            self._release(vm, placed.disk)
            self.disk_on[vm, placed.disk] = placed.storage
        if step.kind is StepKind.PARK:
            self.parked.add(vm)
        else:
            self.parked.discard(vm)
            self.down.discard(vm)
        if step.kind in CROSSINGS:
            self.crossed.add(vm)

    def _write(self, vm: VmId, disk: str, storage: StorageId) -> None:
        medium = self.givens.medium[storage]
        self.used[medium] += self.givens.size(vm, disk)
        self.written.add(medium)

    def _release(self, vm: VmId, disk: str) -> None:
        """The copy that a target-side move leaves behind is gone when the move is done."""
        before = self.disk_on.get((vm, disk))
        if before is not None:
            medium = self.givens.medium[before]
            self.used[medium] -= self.givens.size(vm, disk)
            self.written.add(medium)

    def _arrive(self, vm: VmId, host: HostId) -> None:
        guests = self.guests[host]
        if vm in guests:
            return
        guests.add(vm)
        memory, pool = self.givens.memory(vm), self.pool_of[host]
        self.memory[host] += memory
        self.vcpus[host] += self.givens.vcpus(vm)
        if pool is not None:
            pool.arrive(vm, memory)
        self.changed.add(host)

    def _leave(self, vm: VmId, host: HostId) -> None:
        guests = self.guests[host]
        if vm not in guests:
            return
        guests.remove(vm)
        memory, pool = self.givens.memory(vm), self.pool_of[host]
        self.memory[host] -= memory
        self.vcpus[host] -= self.givens.vcpus(vm)
        if pool is not None:
            pool.depart(vm, memory)
        self.changed.add(host)


def ends(step: Step) -> tuple[HostId, ...]:
    """The hosts that take part in a transfer."""
    source, destination = step.source, step.destination
    if source is None or source == destination:
        return () if destination is None else (destination,)
    return (source,) if destination is None else (source, destination)


def _pools(givens: Givens, cluster: ClusterId) -> tuple[Pool, ...]:
    """The source side and the target side of a cluster, or the one pool that is being upgraded."""
    upgraded = givens.strategy(cluster) is Strategy.UPGRADE_IN_PLACE
    names = ("pool",) if upgraded else ("source side", "target side")
    return tuple(Pool(cluster, name, givens.reserve[cluster]) for name in names)
