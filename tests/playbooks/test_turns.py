"""Whose turn it is: by the table, and in made-up runs of made-up plans that are as unlucky as runs can be."""

import heapq
import json
import random
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.emit.roles import roles_of
from planner.emit.sections import hosts_of, runs_on, sections
from planner.emit.turns import turns as emitted
from planner.errors import InfeasibleError
from tests.bundles import ROOT
from tests.bundles import plan_of as bundled
from tests.playbooks.plugins import notes, turns
from tests.resume.cuts import plan_of
from tests.strategies import problems

MINE, OTHER, DEAD = "mine", "other", "dead"


def turn(step, *, start=0, needs=(), takes=()):
    return turns.Turn(
        step=step, on=step, kind="move", start=start, needs=dict.fromkeys(needs, "wave-1"), takes=takes
    )


def wave(name, *of, budget=0, after=None, **caps):
    return turns.Wave(
        name=name, budget=budget, after=after or {}, caps=caps, turns={one.step: one for one in of}
    )


FIRST = wave("wave-1", turn("x"), turn("y", takes=("host",)), host=1)
SECOND = wave(
    "wave-2",
    turn("a", start=20, needs=("x",), takes=("host", "estate")),
    turn("b", start=10, takes=("host",)),
    turn("c"),
    host=1,
    estate=2,
)


def said(step="a", *, of=SECOND, done=(), begun=None, failed=None, runs=None, waiting=None, coming=()):
    """The verdict on a step, which this run is about to do with all others of its wave."""
    written = {
        kind: {name: notes.Begun(run, at) for name, (run, at) in (given or {}).items()}
        for kind, given in (("begun", begun), ("failed", failed))
    }
    world = turns.World(
        book=notes.Book(done=set(done), **written),
        runs={MINE: frozenset(of.turns), **(runs or {})},
        mine=MINE,
        waiting=waiting or {},
        wave={"wave-1": FIRST, of.name: of}.__getitem__,
        coming=frozenset(coming),
    )
    return turns.verdict(of.turns[step], of, world)


RUNS_OTHER = {OTHER: frozenset({"y"})}


@pytest.mark.parametrize(
    "known",
    [
        {"done": ("x",)},
        {"done": ("x",), "begun": {"y": (DEAD, "wave-1")}},
        {"done": ("x",), "begun": {"y": (None, None)}},
        {"done": ("x",), "failed": {"b": (DEAD, "wave-2")}},
        {"done": ("x",), "failed": {"a": (MINE, "wave-2")}},
        {"done": ("x", "b"), "failed": {"y": (OTHER, "wave-1")}, "runs": RUNS_OTHER},
        {"done": ("x",), "begun": {"a": (DEAD, "wave-2")}},
        {"done": ("x", "a")},
    ],
    ids=[
        "all is done and free",
        "a run that died holds nothing",
        "nobody wrote down who began it",
        "failures of runs that are over are forgiven",
        "its own failure does not stop it",
        "another wave's failure does not either",
        "a run that died had begun it",
        "it was done before",
    ],
)
def test_a_step_begins(known):
    assert said(**known) == turns.GO


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"runs": {OTHER: frozenset({"x"})}}, "a waits until x of wave-1 is done"),
        (
            {"begun": {"x": (OTHER, "wave-1")}, "runs": {OTHER: frozenset()}},
            "a waits until x of wave-1 is done",
        ),
        (
            {"failed": {"x": (DEAD, "wave-1")}, "runs": {OTHER: frozenset({"x"})}},
            "a waits until x of wave-1 is done",
        ),
        (
            {"done": ("x",), "begun": {"y": (OTHER, "wave-1")}, "runs": RUNS_OTHER},
            "a waits for room: host has 1 at once",
        ),
        ({"done": ("x",), "waiting": {"b": "wave-2"}}, "a waits for room: host has 1 at once"),
    ],
    ids=["another run will", "another run does", "is tried again", "no room", "an earlier one's turn"],
)
def test_a_step_waits(known, told):
    assert said(**known) == turns.Verdict(waits=told)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({}, "a (wave-2) needs x of wave-1, which is not done: run waves/wave-1.yml first or beside it"),
        (
            {"failed": {"x": (DEAD, "wave-1")}},
            "a (wave-2) needs x of wave-1, which has failed: look at it, and run waves/wave-1.yml again",
        ),
        (
            {"begun": {"x": (DEAD, "wave-1")}},
            (
                "a (wave-2) needs x of wave-1, which was begun by a run that is over and has no end: "
                "run waves/wave-1.yml again"
            ),
        ),
        (
            {"runs": {MINE: frozenset({"a", "x"})}},
            "a (wave-2) needs x of wave-1, which is not done: run waves/wave-1.yml first or beside it",
        ),
        (
            {"done": ("x",), "failed": {"b": (MINE, "wave-2"), "c": (MINE, "wave-2")}},
            (
                "wave-2 is stopped and a does not begin: more of its steps have failed (b, c) than its failure budget of 0 "
                "allows. Look at them, then run waves/wave-2.yml again"
            ),
        ),
        (
            {"done": ("x",), "begun": {"a": (OTHER, "wave-2")}, "runs": {OTHER: frozenset({"a"})}},
            "Another run is at a already: wait until it is over",
        ),
        ({"done": ("x",), "waiting": {"a": "wave-2"}}, "Another run is at a already: wait until it is over"),
    ],
    ids=[
        "nobody",
        "failed",
        "killed",
        "a later play of this run",
        "budget",
        "runs elsewhere",
        "waits elsewhere",
    ],
)
def test_a_step_never_begins(known, told):
    assert said(**known) == turns.Verdict(never=told)


def test_nothing_begins_in_the_name_of_a_run_that_is_gone():
    world = turns.World(notes.Book(done={"x"}), {}, MINE, {}, {"wave-2": SECOND}.__getitem__)
    found = turns.verdict(SECOND.turns["a"], SECOND, world)
    assert found.never == "a does not begin: its run is gone, or cannot write the journal"


def test_what_was_planned_earlier_and_is_about_to_come_goes_first():
    assert said("a", done=("x",)) == turns.GO
    assert said("a", done=("x",), coming=("a", "b")).waits == "a waits for room: host has 1 at once"
    assert said("b", done=("x",), coming=("a", "b")) == turns.GO
    assert said("c", coming=("a", "b", "c")) == turns.GO


def test_waves_that_come_before_must_be_done_as_a_whole():
    later = wave("wave-2", turn("a"), after={"wave-1": ("x", "y")})
    coming = {OTHER: frozenset({"y"})}
    assert said(of=later, done=("x",), runs=coming).waits == "a waits until y of wave-1 is done"
    assert said(of=later, done=("x", "y")) == turns.GO


def test_as_many_may_fail_as_the_budget_says():
    lenient = replace(SECOND, budget=1)
    known = {"done": ("x",), "failed": {"b": (MINE, "wave-2")}}
    assert said(of=lenient, **known) == turns.GO
    known["failed"]["c"] = (MINE, "wave-2")
    assert "failure budget of 1" in said(of=lenient, **known).never


def test_who_waits_earlier_keeps_nobody_from_what_it_cannot_take_itself():
    waits_for_x = wave(
        "wave-2", turn("a", start=20, takes=("host",)), turn("b", needs=("x",), takes=("host",)), host=1
    )
    assert said(of=waits_for_x, waiting={"b": "wave-2"}) == turns.GO


def test_a_journal_is_read_on_whatever_a_killed_run_left_in_it(tmp_path, monkeypatch):
    journal = tmp_path / "journal.jsonl"
    monkeypatch.setattr(notes, "JOURNAL", journal)
    book = notes.Book()
    book.read_on()
    assert book == notes.Book()
    lines = [
        {"step": "a", "event": "begun", "run": MINE, "wave": "wave-1"},
        {"step": "a", "event": "begun", "phase": "convert"},
        {"step": "b", "event": "begun", "run": MINE, "wave": "wave-1"},
    ]
    journal.write_text("".join(f"{json.dumps(line)}\n" for line in lines) + '{"step": "c", "event": "be')
    book.read_on()
    assert set(book.begun) == {"a", "b"}
    for line in ({"step": "a", "event": "done"}, {"step": "b", "event": "failed", "phase": "convert"}):
        monkeypatch.setattr(notes, "TURNS", tmp_path)
        notes.append(line)
    book.read_on()
    assert (book.begun, book.done, book.failed) == ({}, {"a"}, {"b": notes.Begun(MINE, "wave-1")})
    notes.append({"step": "a", "event": "failed", "phase": "rollback"})
    book.read_on()
    assert (book.done, set(book.failed)) == (set(), {"a", "b"})


# Made-up runs


@dataclass
class Site:
    """Runs of an emitted plan in made-up time: each has its waves in order, a wave's hosts their steps in order."""

    plan: object
    chance: random.Random
    forks: int
    book: object = field(default_factory=notes.Book)
    waves: dict = field(default_factory=dict)
    hosts: dict = field(default_factory=dict)

    def __post_init__(self):
        routes = {route.vm: route for route in self.plan.routes}
        platforms = {platform.id: platform for platform in self.plan.platforms}
        winners = {made.cluster: platforms.get(made.winner) for made in self.plan.decisions}
        roles = {
            step.id: roles_of(step, routes.get(step.vm), winners[step.cluster])
            for step in self.plan.schedule.steps
        }
        parts = sections(self.plan, roles)
        self.hosts = {
            name: {
                host: [step.id for part in of for step in part.steps if runs_on(step) == host]
                for host in hosts_of(of)
            }
            for name, of in parts.items()
        }
        for name, text in emitted(self.plan, parts).items():
            of = turns.wave_of(text())
            self.waves[of.name] = of
            assert name == f"turns/{of.name}.json"

    def run(self, *books):
        """Play books (lists of waves) at the same time, until nothing moves any more; yields who runs after each event."""
        left = {str(run): [dict(self.hosts[name]) for name in book] for run, book in enumerate(books)}
        names = {str(run): list(book) for run, book in enumerate(books)}
        running = {}
        while any(left.values()):
            sheets = {
                run: frozenset(step for of in plays for steps in of.values() for step in steps)
                for run, plays in left.items()
                if plays
            }
            pinned = {
                (run, host) for run, plays in left.items() if plays for host in list(plays[0])[: self.forks]
            }
            ready = []
            for run, host in sorted(pinned):
                step = left[run][0][host][0]
                if step not in running:
                    ready.append((run, host, step, self.waves[names[run][0]]))
            self.chance.shuffle(ready)
            waiting = {}
            for run, host, step, of in ready:
                others = {one: at for one, at in waiting.items() if one != step}
                found = turns.verdict(
                    of.turns[step],
                    of,
                    turns.World(self.book, sheets, run, others, self.waves.__getitem__),
                )
                assert found.never == ""
                if found == turns.GO:
                    self.book.begun[step] = notes.Begun(run, of.name)
                    self.check(step, of)
                    running[step] = (run, host)
                    waiting.pop(step, None)
                else:
                    waiting[step] = of.name
            assert running, "everybody waits for everybody"
            step = self.chance.choice(sorted(running))
            run, host = running.pop(step)
            del self.book.begun[step]
            self.book.done.add(step)
            left[run][0][host] = left[run][0][host][1:]
            if not left[run][0][host]:
                del left[run][0][host]
            if not left[run][0]:
                left[run].pop(0)
                names[run].pop(0)

    def check(self, begun, of):
        """By the plan itself: all that it needs is done, and nothing has more at once than its cap."""
        steps = {step.id: step for step in self.plan.schedule.steps}
        before = {
            step
            for earlier in self.plan.schedule.waves
            if earlier.id in dict(of.after)
            for step in earlier.steps
        }
        assert {*steps[begun].needs, *before} & steps.keys() <= self.book.done
        for name, most in of.caps.items():
            taken = [
                step for step, by in self.book.begun.items() if name in self.waves[by.wave].turns[step].takes
            ]
            assert len(taken) <= most, (name, taken)

    def timed(self) -> int:
        """All waves side by side, each step as long as it is planned: the second at which everything is done."""
        seconds = {step.id: step.duration for step in self.plan.schedule.steps}
        left = {
            name: {host: list(steps) for host, steps in hosts.items()} for name, hosts in self.hosts.items()
        }
        now, ending, at = 0, [], {}
        while True:
            sheets = {
                run: frozenset(step for of in hosts.values() for step in of) for run, hosts in left.items()
            }
            waiting = {
                of[0]: (run, host)
                for run, hosts in left.items()
                for host, of in hosts.items()
                if of[0] not in at
            }
            for step in list(waiting):
                run, host = waiting[step]
                others = {one: name for one, (name, _) in waiting.items() if one != step}
                wave = self.waves[run]
                world = turns.World(self.book, sheets, run, others, self.waves.__getitem__)
                if turns.verdict(wave.turns[step], wave, world) == turns.GO:
                    self.book.begun[step] = notes.Begun(run, run)
                    self.check(step, wave)
                    at[step] = waiting.pop(step)
                    heapq.heappush(ending, (now + seconds[step], step))
            if not ending:
                return now
            now, step = heapq.heappop(ending)
            run, host = at.pop(step)
            del self.book.begun[step]
            self.book.done.add(step)
            left[run][host].pop(0)
            if not left[run][host]:
                del left[run][host]


@pytest.mark.parametrize("example", ["esxi-free", "xenserver-pool", "datacentre"])
def test_what_takes_as_long_as_planned_is_done_when_it_is_planned(example):
    plan = bundled(ROOT / "inventories" / example)
    site = Site(plan, random.Random(1), 100)
    assert site.timed() <= plan.schedule.makespan
    assert site.book.done == {step.id for step in plan.schedule.steps}


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(problems(), st.randoms(use_true_random=False), st.sampled_from([1, 2, 100]), st.integers(1, 5))
def test_all_steps_are_done_in_order_and_within_their_caps(problem, chance, forks, terminals):
    """One run of everything, or several side by side, however their waves are dealt out: nobody waits for ever."""
    try:
        plan = plan_of(problem)
    except InfeasibleError:
        return
    books = [[] for _ in range(terminals)]
    for of in plan.schedule.waves:
        chance.choice(books).append(of.id)
    site = Site(plan, chance, forks)
    site.run(*books)
    assert site.book.done == {step.id for step in plan.schedule.steps}
