"""What of a journal measures a step, and what is left out, with the line and the reason."""

from datetime import timedelta

import pytest

from planner.calibrate.runs import runs
from planner.model.journal import Journal
from tests.calibrate.journals import BEGIN, entry
from tests.plans import hand_made_plan

PLAN = hand_made_plan()
STEP = next(step for step in PLAN.schedule.steps if step.bytes)


def journal(*lines):
    """A journal of one step: (event, minute, what else is said)."""
    entries = [
        entry(STEP.id, event, BEGIN + timedelta(minutes=minute), number, **more)
        for number, (event, minute, more) in enumerate(lines, start=1)
    ]
    return Journal(file="journal.jsonl", entries=tuple(entries))


def told(*lines):
    found = runs(PLAN, journal(*lines))
    return [run.seconds / 60 for run in found.measured], [
        f"{left.place.removeprefix('journal.jsonl:')} {left.why}" for left in found.left_out
    ]


BEGUN, FAILED = ("begun", 0, {}), ("failed", 5, {"phase": "copy"})
BACK = ("failed", 8, {"phase": "rollback"})


@pytest.mark.parametrize(
    ("lines", "minutes", "left"),
    [
        ([BEGUN, ("done", 7, {})], [7], []),
        ([BEGUN, ("done", 7, {"seconds": 120})], [2], []),
        ([BEGUN, FAILED], [], ["2 failed in copy"]),
        ([BEGUN, ("failed", 1, {})], [], ["2 failed"]),
        (
            [BEGUN, FAILED, ("begun", 6, {}), ("done", 7, {})],
            [],
            ["2 failed in copy", "4 goes on where an earlier run failed"],
        ),
        ([BEGUN, FAILED, BACK, ("begun", 10, {}), ("done", 14, {})], [4], ["2 failed in copy"]),
        ([BEGUN, ("done", 7, {}), ("begun", 8, {}), ("done", 9, {})], [7], ["4 was done before"]),
        ([BEGUN, ("done", 7, {}), BACK, ("begun", 10, {}), ("done", 14, {})], [7, 4], []),
        ([BEGUN, ("done", 0, {})], [], ["2 took no time at all"]),
        ([BEGUN], [], ["1 was begun and has not ended: it still runs, or was killed"]),
        (
            [BEGUN, ("begun", 3, {}), ("done", 4, {})],
            [],
            [
                "1 was begun again at line 2 and had not ended",
                "3 goes on where an earlier run stopped",
            ],
        ),
        ([BEGUN, BACK], [], ["1 was taken back before it ended"]),
        (
            [("done", 7, {}), ("begun", 8, {}), ("done", 9, {})],
            [],
            ["1 is done and has no beginning", "3 was done before"],
        ),
        ([("failed", 7, {})], [], ["1 failed and has no beginning"]),
        ([("begun", 7, {"phase": "copy"})], [], ["1 has a part and no beginning"]),
        (
            [BEGUN, ("begun", -1, {"phase": "copy"}), ("done", 9, {})],
            [],
            ["2 is earlier than the line of this step before it: the clock was set back"],
        ),
    ],
)
def test_only_a_whole_run_from_a_clean_start_measures_a_step(lines, minutes, left):
    assert told(*lines) == (minutes, left)


def test_parts_are_told_or_last_until_the_next_begins():
    parts = [
        BEGUN,
        ("begun", 1, {"phase": "shutdown"}),
        ("begun", 3, {"phase": "copy"}),
        ("begun", 7, {"phase": "shutdown"}),
    ]
    (by_clock,) = runs(PLAN, journal(*parts, ("done", 8, {}))).measured
    assert (by_clock.parts, by_clock.bytes) == ({"shutdown": 180, "copy": 240}, STEP.bytes)
    said = {"seconds": 300, "parts": {"copy": 200}, "bytes": 17}
    (by_itself,) = runs(PLAN, journal(*parts, ("done", 8, said))).measured
    assert (by_itself.parts, by_itself.seconds, by_itself.bytes) == ({"copy": 200}, 300, 17)


def test_steps_run_side_by_side_are_kept_apart():
    other = next(step for step in PLAN.schedule.steps if step.host)
    lines = [
        entry(STEP.id, "begun", BEGIN, 1),
        entry(other.id, "begun", BEGIN + timedelta(minutes=2), 2),
        entry(STEP.id, "done", BEGIN + timedelta(minutes=1), 3),
        entry(other.id, "done", BEGIN + timedelta(minutes=9), 4),
    ]
    found = runs(PLAN, Journal(file="journal.jsonl", entries=tuple(lines)))
    assert {run.step.id: run.seconds for run in found.measured} == {STEP.id: 60, other.id: 420}
    assert found.left_out == ()


def test_steps_that_the_plan_does_not_have_are_told_once():
    strange = [entry("move-vm-nobody", event, BEGIN, line) for line, event in ((4, "begun"), (9, "done"))]
    found = runs(PLAN, Journal(file="journal.jsonl", entries=tuple(strange)))
    assert [str(note) for note in found.notes] == ["journal.jsonl:4: the plan has no step move-vm-nobody"]
    assert found.measured == found.left_out == ()
