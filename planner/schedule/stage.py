"""The verb: phases become timed steps, in waves; clusters are converted side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from planner.graph import managers
from planner.model.decision import Decision
from planner.model.estate import Estate, VmId
from planner.model.plan import (
    NOTHING_DONE,
    ClusterPlacement,
    Group,
    Progress,
    Route,
    Schedule,
    Step,
    StepKind,
    Wave,
    WaveId,
)
from planner.model.policy import Policy
from planner.schedule.bounds import bounds
from planner.schedule.calendar import Calendar
from planner.schedule.drafts import Draft, drafts, halves, pilot_phase
from planner.schedule.durations import p90
from planner.schedule.facts import Facts
from planner.schedule.facts import facts as index
from planner.schedule.lanes import distance, lanes
from planner.schedule.steps import Stepper
from planner.schedule.timetable import Block, follows, holds, in_turn, timetable
from planner.schedule.windows import Calendars, calendars, too_long


def schedule(  # noqa: PLR0913, PLR0917
    estate: Estate,
    policy: Policy,
    decisions: tuple[Decision, ...],
    routes: tuple[Route, ...],
    placements: tuple[ClusterPlacement, ...],
    groups: tuple[Group, ...],
    start: datetime | None = None,
    progress: Progress = NOTHING_DONE,
) -> Schedule:
    """Every step with its time, wave and needs. A wave says which others must be done before it begins.

    `needs` are the steps whose results a step uses; that it also waits for the wave before it is what waves are.
    `start` is second 0 on the wall clock of the policy's time zone. What `progress` has done has no steps, and nothing needs
    it any more. Raises InputError when there are windows and no
    start, and InfeasibleError when something takes longer than any window.
    """
    facts = index(estate, policy, decisions, routes, placements, groups, progress)
    windows = calendars(placements, facts, start)
    blocks = tuple(_blocks(placements, facts, windows))
    known = [(cluster, manager) for cluster, manager, _ in managers(estate.clusters, estate.vms)]
    after = follows(blocks, known)
    starts = timetable(blocks, after, facts, windows)
    begins = {block.number: _begins(block, starts) for block in blocks}
    ordered = in_turn(blocks, after, begins)
    names = {block.number: WaveId(f"wave-{place:03d}") for place, block in enumerate(ordered, start=1)}
    steps = {block.number: _timed(block, starts, names[block.number]) for block in blocks}
    named = [step for block in ordered for step in steps[block.number]]
    finished = tuple(_with_parked_time(named, policy))
    makespan = max((step.end for step in finished), default=0)
    return Schedule(
        waves=tuple(_wave(block, names, steps[block.number], after, policy) for block in ordered),
        steps=finished,
        makespan=makespan,
        makespan_p90=_slow(blocks, after, facts, windows) or p90(makespan, policy.timing.spread_percent),
        bounds=bounds(placements, finished, facts),
    )


def _begins(block: Block, starts: Mapping[str, int]) -> int:
    """When the first step of a wave begins."""
    if block.rigid:
        return starts[block.key]
    return min(starts[step.id] for step in block.steps)


def _timed(block: Block, starts: Mapping[str, int], wave: WaveId) -> tuple[Step, ...]:
    """The steps of a wave with their times, sorted by start and id."""
    begins = starts[block.key] if block.rigid else 0
    timed = (
        replace(step, wave=wave, start=begins + step.start if block.rigid else starts[step.id])
        for step in block.steps
    )
    return tuple(sorted(timed, key=lambda step: (step.start, step.id)))


def _slow(
    blocks: tuple[Block, ...], after: Mapping[int, tuple[int, ...]], facts: Facts, windows: Calendars
) -> int | None:
    """The makespan when everything takes as long as at p90; None where that is simply longer by the same share."""
    if not windows and not facts.policy.timing.soak:
        return None
    slower = tuple(replace(block, seconds=block.p90) for block in blocks)
    starts = timetable(slower, after, facts, windows)
    return max((starts[block.key] + block.p90 for block in blocks), default=0)


def _blocks(placements: tuple[ClusterPlacement, ...], facts: Facts, windows: Calendars) -> Iterator[Block]:
    """Every wave with its steps, in the order in which the clusters were placed."""
    lane_of = {
        placement.cluster: number
        for number, lane in enumerate(lanes(placements, facts))
        for placement in lane
    }
    apart = distance(placements, facts)
    pilot = pilot_phase(placements, facts)
    stepper = Stepper(facts)
    drafted = ((placement, draft) for placement in placements for draft in drafts(placement, pilot, facts))
    waves = (
        (placement, part, steps, rigid)
        for placement, draft in drafted
        for rigid in (not _rolls(draft, facts, windows) or bool(holds(draft, apart)),)
        for part, steps in _laid_out(draft, stepper, windows.get(placement.cluster), rigid=rigid)
    )
    for number, (placement, draft, steps, rigid) in enumerate(waves):
        seconds = max(step.end for step in steps)
        yield Block(
            number=number,
            lane=lane_of[placement.cluster],
            draft=draft,
            rigid=rigid,
            steps=steps,
            seconds=seconds,
            p90=p90(seconds, facts.policy.timing.spread_percent),
            holds=holds(draft, apart),
        )


def _laid_out(
    draft: Draft, stepper: Stepper, window: Calendar | None, *, rigid: bool
) -> Iterator[tuple[Draft, tuple[Step, ...]]]:
    """A wave with its steps, or its parts with theirs; those of one that rolls have no times yet."""
    made = stepper.steps(draft)
    if rigid:
        yield from _fitting(draft, made, stepper, window)
    else:
        yield draft, made


def _rolls(draft: Draft, facts: Facts, windows: Calendars) -> bool:
    """Whether steps of a wave may begin one by one: not where waves have windows, or are watched before the next begins."""
    return draft.rolling and not facts.policy.timing.soak and draft.cluster not in windows


def _fitting(
    draft: Draft, made: tuple[Step, ...], stepper: Stepper, window: Calendar | None
) -> Iterator[tuple[Draft, tuple[Step, ...]]]:
    """The wave, or its parts, laid out so that each is done at p90 in the longest window that there is."""
    steps = stepper.laid_out(draft, made)
    slow = p90(max(step.end for step in steps), stepper.facts.policy.timing.spread_percent)
    if window is None or slow <= window.longest:
        yield draft, steps
        return
    parts = halves(draft)
    if len(parts) == 1:
        raise too_long(stepper.facts.clusters[draft.cluster], draft, slow, window)
    for part in parts:
        moving = {move.vm for move in part.moves}
        yield from _fitting(part, tuple(step for step in made if step.vm in moving), stepper, window)


def _wave(
    block: Block,
    names: Mapping[int, WaveId],
    steps: tuple[Step, ...],
    after: Mapping[int, tuple[int, ...]],
    policy: Policy,
) -> Wave:
    return Wave(
        id=names[block.number],
        title=block.draft.title,
        cluster=block.draft.cluster,
        pilot=block.draft.pilot,
        start=steps[0].start,
        duration=(taken := max(step.end for step in steps) - steps[0].start),
        p90=p90(taken, policy.timing.spread_percent),
        steps=tuple(step.id for step in steps),
        failure_budget=policy.waves.failure_budget,
        reason=block.draft.reason,
        after=tuple(sorted(names[number] for number in after[block.number])),
    )


def _with_parked_time(steps: list[Step], policy: Policy) -> Iterator[Step]:
    """A parked VM is off from the start of its parking until it is started again."""
    back: dict[VmId, int] = {
        step.vm: step.start for step in steps if step.kind is StepKind.UNPARK and step.vm is not None
    }
    for step in steps:
        if step.kind is StepKind.PARK and step.vm is not None and step.downtime:
            off = back[step.vm] - step.start
            yield replace(step, downtime=off, downtime_p90=p90(off, policy.timing.spread_percent))
        else:
            yield step
