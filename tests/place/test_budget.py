"""A VM with a downtime budget goes where its copy is quick enough."""

from dataclasses import replace

import pytest

from planner.model.estate import Disk, HostNic
from planner.model.kinds import HypervisorKind
from planner.model.policy import TransferPolicy, Uplink
from planner.units import GIB
from tests.schedule.test_schedule import POLICY, step, timed
from tests.strategies import make_cluster, make_estate, make_host, make_vm, problem

SLOW_LINK = {"nics": (HostNic(name="eth0", speed_bytes=12_500_000),)}
SLOW_LINE = replace(
    POLICY, transfers=TransferPolicy(uplinks=(Uplink(name="wan", hosts=("a",), at_once=1, rate_bytes=10**7),))
)


def destination(policy=POLICY, host=None, **facts):
    """Where a VM of 8 GiB goes: to the new host a, which is larger, unless b is better."""
    hosts = [
        make_host("esx1", 64),
        make_host("a", 64, hypervisor=HypervisorKind.NONE, **(host or {})),
        make_host("b", 32, hypervisor=HypervisorKind.NONE),
    ]
    vms = [make_vm("it", 8, "esx1", disks=(Disk(id="d", capacity_bytes=8 * GIB),), **facts)]
    return step(timed(problem(make_estate((make_cluster(),), hosts, vms), policy)), "move-vm-it").destination


@pytest.mark.parametrize(
    ("policy", "host"), [(POLICY, SLOW_LINK), (SLOW_LINE, None)], ids=["its own link", "an uplink"]
)
def test_it_goes_where_its_budget_is_kept(policy, host):
    assert destination(policy, host) == "host-a"
    assert destination(policy, host, max_downtime=600) == "host-b"


@pytest.mark.parametrize("budget", [1, 10**6], ids=["no host keeps it", "every host keeps it"])
def test_a_budget_that_makes_no_difference_changes_nothing(budget):
    assert destination(POLICY, SLOW_LINK, max_downtime=budget) == "host-a"
