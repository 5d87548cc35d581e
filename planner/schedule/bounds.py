"""Lower bounds of the makespan: what no order of this placement's moves can beat, and what binds it."""

from collections import defaultdict
from collections.abc import Iterator

from planner.model.estate import ClusterId, HostId
from planner.model.plan import Bound, ClusterPlacement, PhaseKind, Step, StepKind
from planner.schedule.durations import link_bytes
from planner.schedule.facts import Facts

_ARRIVES = frozenset({StepKind.MOVE, StepKind.UNPARK})


def bounds(
    placements: tuple[ClusterPlacement, ...], steps: tuple[Step, ...], facts: Facts
) -> tuple[Bound, ...]:
    """For each cluster the best bound of every kind; no estate is done before its slowest cluster.

    The kinds: bytes over each link, transfers at once, hosts out of service at once, and the longest single VM
    with the host built before and the one rebuilt after.
    """
    by_cluster: dict[ClusterId, list[Step]] = defaultdict(list)
    for step in steps:
        by_cluster[step.cluster].append(step)
    found = {
        placement.cluster: tuple(_of_cluster(placement, by_cluster[placement.cluster], facts))
        for placement in placements
    }
    of_all = [bound for of_one in found.values() for bound in of_one]
    if not of_all:
        return ()
    largest = max(of_all, key=lambda bound: bound.seconds)
    return (Bound(seconds=largest.seconds, binding=largest.binding), *of_all)


def _of_cluster(placement: ClusterPlacement, steps: list[Step], facts: Facts) -> Iterator[Bound]:
    kinds = (_links(steps, facts), _slots(steps, facts), _hosts(placement, steps, facts), _longest(steps))
    for found in kinds:
        best = max(found, default=None)
        if best is not None and best[0]:
            yield Bound(seconds=best[0], binding=best[1], cluster=placement.cluster)


def _links(steps: list[Step], facts: Facts) -> Iterator[tuple[int, str]]:
    """Bytes over rate: a link is busy as long as its bytes take at full speed, each way."""
    carried: dict[tuple[HostId, str], int] = defaultdict(int)
    for step in steps:
        for way, host in (("out of", step.source), ("into", step.destination)):
            if host is not None:
                carried[host, way] += step.bytes
    for (host, way), size in carried.items():
        speed = link_bytes(host, facts)
        if speed and size:
            yield -(-size // speed), f"bytes {way} {host} over its link"


def _slots(steps: list[Step], facts: Facts) -> Iterator[tuple[int, str]]:
    """Transfers at once: a host's moves share its slots."""
    slots = facts.policy.transfers.per_host
    busy: dict[HostId, int] = defaultdict(int)
    for step in steps:
        for host in dict.fromkeys((step.source, step.destination)):
            if host is not None:
                busy[host] += step.duration
    for host, seconds in busy.items():
        yield -(-seconds // slots), f"transfers of {host}, {slots} at once"


def _hosts(placement: ClusterPlacement, steps: list[Step], facts: Facts) -> Iterator[tuple[int, str]]:
    """Hosts out at once: no more than the others can carry the running VMs without."""
    chains: dict[HostId, int] = defaultdict(int)
    for step in steps:
        if step.host is not None and step.kind is not StepKind.RETURN:
            chains[step.host] += step.duration
    rebuilt = [host for host in chains if facts.is_source(host) and _stays(placement, host)]
    if not rebuilt:
        return
    at_once = _out_at_once(placement, rebuilt, facts)
    rounds = -(-len(rebuilt) // at_once)
    shortest = min(chains[host] for host in rebuilt)
    yield rounds * shortest, f"rebuilding {len(rebuilt)} hosts, at most {at_once} at once"


def _stays(placement: ClusterPlacement, host: HostId) -> bool:
    return any(target.host == host for target in placement.hosts)


def _out_at_once(placement: ClusterPlacement, rebuilt: list[HostId], facts: Facts) -> int:
    """The most hosts that can be out at once, by memory alone and with every host as full as it can be."""
    rooms = {target.host: _most_memory(target.host, facts) for target in placement.hosts}
    known = {host: room for host, room in rooms.items() if room is not None}
    if len(known) < len(rooms) or _may_park(placement):
        return len(rebuilt)
    spare = sum(known.values()) - _running_bytes(placement, facts)
    out = 0
    for room in sorted(known[host] for host in rebuilt):
        spare -= room
        if spare < 0:
            break
        out += 1
    return max(1, out)


def _most_memory(host: HostId, facts: Facts) -> int | None:
    """All that a host can ever carry: its memory, overcommitted as the policy allows, or what it carries now."""
    memory = facts.hosts[host].memory_bytes
    if memory is None:
        return None
    now = sum(facts.vms[vm].memory_bytes or 0 for vm in facts.residents.get(host, ()) if facts.runs(vm))
    return max(now, memory * max(100, facts.policy.capacity.source_memory_percent) // 100)


def _may_park(placement: ClusterPlacement) -> bool:
    return any(phase.kind is PhaseKind.PARK for phase in placement.phases)


def _running_bytes(placement: ClusterPlacement, facts: Facts) -> int:
    moved = {move.vm for phase in placement.phases for move in phase.moves}
    return sum(facts.vms[vm].memory_bytes or 0 for vm in moved if facts.runs(vm))


def _longest(steps: list[Step]) -> Iterator[tuple[int, str]]:
    """A VM's way over, after the first target host was built and before its own host is."""
    built: dict[HostId, int] = defaultdict(int)
    rebuilt: dict[HostId, int] = defaultdict(int)
    for step in steps:
        if step.host is None:
            continue
        if step.kind in {StepKind.INSTALL, StepKind.CONFIGURE}:
            built[step.host] += step.duration
        if step.kind in {StepKind.RETIRE, StepKind.INSTALL, StepKind.CONFIGURE}:
            rebuilt[step.host] += step.duration
    head = min(built.values(), default=0)
    for step in steps:
        if step.kind is StepKind.MOVE and step.vm is not None:
            tail = 0 if step.source is None else rebuilt.get(step.source, 0)
            yield head + step.duration + tail, f"{step.vm}: a host built, its move, and its own host rebuilt"
