"""Batches keep to every cap of the policy, whatever the real durations turn out to be."""

from dataclasses import replace

import pytest

from planner.emit.batches import batches
from planner.emit.roles import roles_of
from planner.model.plan import StepKind
from planner.model.policy import TransferPolicy, Uplink, WavePolicy
from tests.plans import changed_policy, hand_made_plan

WIDE = TransferPolicy(per_host=9, conversions_per_host=9)


def at_once(plan, *names):
    """The most of these VMs' crossings that one batch has."""
    platforms = {platform.id: platform for platform in plan.platforms}
    winners = {decision.cluster: platforms.get(decision.winner) for decision in plan.decisions}
    routes = {route.vm: route for route in plan.routes}
    loose = replace(
        plan,
        schedule=replace(plan.schedule, steps=tuple(replace(step, needs=()) for step in plan.schedule.steps)),
    )
    roles = {
        step.id: roles_of(step, routes.get(step.vm), winners[step.cluster]) for step in plan.schedule.steps
    }
    wanted = {f"vm-{name}" for name in names}
    return max(
        sum(step.vm in wanted and step.kind is StepKind.MOVE for step in batch.steps)
        for of_wave in batches(loose, roles).values()
        for batch in of_wave
    )


@pytest.mark.parametrize(
    ("changes", "most"),
    [
        ({}, 6),
        ({"transfers": replace(WIDE, uplinks=(Uplink(name="rack", hosts=("esx3", "hv4"), at_once=2),))}, 2),
        (
            {"transfers": replace(WIDE, uplinks=(Uplink(name="rack", clusters=("Production",), at_once=2),))},
            6,
        ),
        ({"transfers": replace(WIDE, conversions_per_host=1)}, 2),
        ({"waves": WavePolicy(cutovers_at_once=3)}, 3),
    ],
    ids=[
        "as many as travel",
        "two over an uplink",
        "none crosses the uplink",
        "one conversion on each of two hosts",
        "three cutovers",
    ],
)
def test_no_batch_has_more_transfers_than_the_policy_allows(changes, most):
    plan = changed_policy(hand_made_plan(), **{"transfers": WIDE, **changes})
    assert at_once(plan, "db1", "dns1", "app1", "web1", "web2", "vcenter") == most
