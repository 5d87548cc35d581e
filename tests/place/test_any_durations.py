"""What waves come after keeps every state safe, however long things take: no plan hangs on its estimates."""

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.errors import InfeasibleError
from planner.model.constraint import ConstraintId
from planner.model.plan import Plan, Step
from planner.verify import verify
from tests.resume.cuts import plan_of
from tests.strategies import problems

HOLDS_AS_TIMED = {
    ConstraintId.TRANSFERS,
    ConstraintId.UPLINKS,
    ConstraintId.CONVERSIONS,
    ConstraintId.CUTOVERS,
    ConstraintId.INSTALLS,
    ConstraintId.DOWNTIME,
    ConstraintId.WAVES_APART,
    ConstraintId.WINDOWS,
}
"""Caps, budgets, and what must not run at the same time, hold for the plan as it is timed; whoever runs it keeps to them."""


def alone(problem):
    """The problem with no VM that needs one of another cluster: such never travel at the same time, as timed."""
    cluster_of = {vm.id: vm.cluster for vm in problem.estate.vms}
    vms = tuple(
        replace(vm, depends_on=tuple(need for need in vm.depends_on if cluster_of.get(need) == vm.cluster))
        for vm in problem.estate.vms
    )
    return replace(problem, estate=replace(problem.estate, vms=vms))


def run_by_hand(plan: Plan, factor, pause) -> Iterator[Step]:
    """The steps as somebody would see them who runs each wave as soon as those that it comes after are done."""
    steps = {step.id: step for step in plan.schedule.steps}
    done, ends = {}, {}
    for wave in plan.schedule.waves:
        begins = max((done[earlier] for earlier in wave.after), default=0) + pause()
        for step in sorted((steps[step] for step in wave.steps), key=lambda step: (step.start, step.id)):
            start = max([begins, *(ends[need] for need in step.needs)]) + pause()
            again = replace(step, start=start, duration=step.duration * factor() // 10)
            ends[step.id] = again.end
            yield again
        done[wave.id] = max(ends[step] for step in wave.steps)


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(problems(), st.data())
def test_no_delay_breaks_a_state(problem, data):
    problem = alone(problem)
    try:
        plan = plan_of(problem)
    except InfeasibleError:
        return
    chance = data.draw(st.randoms(use_true_random=False))
    slow = tuple(
        run_by_hand(plan, lambda: chance.choice((5, 10, 10, 20, 60)), lambda: chance.choice((0, 0, 0, 4000)))
    )
    ordered = tuple(sorted(slow, key=lambda step: (step.start, step.id)))
    found = verify(replace(plan, schedule=replace(plan.schedule, steps=ordered))).violations
    assert [broken for broken in found if broken.constraint not in HOLDS_AS_TIMED] == []
