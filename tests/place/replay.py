"""An independent replay of a schedule: asserts after every event what a plan must never break.

Written from the specification, sharing nothing with the planner but its types. Capacities of hosts whose memory,
vCPUs, disks or networks are unknown are not checked. What the estate broke before the first step may stay, but
not get worse.
"""

from collections import Counter
from fractions import Fraction

from planner.model.kinds import AffinityKind, DiskKind, HypervisorKind, PowerState
from planner.model.plan import StepKind
from planner.model.policy import Strategy

MOVES = {StepKind.RELOCATE, StepKind.MOVE, StepKind.PARK, StepKind.UNPARK, StepKind.REBALANCE}
OUT = {StepKind.RETIRE, StepKind.INSTALL, StepKind.CONFIGURE, StepKind.UPGRADE, StepKind.RETURN}


class Replay:
    def __init__(self, problem, placements, schedule):
        self.p, self.placements, self.schedule = problem, placements, schedule
        estate = problem.estate
        self.vms = {vm.id: vm for vm in estate.vms}
        self.hosts = {host.id: host for host in estate.hosts}
        self.strategy = {decision.cluster: decision.strategy for decision in problem.decisions}
        self.side = {
            host.id: "out" if host.hypervisor is HypervisorKind.NONE else "source" for host in estate.hosts
        }
        self.at = {vm.id: vm.host for vm in estate.vms}
        self.incoming = {}
        self.crossed, self.storage, self.busy = Counter(), Counter(), Counter()
        self.disk_at = {}
        self.targets = {(t.cluster, t.host): t for p in placements for t in p.hosts}
        self.storages = {s.id: s for p in placements for s in p.storages}
        self.start_load = {host: self.load(host) for host in self.hosts}
        self.apart = [r for r in estate.affinity_rules if r.kind is AffinityKind.APART and r.mandatory]
        self.pairs = self.sharing()

    def runs(self, vm):
        return not self.vms[vm].template and self.vms[vm].power not in {PowerState.OFF, PowerState.SUSPENDED}

    def on(self, host):
        return [vm for vm in self.vms if self.at[vm] == host or self.incoming.get(vm) == host]

    def load(self, host):
        there = [self.vms[vm] for vm in self.on(host) if self.runs(vm)]
        return sum(vm.memory_bytes or 0 for vm in there), sum(vm.vcpus or 0 for vm in there)

    def sharing(self):
        return {
            (rule.id, host)
            for rule in self.apart
            for host in self.hosts
            if len(set(rule.vms) & set(self.on(host))) > 1
        }

    def run(self):
        steps = self.schedule.steps
        ends = {step.id: step.end for step in steps}
        assert len(ends) == len(steps), "step ids are unique"
        for step in steps:
            for need in step.needs:
                assert ends[need] <= step.start, f"{step.id} starts before {need} is done"
        events = sorted(
            [(step.end, 0, step.id, step) for step in steps]
            + [(step.start, 1, step.id, step) for step in steps]
        )
        for _, starting, _, step in events:
            (self.begin if starting else self.finish)(step)
            self.check(step)
        self.check_end()

    def begin(self, step):
        if step.kind in MOVES:
            self.begin_move(step)
            return
        there = self.on(step.host)
        pooled = self.strategy[step.cluster] is Strategy.UPGRADE_IN_PLACE
        there = [vm for vm in there if self.runs(vm)] if pooled else there
        if step.kind not in {StepKind.CONFIGURE, StepKind.INSTALL}:
            assert not there, f"{step.id}: {there} still there"
        self.side[step.host] = "out"

    def begin_move(self, step):
        assert step.vm not in self.incoming, step.id
        assert self.at[step.vm] == step.source, step.id
        converts = self.strategy[step.cluster] is not Strategy.UPGRADE_IN_PLACE
        if step.kind in {StepKind.MOVE, StepKind.PARK}:
            assert converts
            self.crossed[step.vm] += 1
            assert self.crossed[step.vm] == 1, f"{step.vm} crosses twice"
        if step.destination is not None:
            side = self.side[step.destination]
            assert side != "out", f"{step.id}: the destination is out of service"
            if converts:
                assert side == ("source" if step.kind is StepKind.RELOCATE else "target"), step.id
            self.check_reach(step)
        self.incoming[step.vm] = step.destination
        for host in {step.source, step.destination} - {None}:
            self.busy[host] += 1
            assert self.busy[host] <= self.p.policy.transfers.per_host, f"{host} has too many transfers"
        for placement in step.disks:
            assert self.storages[placement.storage].host in {None, step.destination}
            self.storage[placement.storage] += self.size(step.vm, placement.disk)

    def finish(self, step):
        if step.kind in MOVES:
            del self.incoming[step.vm]
            self.at[step.vm] = step.destination
            for host in {step.source, step.destination} - {None}:
                self.busy[host] -= 1
            for placement in step.disks:
                old = self.disk_at.get((step.vm, placement.disk))
                if old is not None:
                    self.storage[old] -= self.size(step.vm, placement.disk)
                self.disk_at[step.vm, placement.disk] = placement.storage
            if step.destination is not None and step.kind is not StepKind.RELOCATE:
                self.check_disks(step)
        elif step.kind in {StepKind.CONFIGURE, StepKind.UPGRADE}:
            self.side[step.host] = "target"

    def check_disks(self, step):
        if self.strategy[step.cluster] is Strategy.UPGRADE_IN_PLACE:
            return
        for disk in self.vms[step.vm].disks:
            if disk.kind not in {DiskKind.CDROM, DiskKind.FLOPPY}:
                storage = self.storages[self.disk_at[step.vm, disk.id]]
                assert storage.host in {None, step.destination}, f"{step.id}: {disk.id} out of reach"

    def check_reach(self, step):
        host = self.hosts[step.destination]
        if host.networks is None:
            return
        mapped = {m.source for m in self.p.policy.network_map} if self.side[host.id] == "target" else set()
        names = {network.id: network.name for network in self.p.estate.networks}
        carried = {entry.network for entry in host.networks}
        for nic in self.vms[step.vm].nics:
            assert nic.network is None or nic.network in carried or names[nic.network] in mapped, step.id

    def size(self, vm, disk_id):
        disk = next(disk for disk in self.vms[vm].disks if disk.id == disk_id)
        known = disk.capacity_bytes if disk.kind is DiskKind.RDM else disk.allocated_bytes
        return (known if known is not None else disk.capacity_bytes) or 0

    def limit(self, host):
        memory = self.hosts[host].memory_bytes
        if memory is None:
            return None
        if self.side[host] == "target":
            return memory - self.p.policy.capacity.host_memory_bytes
        hypervisor = self.hosts[host].hypervisor
        over = hypervisor in {HypervisorKind.ESXI, HypervisorKind.KVM}
        return memory * (self.p.policy.capacity.source_memory_percent if over else 100) // 100

    def check(self, step):
        for host in (step.destination,) if step.destination else ():
            memory, vcpus = self.load(host)
            cores = self.hosts[host].cpu.cores
            grace_memory, grace_vcpus = self.start_load[host] if self.side[host] == "source" else (0, 0)
            limit = self.limit(host)
            assert limit is None or memory <= max(limit, grace_memory), f"{step.id}: {host} lacks memory"
            most = None if cores is None else int(cores * self.p.policy.capacity.vcpu_per_core)
            assert most is None or vcpus <= max(most, grace_vcpus), f"{step.id}: {host} lacks vCPUs"
        for storage, used in self.storage.items():
            capacity = self.storages[storage].capacity_bytes
            assert capacity is None or used <= capacity, f"{step.id}: {storage} is full"
        now = self.sharing()
        assert now <= self.pairs, f"{step.id}: {now - self.pairs} share a host"
        self.pairs &= now
        self.check_reserve(step)

    def check_reserve(self, step):
        cluster = next(c for c in self.p.estate.clusters if c.id == step.cluster)
        reserve = self.reserve(cluster)
        if reserve == (0, 0):
            return
        pooled = self.strategy[cluster.id] is Strategy.UPGRADE_IN_PLACE
        for sides in [{"source", "target"}] if pooled else [{"source"}, {"target"}]:
            hosts = [
                host
                for host, side in self.side.items()
                if side in sides
                and (self.hosts[host].cluster == cluster.id or (cluster.id, host) in self.targets)
            ]
            limits = [self.limit(host) for host in hosts]
            if None in limits:
                continue
            usable = beside(limits, reserve)
            running = sum(
                self.vms[vm].memory_bytes or 0
                for vm in self.vms
                if self.runs(vm) and {self.at[vm], self.incoming.get(vm)} & set(hosts)
            )
            grace = self.initial_excess(cluster, reserve) if "source" in sides else 0
            assert not running or running <= usable + grace, f"{step.id}: the reserve of {sides} is used up"

    def reserve(self, cluster):
        """Hosts that may fail, or the share of memory that is kept free in percent."""
        general = self.p.policy.capacity
        if not cluster.ha_enabled:
            return 0, 0
        for own in self.p.policy.clusters:
            if own.cluster == cluster.name and own.reserve_hosts is not None:
                return own.reserve_hosts, 0
        return (general.reserve_hosts, 0) if general.reserve_percent is None else (0, general.reserve_percent)

    def initial_excess(self, cluster, reserve):
        hosts = [
            h
            for h in self.hosts.values()
            if h.cluster == cluster.id and h.hypervisor is not HypervisorKind.NONE
        ]
        over = self.p.policy.capacity.source_memory_percent
        limits = [h.memory_bytes * over // 100 for h in hosts]
        running = sum(
            vm.memory_bytes or 0 for vm in self.vms.values() if vm.cluster == cluster.id and self.runs(vm.id)
        )
        return max(0, running - beside(limits, reserve))

    def check_end(self):
        for decision in self.p.decisions:
            if decision.strategy is Strategy.KEEP:
                continue
            for vm in (vm for vm in self.vms.values() if vm.cluster == decision.cluster):
                assert self.side.get(self.at[vm.id]) == "target", f"{vm.id} is left"
        for placement in self.placements:
            assert all(self.side[host] == "out" for host in placement.swing), "swing hosts are given back"
        for rule in self.p.estate.affinity_rules:
            if rule.mandatory and rule.kind is AffinityKind.TOGETHER:
                assert len({self.at[vm] for vm in rule.vms}) == 1, rule.id
            if rule.mandatory and rule.kind is AffinityKind.PINNED:
                moved = [vm for vm in rule.vms if self.crossed[vm] or self.at[vm] != self.vms[vm].host]
                assert all(self.at[vm] in rule.hosts for vm in moved), rule.id


def beside(limits, reserve):
    hosts, percent = reserve
    return int(sum(sorted(limits)[: max(0, len(limits) - hosts)]) * Fraction(100 - percent, 100))
