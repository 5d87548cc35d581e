"""The replay: the plan's timed steps as events, one after the other, with every checker looking on."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

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

_ENDING: Final = 0
_INSTANT: Final = 1
_STARTING: Final = 2


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
    events: list[tuple[int, int, int]] = []
    for place, step in enumerate(steps):
        if step.duration > 0:
            events += (step.end, _ENDING, place), (step.start, _STARTING, place)
        else:
            events.append((step.start, _INSTANT, place))
    events.sort()
    for time, of_second in groupby(events, key=itemgetter(0)):
        ranked: tuple[list[Step], ...] = ([], [], [])
        for _, rank, place in of_second:
            ranked[rank].append(steps[place])
        yield Moment(time, *(tuple(of_rank) for of_rank in ranked))


def _replay(plan: Plan, known: Givens, state: State, trace: Trace) -> Iterator[Violation]:
    foreseen = _foreseen(known)
    before, after = checks.by_kind(checks.BEFORE_START), checks.by_kind(checks.AFTER_START)
    at_end = checks.by_kind(checks.AFTER_END)
    for moment in moments(plan.schedule.steps):
        for step in moment.ending:
            state.finish(step)
        for step in moment.ending:
            yield from _look(at_end[step.kind], state, step, moment.time)
        for step in (*moment.instant, *moment.starting):
            for constraint, complaint in foreseen.get(step.id, ()):
                yield _dated(constraint, complaint, moment.time, step.id)
            yield from _look(before[step.kind], state, step, moment.time)
            state.begin(step)
            yield from _look(after[step.kind], state, step, moment.time)
            if step.duration <= 0:
                state.finish(step)
                yield from _look(at_end[step.kind], state, step, moment.time)
        happened = (*moment.ending, *moment.instant, *moment.starting)
        trace.note(state, moment.time, {step.cluster: step.id for step in happened})


def _look(
    checkers: tuple[tuple[ConstraintId, checks.StepCheck], ...], state: State, step: Step, time: int
) -> Iterator[Violation]:
    for constraint, check in checkers:
        for complaint in check(state, step):
            yield _dated(constraint, complaint, time, step.id)


def _foreseen(known: Givens) -> dict[StepId, list[tuple[ConstraintId, Complaint]]]:
    """What the times of the steps alone tell, by the step whose start it concerns."""
    found: dict[StepId, list[tuple[ConstraintId, Complaint]]] = defaultdict(list)
    for constraint, check in checks.OF_THE_SCHEDULE:
        for step, complaints in check(known).items():
            found[step].extend((constraint, complaint) for complaint in complaints)
    return found


def _dated(constraint: ConstraintId, complaint: Complaint, time: int, step: StepId) -> Violation:
    return Violation(
        constraint=constraint, time=time, step=step, subject=complaint.subject, detail=complaint.detail
    )


def _undated(constraint: ConstraintId, complaint: Complaint, time: int = 0) -> Violation:
    return Violation(
        constraint=constraint, time=time, step=None, subject=complaint.subject, detail=complaint.detail
    )
