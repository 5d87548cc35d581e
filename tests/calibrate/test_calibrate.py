"""Journals drawn from known constants give the constants back."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.calibrate import calibrate
from planner.calibrate.figures import TERMS
from planner.calibrate.terms import model
from planner.model.policy import TimingPolicy
from tests.bundles import ROOT, plan_of
from tests.calibrate.journals import Truth, journal_of

MEASURED = tuple(term for term in TERMS if term != "upgrade_host")  # nothing is upgraded in the example
datacentre = cache(lambda: plan_of(ROOT / "inventories" / "datacentre"))


def truths(**fixed):
    """Worlds in which everything takes between a third and three times what is assumed."""
    assumed = TimingPolicy()
    work = {
        term: st.integers(getattr(assumed, term) // 3, getattr(assumed, term) * 3).filter(bool)
        for term in TERMS
    }
    return st.builds(
        Truth,
        work=st.fixed_dictionaries(work),
        rate=st.integers(20_000_000, 400_000_000),
        seed=st.integers(0, 10_000),
        **fixed,
    )


def measured(calibration):
    return {constant.key.partition(".")[2]: constant.measured for constant in calibration.constants}


@given(truths(told=st.sampled_from(["parts", "together"])))
@settings(max_examples=25, deadline=None)
def test_without_noise_the_constants_come_back_exactly(truth):
    plan = datacentre()
    result = calibrate([(plan, journal_of(plan, truth))])
    found = measured(result)
    assert {term: found[term] for term in MEASURED} == pytest.approx(
        {term: truth.work[term] for term in MEASURED}, rel=0.01, abs=2
    )
    assert found["measured"] == pytest.approx(truth.rate, rel=0.02)
    assert found["spread_percent"] <= 102
    assert (result.left_out, found["upgrade_host"]) == ((), None)


@given(truths(told=st.just("parts"), spread_percent=st.integers(105, 130)))
@settings(max_examples=25, deadline=None)
def test_with_noise_the_constants_come_back_nearly(truth):
    plan = datacentre()
    result = calibrate([(plan, journal_of(plan, truth))])
    found = measured(result)
    for term in MEASURED:
        assert found[term] == pytest.approx(truth.work[term], rel=0.15), term
    assert found["measured"] == pytest.approx(truth.rate, rel=0.15)
    assert found["spread_percent"] == pytest.approx(truth.spread_percent, abs=8)
    for constant in result.constants:
        if constant.measured_p90 and constant.key.startswith("timing"):
            assert constant.measured_p90 >= constant.measured


@given(truths(told=st.sampled_from(["together", "whole"]), spread_percent=st.integers(100, 110)))
@settings(max_examples=25, deadline=None)
def test_durations_that_nobody_took_apart_are_explained_by_what_is_reckoned(truth):
    plan = datacentre()
    result = calibrate([(plan, journal_of(plan, truth))])
    found = measured(result)
    parts = model(plan)
    assert found["measured"] == pytest.approx(truth.rate, rel=0.25)
    for step in plan.schedule.steps:
        if step.id in result.used:
            explained = sum(found[term] for term in parts.terms(step)) + step.bytes / found["measured"]
            assert explained == pytest.approx(truth.seconds(parts, step), rel=0.3), step.id
    assert found["install_host"] == pytest.approx(truth.work["install_host"], rel=0.15)
