"""Lower bounds of a conversion in which hosts leave the source only when enough has crossed to those built before."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from planner.model.estate import HostId
from planner.model.plan import ClusterPlacement, Step, StepKind
from planner.schedule.facts import Facts
from planner.schedule.load import Load, crossing
from planner.schedule.stairs import Stairs, stairs
from planner.schedule.turns import Lanes, in_turn, remembered, streamed, turns
from planner.units import format_duration

_NO_CAP: Final = 10**9


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
    transfers = facts.policy.transfers
    lanes = Lanes(transfers.per_host, min(media.at_once, transfers.at_once or _NO_CAP))
    known = turns(found, load, lanes)
    yield iter([(in_turn(known), f"{found.count} hosts in turn, each when enough VMs have crossed")])
    yield iter([(streamed(found, known, load.seconds, lanes), _told(len(crossings), load, lanes, found))])
    each = Lanes(transfers.per_host, transfers.per_datastore or _NO_CAP)
    yield (
        (streamed(found, known, seconds, each), f"transfers of {medium}, {each.most} at once")
        for medium, seconds in media.busy.items()
    )
    yield iter([(remembered(found, known, load), "memory of hosts that are out and VMs on their way")])


def _told(count: int, load: Load, lanes: Lanes, found: Stairs) -> str:
    hosts = found.ready + found.count + found.lasting
    where = f"{lanes.per_host} at once a host, on at most {found.pairs} of {hosts} hosts"
    return f"{count} crossings ({format_duration(load.seconds)}), {where}"


def _home(step: Step, facts: Facts) -> HostId | None:
    return facts.vms[step.vm].host if step.vm is not None else None


class _Media(NamedTuple):
    """Seconds of transfers that each shared medium takes part in, where that is capped, and how many cross at once at the most."""

    busy: dict[str, int]
    at_once: int


def _media(crossings: Sequence[Step], facts: Facts) -> _Media:
    """If every VM takes a slot of some medium, no more cross at once than all of them serve."""
    cap = facts.policy.transfers.per_datastore
    busy: dict[str, int] = defaultdict(int)
    of_each = [facts.media(step.vm, step.disks) for step in crossings if step.vm] if cap else []
    for step, media in zip(crossings, of_each, strict=False):
        for medium in media:
            busy[medium] += step.duration
    return _Media(dict(sorted(busy.items())), cap * len(busy) if cap and all(of_each) else _NO_CAP)
