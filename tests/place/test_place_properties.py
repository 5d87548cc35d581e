"""What must hold for any estate: plans that replay, the same plan again, and refusals that are true."""

from dataclasses import replace
from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.assess import assess_steps
from planner.errors import InfeasibleError
from planner.graph import build_graph
from planner.model.kinds import Bond, HypervisorKind
from planner.model.plan import PhaseKind, Plan, StepKind
from planner.model.policy import Freeze, Weekday, Window, WindowPolicy
from planner.place import place
from planner.place.conversion import conversions
from planner.place.pace import pace
from planner.place.remedies import remedies
from planner.place.search import Stuck
from planner.place.solve import Solution, solve, thorough
from planner.schedule import schedule
from planner.verify import verify
from tests.place.advice import advised
from tests.place.brute import feasible
from tests.place.replay import Replay
from tests.resume.cuts import as_planned
from tests.strategies import make_host, problems
from tests.today import TODAY

_SLOW = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))


START = datetime.fromisoformat("2026-10-23T20:00")
"""Two nights before clocks are changed in Vienna."""

WINDOWS = [
    WindowPolicy(),
    WindowPolicy(timezone="Europe/Vienna", open=(Window(opens="22:00", closes="06:00"),)),
    WindowPolicy(
        timezone="Europe/Vienna",
        open=(
            Window(opens="20:00", closes="23:30", clusters=("c",)),
            Window(opens="00:00", closes="05:00", days=(Weekday.SUN, Weekday.WED)),
        ),
        freezes=(Freeze(first="2026-10-25", last="2026-10-28", why="stocktaking"),),
    ),
]


def planned(problem):
    placements = place(
        problem.estate, problem.policy, problem.platforms, problem.decisions, problem.routes, problem.groups
    )
    return placements, schedule(
        problem.estate, problem.policy, problem.decisions, problem.routes, placements, problem.groups, START
    )


@_SLOW
@given(problems())
def test_a_plan_never_breaks_a_state(problem):
    try:
        placements, timed = planned(problem)
    except InfeasibleError:
        return
    Replay(problem, placements, timed).run()
    assert timed.makespan >= max((bound.seconds for bound in timed.bounds), default=0)
    assert planned(problem) == (placements, timed)


def told(problem, timed):
    """What the steps show: budgets that may be broken."""
    graph = build_graph(problem.estate, problem.policy)
    given_ = (problem.estate, problem.policy, problem.platforms, problem.routes, graph, TODAY)
    return assess_steps(*given_, (), timed.steps)


@_SLOW
@given(problems(), st.sampled_from(WINDOWS))
def test_the_verifier_accepts_what_the_engine_makes(problem, windows):
    problem = replace(problem, policy=replace(problem.policy, windows=windows))
    try:
        placements, timed = planned(problem)
    except InfeasibleError:
        return
    plan = Plan(
        format_version=1,
        estate_digest="",
        start=START.isoformat(timespec="minutes"),
        findings=told(problem, timed),
        placements=placements,
        schedule=timed,
        **as_planned(problem, timed),
    )
    assert verify(plan).violations == ()


@_SLOW
@given(problems())
def test_what_only_the_policy_binds_makes_nothing_infeasible_and_borrows_nothing(problem):
    bare = replace(problem, groups=tuple(one for one in problem.groups if one.bond is Bond.FIRM))
    try:
        wanted, _ = planned(bare)
    except InfeasibleError:
        return
    placements, timed = planned(problem)
    if len(placements) == 1:
        assert helped(placements[0]) <= helped(wanted[0])
    waves = {step.vm: step.wave for step in timed.steps if step.kind in {StepKind.MOVE, StepKind.PARK}}
    for group in as_planned(problem, timed)["groups"]:
        if group.bond is Bond.BIND:
            assert len({waves[vm] for vm in group.vms if vm in waves}) <= 1
            assert len(group.vms) <= problem.policy.waves.max_vms


def helped(placement):
    """VMs that are parked, then hosts that are borrowed."""
    parked = sum(len(phase.moves) for phase in placement.phases if phase.kind is PhaseKind.PARK)
    return parked, len(placement.swing)


@_SLOW
@given(problems(plain=True, most_hosts=4, most_vms=5))
def test_a_small_cluster_is_refused_only_when_no_order_exists(problem):
    try:
        placements, timed = planned(problem)
    except InfeasibleError:
        assert not feasible(problem)
    else:
        Replay(problem, placements, timed).run()


@settings(_SLOW, max_examples=40)
@given(problems())
def test_every_remedy_is_enough(problem):
    given_ = conversions(
        problem.estate, problem.policy, problem.platforms, problem.decisions, problem.routes, problem.groups
    )
    for conversion in given_:
        stuck = solve(conversion, thorough)
        if isinstance(stuck, Stuck):
            for remedy in remedies(conversion, stuck):
                solution = solve(remedy.conversion, thorough)
                assert isinstance(solution, Solution), remedy.text


@settings(_SLOW, max_examples=60)
@given(problems(), st.integers(2, 8))
def test_another_swing_host_never_lengthens_a_plan(problem, size):
    """By the reckoning that tells plans apart, and where nothing is parked: a host is borrowed rather than VMs parked."""
    given_ = (problem.platforms, problem.decisions, problem.routes, problem.groups)
    policy = replace(problem.policy, parking=None)
    spare = make_host("z-lent", 8 * size, None, hypervisor=HypervisorKind.NONE)
    for conversion in conversions(problem.estate, policy, *given_):
        before = solve(conversion, thorough)
        if isinstance(before, Solution):
            after = solve(replace(conversion, swings=(*conversion.swings, spare)), thorough)
            assert isinstance(after, Solution)
            assert reckoned(after) <= reckoned(before)


def reckoned(solution):
    return pace(solution.ledger.case, solution.ledger.phases)


@settings(_SLOW, max_examples=40)
@given(problems().filter(lambda problem: len(problem.estate.clusters) == 1))
def test_what_a_refusal_advises_first_makes_it_plan(problem):
    try:
        planned(problem)
    except InfeasibleError as refusal:
        (shortage,) = refusal.shortages
        if shortage.remedies:
            placements, timed = planned(advised(problem, shortage.remedies[0]))
            Replay(advised(problem, shortage.remedies[0]), placements, timed).run()
