"""Many streams of one cluster: the best of them, the same each time."""

import pytest
from hypothesis import HealthCheck, given, settings

from planner.errors import InfeasibleError
from planner.model.kinds import HypervisorKind, ManagerKind
from planner.model.policy import CapacityPolicy, Policy, Strategy, WavePolicy
from planner.place.cases import build_case
from planner.place.conversion import conversions
from planner.place.ledger import Ledger
from planner.place.pace import pace
from planner.place.solve import thorough, trials
from planner.place.streams import PULSES, streams
from tests.strategies import make_cluster, make_estate, make_host, make_vm, problem, problems

SPARE = HypervisorKind.NONE
_SLOW = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


def cost(ledger):
    return pace(ledger.case, ledger.phases, ledger.paced), sum(len(phase.moves) for phase in ledger.phases)


def tight():
    """Six hosts of HA with two new ones, 80 % full of VMs of all sizes."""
    home = make_cluster(ha_enabled=True, live_migration=True, manager=ManagerKind.VCENTER)
    hosts = [make_host(f"e{n}", 64) for n in range(6)]
    hosts += [make_host(f"n{n}", 64, hypervisor=SPARE) for n in range(2)]
    vms = [make_vm(f"{n:02d}", 3 + n * 7 % 11, f"e{n % 6}") for n in range(36)]
    policy = Policy(capacity=CapacityPolicy(reserve_hosts=1), waves=WavePolicy(pilot_vms=0))
    given_ = problem(make_estate((home,), hosts, vms), policy, {home.id: Strategy.CONVERT_IN_PLACE})
    (conversion,) = conversions(
        given_.estate, given_.policy, given_.platforms, given_.decisions, given_.routes, given_.groups
    )
    return build_case(conversion, ())


def best(case, most):
    return min(cost(found) for found in streams(case, cost, 9, most) if isinstance(found, Ledger))


def test_more_streams_are_never_slower_and_here_they_are_quicker():
    case = tight()
    costs = [best(case, most) for most in (1, len(PULSES), 20, 60)]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] < costs[0]


def test_the_search_is_the_same_each_time():
    assert thorough(tight(), 40).phases == thorough(tight(), 40).phases


def test_the_search_gives_up_when_nothing_gets_better():
    one = make_estate(
        (make_cluster(),), [make_host("a", 32), make_host("b", 32, hypervisor=SPARE)], [make_vm("1", 4, "a")]
    )
    given_ = problem(one, Policy(), {"cluster-c": Strategy.CONVERT_IN_PLACE})
    (conversion,) = conversions(
        given_.estate, given_.policy, given_.platforms, given_.decisions, given_.routes, given_.groups
    )
    tried = list(streams(build_case(conversion, ()), cost, 9, 1000))
    assert len(tried) < 99


@_SLOW
@given(problems())
def test_what_the_search_finds_is_the_best_that_it_has_seen(problem):
    try:
        found = conversions(
            problem.estate,
            problem.policy,
            problem.platforms,
            problem.decisions,
            problem.routes,
            problem.groups,
        )
        cases = [build_case(conversion, ()) for conversion in found]
    except InfeasibleError:
        return
    for case in cases:
        seen = [cost(one) for one in streams(case, cost, 240, 30) if isinstance(one, Ledger)]
        if seen:
            chosen = thorough(case, 30)
            assert isinstance(chosen, Ledger)
            assert cost(chosen) == min(seen)


@pytest.mark.parametrize(("vms", "times"), [(0, 100), (1000, 40), (4000, 10), (100_000, 1)])
def test_the_larger_the_estate_the_fewer_streams(vms, times):
    assert trials(vms) == times
