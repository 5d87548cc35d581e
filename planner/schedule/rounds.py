"""A lower bound from what stands in line: waves of a cluster follow each other, and so do its rounds of rebuilding."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from planner.model.estate import HostId
from planner.model.plan import ClusterPlacement, PhaseKind, Step, StepKind
from planner.schedule.facts import Facts
from planner.schedule.reserves import Kept, share_kept
from planner.units import format_duration


def in_turn(placement: ClusterPlacement, steps: list[Step], facts: Facts) -> Iterator[tuple[int, str]]:
    """Rounds of rebuilding one after another, and all moves between them.

    The moves take as long as the busiest host, and as the waves: batches on one machine cost least when each is full and
    they are cut from the longest to the shortest, and then each lasts as long as its first (FBLPT).
    """
    count, shortest = _rounds(placement, steps, facts)
    moves = [step for step in steps if step.vm is not None]
    largest = max(facts.policy.waves.max_vms, *Counter(step.wave for step in moves).values(), 1)
    longest_first = sorted((step.duration for step in moves), reverse=True)
    in_waves = sum(longest_first[::largest])
    busiest = _busiest(moves, facts)
    rounds = f"{count} round{'s' * (count != 1)} of rebuilding"
    rebuilding = f"{rounds} ({format_duration(count * shortest)}), then " if count else ""
    yield count * shortest + in_waves, f"{rebuilding}{len(moves)} moves in waves of at most {largest}"
    yield count * shortest + busiest, f"{rebuilding}the transfers of the busiest host"


def spare(placement: ClusterPlacement, steps: list[Step], facts: Facts) -> int | None:
    """Bytes of memory beside the running VMs when no host is out; None when a host's is unknown or VMs may be parked.

    It is no less than there ever is: hosts as full as they can be, the borrowed ones and those that are given up included.
    """
    stay = {target.host for target in placement.hosts}
    gone = {step.host for step in steps if step.kind is StepKind.RETIRE and step.host} - stay
    rooms = [most_memory(host, facts) for host in (*stay, *gone)]
    known = [room for room in rooms if room is not None]
    if len(known) < len(rooms) or any(phase.kind is PhaseKind.PARK for phase in placement.phases):
        return None
    return sum(known) - _running_bytes(placement, facts)


def most_memory(host: HostId, facts: Facts) -> int | None:
    """All that a host can ever carry: its memory, overcommitted as the policy allows, or what it carries now."""
    memory = facts.hosts[host].memory_bytes
    if memory is None:
        return None
    now = sum(facts.vms[vm].memory_bytes or 0 for vm in facts.residents.get(host, ()) if facts.runs(vm))
    return max(now, memory * max(100, facts.policy.capacity.source_memory_percent) // 100)


def _busiest(moves: list[Step], facts: Facts) -> int:
    busy: Counter[HostId] = Counter()
    for step in moves:
        for host in {step.source, step.destination} - {None}:
            if host is not None:
                busy[host] += step.duration
    return -(-max(busy.values(), default=0) // facts.policy.transfers.per_host)


def _rounds(placement: ClusterPlacement, steps: list[Step], facts: Facts) -> tuple[int, int]:
    """The fewest rounds in which the hosts can be rebuilt, and the shortest rebuild.

    Before anything crosses only the source keeps a reserve, and after the last crossing only the target: of the hosts
    that are rebuilt between, no more are out at once than both reserves leave. The target's is the largest of its hosts:
    no less than those that are new to it, and no less than the smallest others.
    """
    chains: dict[HostId, int] = defaultdict(int)
    for step in steps:
        if step.host is not None and step.kind is not StepKind.RETURN and facts.is_source(step.host):
            chains[step.host] += step.duration
    stay = {target.host for target in placement.hosts}
    rebuilt = [host for host in chains if host in stay]
    if not rebuilt:
        return 0, 0
    shortest = min(chains[host] for host in rebuilt)
    free = spare(placement, steps, facts)
    if free is None:
        return 1, shortest
    rooms = sorted(most_memory(host, facts) or 0 for host in rebuilt)
    new = sorted((most_memory(host, facts) or 0 for host in stay - set(rebuilt)), reverse=True)
    kept = _kept(placement, free, rooms, new, tuple(chains), facts)
    if any(step.kind is StepKind.UPGRADE for step in steps):
        return _fewest(len(rebuilt), 0, 0, _fitting(rooms, free - kept.source)), shortest
    return _fewest(
        len(rebuilt),
        _fitting(rooms, free - sum(new) - kept.source),
        _fitting(rooms, free - kept.target),
        _fitting(rooms, free - kept.both),
    ), shortest


def _kept(  # noqa: PLR0913, PLR0917
    placement: ClusterPlacement,
    free: int,
    rooms: list[int],
    new: list[int],
    source: tuple[HostId, ...],
    facts: Facts,
) -> Kept:
    """What the sides keep free at the least; nothing where there was no such reserve from the start."""
    cluster = facts.clusters[placement.cluster]
    reserve = facts.policy.reserve_of(cluster.name, ha_enabled=cluster.ha_enabled)
    if reserve.percent:
        return share_kept(reserve, _running_bytes(placement, facts), source, facts)
    largest = sorted((most_memory(target.host, facts) or 0 for target in placement.hosts), reverse=True)
    if sum(largest[: reserve.hosts]) > free:
        return Kept()
    on_source, on_target = sum(rooms[: reserve.hosts]), sum([*new, *rooms][: reserve.hosts])
    return Kept(source=on_source, target=on_target, both=on_source + on_target)


def _fitting(rooms: Iterable[int], free: int) -> int:
    """How many of these, smallest first, fit."""
    count = 0
    for room in rooms:
        free -= room
        if free < 0:
            break
        count += 1
    return count


def _fewest(hosts: int, before: int, after: int, between: int) -> int:
    """Rounds for so many hosts: some rebuilt before the first crossing, some after the last, the others between."""
    counts = [
        len(edges) + -(-max(0, hosts - sum(edges)) // max(1, between))
        for edges in ((), (before,), (after,), (before, after))
        if between or sum(edges) >= hosts
    ]
    return min(counts, default=1)


def _running_bytes(placement: ClusterPlacement, facts: Facts) -> int:
    moved = {move.vm for phase in placement.phases for move in phase.moves}
    return sum(facts.vms[vm].memory_bytes or 0 for vm in moved if facts.runs(vm))
