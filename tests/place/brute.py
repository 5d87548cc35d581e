"""Whether a plain problem is feasible at all: every sequence of single moves, by brute force.

Knows one cluster converted in place, and memory, vCPUs, reserve, apart and live migration; disks and networks
have no limits. Shares nothing with the planner but its types.
"""

from collections import deque
from fractions import Fraction

from planner.model.kinds import HypervisorKind, PowerState

SOURCE, TARGET, OUT = range(3)


def feasible(problem) -> bool:
    """With nobody's help, or with any one of the swing hosts."""
    lent = [(host,) for host in problem.estate.hosts if host.cluster is None]
    return any(Brute(problem, hosts).reaches_the_end() for hosts in ((), *lent))


class Brute:
    """A state is a pair: the side of every host, and the number of every VM's host."""

    def __init__(self, problem, lent):
        estate, capacity = problem.estate, problem.policy.capacity
        self.cluster = estate.clusters[0]
        hosts = [host for host in estate.hosts if host.cluster == self.cluster.id or host in lent]
        index = {host.id: number for number, host in enumerate(hosts)}
        self.borrowed = {index[host.id] for host in lent}
        self.reserve = capacity.reserve_hosts if self.cluster.ha_enabled else 0
        self.share = (capacity.reserve_percent or 0) if self.cluster.ha_enabled else 0
        if capacity.reserve_percent is not None:
            self.reserve = 0
        on = [vm.power is not PowerState.OFF for vm in estate.vms]
        self.memory = [vm.memory_bytes * runs for vm, runs in zip(estate.vms, on, strict=True)]
        self.vcpus = [vm.vcpus * runs for vm, runs in zip(estate.vms, on, strict=True)]
        self.apart = [
            {
                other
                for other, rival in enumerate(estate.vms)
                for rule in estate.affinity_rules
                if vm is not rival and {vm.id, rival.id} <= {*rule.vms}
            }
            for vm in estate.vms
        ]
        percent, kept = capacity.source_memory_percent, capacity.host_memory_bytes
        self.limits = [(h.memory_bytes * percent // 100, h.memory_bytes - kept) for h in hosts]
        self.most_vcpus = [int(host.cpu.cores * capacity.vcpu_per_core) for host in hosts]
        self.start = (
            tuple(TARGET if host.hypervisor is HypervisorKind.NONE else SOURCE for host in hosts),
            tuple(index[vm.host] for vm in estate.vms),
        )
        self.grace = max(0, self.short(*self.start, SOURCE))

    def reaches_the_end(self) -> bool:
        seen, queue = {self.start}, deque([self.start])
        while queue:
            state = queue.popleft()
            if self.is_end(*state):
                return True
            for after in (*self.rebuilt(*state), *self.moved(*state)):
                if after not in seen:
                    seen.add(after)
                    queue.append(after)
        return False

    def is_end(self, sides, at) -> bool:
        if SOURCE in sides or self.borrowed & set(at):
            return False
        kept = tuple(OUT if host in self.borrowed else side for host, side in enumerate(sides))
        return self.short(kept, at, TARGET) <= 0

    def rebuilt(self, sides, at):
        for host, side in enumerate(sides):
            gone = (*sides[:host], OUT, *sides[host + 1 :])
            if side == SOURCE and host not in at and self.short(gone, at, SOURCE) <= self.grace:
                yield (*sides[:host], TARGET, *sides[host + 1 :]), at

    def moved(self, sides, at):
        for vm, origin in enumerate(at):
            for host in range(len(sides)):
                after = (*at[:vm], host, *at[vm + 1 :])
                if host != origin and self.allowed(sides, origin, host) and self.fits(sides, at, vm, host):
                    crosses = sides[origin] == SOURCE and sides[host] == TARGET and self.memory[vm]
                    if not crosses or self.short(sides, after, TARGET) <= 0:
                        yield sides, after

    def allowed(self, sides, origin, host) -> bool:
        if sides[host] == TARGET:
            return True
        return sides[origin] == SOURCE and self.cluster.live_migration

    def fits(self, sides, at, vm, host) -> bool:
        there = [other for other, place in enumerate(at) if place == host]
        memory = self.memory[vm] + sum(self.memory[other] for other in there)
        vcpus = self.vcpus[vm] + sum(self.vcpus[other] for other in there)
        return (
            not self.apart[vm] & set(there)
            and (not self.memory[vm] or memory <= self.limits[host][sides[host]])
            and (not self.vcpus[vm] or vcpus <= self.most_vcpus[host])
        )

    def short(self, sides, at, side) -> int:
        """Memory that is missing on a side when its largest hosts fail; 0 or less when none is."""
        pool = [host for host, found in enumerate(sides) if found == side]
        load = sum(self.memory[vm] for vm, host in enumerate(at) if host in pool)
        if not load or not (self.reserve or self.share):
            return 0
        usable = sorted(self.limits[host][side] for host in pool)[: max(0, len(pool) - self.reserve)]
        return load - int(sum(usable) * (1 - Fraction(self.share, 100)))
