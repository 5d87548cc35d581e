"""Lower bounds of a conversion in which hosts leave the source only when enough has crossed to those built before."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from planner.model.estate import HostId
from planner.model.plan import ClusterPlacement, Step, StepKind
from planner.schedule.facts import Facts
from planner.schedule.load import Load, crossing
from planner.schedule.stairs import stairs
from planner.schedule.turns import Lanes, in_turn, remembered, streamed, turns
from planner.units import format_duration

_NO_CAP = 10**9


def streams(
    placement: ClusterPlacement, steps: Sequence[Step], members: Collection[HostId], facts: Facts
) -> Iterator[Iterator[tuple[int, str]]]:
    """Bounds of four kinds: hosts in turn, the stream of VMs, what shared datastores let through of it, and memory over time.

    VMs of which nobody knows that they run on one of the cluster's hosts are left out, as are those that wait parked: without
    them it can only go quicker.
    """
    own = frozenset(members)
    crossings = [
        step for step in steps if step.kind is StepKind.MOVE and step.source and _home(step, facts) in own
    ]
    if not crossings or any(step.kind is StepKind.UPGRADE for step in steps):
        return
    load = Load.of(crossing(step, facts) for step in crossings)
    found = stairs(placement, steps, load, members, facts)
    media = _media(crossings, facts)
    per_host, lanes = facts.policy.transfers.per_host, _lanes(crossings, media, facts)
    known = turns(found, load, lanes)
    hosts = found.ready + found.count + found.lasting
    on_most = f"on at most {found.pairs} of {hosts} hosts"
    told = (
        f"{len(crossings)} crossings ({format_duration(load.seconds)}), {per_host} at once a host, {on_most}"
    )
    yield iter([(in_turn(known), f"{found.count} hosts in turn, each when enough VMs have crossed")])
    yield iter([(streamed(found, known, load.seconds, lanes), told)])
    yield (
        (streamed(found, known, seconds, Lanes(per_host, cap)), f"transfers of {medium}, {cap} at once")
        for medium, seconds in media.items()
        if (cap := facts.policy.transfers.per_datastore) is not None
    )
    yield iter([(remembered(found, known, load), "memory of hosts that are out and VMs on their way")])


def _home(step: Step, facts: Facts) -> HostId | None:
    return facts.vms[step.vm].host if step.vm is not None else None


def _media(crossings: Sequence[Step], facts: Facts) -> dict[str, int]:
    """Seconds of transfers that each shared medium takes part in."""
    busy: dict[str, int] = defaultdict(int)
    for step in crossings:
        for medium in facts.media(step.vm, step.disks) if step.vm else ():
            busy[medium] += step.duration
    return dict(sorted(busy.items()))


def _lanes(crossings: Sequence[Step], media: Collection[str], facts: Facts) -> Lanes:
    """The most that cross at once: what the estate may, and as many as shared datastores serve if every VM needs one."""
    transfers = facts.policy.transfers
    caps = [_NO_CAP if transfers.at_once is None else transfers.at_once]
    if transfers.per_datastore is not None and all(
        facts.media(step.vm, step.disks) for step in crossings if step.vm
    ):
        caps.append(transfers.per_datastore * len(media))
    return Lanes(per_host=transfers.per_host, most=min(caps))
