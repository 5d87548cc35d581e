"""How many swing hosts are needed at the least: proved by sums, and never more than an exhaustive search needs."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.model.kinds import DatastoreKind, HypervisorKind, ManagerKind
from planner.model.policy import Parking, Policy, SharedStorage
from planner.place import place
from planner.place.conversion import conversions
from planner.place.fewest import fewest_swings
from planner.units import GIB
from tests.place.brute import Brute
from tests.strategies import make_cluster, make_estate, make_host, make_vm, problem, problems

LIVE = {"live_migration": True, "manager": ManagerKind.VCENTER}
SPARE = HypervisorKind.NONE


def placed(hosts, vms, policy=None, **cluster):
    case = problem(make_estate((make_cluster(**cluster),), hosts, vms), policy or Policy())
    (found,) = place(case.estate, case.policy, case.platforms, case.decisions, case.routes, case.groups)
    return found


def swings(*sizes):
    return [make_host(f"swing{number}", size, None, hypervisor=SPARE) for number, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("hosts", "vms", "cluster", "needed"),
    [
        pytest.param([32], [20], {}, 1, id="a host that stands alone"),
        pytest.param([64, 64], [8, 8], {}, 1, id="hosts with room, between which nothing moves"),
        pytest.param([64, 64], [40, 40], LIVE, 1, id="hosts that are too full for each other"),
        pytest.param([64, 64], [20, 20], LIVE, 0, id="hosts of which one takes all"),
        pytest.param([64, 64], [20, 20], LIVE | {"ha_enabled": True}, 2, id="a reserve on either side"),
    ],
)
def test_fewest(hosts, vms, cluster, needed):
    members = [make_host(f"esx{number}", size) for number, size in enumerate(hosts)]
    machines = [make_vm(f"v{number}", size, f"esx{number}") for number, size in enumerate(vms)]
    found = placed([*members, *swings(64, 64)], machines, **cluster)
    assert len(found.swing) == found.swing_at_least == needed


def test_vms_of_more_than_half_a_host_need_one_each():
    members = [make_host("esx", 64)]
    found = placed([*members, *swings(36, 36)], [make_vm(name, 17, "esx") for name in "ab"])
    assert len(found.swing) == found.swing_at_least == 2


def test_nothing_is_proved_where_vms_may_be_parked():
    san = SharedStorage(name="san", kind=DatastoreKind.NFS, capacity_bytes=500 * GIB)
    parking = Policy(shared_storage=(san,), parking=Parking(storage="san"))
    found = placed([make_host("esx", 32), *swings(64)], [make_vm("v", 20, "esx")], parking)
    assert (len(found.swing), found.swing_at_least) == (1, 0)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(problems(plain=True, most_hosts=4, most_vms=4), st.lists(st.integers(2, 6), max_size=2))
def test_an_exhaustive_search_never_needs_fewer(problem, sizes):
    more = swings(*(8 * size for size in sizes))
    others = [host for host in problem.estate.hosts if host.cluster is not None]
    drawn = replace(problem, estate=replace(problem.estate, hosts=(*others, *more)))
    (conversion,) = conversions(
        drawn.estate, drawn.policy, drawn.platforms, drawn.decisions, drawn.routes, drawn.groups
    )
    least = fewest_swings(conversion)
    assert least <= len(more)
    for count in range(least):
        for lent in combinations(more, count):
            assert not Brute(drawn, lent).reaches_the_end()
