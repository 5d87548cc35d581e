"""The verb: phases become timed steps, in waves that follow each other."""

from collections.abc import Iterator
from dataclasses import replace

from planner.model.estate import Estate, VmId
from planner.model.plan import (
    ClusterPlacement,
    Decision,
    Group,
    PhaseKind,
    Route,
    Schedule,
    Step,
    StepKind,
    Wave,
    WaveId,
)
from planner.model.policy import Policy
from planner.schedule.bounds import bounds
from planner.schedule.drafts import Draft, drafts
from planner.schedule.durations import p90
from planner.schedule.facts import facts as index
from planner.schedule.steps import Stepper

_SOAKED = frozenset({PhaseKind.CROSS, PhaseKind.UNPARK})


def schedule(  # noqa: PLR0913, PLR0917
    estate: Estate,
    policy: Policy,
    decisions: tuple[Decision, ...],
    routes: tuple[Route, ...],
    placements: tuple[ClusterPlacement, ...],
    groups: tuple[Group, ...],
) -> Schedule:
    """Every step with its time, wave and needs. Waves follow each other; a wave with crossings soaks after it.

    `needs` are the steps whose results a step uses; that it also waits for the wave before it is what waves are.
    """
    facts = index(estate, policy, decisions, routes, groups)
    stepper = Stepper(facts)
    waves: list[Wave] = []
    steps: list[Step] = []
    now, now_p90, end, end_p90 = 0, 0, 0, 0
    for number, draft in enumerate(drafts(placements, facts), start=1):
        wave_id = WaveId(f"wave-{number:03d}")
        made = tuple(replace(step, start=step.start + now) for step in stepper.steps(draft, wave_id))
        wave = _wave(draft, wave_id, made, now, policy)
        waves.append(wave)
        steps.extend(made)
        end, end_p90 = now + wave.duration, now_p90 + wave.p90
        soak = policy.timing.soak if draft.kind in _SOAKED else 0
        now, now_p90 = end + soak, end_p90 + soak
    finished = tuple(_with_parked_time(steps, policy))
    return Schedule(
        waves=tuple(waves),
        steps=finished,
        makespan=end,
        makespan_p90=end_p90,
        bounds=bounds(placements, finished, facts),
    )


def _wave(draft: Draft, wave: WaveId, steps: tuple[Step, ...], now: int, policy: Policy) -> Wave:
    duration = max(step.end for step in steps) - now
    return Wave(
        id=wave,
        title=draft.title,
        cluster=draft.cluster,
        pilot=draft.pilot,
        start=now,
        duration=duration,
        p90=p90(duration, policy.timing.spread_percent),
        steps=tuple(step.id for step in steps),
        failure_budget=policy.waves.failure_budget,
        reason=draft.reason,
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
