"""Durations are taken apart into the same constants that plans are timed by."""

from dataclasses import replace
from functools import cache

import pytest

from planner.calibrate.figures import TERMS
from planner.calibrate.terms import model
from planner.model.plan import StepKind
from tests.bundles import ROOT, plan_of
from tests.plans import hand_made_plan

EXAMPLES = ("esxi-free", "xenserver-pool", "datacentre")
example = cache(lambda name: plan_of(ROOT / "inventories" / name))


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_left_of_a_duration_is_the_copy_at_its_planned_rate(name):
    plan = example(name)
    parts = model(plan)
    for step in plan.schedule.steps:
        work = sum(getattr(plan.policy.timing, term) for term in parts.terms(step))
        copying = step.duration - work
        assert copying >= 0, step.id
        if not step.bytes:
            assert copying == 0, step.id
        else:
            rates = {route.vm: route.rate_bytes for route in plan.routes}
            assert parts.transport(step) is not None
            assert copying >= step.bytes / (rates[step.vm] if step.kind is StepKind.MOVE else 10**10), step.id


def test_every_kind_of_step_is_made_of_constants_of_the_policy():
    plans = [hand_made_plan(), *map(example, EXAMPLES)]
    found = {
        (step.kind, parts.terms(step))
        for plan in plans
        for parts in [model(plan)]
        for step in plan.schedule.steps
    }
    assert set(StepKind) - {kind for kind, _ in found} == {StepKind.PARK, StepKind.UNPARK}
    assert {term for _, terms in found for term in terms} == set(TERMS)


@pytest.mark.parametrize(
    ("kind", "terms"),
    [(StepKind.PARK, ("shutdown", "convert_linux")), (StepKind.UNPARK, ("verify",))],
)
def test_a_parked_vm_is_converted_before_and_checked_after(kind, terms):
    plan = example("esxi-free")
    parts = model(plan)
    move = next(step for step in plan.schedule.steps if "convert_linux" in parts.terms(step))
    assert parts.terms(replace(move, kind=kind)) == terms
