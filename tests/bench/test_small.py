"""The exact solver of small clusters: cases whose answer is plain, and the planner beside it."""

import sys
from dataclasses import replace
from functools import cache

import pytest

from benchmarks.small.compare import best_plan, compared
from benchmarks.small.exact import least_makespan
from benchmarks.small.family import POLICY, cases, small
from benchmarks.small.puzzle import HostPiece, NotModelledError, Part, Puzzle, VmPiece, puzzle
from planner import pipeline
from planner.model.plan import StepKind
from planner.model.policy import TimingPolicy
from planner.schedule.bounds import bounds
from planner.schedule.facts import facts
from tests.bundles import ROOT, run
from tests.today import TODAY

MINUTE = 60
MEMBER, SPARE, SWING = Part.MEMBER, Part.SPARE, Part.SWING
TINY = list(cases(12, 3, 5))


def host(name, part, memory):
    return HostPiece(id=name, part=part, before=memory, after=memory - 4, vcpus=64)


def vm(name, home, memory, crossing=30):
    hosts = dict.fromkeys(("a", "b", "c"), crossing * MINUTE)
    moves = {"relocation": 5 * MINUTE, "rebalance": 5 * MINUTE}
    return VmPiece(
        id=name, home=home, memory=memory, vcpus=1, crossing=crossing * MINUTE, over=hosts, **moves
    )


def given(hosts, vms, **more):
    usual = {"live": False, "reserve": 0, "per_host": 2, "at_once": None}
    return Puzzle(hosts=tuple(hosts), vms=tuple(vms), retire=15 * MINUTE, build=80 * MINUTE, **(usual | more))


def minutes(made, **moves):
    found = least_makespan(made, 60 * 60 * MINUTE, 20, **moves)
    assert found.proved
    return None if found.makespan is None else found.makespan // MINUTE


def test_one_host_crosses_to_a_new_one_and_is_rebuilt():
    hosts = [host("a", MEMBER, 36), host("b", SPARE, 36)]
    assert minutes(given(hosts, [vm("v", "a", 8)])) == 80 + 30 + 15 + 80
    three = [vm(name, "a", 8) for name in "uvw"]
    assert minutes(given(hosts, three)) == 80 + 2 * 30 + 95
    assert minutes(given(hosts, three, per_host=3)) == 80 + 30 + 95
    assert minutes(given(hosts, three, per_host=3, at_once=1)) == 80 + 3 * 30 + 95


def test_a_slow_link_is_as_slow_as_it_is():
    hosts = [host("a", MEMBER, 36), host("b", SPARE, 36), host("c", SPARE, 36)]
    slow = replace(vm("v", "a", 8), over={"a": 30 * MINUTE, "b": 50 * MINUTE, "c": 40 * MINUTE})
    assert minutes(given(hosts, [slow])) == 80 + 40 + 95


def test_a_full_host_has_no_way_and_a_borrowed_one_is_given_back_empty():
    alone, load = [host("a", MEMBER, 36)], [vm("v", "a", 30)]
    assert minutes(given(alone, load)) is None
    # Built, crossed to, then the host is rebuilt, and the VM is brought there before the borrowed one is wiped.
    assert minutes(given([*alone, host("b", SWING, 36)], load)) == 80 + 30 + 95 + 5 + 15


def test_live_migration_makes_the_first_host_free():
    hosts, load = [host("a", MEMBER, 36), host("b", MEMBER, 36)], [vm("v", "a", 8), vm("w", "b", 8)]
    assert minutes(given(hosts, load)) is None
    assert minutes(given(hosts, load, live=True)) == 5 + 95 + 30 + 95


def test_a_reserve_wants_two_hosts_on_either_side():
    hosts = [host(name, MEMBER, 36) for name in "ab"] + [host("c", SPARE, 36)]
    load = [vm("v", "a", 8), vm("w", "b", 8)]
    assert minutes(given(hosts, load)) == 80 + 30 + 95
    assert minutes(given(hosts, load, reserve=1)) is None
    # With two new hosts both VMs cross while the two old ones are still a reserve to each other.
    assert (
        minutes(given([*hosts, host("d", SPARE, 36)], [_anywhere(load_) for load_ in load], reserve=1)) == 205
    )


def _anywhere(machine):
    return replace(machine, over={**machine.over, "d": machine.crossing})


@cache
def solved(case):
    return compared(case, 30)


@pytest.mark.parametrize("case", TINY, ids=lambda case: case.name)
def test_no_plan_is_better_than_the_best_one(case):
    one = solved(case)
    assert one.optimum.proved
    assert not one.broken


@pytest.mark.parametrize("case", TINY, ids=lambda case: case.name)
def test_the_best_plan_is_one_that_the_replay_accepts(case):
    one = solved(case)
    if one.plan is None:
        pytest.skip("there is no plan")
    best = best_plan(one.plan, one.given, one.optimum)
    assert pipeline.verify(best).violations == ()
    assert best.schedule.makespan == one.optimum.makespan


@pytest.mark.parametrize("case", TINY, ids=lambda case: case.name)
def test_bounds_of_what_has_to_be_done_hold_for_the_best_plan(case):
    one = solved(case)
    if one.plan is None:
        pytest.skip("there is no plan")
    best = best_plan(one.plan, one.given, one.optimum)
    known = facts(best.estate, best.policy, best.decisions, best.routes, best.placements, best.groups)
    found = bounds(best.placements, best.schedule.steps, known)
    assert found
    assert max(bound.seconds for bound in found) <= one.optimum.makespan


def test_durations_of_plan_and_puzzle_are_the_same():
    compared_moves = 0
    for one in map(solved, TINY):
        pieces = {piece.id: piece for piece in one.given.vms}
        for step in one.plan.schedule.steps if one.plan else ():
            if step.kind is StepKind.MOVE:
                piece = pieces[step.vm]
                lengths = (piece.crossing, piece.over[step.source], piece.over[step.destination])
                assert step.duration == max(lengths), step.id
                compared_moves += 1
            elif step.vm is not None:
                assert step.duration == pieces[step.vm].relocation, step.id
    assert compared_moves > 20


def test_what_the_model_does_not_know_is_refused():
    analysis = pipeline.settle(pipeline.analyse(small(TINY[0]), POLICY, TODAY))
    soaking = replace(POLICY, timing=TimingPolicy(soak=60))
    with pytest.raises(NotModelledError, match="soak"):
        puzzle(analysis.estate, soaking, analysis.routes, ())


def test_the_table_says_how_often_the_planner_is_as_good():
    done = run(sys.executable, "-m", "benchmarks.small", "--cases", 4, "--hosts", 2, "--vms", 4, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    head, *rows = done.stdout.splitlines()
    assert head.split() == ["case", "planner", "optimum", "ratio", "at", "least"]
    assert [row[:3] for row in rows[:4]] == ["000", "001", "002", "003"]
    assert "equal to the optimum" in done.stdout
    assert max(map(len, rows[:4])) <= 80
