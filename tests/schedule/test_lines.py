"""Uplinks: what crosses one shares its rate and its slots, in durations, times and bounds."""

from dataclasses import replace

import pytest

from planner.model.plan import StepKind
from planner.model.policy import TransferPolicy, Uplink
from tests.schedule.test_side_by_side import NAMES, POLICY, clusters

WAN = Uplink(name="wan", hosts=tuple(f"old-{name}" for name in NAMES), at_once=2, rate_bytes=20_000_000)


def over(*uplinks):
    return replace(POLICY, transfers=TransferPolicy(uplinks=uplinks))


def crossings(found):
    return [step for step in found.steps if step.kind is StepKind.MOVE]


def test_transfers_over_an_uplink_share_its_rate_and_its_slots():
    found = crossings(clusters(over(WAN)))
    assert {step.bottleneck for step in found} == {"uplink wan (20 MB/s for 2 transfers)"}
    assert {step.duration for step in found} == {-(-found[0].bytes // 10_000_000) + 35}
    assert [sum(other.start <= step.start < other.end for other in found) for step in found] == [2, 2, 1]


@pytest.mark.parametrize(
    "uplink",
    [
        replace(WAN, hosts=(), clusters=tuple(NAMES), at_once=1),
        replace(WAN, hosts=(*WAN.hosts, *(f"new-{name}" for name in NAMES)), at_once=1),
    ],
    ids=["whole clusters", "both ends"],
)
def test_what_does_not_cross_an_uplink_is_none_of_its_business(uplink):
    assert clusters(over(uplink)) == clusters(over())


def test_slots_hold_also_where_no_rate_is_known():
    found = crossings(clusters(over(replace(WAN, rate_bytes=None, at_once=1))))
    assert all("uplink" not in step.bottleneck for step in found)
    assert sorted(step.start for step in found)[1:] == sorted(step.end for step in found)[:-1]


def test_the_bound_of_the_estate_counts_what_all_clusters_send():
    slow = replace(WAN, rate_bytes=1_000_000, at_once=1)
    found = clusters(over(slow))
    estate = next(bound for bound in found.bounds if bound.cluster is None)
    assert estate.binding == "transfers over uplink wan, 1 at once"
    assert estate.seconds == sum(step.duration for step in crossings(found)) <= found.makespan
    said = [bound for bound in found.bounds if bound.cluster and "transfers over uplink wan" in bound.binding]
    assert len(said) == len(NAMES)
    assert all(bound.seconds < estate.seconds for bound in said)


def test_bytes_over_a_wide_uplink_bind_where_many_share_it():
    wide = replace(WAN, rate_bytes=3_000_000, at_once=3)
    found = clusters(over(wide))
    size = sum(step.bytes for step in crossings(found))
    estate = next(bound for bound in found.bounds if bound.cluster is None)
    assert estate.seconds >= -(-size // 3_000_000)
    assert found.makespan >= estate.seconds
