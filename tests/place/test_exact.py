"""Small conversions made shorter by the exact solver: never slower, never unsafe, the same each time."""

import sys
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings

from benchmarks.small.family import POLICY, cases, small
from planner import pipeline
from planner.errors import InfeasibleError
from planner.model.kinds import HypervisorKind, ServiceRole
from planner.model.plan import Move, Phase, PhaseKind
from planner.model.policy import Policy, Strategy, WavePolicy
from planner.place import stage
from planner.place.cases import build_case
from planner.place.conversion import conversions
from planner.place.exact import budget, polished
from planner.place.exact.held import Run, held
from planner.place.exact.play import play
from planner.place.exact.script import Go, Rebuild, script_of
from planner.place.ledger import Ledger
from planner.place.pace import pace
from planner.place.search import opened, tolerated
from planner.place.solve import thorough
from tests.bundles import ROOT, run
from tests.strategies import make_cluster, make_estate, make_host, make_vm, problem, problems
from tests.today import TODAY

SPARE = HypervisorKind.NONE
FEW = 6
SMALL = {case.seed: case for case in cases(20, 4, 8)}
KINDS = (3, 7, 12, 13, 15)
"""Cold and live, with HA and without, one that is planned in rounds; of 7, 12 and 13 streams miss the best plan."""
MINUTE = 60
_SLOW = settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))


def built(given_):
    found = conversions(
        given_.estate, given_.policy, given_.platforms, given_.decisions, given_.routes, given_.groups
    )
    return [build_case(conversion, ()) for conversion in found]


def two_hosts(**more):
    """Two hosts, 40 GiB each, and a new one: both VMs of the first, and the one of the second, cross."""
    home = make_cluster()
    hosts = [make_host("a", 40), make_host("b", 40), make_host("new", 40, hypervisor=SPARE)]
    vms = [make_vm("1", 4, "a", **more), make_vm("2", 8, "a"), make_vm("3", 4, "b")]
    policy = Policy(waves=WavePolicy(pilot_vms=0))
    (case,) = built(problem(make_estate((home,), hosts, vms), policy, {home.id: Strategy.CONVERT_IN_PLACE}))
    return case


def cross(vm, host):
    return Go(PhaseKind.CROSS, ((f"vm-{vm}", f"host-{host}"),))


A_REBUILT, B_REBUILT = Rebuild(("host-a",)), Rebuild(("host-b",))
EVERYTHING = (cross("2", "new"), cross("1", "new"), A_REBUILT, cross("3", "a"), B_REBUILT)


def small_case(seed):
    analysis = pipeline.settle(pipeline.analyse(small(SMALL[seed]), POLICY, TODAY))
    found = conversions(
        analysis.estate,
        analysis.policy,
        analysis.platforms,
        analysis.decisions,
        analysis.routes,
        analysis.groups,
    )
    return build_case(next(found), ())


def cost(ledger):
    return pace(ledger.case, ledger.phases, ledger.paced), sum(len(phase.moves) for phase in ledger.phases)


def test_a_script_sets_out_in_its_order_as_soon_as_it_can():
    played = play(opened(two_hosts()), EVERYTHING, 0)
    timing = Policy().timing
    ready = timing.install_host + timing.configure_host
    assert played.starts[:2] == (ready, ready)
    first, second, *_, last = played.ledger.phases
    assert [phase.kind for phase in (first, second, last)] == [
        PhaseKind.BUILD,
        PhaseKind.CROSS,
        PhaseKind.BUILD,
    ]
    assert played.ledger.paced == (
        len(played.ledger.phases),
        pace(two_hosts(), played.ledger.phases, played.ledger.paced),
    )


@pytest.mark.parametrize(
    "script",
    [
        (A_REBUILT,),
        (cross("2", "a"),),
        (cross("2", "new"), cross("2", "new")),
        (Go(PhaseKind.RELOCATE, (("vm-1", "host-b"),)),),
        (Go(PhaseKind.REBALANCE, (("vm-1", "host-new"),)),),
    ],
    ids=["host in use", "host that is not built", "twice", "cold aside", "not crossed yet"],
)
def test_what_can_never_set_out_is_no_plan(script):
    assert play(opened(two_hosts()), script, 0) is None


def test_what_a_host_refuses_waits_until_it_fits():
    home = make_cluster()
    hosts = [make_host("a", 40), make_host("b", 40), make_host("new", 40, hypervisor=SPARE)]
    vms = [make_vm("1", 20, "a"), make_vm("2", 20, "b")]
    (case,) = built(problem(make_estate((home,), hosts, vms), Policy(), {home.id: Strategy.CONVERT_IN_PLACE}))
    both = (cross("1", "new"), A_REBUILT, cross("2", "new"))
    assert play(opened(case), both, 0) is None
    assert play(opened(case), (*both[:2], cross("2", "a"), B_REBUILT), 0) is not None


def test_a_plan_read_as_a_script_plays_the_same():
    for seed in KINDS:
        case = small_case(seed)
        reached = thorough(case)
        start = opened(case)
        script = script_of(reached.phases[len(start.phases) :], case.units)
        played = play(start, script, tolerated(case))
        assert played.ledger.at == reached.at
        assert played.ledger.paced[1] <= cost(reached)[0]


def test_parking_is_no_script():
    parks = Phase(kind=PhaseKind.PARK, cluster="c", reason="", moves=())
    assert script_of((parks,), {}) is None


def test_vms_that_belong_together_set_out_together_and_others_one_by_one():
    moves = tuple(Move(vm=vm, source="host-a", destination="host-b") for vm in "123")
    phase = Phase(kind=PhaseKind.CROSS, cluster="c", reason="", moves=moves)
    units = {"1": ("1", "3"), "2": ("2",), "3": ("1", "3")}
    assert script_of((phase,), units) == (
        Go(PhaseKind.CROSS, (("1", "host-b"), ("3", "host-b"))),
        Go(PhaseKind.CROSS, (("2", "host-b"),)),
    )


RUNS = (
    Run(0, 0, 10, frozenset("ab"), crossing=True),
    Run(1, 10, 20, frozenset("bc"), crossing=True),
    Run(2, 20, 30, frozenset("cd"), crossing=True),
    Run(3, 25, 40, frozenset("ef"), crossing=True),
    Run(4, 10, 15, frozenset("eg"), crossing=False),
)


@pytest.mark.parametrize(
    ("at_once", "after"),
    [(None, [(), (0,), (1,), (), ()]), (2, [(), (0,), (1,), (1,), ()])],
    ids=["hosts", "few at once"],
)
def test_a_move_comes_after_what_had_its_transfers_and_says_nothing_twice(at_once, after):
    phases = tuple(Phase(kind=PhaseKind.CROSS, cluster="c", reason="", rolling=True) for _ in RUNS)
    assert [phase.after for phase in held(phases, RUNS, at_once)] == after


@pytest.mark.parametrize("seed", KINDS)
def test_what_is_polished_is_never_slower_and_the_same_each_time(seed):
    reached = thorough(small_case(seed))
    short = polished(reached, 0.2)
    assert cost(short) <= cost(reached)
    assert polished(reached, 0.2).phases == short.phases


@pytest.mark.parametrize(("seed", "best"), [(7, 335), (12, 445), (13, 500), (15, 350)])
def test_small_plans_are_as_short_as_any(seed, best):
    """What `python -m benchmarks.small` proves of these, by a model that shares nothing with this one."""
    analysis = pipeline.settle(pipeline.analyse(small(SMALL[seed]), POLICY, TODAY))
    plan = pipeline.make_plan(analysis, None)
    assert plan.schedule.makespan == best * MINUTE
    assert pipeline.verify(plan).violations == ()


def test_a_few_streams_alone_miss_one_of_these(monkeypatch):
    monkeypatch.setattr(stage, "thorough", partial(thorough, most=FEW))
    analysis = pipeline.settle(pipeline.analyse(small(SMALL[13]), POLICY, TODAY))
    with_solver = pipeline.make_plan(analysis, None).schedule.makespan
    monkeypatch.setattr(stage, "budget", lambda _vms: 0)
    assert with_solver < pipeline.make_plan(analysis, None).schedule.makespan


def test_what_is_only_as_short_is_taken_where_it_need_not_be_shorter():
    reached = thorough(small_case(15))
    as_short = polished(reached, 0.2)
    assert cost(as_short)[0] == cost(reached)[0]
    assert as_short is not reached
    assert polished(reached, 0.2, 1) is reached


def test_only_small_clusters_of_small_estates_are_polished():
    assert budget(8) == budget(0) > budget(100) > 0
    assert budget(10_000) == 0
    reached = thorough(small_case(7))
    assert polished(reached, 0) is reached
    many = [make_vm(f"{number:03d}", 1, "a") for number in range(61)]
    hosts = [make_host("a", 128), make_host("new", 128, hypervisor=SPARE)]
    home = make_cluster()
    (case,) = built(
        problem(make_estate((home,), hosts, many), Policy(), {home.id: Strategy.CONVERT_IN_PLACE})
    )
    large = thorough(case, 1)
    assert polished(large, 1) is large


def test_what_the_model_does_not_know_stays_as_it_was():
    managed = thorough(two_hosts(roles=(ServiceRole.VCENTER,)))
    assert isinstance(managed, Ledger)
    assert polished(managed, 0.2) is managed


def test_highly_critical_vms_still_go_last():
    case = two_hosts()
    reached = thorough(case)
    order = [move.vm for phase in reached.phases for move in phase.moves]
    ranks = {vm: replace(one, rank=3 if vm == order[-1] else 0) for vm, one in case.workloads.items()}
    late = thorough(replace(case, workloads=ranks))
    crossed = [move.vm for phase in polished(late, 0.2).phases for move in phase.moves]
    assert crossed[-1] == [move.vm for phase in late.phases for move in phase.moves][-1]


def test_the_solver_is_not_loaded_before_there_is_something_to_solve():
    told = "import sys, planner.cli, planner.pipeline; print('ortools' in sys.modules)"
    assert run(sys.executable, "-c", told, cwd=ROOT).stdout.strip() == "False"


@_SLOW
@given(problems())
def test_no_polish_makes_any_plan_slower(problem):
    try:
        given_ = built(problem)
    except InfeasibleError:
        return
    for case in given_:
        reached = thorough(case, 6)
        if isinstance(reached, Ledger):
            assert cost(polished(reached, 0.02)) <= cost(reached)
