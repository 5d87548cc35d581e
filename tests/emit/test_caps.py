"""What each step takes part in, of everything that the policy caps."""

from dataclasses import replace

import pytest

from planner.emit.caps import Caps
from planner.model.plan import StepKind
from planner.model.policy import InstallPolicy, TransferPolicy, Uplink, WavePolicy
from tests.plans import changed_policy, hand_made_plan

WIDE = TransferPolicy(per_host=9, conversions_per_host=9)
RACK = Uplink(name="rack", hosts=("esx3", "hv4"), at_once=2)
EVERYBODY = Uplink(name="everybody", clusters=("Production",), at_once=2)


def taken(plan, name, kind=StepKind.MOVE):
    """The caps that the step of a VM or host takes part in."""
    (step,) = (
        step
        for step in plan.schedule.steps
        if step.kind is kind and {step.vm, step.host} & {f"vm-{name}", f"host-{name}"}
    )
    return Caps(plan).of(step)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"transfers": replace(WIDE, uplinks=(RACK,))}, {"uplink rack": 2}),
        ({"transfers": replace(WIDE, uplinks=(EVERYBODY,))}, {}),
        ({"transfers": replace(WIDE, conversions_per_host=1)}, {"converter host-hv4": 1}),
        ({"transfers": replace(WIDE, per_host=2)}, {"host host-esx2": 2, "host host-hv4": 2}),
        ({"transfers": replace(WIDE, at_once=5)}, {"transfers": 5}),
        ({"waves": WavePolicy(cutovers_at_once=3)}, {"cutovers": 3}),
    ],
    ids=["hosts", "uplink", "none crosses it", "conversion", "per host", "estate", "cutovers"],
)
def test_a_move_takes_a_slot_of_everything_that_it_loads(changes, expected):
    usual = {"host host-esx2": 9, "host host-hv4": 9, "converter host-hv4": 9}
    plan = changed_policy(hand_made_plan(), **{"transfers": WIDE, **changes})
    assert taken(plan, "app1") == usual | expected


@pytest.mark.parametrize("most", [None, 1])
def test_installs_have_a_cap_where_the_policy_gives_one(most):
    plan = changed_policy(hand_made_plan(), install=InstallPolicy(at_once=most))
    assert taken(plan, "hv4", StepKind.INSTALL) == ({"installs": most} if most else {})
    assert taken(plan, "hv4", StepKind.CONFIGURE) == {}
