"""Lower bounds from how many hosts can be out at once: the rounds of rebuilding."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from planner.model.estate import HostId
from planner.model.plan import ClusterPlacement, PhaseKind, Step, StepKind
from planner.schedule.facts import Facts
from planner.schedule.reserves import Kept, most_memory, share_kept, shortage


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every order of a cluster's conversion has to do with.

    `rooms` are the bytes of memory of the hosts that are rebuilt, smallest first; `free` what all hosts have beside the
    running VMs, and of that `kept` what the reserves keep at the least; `new` what hosts have that are new to the cluster.
    `shortest` are the seconds of the quickest rebuild.
    """

    rooms: tuple[int, ...]
    free: int
    kept: Kept
    new: int
    shortest: int

    @property
    def before(self) -> int:
        """The most hosts that are rebuilt, or out for it, before the first VM crosses: all VMs are on the source side."""
        return _fitting(self.rooms, self.free - self.new - self.kept.source)

    @property
    def after(self) -> int:
        """The most hosts that are still to be rebuilt when the last VM has crossed."""
        return _fitting(self.rooms, self.free - self.kept.target)

    @property
    def between(self) -> int:
        """The most hosts that are out at one time in between: both sides keep their reserve."""
        return _fitting(self.rooms, self.free - self.kept.both)


def ground(placement: ClusterPlacement, steps: list[Step], facts: Facts) -> Ground | None:
    """The ground of a cluster whose hosts are rebuilt; None where there is none, or where what they carry is unknown.

    It is unknown where a host's memory is, or VMs may be parked. Memory is no less than there ever is: hosts as full as they can
    be, those that are given up included. The target's reserve is that of the largest of its hosts: no less than those that are new to it, and no less than the
    smallest others. Where there was no reserve from the start, none is counted.
    """
    chains: dict[HostId, int] = defaultdict(int)
    for step in steps:
        if step.host is not None and step.kind is not StepKind.RETURN and facts.is_source(step.host):
            chains[step.host] += step.duration
    stay = {target.host for target in placement.hosts}
    rebuilt = [host for host in chains if host in stay]
    most = {host: most_memory(host, facts) for host in (*stay, *_given_up(steps, stay))}
    memory = {host: size for host, size in most.items() if size is not None}
    if (
        not rebuilt
        or len(memory) < len(most)
        or any(phase.kind is PhaseKind.PARK for phase in placement.phases)
    ):
        return None
    rooms = tuple(sorted(memory[host] for host in rebuilt))
    new = sorted((memory[host] for host in stay - set(rebuilt)), reverse=True)
    kept = _kept(placement, rooms, new, tuple(chains), facts)
    upgraded = any(step.kind is StepKind.UPGRADE for step in steps)
    return Ground(
        rooms=rooms,
        free=sum(memory.values()) - _running_bytes(placement, facts),
        kept=replace(kept, target=0, both=kept.source) if upgraded else kept,
        new=sum(new),
        shortest=min(chains[host] for host in rebuilt),
    )


def rounds(placement: ClusterPlacement, steps: list[Step], facts: Facts) -> Iterator[tuple[int, str]]:
    """Rounds of rebuilding one after another.

    Hosts are out for as long as a rebuild takes, so at instants that far apart each is seen out once: before the first
    crossing no more in all than the source side can do without, after the last no more than the target can, and at each
    instant between no more than both reserves leave.
    """
    known = ground(placement, steps, facts)
    if known is None:
        return
    if any(step.kind is StepKind.UPGRADE for step in steps):
        count = _fewest(len(known.rooms), 0, 0, _fitting(known.rooms, known.free - known.kept.source))
    else:
        count = _fewest(len(known.rooms), known.before, known.after, known.between)
    yield count * known.shortest, f"{count} round{'s' * (count != 1)} of rebuilding"


def _given_up(steps: Iterable[Step], stay: Collection[HostId]) -> set[HostId]:
    """Hosts that leave the source and do not come back: until then they carry VMs."""
    return {
        step.host for step in steps if step.kind is StepKind.RETIRE and step.host and step.host not in stay
    }


def _kept(
    placement: ClusterPlacement,
    rooms: tuple[int, ...],
    new: list[int],
    source: tuple[HostId, ...],
    facts: Facts,
) -> Kept:
    """What the sides keep free at the least; nothing where there was no such reserve from the start, or nobody can tell any more."""
    if facts.progress.done:
        return Kept()
    cluster = facts.clusters[placement.cluster]
    reserve = facts.policy.reserve_of(cluster.name, ha_enabled=cluster.ha_enabled)
    running = _running_bytes(placement, facts)
    if shortage(reserve, running, source, facts):
        return Kept()
    if reserve.percent:
        return share_kept(reserve.percent, running)
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
