"""The state that a replay changes: where every VM is, and what every host and storage carries."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from planner.model.estate import ClusterId, HostId, NetworkId, VirtualMachine, VmId
from planner.model.kinds import HypervisorKind
from planner.model.plan import Progress, Step, StepKind, StorageId, Whereabouts
from planner.model.policy import Strategy
from planner.verify import derive
from planner.verify.givens import Givens, Limits

CROSSINGS: Final = {StepKind.MOVE, StepKind.UNPARK}
MOVES: Final = {StepKind.RELOCATE, StepKind.PARK, StepKind.REBALANCE, *CROSSINGS}
TAKE_OUT: Final = {StepKind.RETIRE, StepKind.INSTALL, StepKind.CONFIGURE, StepKind.UPGRADE, StepKind.RETURN}
INSTALLS: Final = {StepKind.INSTALL, StepKind.UPGRADE}
BRING_IN: Final = {StepKind.CONFIGURE, StepKind.UPGRADE}
MIGRATIONS: Final = {StepKind.RELOCATE, StepKind.REBALANCE}


class Side(StrEnum):
    """What a host is good for at a moment. `out` is a spare, a retired host or one that is being built."""

    SOURCE = "source"
    TARGET = "target"
    OUT = "out"


class State:
    """Everything that steps change, and only `begin` and `finish` change it.

    A VM sits on its source until the end of a move, and takes room on its destination from the start.
    `down` are VMs that ran before and are off for the plan's sake, `cutting_over` those of them that cross; `crossed` are those whose target copy is
    the one in use. `initial_*` is how everything was before the first step, earlier plans' work included: what was wrong then is not the
    plan's fault until it gets worse. `in_use` counts the transfers of each shared medium, `over_uplink` those of each uplink; `arriving` are the VMs
    on their way to each host (None: to a storage, to be parked). `changed` are the hosts whose load the capacity trace has yet to note.
    """

    def __init__(self, givens: Givens) -> None:
        self.givens = givens
        self.side: dict[HostId, Side] = {}
        self.members: dict[ClusterId, dict[HostId, None]] = defaultdict(dict)
        self.host_of: dict[VmId, HostId | None] = {}
        self.guests: dict[HostId, set[VmId]] = defaultdict(set)
        self.memory: Counter[HostId] = Counter()
        self.vcpus: Counter[HostId] = Counter()
        self.unsettled: Counter[ClusterId] = Counter()
        self.travelling: dict[VmId, Step] = {}
        self.travelling_in: dict[ClusterId, dict[VmId, Step]] = defaultdict(dict)
        self.transfers: Counter[HostId] = Counter()
        self.in_use: Counter[str] = Counter()
        self.over_uplink: Counter[str] = Counter()
        self.arriving: dict[HostId | None, dict[VmId, Step]] = defaultdict(dict)
        self.installing: set[HostId] = set()
        self.cutting_over: set[VmId] = set()
        self.down: set[VmId] = set()
        self.parked: set[VmId] = set()
        self.crossed: set[VmId] = set()
        self.installed: set[HostId] = set()
        self.used: Counter[StorageId] = Counter()
        self.disk_on: dict[tuple[VmId, str], StorageId] = {}
        self.changed: set[HostId] = set(givens.hosts)
        for host in givens.hosts.values():
            self.side[host.id] = Side.OUT if host.hypervisor is HypervisorKind.NONE else Side.SOURCE
            if host.cluster is not None:
                self.members[host.cluster][host.id] = None
        self._hosts_as_left(givens.plan.progress)
        moved = {entry.vm: entry for entry in givens.plan.progress.vms}
        for vm in givens.vms.values():
            self._put(vm, moved.get(vm.id))
        self.initial_memory = Counter(self.memory)
        self.initial_vcpus = Counter(self.vcpus)
        self.initial_excess = {
            (cluster, pool): max(0, excess or 0)
            for cluster in givens.clusters
            for pool, excess in self.reserve_excess(cluster)
        }

    def _hosts_as_left(self, progress: Progress) -> None:
        """The sides of hosts as earlier plans have left them."""
        self.side.update(dict.fromkeys((*progress.retired, *progress.installed), Side.OUT))
        self.side.update(dict.fromkeys(progress.built, Side.TARGET))
        self.installed.update(progress.installed)
        for loan in progress.lent:
            self.members[loan.cluster][loan.host] = None

    def _put(self, vm: VirtualMachine, moved: Whereabouts | None) -> None:
        """A VM where the estate has it, or where earlier plans have moved it."""
        host = vm.host if moved is None else moved.host
        self.host_of[vm.id] = host
        if host is not None:
            self._arrive(vm.id, host)
        elif moved is None:
            self.unsettled[vm.cluster] += self.givens.memory(vm.id)
        else:
            self.parked.add(vm.id)
            if self.givens.runs(vm.id):
                self.down.add(vm.id)
        for placed in () if moved is None else moved.disks:
            self.used[self.givens.medium[placed.storage]] += self.givens.size(vm.id, placed.disk)
            self.disk_on[vm.id, placed.disk] = placed.storage
        if moved is not None and moved.crossed:
            self.crossed.add(vm.id)

    def begin(self, step: Step) -> None:
        """Apply what the start of a step does."""
        if step.kind in MOVES and step.vm is not None:
            self._set_out(step, step.vm)
        if step.kind in INSTALLS and step.host is not None:
            self.installing.add(step.host)
        if step.kind in TAKE_OUT and step.host is not None:
            self.side[step.host] = Side.OUT
            self.changed.add(step.host)
            if step.kind is StepKind.RETURN:
                self.members[step.cluster].pop(step.host, None)
            else:
                self.members[step.cluster][step.host] = None

    def finish(self, step: Step) -> None:
        """Apply what the end of a step does."""
        if step.kind in INSTALLS and step.host is not None:
            self.installing.discard(step.host)
        if step.kind in MOVES and step.vm is not None:
            self._settle(step, step.vm)
        elif step.kind is StepKind.INSTALL and step.host is not None:
            self.installed.add(step.host)
        elif step.kind in BRING_IN and step.host is not None:
            self.installed.discard(step.host)
            self.side[step.host] = Side.TARGET
            self.changed.add(step.host)

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
        if self.side[host] is Side.OUT:
            return Limits(memory=0, vcpus=0)
        of_side = self.givens.source_limits if self.side[host] is Side.SOURCE else self.givens.target_limits
        return of_side[host]

    def reach(self, host: HostId) -> frozenset[NetworkId] | None:
        """The networks that a host carries where it is now, or will carry once it is built."""
        of_side = self.givens.source_reach if self.side[host] is Side.SOURCE else self.givens.target_reach
        return of_side[host]

    def sides(self, cluster: ClusterId) -> Iterator[tuple[frozenset[Side], tuple[HostId, ...]]]:
        """The pools that a reserve is kept in: source and target, or the one pool that is being upgraded."""
        upgraded = self.givens.strategy(cluster) is Strategy.UPGRADE_IN_PLACE
        pools = (
            (frozenset({Side.SOURCE, Side.TARGET}),)
            if upgraded
            else (frozenset({Side.SOURCE}), frozenset({Side.TARGET}))
        )
        for pool in pools:
            hosts = tuple(host for host in self.members[cluster] if self.side[host] in pool)
            if hosts or Side.SOURCE in pool:
                yield pool, hosts

    def load(self, cluster: ClusterId, pool: frozenset[Side], hosts: tuple[HostId, ...]) -> int:
        """Bytes that running VMs take of a pool; a VM on its way inside the pool counts once."""
        load = sum(self.memory[host] for host in hosts)
        load -= sum(
            self.givens.memory(vm)
            for vm, step in self.travelling_in[cluster].items()
            if self._within(self.host_of[vm], cluster, pool) and self._within(step.destination, cluster, pool)
        )
        return load + (self.unsettled[cluster] if Side.SOURCE in pool else 0)

    def limit(self, cluster: ClusterId, hosts: tuple[HostId, ...], load: int) -> int | None:
        """Bytes of a pool without its reserve; None when a host's memory is unknown.

        Nothing is reserved for a pool without running VMs.
        """
        capacities = [self.limits(host).memory for host in hosts]
        known = [capacity for capacity in capacities if capacity is not None]
        if len(known) < len(capacities):
            return None
        return derive.beside_reserve(known, self.givens.reserve[cluster]) if load else sum(known)

    def reserve_excess(self, cluster: ClusterId) -> Iterator[tuple[frozenset[Side], int | None]]:
        """By how many bytes the running VMs of each pool exceed what is left beside its reserve."""
        for pool, hosts in self.sides(cluster):
            load = self.load(cluster, pool, hosts)
            limit = self.limit(cluster, hosts, load)
            yield pool, None if limit is None else load - limit

    def _within(self, host: HostId | None, cluster: ClusterId, pool: frozenset[Side]) -> bool:
        return host is not None and host in self.members[cluster] and self.side[host] in pool

    def _set_out(self, step: Step, vm: VmId) -> None:
        self.travelling[vm] = step
        self.travelling_in[step.cluster][vm] = step
        self.arriving[step.destination][vm] = step
        self.transfers.update(ends(step))
        self.in_use.update(self.givens.shared_media(step))
        self.over_uplink.update(self.givens.crossed_uplinks(step))
        if self.givens.runs(vm) and not self.is_live(step):
            self.down.add(vm)
            if step.kind in CROSSINGS:
                self.cutting_over.add(vm)
        if self.host_of[vm] is None and vm not in self.parked:
            self.unsettled[self.givens.vms[vm].cluster] -= self.givens.memory(vm)
        if step.destination is not None:
            self._arrive(vm, step.destination)
        for placed in step.disks:
            self.used[self.givens.medium[placed.storage]] += self.givens.size(vm, placed.disk)

    def _settle(self, step: Step, vm: VmId) -> None:
        self.travelling.pop(vm, None)
        self.cutting_over.discard(vm)
        self.travelling_in[step.cluster].pop(vm, None)
        self.arriving[step.destination].pop(vm, None)
        self.transfers.subtract(ends(step))
        self.in_use.subtract(self.givens.shared_media(step))
        self.over_uplink.subtract(self.givens.crossed_uplinks(step))
        left = self.host_of[vm]
        if left is not None and left != step.destination:
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

    def _release(self, vm: VmId, disk: str) -> None:
        """The copy that a target-side move leaves behind is gone when the move is done."""
        before = self.disk_on.get((vm, disk))
        if before is not None:
            self.used[self.givens.medium[before]] -= self.givens.size(vm, disk)

    def _arrive(self, vm: VmId, host: HostId) -> None:
        if vm not in self.guests[host]:
            self.guests[host].add(vm)
            self.changed.add(host)
            self.memory[host] += self.givens.memory(vm)
            self.vcpus[host] += self.givens.vcpus(vm)

    def _leave(self, vm: VmId, host: HostId) -> None:
        if vm in self.guests[host]:
            self.guests[host].remove(vm)
            self.changed.add(host)
            self.memory[host] -= self.givens.memory(vm)
            self.vcpus[host] -= self.givens.vcpus(vm)


def ends(step: Step) -> tuple[HostId, ...]:
    """The hosts that take part in a transfer."""
    return tuple({host: None for host in (step.source, step.destination) if host is not None})
