"""What the example inventories get, in one line a cluster."""

from pathlib import Path

import pytest

from planner.decide import decide
from planner.knowledge import load_platforms
from planner.read.collect import read_estate
from planner.read.policy import read_policy
from planner.route import route
from tests.today import TODAY

INVENTORIES = Path(__file__).parent.parent.parent / "inventories"


@pytest.mark.parametrize("name", ["esxi-free", "xenserver-pool", "datacentre"])
def test_decisions(name, file_regression):
    estate, policy = read_estate(INVENTORIES / name), read_policy(INVENTORIES / name)
    platforms = load_platforms()
    decisions = decide(estate, policy, platforms, route(estate, policy, platforms), (), TODAY)
    names = {cluster.id: cluster.name for cluster in estate.clusters}
    lines = [f"{names[d.cluster]}: {d.strategy} to {d.winner}, then {d.runner_up}\n" for d in decisions]
    file_regression.check("".join(lines), basename=name)
