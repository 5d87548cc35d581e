"""Lower bounds from how many hosts can be out at once: the rounds of rebuilding, and the stream of VMs between them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from planner.model.estate import HostId
from planner.model.plan import ClusterPlacement, PhaseKind, Step, StepKind
from planner.schedule.facts import Facts
from planner.schedule.reserves import Kept, share_kept, was_kept
from planner.units import format_duration, format_size

_BUILDS = frozenset({StepKind.INSTALL, StepKind.CONFIGURE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every order of a cluster's conversion has to do with.

    `rooms` are the bytes of memory of the hosts that are rebuilt, smallest first; `free` what all hosts have beside the
    running VMs, and of that `kept` what the reserves keep at the least; `new` what hosts have that
    are new to the cluster, and `ready` how many those are. `hosts` counts all there are, those that are given up included.
    `shortest` are the seconds of the quickest rebuild, `head` those until the first host of the target is there at the
    earliest, and `tail` those from the last crossing to the end: the host that the VM has left is rebuilt.
    """

    rooms: tuple[int, ...]
    free: int
    kept: Kept
    new: int
    ready: int
    hosts: int
    shortest: int
    head: int
    tail: int

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
    """The ground of a cluster whose hosts are rebuilt; None where there is none, or a host's memory is unknown.

    The target's reserve is that of the largest of its hosts: no less than those that are new to it, and no less than the
    smallest others. Where there was no reserve from the start, none is counted.
    """
    chains: dict[HostId, int] = defaultdict(int)
    building: dict[HostId, int] = defaultdict(int)
    for step in steps:
        if step.host is not None and step.kind is not StepKind.RETURN:
            (chains if facts.is_source(step.host) else building)[step.host] += step.duration
    stay = {target.host for target in placement.hosts}
    there = stay - chains.keys() - building.keys()
    rebuilt = [host for host in chains if host in stay]
    free = spare(placement, steps, facts)
    if not rebuilt or free is None:
        return None
    rooms = tuple(sorted(most_memory(host, facts) or 0 for host in rebuilt))
    new = sorted((most_memory(host, facts) or 0 for host in stay - set(rebuilt)), reverse=True)
    kept = _kept(placement, rooms, new, tuple(chains), facts)
    upgraded = any(step.kind is StepKind.UPGRADE for step in steps)
    shortest = min(chains[host] for host in rebuilt)
    return Ground(
        rooms=rooms,
        free=free,
        kept=replace(kept, target=0, both=kept.source) if upgraded else kept,
        new=sum(new),
        ready=len(new),
        hosts=len(stay | chains.keys()),
        shortest=shortest,
        head=0 if there else min([shortest, *building.values()]),
        tail=shortest if chains.keys() <= stay else 0,
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


def room(placement: ClusterPlacement, steps: list[Step], facts: Facts) -> Iterator[tuple[int, str]]:
    """Memory times time between the first crossing and the last: hosts that are out, and VMs on their way.

    A VM on its way takes its memory on both sides. Of the hosts, those that are rebuilt before and after are left out: as
    many as can be.
    """
    known = ground(placement, steps, facts)
    crossings = [step for step in steps if step.kind is StepKind.MOVE and step.vm and facts.runs(step.vm)]
    if known is None or not crossings:
        return
    free = known.free - known.kept.both
    between = known.rooms[: max(0, len(known.rooms) - known.before - known.after)]
    out = sum(between) * known.shortest
    twice = sum((facts.vms[step.vm].memory_bytes or 0) * step.duration for step in crossings if step.vm)
    if free > 0:
        yield (
            known.head + -(-(out + twice) // free) + known.tail,
            f"memory: {format_size(free)} free for hosts that are out and VMs on their way",
        )


def flow(placement: ClusterPlacement, steps: list[Step], facts: Facts) -> Iterator[tuple[int, str]]:
    """The stream of VMs: as many at once as the target that there can be by then, and the source, take part in.

    Two sides share the hosts, so no more than half of them send while the others receive. A host of the target was given up
    by the source a rebuild ago, and the source could do without it only if enough VMs had crossed by then.
    """
    known = ground(placement, steps, facts)
    crossings = [step for step in steps if step.kind is StepKind.MOVE]
    if known is None or not crossings:
        return
    slots = facts.policy.transfers.per_host
    work = sum(step.duration for step in crossings)
    crossing = _stream_seconds(known, crossings, slots, facts)
    yield (
        crossing + known.tail,
        f"{len(crossings)} crossings ({format_duration(work)}), {slots} at once a host, on at most {known.hosts // 2} of {known.hosts} hosts",
    )


def shared(placement: ClusterPlacement, steps: list[Step], facts: Facts) -> Iterator[tuple[int, str]]:
    """What shared datastores let through at once, between the first host that is built and the last that is."""
    cap = facts.policy.transfers.per_datastore
    if cap is None:
        return
    known = ground(placement, steps, facts)
    busy: dict[str, int] = defaultdict(int)
    for step in steps:
        if step.kind is StepKind.MOVE and step.vm is not None:
            for medium in facts.media(step.vm, step.disks):
                busy[medium] += step.duration
    for medium, seconds in sorted(busy.items()):
        edges = known.head + known.tail if known is not None else 0
        yield -(-seconds // cap) + edges, f"transfers of {medium}, {cap} at once"


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


def _stream_seconds(known: Ground, crossings: list[Step], slots: int, facts: Facts) -> int:
    """The earliest second at which all crossings can be done.

    In stretches as long as a rebuild: a host of the target in one was given up by the source before it began. What the source
    can have given up by then follows from the most memory that can have crossed by then: that of the VMs with the most
    memory for a second of transfer.
    """
    work = sum(step.duration for step in crossings)
    most = max(1, known.hosts // 2)
    gains = sorted(
        (
            (facts.vms[step.vm].memory_bytes or 0 if facts.runs(step.vm) else 0, step.duration)
            for step in crossings
            if step.vm is not None
        ),
        key=lambda gain: -gain[0] / max(1, gain[1]),
    )
    given_up = _Given(known, gains)
    now, done = known.head, 0
    while True:
        rate = slots * min(most, max(1, known.ready + given_up.after(done)))
        if done + rate * known.shortest >= work:
            return now + -(-(work - done) // rate)
        now, done = now + known.shortest, done + rate * known.shortest


class _Given:
    """How many hosts the source can have given up after so many seconds of transfers."""

    def __init__(self, known: Ground, gains: list[tuple[int, int]]) -> None:
        self.known = known
        self.seconds = list(accumulate((seconds for _, seconds in gains), initial=0))
        self.bytes = list(accumulate((memory for memory, _ in gains), initial=0))

    def after(self, seconds: int) -> int:
        """With the VM that is on its way at that second counted as arrived."""
        arrived = next((n for n, passed in enumerate(self.seconds) if passed >= seconds), len(self.bytes) - 1)
        free = self.known.free - self.known.new - self.known.kept.source
        return _fitting(self.known.rooms, free + self.known.kept.freed(self.bytes[arrived]))


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
    if not was_kept(reserve, running, source, facts):
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
