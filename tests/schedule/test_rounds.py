"""The fewest rounds of rebuilding, worked out by hand and by trying."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.model.kinds import HypervisorKind, ManagerKind
from planner.model.policy import CapacityPolicy, Policy, TimingPolicy, WavePolicy
from planner.schedule.rounds import _fewest
from tests.schedule.test_schedule import timed
from tests.strategies import make_cluster, make_estate, make_host, make_vm, problem

TIMING = TimingPolicy(
    shutdown=0, convert_linux=0, convert_windows=0, verify=0, live_migration=0,
    retire_host=100, install_host=200, configure_host=50,
)  # fmt: skip


@given(st.integers(1, 12), st.integers(0, 4), st.integers(0, 4), st.integers(0, 3))
def test_no_way_of_rebuilding_needs_fewer_rounds(hosts, before, after, between):
    @cache
    def least(left, begun, ended):
        """Rounds for the hosts that are left: one at the start, one at the end, and any number between."""
        if left <= 0:
            return 0
        ways = []
        if not begun and before:
            ways.append(1 + least(left - before, True, ended))
        if not ended and after:
            ways.append(1 + least(left - after, begun, True))
        if between:
            ways.append(1 + least(left - between, begun, ended))
        return min(ways, default=1000)

    expected = least(hosts, False, False)
    if expected < 1000:
        assert _fewest(hosts, before, after, between) == expected


@pytest.mark.parametrize(
    ("hosts", "load", "reserve", "rounds"),
    [
        pytest.param(4, 32, {"reserve_hosts": 0}, 2, id="half of the hosts at a time"),
        pytest.param(4, 48, {"reserve_hosts": 0}, 4, id="one at a time"),
        pytest.param(
            6,
            48,
            {"reserve_hosts": 1},
            4,
            id="two at first, two at last, and one at a time between, beside the reserves",
        ),
        pytest.param(
            6, 48, {"reserve_percent": 25}, 3, id="48 GiB beside a quarter want 64 of 96: two are out"
        ),
        pytest.param(
            6, 64, {"reserve_percent": 20}, 3, id="64 GiB beside a fifth want 80 of 112: two are out"
        ),
    ],
)
def test_rounds_of_equal_hosts(hosts, load, reserve, rounds):
    """Hosts of 16 GiB, their load in VMs of 2 GiB."""
    home = make_cluster(live_migration=True, manager=ManagerKind.VCENTER, ha_enabled=True)
    members = [make_host(f"esx{n}", 16) for n in range(hosts)]
    members += [make_host("new", 16, hypervisor=HypervisorKind.NONE, cluster=None)]
    vms = [make_vm(f"{n:02d}", 2, f"esx{n % hosts}", disks=()) for n in range(load // 2)]
    policy = Policy(
        timing=TIMING,
        waves=WavePolicy(pilot_vms=0, max_vms=99),
        capacity=CapacityPolicy(**reserve, host_memory_bytes=0, vcpu_per_core=99),
    )
    found = timed(problem(make_estate((home,), members, vms), policy))
    told = next(bound for bound in found.bounds if "rebuilding" in bound.binding)
    assert told.binding.startswith(f"{rounds} round")
    assert told.seconds == rounds * 350 <= found.makespan
