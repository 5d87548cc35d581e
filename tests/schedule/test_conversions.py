"""Conversions: virt-v2v takes a slot of the host that converts."""

from dataclasses import replace

import pytest

from planner.knowledge import conversion_slots
from planner.model.estate import Cpu
from planner.model.plan import StepKind, Transport
from planner.model.policy import CapacityPolicy, Policy, TransferPolicy
from planner.units import GIB
from tests.schedule.test_schedule import POLICY, timed, to_new_host
from tests.strategies import make_host, make_vm

FOUR = TransferPolicy(per_host=4)


def most_at_once(transfers, capacity=POLICY.capacity, **more):
    """The most of six VMs that cross to one new host at once."""
    vms = [make_vm(name, 4, "esx1", guest_os="Debian GNU/Linux 12 (64-bit)") for name in "abcdef"]
    policy = replace(POLICY, transfers=transfers, capacity=capacity)
    moves = [
        step for step in timed(to_new_host(*vms, policy=policy, **more)).steps if step.kind is StepKind.MOVE
    ]
    return max(sum(other.start <= step.start < other.end for other in moves) for step in moves)


@pytest.mark.parametrize(
    ("transfers", "kept", "more", "most"),
    [
        (FOUR, 4 * GIB, {}, 2),
        (FOUR, 7 * GIB, {}, 3),
        (FOUR, 32 * GIB, {}, 4),
        (FOUR, 0, {}, 1),
        (replace(FOUR, conversions_per_host=1), 32 * GIB, {}, 1),
        (replace(FOUR, conversions_per_host=3), 0, {}, 3),
        (replace(FOUR, conversions_per_host=1), 0, {"transport": Transport.LIBVIRT_COPY}, 4),
    ],
    ids=[
        "as many as the kept memory bears", "whole ones only", "no more than transfers", "one at least",
        "the policy says less", "the policy says more", "what is not converted takes none",
    ],
)  # fmt: skip
def test_how_many_conversions_a_host_runs(transfers, kept, more, most):
    assert most_at_once(transfers, CapacityPolicy(host_memory_bytes=kept), **more) == most


def test_cores_count_where_they_are_known():
    policy = Policy(transfers=FOUR, capacity=CapacityPolicy(host_memory_bytes=64 * GIB))
    assert conversion_slots(make_host("a", 64, cpu=Cpu(cores=3)), policy) == 3
    assert conversion_slots(make_host("a", 64, cpu=Cpu()), policy) == 4
    assert conversion_slots(None, policy) == 4
    said = replace(policy, transfers=replace(FOUR, conversions_per_host=1))
    assert conversion_slots(None, said) == 1


def test_the_bound_names_the_host_that_converts():
    vms = [make_vm(name, 4, "esx1") for name in "abcd"]
    policy = replace(POLICY, transfers=replace(FOUR, conversions_per_host=1))
    found = timed(to_new_host(*vms, policy=policy))
    busy = sum(step.duration for step in found.steps if step.kind is StepKind.MOVE)
    told = next(bound for bound in found.bounds if "conversions" in bound.binding)
    assert told.binding == "conversions on host-new, 1 at once"
    assert told.seconds == busy <= found.makespan
