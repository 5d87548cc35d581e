"""What must hold for any estate: plans that replay, the same plan again, and refusals that are true."""

import pytest
from hypothesis import HealthCheck, given, settings

from planner.errors import InfeasibleError, InputError
from planner.place import place
from planner.schedule import schedule
from tests.place.brute import feasible
from tests.place.replay import Replay
from tests.strategies import problems

_SLOW = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))


def planned(problem):
    placements = place(
        problem.estate, problem.policy, problem.platforms, problem.decisions, problem.routes, problem.groups
    )
    return placements, schedule(
        problem.estate, problem.policy, problem.decisions, problem.routes, placements, problem.groups
    )


@_SLOW
@given(problems())
def test_a_plan_never_breaks_a_state(problem):
    try:
        placements, timed = planned(problem)
    except (InfeasibleError, InputError):
        return
    Replay(problem, placements, timed).run()
    assert timed.makespan >= max((bound.seconds for bound in timed.bounds), default=0)
    assert planned(problem) == (placements, timed)


@_SLOW
@given(problems(plain=True, most_hosts=4, most_vms=5))
def test_a_small_cluster_is_refused_only_when_no_order_exists(problem):
    try:
        placements, timed = planned(problem)
    except InfeasibleError as refusal:
        assert not feasible(problem), refusal
        return
    Replay(problem, placements, timed).run()
    assert feasible(problem)
