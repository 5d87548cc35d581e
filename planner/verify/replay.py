"""The replay: the plan's timed steps as events, one after the other, with every checker looking on."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from planner.model.constraint import ConstraintId
from planner.model.plan import Plan, Step, StepId
from planner.model.verification import Verification, Violation
from planner.verify import checks
from planner.verify.complaint import Complaint
from planner.verify.givens import Givens, givens
from planner.verify.references import dangling
from planner.verify.state import State
from planner.verify.trace import Trace
from planner.verify.unknowns import unknowns


class Moment(NamedTuple):
    """Everything of one second: what ends, what starts and ends in no time, and what starts."""

    time: int
    ending: tuple[Step, ...]
    instant: tuple[Step, ...]
    starting: tuple[Step, ...]


def verify(plan: Plan) -> Verification:
    """Replay a plan from its estate and policy, and say which constraints a state on the way breaks.

    Ends come before starts in the same second. A plan that names things which do not exist is not replayed.
    What was wrong before the first step is reported in `unknowns` and forgiven as long as it gets no worse.
    """
    missing = tuple(_undated(ConstraintId.REFERENCES, complaint) for complaint in dangling(plan))
    if missing:
        return Verification(violations=missing, capacity=(), events=0, unknowns=())
    known = givens(plan)
    state, trace = State(known), Trace(known)
    unchecked = unknowns(known, state)
    violations = [
        _undated(constraint, complaint)
        for constraint, check in checks.OF_THE_PLAN
        for complaint in check(known)
    ]
    violations.extend(
        _undated(constraint, complaint)
        for constraint, look in checks.AT_THE_BEGINNING
        for complaint in look(state)
    )
    violations.extend(_replay(plan, known, state, trace))
    violations.extend(
        _undated(constraint, complaint, plan.schedule.makespan)
        for constraint, check in checks.AT_THE_END
        for complaint in check(state)
    )
    return Verification(
        violations=tuple(violations),
        capacity=tuple(trace.points),
        events=2 * len(plan.schedule.steps),
        unknowns=unchecked,
    )


def moments(steps: tuple[Step, ...]) -> Iterator[Moment]:
    """The seconds in which something happens, in order; steps of a second keep the order of the plan."""
    lasting = [step for step in steps if step.duration > 0]
    events = sorted(
        [(step.end, 0, step) for step in lasting]
        + [(step.start, 1, step) for step in steps if step.duration <= 0]
        + [(step.start, 2, step) for step in lasting],
        key=lambda event: event[:2],
    )
    for time, of_second in groupby(events, key=lambda event: event[0]):
        ranked: tuple[list[Step], ...] = ([], [], [])
        for _, rank, step in of_second:
            ranked[rank].append(step)
        yield Moment(time, *(tuple(of_rank) for of_rank in ranked))


def _replay(plan: Plan, known: Givens, state: State, trace: Trace) -> Iterator[Violation]:
    scheduled = [(constraint, check(known)) for constraint, check in checks.OF_THE_SCHEDULE]
    for moment in moments(plan.schedule.steps):
        for step in moment.ending:
            state.finish(step)
        for step in moment.ending:
            yield from _look(checks.AFTER_END, state, step, moment.time)
        for step in (*moment.instant, *moment.starting):
            yield from _foreseen(scheduled, step)
            yield from _look(checks.BEFORE_START, state, step, moment.time)
            state.begin(step)
            yield from _look(checks.AFTER_START, state, step, moment.time)
            if step in moment.instant:
                state.finish(step)
                yield from _look(checks.AFTER_END, state, step, moment.time)
        happened = (*moment.ending, *moment.instant, *moment.starting)
        for cluster, last in {step.cluster: step.id for step in happened}.items():
            trace.note(state, moment.time, cluster, last)


def _look(
    table: tuple[tuple[ConstraintId, checks.StepCheck], ...], state: State, step: Step, time: int
) -> Iterator[Violation]:
    for constraint, check in table:
        for complaint in check(state, step):
            yield _dated(constraint, complaint, time, step.id)


def _foreseen(
    scheduled: list[tuple[ConstraintId, dict[StepId, list[Complaint]]]], step: Step
) -> Iterator[Violation]:
    for constraint, complaints in scheduled:
        for complaint in complaints.get(step.id, ()):
            yield _dated(constraint, complaint, step.start, step.id)


def _dated(constraint: ConstraintId, complaint: Complaint, time: int, step: StepId) -> Violation:
    return Violation(
        constraint=constraint, time=time, step=step, subject=complaint.subject, detail=complaint.detail
    )


def _undated(constraint: ConstraintId, complaint: Complaint, time: int = 0) -> Violation:
    return Violation(
        constraint=constraint, time=time, step=None, subject=complaint.subject, detail=complaint.detail
    )
