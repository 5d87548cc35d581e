"""What must hold wherever a plan is cut: the new plan is safe, and with nothing changed it is the old one's rest."""

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from planner.errors import InfeasibleError
from planner.model.progress import Report
from planner.verify import verify
from tests.resume.cuts import cut, gone_on, moments, plan_of
from tests.strategies import problems

_SLOW = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))


def planned(problem):
    try:
        return plan_of(problem)
    except InfeasibleError:
        assume(False)


def travels(plan, left):
    """Which steps there are for VMs and hosts, from where to where, disks included."""
    return {
        step.id: (step.kind, step.host, step.vm, step.source, step.destination, step.disks)
        for step in plan.schedule.steps
        if step.id in left
    }


@_SLOW
@given(problems(), st.floats(0, 1))
def test_a_plan_that_is_cut_goes_on_as_it_was_meant(problem, share):
    plan = planned(problem)
    times = moments(plan)
    report = cut(plan, times[int(share * (len(times) - 1))])
    left = {step.id for step in plan.schedule.steps} - report.done
    again = gone_on(problem, plan, report)
    assert verify(again).violations == ()
    assert {step.id for step in again.schedule.steps} == left
    assert travels(again, left) == travels(plan, left)
    assert [place.cluster for place in again.placements] == [place.cluster for place in plan.placements]
    assert again.schedule.makespan >= max((bound.seconds for bound in again.schedule.bounds), default=0)


@_SLOW
@given(problems(), st.floats(0, 1))
def test_a_half_done_estate_is_planned_safely_or_refused_when_the_old_rest_is_forgotten(problem, share):
    plan = planned(problem)
    times = moments(plan)
    report = cut(plan, times[int(share * (len(times) - 1))])
    try:
        again = gone_on(problem, plan, report, rest=False)
    except InfeasibleError:
        return
    assert verify(again).violations == ()
    assert again.schedule.makespan >= max((bound.seconds for bound in again.schedule.bounds), default=0)


@_SLOW
@given(problems(), st.floats(0, 1), st.floats(0, 1))
def test_a_plan_that_goes_on_can_be_cut_again(problem, share, later):
    plan = planned(problem)
    for part in (share, later):
        times = [0, *moments(plan)]
        report = cut(plan, times[int(part * (len(times) - 1))])
        plan = gone_on(problem, plan, report)
        assert verify(plan).violations == ()


@settings(_SLOW, max_examples=40)
@given(problems())
def test_where_nothing_is_done_the_plan_is_the_same(problem):
    plan = planned(problem)
    assert gone_on(problem, plan, Report()) == plan


@_SLOW
@given(problems(), st.data())
def test_steps_that_failed_while_others_went_on_are_planned_again(problem, data):
    """Any set of steps whose needs are done, not only what was done by some moment."""
    plan = planned(problem)
    steps = sorted(plan.schedule.steps, key=lambda step: (step.end, step.start))
    failed = data.draw(st.sets(st.sampled_from([step.id for step in steps]), max_size=3))
    reached = data.draw(st.integers(0, len(steps)))
    done: set[str] = set()
    for step in steps[:reached]:
        if step.id not in failed and done.issuperset(step.needs):
            done.add(step.id)
    report = Report(done=frozenset(done), failed=frozenset(failed))
    try:
        again = gone_on(problem, plan, report, rest=data.draw(st.booleans()))
    except InfeasibleError:
        return
    assert verify(again).violations == ()
    assert not {step.id for step in again.schedule.steps} & done
