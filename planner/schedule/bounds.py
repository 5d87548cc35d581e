"""Lower bounds of the makespan: what no order of these moves and rebuilds can beat, and what binds it."""

from collections import defaultdict
from collections.abc import Iterator

from planner.model.estate import ClusterId, HostId
from planner.model.plan import Bound, ClusterPlacement, Step, StepKind
from planner.schedule.durations import link_bytes
from planner.schedule.facts import Facts
from planner.schedule.lines import over_lines
from planner.schedule.rounds import rounds
from planner.schedule.slot_bounds import Use, shared_slots, together, used
from planner.schedule.streams import streams
from planner.units import format_duration


def bounds(
    placements: tuple[ClusterPlacement, ...], steps: tuple[Step, ...], facts: Facts
) -> tuple[Bound, ...]:
    """For each cluster the best bound of every kind, and the largest of all for the estate.

    No estate is done before its slowest cluster, or before what its clusters share has served them all.
    The kinds: bytes over each link and uplink; transfers, conversions and cutovers at once of a host, an uplink and the estate;
    rounds of rebuilding; hosts in turn, the stream of VMs between them, what shared datastores let through of it, and memory over
    time; and the longest single VM with the host built before and the one rebuilt after.
    """
    by_cluster: dict[ClusterId, list[Step]] = defaultdict(list)
    for step in steps:
        by_cluster[step.cluster].append(step)
    members: dict[ClusterId | None, list[HostId]] = defaultdict(list)
    for host in facts.hosts.values():
        members[host.cluster].append(host.id)
    uses = {placement.cluster: used(by_cluster[placement.cluster], facts) for placement in placements}
    of_all = [
        bound
        for placement in placements
        for bound in _of_cluster(
            placement,
            by_cluster[placement.cluster],
            uses[placement.cluster],
            members[placement.cluster],
            facts,
        )
    ]
    if not of_all:
        return ()
    of_estate = (*shared_slots(together(uses.values()), facts), *over_lines(steps, facts))
    shared = (Bound(seconds=seconds, binding=binding) for seconds, binding in of_estate)
    largest = max((*of_all, *shared), key=lambda bound: bound.seconds)
    return (Bound(seconds=largest.seconds, binding=largest.binding), *of_all)


def _of_cluster(
    placement: ClusterPlacement, steps: list[Step], use: Use, members: list[HostId], facts: Facts
) -> Iterator[Bound]:
    kinds = (
        _links(steps, facts),
        _slots(steps, facts),
        shared_slots(use, facts),
        over_lines(steps, facts),
        rounds(placement, steps, facts),
        *streams(placement, steps, members, facts),
        _longest(steps),
    )
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
    """Transfers at once: a host's moves share its slots, and between what leaves and what arrives it is rebuilt."""
    slots = facts.policy.transfers.per_host
    busy: dict[HostId, int] = defaultdict(int)
    rebuilt: dict[HostId, int] = defaultdict(int)
    for step in steps:
        if step.host is not None:
            rebuilt[step.host] += step.duration
        for host in dict.fromkeys((step.source, step.destination)):
            if host is not None:
                busy[host] += step.duration
    for host, seconds in busy.items():
        work = f" and the work on it ({format_duration(rebuilt[host])})" if rebuilt[host] else ""
        yield -(-seconds // slots) + rebuilt[host], f"transfers of {host}, {slots} at once{work}"


def _longest(steps: list[Step]) -> Iterator[tuple[int, str]]:
    """A VM's way over, after the first target host was built, if none was before, and before its own host is."""
    built: dict[HostId, int] = defaultdict(int)
    rebuilt: dict[HostId, int] = defaultdict(int)
    for step in steps:
        if step.host is None:
            continue
        if step.kind in {StepKind.INSTALL, StepKind.CONFIGURE}:
            built[step.host] += step.duration
        if step.kind in {StepKind.RETIRE, StepKind.INSTALL, StepKind.CONFIGURE}:
            rebuilt[step.host] += step.duration
    there = any(step.destination not in built for step in steps if step.kind is StepKind.MOVE)
    head = 0 if there else min(built.values(), default=0)
    for step in steps:
        if step.kind is StepKind.MOVE and step.vm is not None:
            tail = 0 if step.source is None else rebuilt.get(step.source, 0)
            yield head + step.duration + tail, f"{step.vm}: a host built, its move, and its own host rebuilt"
