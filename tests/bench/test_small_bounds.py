"""Bounds of full clusters of many kinds beside the best plan that there is, which an exact solver has found."""

from itertools import cycle, islice

import pytest

from benchmarks.small.compare import best_plan, weighed
from benchmarks.small.family import cases
from benchmarks.small.variety import VARIETY, varied
from planner import pipeline
from planner.schedule.bounds import bounds
from planner.schedule.facts import facts

FULL = [case for case in cases(60, 3, 6) if case.load >= 60]
DRAWN = list(zip(FULL, islice(cycle(VARIETY), 1, None), strict=False))
IN_TURN = "hosts in turn"


def told(plan):
    """What bounds say of a plan's steps."""
    known = facts(
        plan.estate, plan.policy, plan.decisions, plan.routes, plan.placements, plan.groups, plan.progress
    )
    return bounds(plan.placements, plan.schedule.steps, known)


@pytest.mark.parametrize(("case", "kind"), DRAWN, ids=[f"{case.name}, {kind}" for case, kind in DRAWN])
def test_no_bound_is_above_the_best_plan(case, kind):
    one = weighed(case, *varied(case, kind), 5)
    if one.plan is None or one.optimum.makespan is None:
        pytest.skip("there is no plan")
    assert not one.broken
    best = best_plan(one.plan, one.given, one.optimum)
    assert pipeline.verify(best).violations == ()
    found = told(best)
    assert {bound.binding for bound in found if bound.seconds > one.optimum.makespan} == set()
    assert any(IN_TURN in bound.binding for bound in found)


def test_bounds_are_close_to_the_best_plan_where_it_is_known():
    ratios = []
    for case in FULL[:12]:
        one = weighed(case, *varied(case, "plain"), 5)
        if one.plan is not None and one.optimum.proved and one.optimum.makespan is not None:
            ratios.append(told(best_plan(one.plan, one.given, one.optimum))[0].seconds / one.optimum.makespan)
    assert len(ratios) >= 8
    assert sum(ratios) / len(ratios) > 0.95
