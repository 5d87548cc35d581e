"""The example estates: each is placed and timed, and the verifier finds nothing."""

from pathlib import Path

import pytest

from planner.decide import decide
from planner.graph import build_graph, groups
from planner.knowledge import load_platforms
from planner.model.plan import Plan
from planner.place import place
from planner.read.collect import read_estate
from planner.read.policy import read_policy
from planner.route import route
from planner.schedule import schedule
from planner.verify import verify
from tests.today import TODAY

INVENTORIES = Path(__file__).parents[2] / "inventories"


@pytest.mark.parametrize("name", ["esxi-free", "xenserver-pool", "datacentre"])
def test_an_example_is_planned_and_accepted(name):
    estate, policy = read_estate(INVENTORIES / name), read_policy(INVENTORIES / name)
    platforms, together = load_platforms(), groups(build_graph(estate, policy))
    routes = route(estate, policy, platforms)
    decisions = decide(estate, policy, platforms, routes, (), TODAY)
    winners = {decision.cluster: decision.winner for decision in decisions}
    cluster = {vm.id: vm.cluster for vm in estate.vms}
    taken = tuple(found for found in routes if found.platform == winners[cluster[found.vm]])
    placements = place(estate, policy, platforms, decisions, taken, together)
    timed = schedule(estate, policy, decisions, taken, placements, together)
    plan = Plan(
        format_version=1,
        estate_digest="",
        start=None,
        estate=estate,
        policy=policy,
        platforms=platforms,
        groups=together,
        decisions=decisions,
        routes=taken,
        findings=(),
        placements=placements,
        schedule=timed,
    )
    assert verify(plan).violations == ()
    assert timed.makespan >= max(bound.seconds for bound in timed.bounds) > 0
