"""What any conversion needs at the least, by sums of memory alone: where it fails, no search is worth while."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from planner.model.policy import Strategy
from planner.model.reserve import Reserve
from planner.place.case import Case, Node, Part
from planner.units import format_size


class Lack(NamedTuple):
    """Bytes of memory that are missing in one state that every order passes through, and that state in words."""

    short: int
    state: str


def lack(case: Case) -> Lack | None:
    """The largest lack of memory that no order can avoid; None when sums show none, or something is unknown.

    With a reserve of r hosts the source side can hold nothing once it has r hosts, so everything has crossed
    while it still had r + 1; and nothing crosses before the target side has r + 1. A share of memory is r = 0.
    """
    if case.parking is not None or any(node.after.memory is None for node in case.nodes.values()):
        return None
    load = sum(vm.memory for vm in case.workloads.values())
    found = [Lack(load - room, state) for room, state in _states(case)]
    worst = max(found, default=None)
    if worst is None or not load or worst.short <= 0:
        return None
    needs = f"its running VMs need {format_size(load)} of memory, and {worst.state}"
    return Lack(worst.short, f"{needs}: {format_size(worst.short)} short")


def _states(case: Case) -> Iterator[tuple[int, str]]:
    """Memory that is left to VMs in a state, and the state."""
    reserve = case.reserve
    kept = f" beside the HA reserve of {reserve.words}" if reserve.kept else ""
    before = [node.before.memory or 0 for node in _members(case)]
    after = [node.after.memory or 0 for node in _members(case)]
    new = [node.after.memory or 0 for node in case.nodes.values() if node.part is not Part.MEMBER]
    if case.pooled and case.standing.begun:
        return
    if case.pooled:
        room = _usable(before, len(before) - 1, reserve)
        yield room, f"without the host that is out {_others(room)}{kept}"
        return
    staying = [node.after.memory or 0 for node in case.nodes.values() if _stays(case, node.part)]
    room = _usable(staying, len(staying), reserve)
    yield room, f"once converted, its hosts hold {format_size(room)}{kept}"
    if case.strategy is Strategy.MOVE_TO_NEW_HOSTS or case.standing.begun or _tolerates(case, before):
        return
    out = max(0, reserve.hosts + 1 - len(new))
    room = _usable(before, len(before) - out, reserve)
    if out:
        yield room, f"with the first {_hosts(out)} out {_others(room)}{kept}"
    target = [*after, *new]
    room = _usable(target, len(target) - reserve.hosts - 1, reserve)
    yield (
        room,
        f"with the last {_hosts(reserve.hosts + 1)} still to be emptied {_others(room)}{kept}",
    )


def _usable(rooms: Iterable[int], count: int, reserve: Reserve) -> int:
    """What the `count` largest hosts hold beside their reserve."""
    return reserve.usable(sorted(rooms, reverse=True)[: max(0, count)])


def _tolerates(case: Case, before: list[int]) -> bool:
    """Whether the source side is overfull or without its reserve already, which a plan may leave as it is."""
    full = any(
        sum(vm.memory for vm in case.workloads.values() if vm.home == node.id) > (node.before.memory or 0)
        for node in _members(case)
    )
    load = sum(vm.memory for vm in case.workloads.values())
    return full or load > _usable(before, len(before), case.reserve)


def _stays(case: Case, part: Part) -> bool:
    moved_away = case.strategy is Strategy.MOVE_TO_NEW_HOSTS
    return part is Part.SPARE or (part is Part.MEMBER and not moved_away)


def _members(case: Case) -> list[Node]:
    return [node for node in case.nodes.values() if node.part is Part.MEMBER]


def _others(room: int) -> str:
    return f"the others hold {format_size(room)}" if room else "no other host can hold any"


def _hosts(count: int) -> str:
    return f"{count} hosts" if count > 1 else "host"
