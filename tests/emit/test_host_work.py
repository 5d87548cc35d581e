"""Which hosts must be configured before another one is: those that it is introduced to."""

from dataclasses import replace

import pytest

from planner.emit.host_work import host_work
from planner.model.kinds import HypervisorKind
from planner.model.plan import StepKind
from tests.plans import hand_made_plan

KVM, XCPNG = HypervisorKind.KVM, HypervisorKind.XCPNG


def peers(host, hypervisor, *, built=(), **starts):
    """The peers of a host when hosts of the first cluster are configured at the seconds given, 100 each."""
    plan = hand_made_plan()
    (placement,) = (one for one in plan.placements if one.cluster == "cluster-production")
    made = [step for step in plan.schedule.steps if step.kind is StepKind.CONFIGURE]
    steps = tuple(
        replace(step, start=starts[step.host.removeprefix("host-")], duration=100)
        for step in made
        if step.host.removeprefix("host-") in starts
    )
    schedule = replace(plan.schedule, steps=steps)
    found = host_work(schedule, tuple(f"host-{name}" for name in built))
    return [peer.removeprefix("host-") for peer in found.peers(f"host-{host}", placement, hypervisor)]


@pytest.mark.parametrize(
    ("host", "hypervisor", "built", "expected"),
    [
        ("esx1", KVM, (), ["hv4"]),
        ("esx2", KVM, (), ["hv4"]),
        ("hv4", KVM, (), []),
        ("esx1", KVM, ("esx3",), ["esx3", "hv4"]),
        ("esx1", XCPNG, (), ["hv4"]),
        ("hv4", XCPNG, (), []),
        ("hv4", XCPNG, ("esx3",), ["esx3"]),
    ],
)
def test_a_host_finds_those_configured_that_it_is_introduced_to(host, hypervisor, built, expected):
    assert peers(host, hypervisor, built=built, hv4=0, esx1=100, esx2=100) == expected


def test_of_hosts_that_are_configured_at_once_one_makes_the_pool_and_the_others_join_it():
    at_once = {"esx1": 0, "esx2": 0}
    assert peers("esx1", XCPNG, **at_once) == []
    assert peers("esx2", XCPNG, **at_once) == ["esx1"]


def test_nobody_waits_for_a_host_of_a_later_wave():
    """Configured earlier, as planned, but in a wave that comes later: who runs one wave after the other would wait for ever."""
    assert peers("hv4", KVM, hv4=500, esx1=0, esx2=0) == []
