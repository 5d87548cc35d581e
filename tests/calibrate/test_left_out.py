"""What is unlike all others, what cannot be told apart and what is too little: left out, or not proposed."""

from dataclasses import replace
from functools import cache

import pytest

from planner.calibrate import calibrate
from planner.calibrate.terms import model
from planner.errors import InputError
from planner.model.journal import Event, Journal
from planner.model.policy import TimingPolicy
from tests.bundles import ROOT, plan_of
from tests.calibrate.journals import WORK, Truth, entry, journal_of

ASSUMED = TimingPolicy()
small = cache(lambda: plan_of(ROOT / "inventories" / "esxi-free"))


def as_assumed(**changes):
    return Truth(work=WORK, rate=100_000_000, **changes)


def slower(journal, step, factor):
    """A journal in which one step took so many times as long."""
    begun = next(one for one in journal.entries if (one.step, one.event) == (step, Event.BEGUN))

    def changed(one):
        if (one.step, one.event) != (step, Event.DONE):
            return one
        return replace(
            one,
            at=begun.at + (one.at - begun.at) * factor,
            seconds=one.seconds and one.seconds * factor,
            parts={name: seconds * factor for name, seconds in one.parts.items()},
        )

    return replace(journal, entries=tuple(map(changed, journal.entries)))


def of(calibration, key):
    return next(one for one in calibration.constants if one.key == key)


def a_move(plan, constant):
    parts = model(plan)
    return next(step.id for step in plan.schedule.steps if constant in parts.terms(step))


@pytest.mark.parametrize("told", ["parts", "whole"])
@pytest.mark.parametrize(
    ("factor", "why"), [(20, "takes more than 4 times what is usual"), (0.05, "takes less than a quarter")]
)
def test_a_step_unlike_all_others_is_left_out_and_named(told, factor, why):
    plan = small()
    step = a_move(plan, "convert_linux")
    result = calibrate([(plan, slower(journal_of(plan, as_assumed(told=told)), step, factor))])
    assert {left.step for left in result.left_out} == {step}
    assert all(left.why.startswith(why) for left in result.left_out)
    assert step not in of(result, "timing.convert_linux").steps
    assert of(result, "timing.shutdown").measured == pytest.approx(WORK["shutdown"], rel=0.05)
    assert of(result, "timing.spread_percent").measured == pytest.approx(100, abs=3)


def test_a_step_that_took_a_little_longer_is_no_outlier():
    plan = small()
    step = a_move(plan, "convert_linux")
    result = calibrate([(plan, slower(journal_of(plan, as_assumed()), step, 3))])
    assert (result.left_out, step in of(result, "timing.convert_linux").steps) == ((), True)


def test_copies_of_like_size_cannot_be_told_from_other_work():
    plan = small()
    steps = tuple(replace(step, bytes=step.bytes and 10**10) for step in plan.schedule.steps)
    alike = replace(plan, schedule=replace(plan.schedule, steps=steps))
    result = calibrate([(alike, journal_of(alike, as_assumed(told="whole")))])
    moves = [step.id for step in steps if step.bytes]
    assert [left.step for left in result.left_out] == moves
    assert all("its copy cannot be told from its other work" in left.why for left in result.left_out)
    assert of(result, "transfers.measured").measured is None
    assert of(result, "timing.install_host").measured == WORK["install_host"]


def test_fewer_than_five_measurements_are_shown_and_not_proposed():
    plan = small()
    result = calibrate([(plan, journal_of(plan, as_assumed()))])
    installs, linux = of(result, "timing.install_host"), of(result, "timing.convert_linux")
    assert (len(installs.steps), installs.measured, installs.proposed) == (4, WORK["install_host"], False)
    assert (len(linux.steps), linux.proposed) == (10, True)
    assert [rate.proposed for rate in result.rates] == [False]  # the policy has one rate for all


def test_runs_of_two_plans_are_counted_together_and_other_assumptions_told():
    plan = small()
    other = replace(plan, policy=replace(plan.policy, timing=replace(ASSUMED, verify=17)))
    journal = journal_of(plan, as_assumed())
    result = calibrate([(plan, journal), (other, replace(journal, file="b.jsonl"))])
    installs = of(result, "timing.install_host")
    assert (len(installs.steps), installs.proposed) == (8, True)
    assert of(result, "timing.verify").assumed == WORK["verify"]
    assert [str(note) for note in result.notes] == [
        "b.jsonl: its plan assumed other figures; shown are those of the first plan"
    ]


def test_a_journal_of_another_plan_is_refused():
    strange = [entry("move-vm-nobody", event) for event in ("begun", "done")]
    with pytest.raises(InputError, match=r"journal\.jsonl: has no step of this plan: name the plan"):
        calibrate([(small(), Journal(file="journal.jsonl", entries=tuple(strange)))])


def test_an_empty_journal_measures_nothing():
    result = calibrate([(small(), Journal(file="journal.jsonl", entries=()))])
    assert {constant.measured for constant in result.constants} == {None}
    assert (result.rates, result.used) == ((), ())


def test_the_order_of_a_journal_changes_nothing_that_is_measured():
    plan = small()
    journal = journal_of(plan, as_assumed(spread_percent=130))
    pairs = list(zip(journal.entries[::2], journal.entries[1::2], strict=True))
    backwards = tuple(one for pair in reversed(pairs) for one in pair)
    ahead, back = (
        calibrate([(plan, replace(journal, entries=entries))]) for entries in (journal.entries, backwards)
    )
    figures = [
        [(one.key, one.measured, one.measured_p90) for one in result.constants] for result in (ahead, back)
    ]
    assert figures[0] == figures[1]
