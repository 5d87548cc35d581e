"""When everything begins: clusters side by side, waves as what comes before them lets them, steps of rolling waves one by one.

A wave that does not roll is laid out as one block that holds what it needs at its peak.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, product

import networkx as nx

from planner.model.estate import ClusterId, VmId
from planner.model.plan import PhaseKind, Step
from planner.schedule.drafts import Draft
from planner.schedule.facts import Facts
from planner.schedule.listing import Job, list_schedule
from planner.schedule.resources import capacity, peaks, takes
from planner.schedule.windows import Calendars, never_again

_SOAKED = frozenset({PhaseKind.CROSS, PhaseKind.UNPARK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A wave: its draft, lane, steps, and what it keeps away from.

    `number` counts in the order in which waves were drafted, which is an order in which they could run one by one. A rigid
    one is laid out from its own second 0, and `seconds` and `p90` are how long it takes; the steps of others begin one by one.
    """

    number: int
    lane: int
    draft: Draft
    rigid: bool
    steps: tuple[Step, ...]
    seconds: int
    p90: int
    holds: tuple[str, ...]

    @property
    def key(self) -> str:
        """Its name among the jobs: for a wave that rolls the moment at which all of it is done."""
        return f"{self.number:06d}"


def holds(draft: Draft, distance: Mapping[VmId, tuple[str, ...]]) -> tuple[str, ...]:
    """What a wave holds because of the VMs that it moves."""
    return tuple(dict.fromkeys(held for move in draft.moves for held in distance.get(move.vm, ())))


def follows(
    blocks: Sequence[Block], managers: Sequence[tuple[ClusterId, VmId]]
) -> Mapping[int, tuple[int, ...]]:
    """For each block the numbers of those that must be done before it begins.

    Those of its phase before it, and of the phases that its own comes after; the whole cluster before it in its lane; those
    with steps that its own need, where one of the two does not roll; for a managing VM everything of the clusters it manages; and the pilot, but for what the
    pilot itself needs and what only builds hosts that are new.
    """
    order: nx.DiGraph[int] = nx.DiGraph()
    order.add_nodes_from(block.number for block in blocks)
    for of_lane in _grouped(blocks).values():
        order.add_edges_from(_of_lane(of_lane))
    uses = tuple(_uses(blocks))
    order.add_edges_from(
        (earlier, later) for earlier, later in uses if blocks[earlier].rigid or blocks[later].rigid
    )
    order.add_edges_from(_managed_first(blocks, managers))
    order.add_edges_from(list(_pilot_first(blocks, order, uses)))
    return {number: tuple(sorted(order.predecessors(number))) for number in order}


def _uses(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """The blocks of which others need a step."""
    wave_of = {step.id: block.number for block in blocks for step in block.steps}
    for block in blocks:
        needed = {wave_of[need] for step in block.steps for need in step.needs if need in wave_of}
        yield from ((number, block.number) for number in needed - {block.number})


def in_turn(
    blocks: Sequence[Block], after: Mapping[int, tuple[int, ...]], begins: Mapping[int, int]
) -> tuple[Block, ...]:
    """The blocks in an order in which they can run one by one, those that begin early first."""
    order: nx.DiGraph[int] = nx.DiGraph()
    order.add_nodes_from(block.number for block in blocks)
    order.add_edges_from((earlier, block.number) for block in blocks for earlier in after[block.number])
    order.add_edges_from(_uses(blocks))
    found = nx.lexicographical_topological_sort(order, key=lambda number: (begins[number], number))
    return tuple(blocks[number] for number in found)


def timetable(
    blocks: Sequence[Block], after: Mapping[int, tuple[int, ...]], facts: Facts, windows: Calendars
) -> Mapping[str, int]:
    """The second at which each rigid block begins, by its key, and each step of the others, by its id.

    A wave with crossings is watched for the policy's soak before the next. Where a cluster has a calendar, a wave
    begins only if it is done at p90 before the window closes.
    """
    by_key = {block.key: block for block in blocks if block.rigid}

    def opening(key: str, now: int) -> int:
        block = by_key.get(key)
        window = windows.get(block.draft.cluster) if block is not None else None
        if block is None or window is None:
            return now
        opens = window.opening(now, block.p90)
        if opens is None:
            raise never_again(facts.clusters[block.draft.cluster], block.draft)
        return opens

    soak = facts.policy.timing.soak
    watched = {block.number for block in blocks if soak and block.draft.kind in _SOAKED}
    jobs: list[Job] = []
    for block in blocks:
        before = tuple(_done(number, watched) for number in after[block.number])
        jobs += [_block(block, before, facts)] if block.rigid else _rolling(block, before, facts)
    jobs += [
        Job(key=_done(block.number, watched), seconds=soak, after=(block.key,))
        for block in blocks
        if block.number in watched
    ]
    apart = dict.fromkeys((held for block in blocks for held in block.holds), 1)
    shared = capacity(
        ({resource: slots for resource, slots in job.takes.items() if resource not in apart} for job in jobs),
        facts,
    )
    return list_schedule(jobs, {**shared, **apart}, opening)


def _block(block: Block, before: tuple[str, ...], facts: Facts) -> Job:
    return Job(
        key=block.key,
        seconds=block.seconds,
        takes={**peaks(block.steps, facts), **dict.fromkeys(block.holds, 1)},
        after=before,
    )


def _rolling(block: Block, before: tuple[str, ...], facts: Facts) -> Iterator[Job]:
    """The steps of a wave, and the moments at which it may begin and is done."""
    opens = f"{block.key} opens"
    yield Job(key=opens, seconds=0, after=before)
    batch, turns = block.draft.order.batch, _turns(block.draft)
    for step in block.steps:
        group = batch.get(step.vm) if step.vm is not None else None
        yield Job(
            key=step.id,
            seconds=step.duration,
            takes=takes(step, facts),
            after=(opens, *step.needs),
            batch=None if group is None else f"{block.key} {group}",
            turn=turns.get(step.vm, 0) if step.vm is not None else 0,
        )
    yield Job(key=block.key, seconds=0, after=tuple(step.id for step in block.steps))


def _turns(draft: Draft) -> dict[VmId, int]:
    """In which order the engine let the VMs of a wave set out."""
    return {
        move.vm: place
        for place, phase in zip(draft.places, draft.phases, strict=True)
        for move in phase.moves
    }


def _done(number: int, watched: set[int]) -> str:
    return f"{number:06d} watched" if number in watched else f"{number:06d}"


def _grouped(blocks: Sequence[Block]) -> dict[int, list[Block]]:
    found: dict[int, list[Block]] = {}
    for block in blocks:
        found.setdefault(block.lane, []).append(block)
    return found


def _of_lane(of_lane: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """The clusters of a lane one after the other, and in each of them what its phases say."""
    clusters = [list(of_one) for _, of_one in groupby(of_lane, key=lambda block: block.draft.cluster)]
    for of_one in clusters:
        yield from _of_phases(of_one)
    for of_one, following in pairwise(clusters):
        yield from product(_ends(of_one), (block.number for block in following if not block.draft.after))


def _of_phases(of_cluster: Sequence[Block]) -> Iterator[tuple[int, int]]:
    last: dict[int, int] = {}
    for block in of_cluster:
        already = block.draft.places[-1] in last
        for place in block.draft.places[-1:] if already else block.draft.after:
            yield last[place], block.number
        last |= dict.fromkeys(block.draft.places, block.number)


def _ends(of_cluster: Sequence[Block]) -> list[int]:
    """The blocks of a cluster that nothing in it comes after."""
    followed = {earlier for earlier, _ in _of_phases(of_cluster)}
    return [block.number for block in of_cluster if block.number not in followed]


def _managed_first(
    blocks: Sequence[Block], managers: Sequence[tuple[ClusterId, VmId]]
) -> Iterator[tuple[int, int]]:
    """From the last waves of each managed cluster to the first that takes its manager away, where they come later."""
    first: dict[VmId, int] = {}
    for block in blocks:
        for move in block.draft.moves:
            first.setdefault(move.vm, block.number)
    for cluster, manager in managers:
        of_cluster = [block for block in blocks if block.draft.cluster == cluster]
        if manager in first and of_cluster and of_cluster[-1].number < first[manager]:
            yield from ((end, first[manager]) for end in _ends(of_cluster))


def _pilot_first(
    blocks: Sequence[Block], order: "nx.DiGraph[int]", uses: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """To the pilot from all that it uses in the end, and from it to whatever waits for it and for nothing else that does."""
    pilot = next((block.number for block in blocks if block.draft.pilot), None)
    if pilot is None:
        return
    whole = order.copy()
    whole.add_edges_from(uses)
    needed = nx.ancestors(whole, pilot)
    yield from ((number, pilot) for number in needed - {*order.predecessors(pilot)})
    free = {pilot, *needed}
    waiting = {block.number for block in blocks if block.number not in free and not block.draft.harmless}
    for number in sorted(waiting):
        if waiting.isdisjoint(order.predecessors(number)):
            yield pilot, number
