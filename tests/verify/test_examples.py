"""The examples: their plans are accepted, and a plan from which any step is missing is not."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from planner import pipeline
from planner.model.plan import StepKind
from planner.verify import verify
from tests.today import TODAY

INVENTORIES = Path(__file__).parents[2] / "inventories"
MAY_BE_MISSED = {StepKind.REBALANCE}


@cache
def planned(name):
    read = pipeline.read(INVENTORIES / name)
    return pipeline.make_plan(pipeline.settle(pipeline.analyse(*read, TODAY)), None)


def without(plan, step):
    return replace(
        plan,
        schedule=replace(
            plan.schedule,
            steps=tuple(
                replace(kept, needs=tuple(need for need in kept.needs if need != step.id))
                for kept in plan.schedule.steps
                if kept.id != step.id
            ),
            waves=tuple(
                replace(wave, steps=tuple(kept for kept in wave.steps if kept != step.id))
                for wave in plan.schedule.waves
            ),
        ),
    )


@pytest.mark.parametrize("name", ["datacentre", "esxi-free", "xenserver-pool"])
def test_the_plan_of_an_example_is_accepted(name):
    assert verify(planned(name)).violations == ()


@pytest.mark.parametrize("name", ["esxi-free", "xenserver-pool"])
def test_no_step_of_an_example_can_be_missed(name):
    plan = planned(name)
    missable = [
        step.id
        for step in plan.schedule.steps
        if step.kind not in MAY_BE_MISSED and verify(without(plan, step)).accepted
    ]
    assert missable == []
