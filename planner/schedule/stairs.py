"""The stairs of a conversion: what must have crossed before a host can be given up, and what finds room when one is built."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple, Self

from planner.model.estate import HostId
from planner.model.plan import ClusterPlacement, PhaseKind, Step, StepKind
from planner.model.reserve import Reserve
from planner.schedule.facts import Facts
from planner.schedule.load import Load, crossing
from planner.schedule.reserves import most_memory, shortage


@dataclass(frozen=True, slots=True, kw_only=True)
class Stairs:
    """Hosts that are rebuilt, numbered from 1 as they leave the source, and again as they are built.

    Before the m-th leaves the source, `need[m]` bytes of running VMs have crossed; before the n-th is built, at most
    `room[n - 1]` have set out. A rebuild takes `rebuild` seconds at the least, and the m-th host that leaves is not empty before
    `emptied[m]`. `ready` further hosts receive from second `head` on; `lasting` ones never leave the source.
    """

    need: tuple[int, ...]
    room: tuple[int, ...]
    emptied: tuple[int, ...]
    rebuild: int
    ready: int
    lasting: int
    head: int

    @property
    def count(self) -> int:
        """How many hosts are rebuilt."""
        return len(self.need) - 1

    @property
    def pairs(self) -> int:
        """How many hosts send at the most while as many others receive."""
        return (self.ready + self.count + self.lasting) // 2

    @property
    def received(self) -> int:
        """From when hosts that are ready count as receiving: not later than any that is rebuilt."""
        return min(self.head, self.rebuild) if self.count else self.head

    def mirrored(self, memory: int) -> Self:
        """The same conversion of so many bytes backwards in time: what is built leaves the target, and VMs go home."""
        return replace(
            self,
            need=tuple(memory - room for room in reversed(self.room)),
            room=tuple(memory - need for need in reversed(self.need)),
            emptied=(0,) * len(self.emptied),
            ready=self.lasting,
            lasting=self.ready,
            head=0,
        )


def stairs(
    placement: ClusterPlacement,
    steps: Sequence[Step],
    load: Load,
    members: Collection[HostId],
    facts: Facts,
) -> Stairs:
    """The stairs of a cluster with that load and these hosts of its own.

    Where a host's memory is unknown, or VMs may be parked, they are flat.
    """
    work: dict[HostId, int] = defaultdict(int)
    for step in steps:
        if step.host is not None and step.kind is not StepKind.RETURN:
            work[step.host] += step.duration
    stay = {target.host for target in placement.hosts}
    rebuilt = [host for host in work if host in stay and facts.is_source(host)]
    ready = stay - set(rebuilt)
    lasting = {host for host in (*members, *work) if facts.is_source(host)} - stay
    spares = [work[host] for host in ready if host in work]
    flat = Stairs(
        need=(0,) * (len(rebuilt) + 1),
        room=(load.memory,) * (len(rebuilt) + 1),
        emptied=(0,) * (len(rebuilt) + 1),
        rebuild=min((work[host] for host in rebuilt), default=0),
        ready=len(ready),
        lasting=len(lasting),
        head=min(spares) if spares and len(spares) == len(ready) else 0,
    )
    parks = any(phase.kind is PhaseKind.PARK for phase in placement.phases)
    if parks or any(facts.hosts[host].memory_bytes is None for host in (*stay, *lasting)):
        return flat
    reserve = _reserve(placement, facts)
    need = _need(rebuilt, lasting, reserve, load.memory, facts)
    homes = _homes(placement, rebuilt, steps, flat.head, facts)
    return replace(
        flat,
        need=tuple(map(max, need, homes.loads)),
        room=_room(rebuilt, ready, reserve, load.memory, facts),
        emptied=homes.emptied,
    )


def _reserve(placement: ClusterPlacement, facts: Facts) -> Reserve:
    """What both sides keep free; nothing where an earlier plan has begun, since nobody can tell any more what there was."""
    cluster = facts.clusters[placement.cluster]
    if facts.progress.done:
        return Reserve()
    return facts.policy.reserve_of(cluster.name, ha_enabled=cluster.ha_enabled)


def _need(
    rebuilt: Sequence[HostId], lasting: Iterable[HostId], reserve: Reserve, load: int, facts: Facts
) -> tuple[int, ...]:
    """The source does without its smallest hosts first. By what it lacked of its reserve when it was read it may still fall short."""
    smallest = sorted(most_memory(host, facts) or 0 for host in rebuilt)
    always = [most_memory(host, facts) or 0 for host in lasting]
    short = shortage(reserve, load, (*rebuilt, *lasting), facts)

    def carried(rooms: list[int]) -> int:
        return min(sum(rooms), reserve.usable(rooms) + short)

    left = ([*always, *smallest[gone:]] for gone in range(len(smallest) + 1))
    return tuple(max(0, load - carried(rooms)) if rooms else load for rooms in left)


def _room(
    rebuilt: Sequence[HostId], ready: Iterable[HostId], reserve: Reserve, load: int, facts: Facts
) -> tuple[int, ...]:
    """The target has its largest hosts first, each without what its hypervisor keeps."""
    kept = facts.policy.capacity.host_memory_bytes

    def rooms(hosts: Iterable[HostId]) -> list[int]:
        return sorted((max(0, (facts.hosts[host].memory_bytes or 0) - kept) for host in hosts), reverse=True)

    first, then = rooms(ready), rooms(rebuilt)
    return tuple(min(load, reserve.usable([*first, *then[:built]])) for built in range(len(then) + 1))


class _Homes(NamedTuple):
    """What leaves the hosts on which VMs were at the start: as `Stairs.need` and `Stairs.emptied`."""

    loads: tuple[int, ...]
    emptied: tuple[int, ...]


def _homes(
    placement: ClusterPlacement, rebuilt: Sequence[HostId], steps: Iterable[Step], head: int, facts: Facts
) -> _Homes:
    """Each VM leaves its host by a transfer of that host. Without live migration it crosses, after there is somewhere to go."""
    live = facts.clusters[placement.cluster].live_migration is True
    loads, seconds = dict.fromkeys(rebuilt, 0), dict.fromkeys(rebuilt, 0)
    for step in () if facts.progress.done else steps:
        home = facts.vms[step.vm].host if step.kind is StepKind.MOVE and step.vm else None
        if home in loads:
            memory, crosses = crossing(step, facts)
            aside = min(crosses, facts.policy.timing.live_migration) if memory else 0
            loads[home] += 0 if live else memory
            seconds[home] += aside if live else crosses
    slots = facts.policy.transfers.per_host
    begun = 0 if live else head
    emptied = sorted(-(-busy // slots) + begun if busy else 0 for busy in seconds.values())
    return _Homes(tuple(accumulate(sorted(loads.values()), initial=0)), (0, *emptied))
