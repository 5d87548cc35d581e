"""Whether a plain problem is feasible at all: every sequence of single moves, by brute force.

Knows one cluster converted in place, and memory, vCPUs, reserve, apart and live migration; disks and networks
have no limits. Shares nothing with the planner but its types.
"""

from collections import deque

from planner.model.estate import HypervisorKind, PowerState

SOURCE, TARGET, OUT = range(3)


def feasible(problem) -> bool:
    lent = [host for host in problem.estate.hosts if host.cluster is None]
    return _reachable(problem, ()) or any(_reachable(problem, (host,)) for host in lent)


def _reachable(problem, lent) -> bool:
    estate, capacity = problem.estate, problem.policy.capacity
    cluster = estate.clusters[0]
    hosts = [host for host in estate.hosts if host.cluster == cluster.id or host in lent]
    index = {host.id: number for number, host in enumerate(hosts)}
    reserve = capacity.reserve_hosts if cluster.ha_enabled else 0
    running = [vm.power is not PowerState.OFF for vm in estate.vms]
    memory = [vm.memory_bytes if on else 0 for vm, on in zip(estate.vms, running, strict=True)]
    vcpus = [vm.vcpus if on else 0 for vm, on in zip(estate.vms, running, strict=True)]
    apart = [
        {number for number, other in enumerate(estate.vms) for r in estate.affinity_rules if {vm.id, other.id} <= {*r.vms} and vm is not other}
        for vm in estate.vms
    ]
    limits = [
        (host.memory_bytes * capacity.source_memory_percent // 100, host.memory_bytes - capacity.host_memory_bytes)
        for host in hosts
    ]
    most = [int(host.cpu.cores * capacity.vcpu_per_core) for host in hosts]
    start = (
        tuple(TARGET if host.hypervisor is HypervisorKind.NONE else SOURCE for host in hosts),
        tuple(index[vm.host] for vm in estate.vms),
    )

    def short(sides, at, side):
        pool = [number for number, found in enumerate(sides) if found == side]
        load = sum(memory[vm] for vm, host in enumerate(at) if host in pool)
        return load - sum(sorted(limits[number][side] for number in pool)[: max(0, len(pool) - reserve)]) if load and reserve else 0

    grace = max(0, short(start[0], start[1], SOURCE))

    def fits(sides, at, vm, host):
        there = [other for other, place in enumerate(at) if place == host]
        side = sides[host]
        return (
            not apart[vm] & set(there)
            and (not memory[vm] or memory[vm] + sum(memory[o] for o in there) <= limits[host][side])
            and (not vcpus[vm] or vcpus[vm] + sum(vcpus[o] for o in there) <= most[host])
        )

    def following(sides, at):
        for host, side in enumerate(sides):
            if side == SOURCE and host not in at:
                after = (*sides[:host], TARGET, *sides[host + 1 :])
                gone = (*sides[:host], OUT, *sides[host + 1 :])
                if short(gone, at, SOURCE) <= grace:
                    yield after, at
        for vm, origin in enumerate(at):
            for host, side in enumerate(sides):
                back = sides[origin] == TARGET and side == SOURCE
                aside = side == SOURCE and sides[origin] == SOURCE
                if host == origin or back or (aside and not cluster.live_migration) or not fits(sides, at, vm, host):
                    continue
                moved = (*at[:vm], host, *at[vm + 1 :])
                if side == TARGET and sides[origin] == SOURCE and memory[vm] and short(sides, moved, TARGET) > 0:
                    continue
                yield sides, moved

    borrowed = {index[host.id] for host in lent}

    def finished(sides, at):
        if SOURCE in sides or borrowed & set(at):
            return False
        kept = tuple(OUT if number in borrowed else side for number, side in enumerate(sides))
        return short(kept, at, TARGET) <= 0

    seen, queue = {start}, deque([start])
    while queue:
        state = queue.popleft()
        if finished(*state):
            return True
        for after in following(*state):
            if after not in seen:
                seen.add(after)
                queue.append(after)
    return False
