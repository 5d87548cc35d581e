"""Why a VM or a host has its turn: the whole text, and what must hold for every step of every plan."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from planner.graph import build_graph
from planner.model.finding import Severity
from planner.review.explain import explained
from tests.plans import hand_made_plan
from tests.review.hostile import TRICKS, hostile_plan

GOLDEN = Path(__file__).parents[1] / "golden" / "review"
PLAN = hand_made_plan()
SUBJECTS = [thing.id for things in (PLAN.estate.vms, PLAN.estate.hosts) for thing in things]


def told(plan, subject, width=100):
    console = Console(file=StringIO(), width=width, color_system=None, legacy_windows=False)
    console.print(explained(plan, build_graph(plan.estate, plan.policy), subject))
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()) + "\n"


def test_every_vm_and_host_of_a_plan_is_explained(file_regression):
    text = "\n".join(told(PLAN, subject) for subject in SUBJECTS)
    file_regression.check(text, fullpath=GOLDEN / "explained.txt")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_step_names_all_that_it_waits_for(subject):
    steps = [step for step in PLAN.schedule.steps if subject in {step.vm, step.host}]
    text = told(PLAN, subject, width=1000)
    assert text.count("waits for") == sum(len(step.needs) for step in steps)
    assert text.count(", takes ") == len(steps)
    ends = {step.id: step.end for step in PLAN.schedule.steps}
    late = [step for step in steps if step.start > max((ends[need] for need in step.needs), default=0)]
    assert text.count("for its turn") == len(late)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_findings_about_the_subject_are_told_and_no_others(subject):
    about = [finding.rule for finding in PLAN.findings if finding.subject.id == subject]
    text = told(PLAN, subject, width=1000)
    assert all(f"({rule})" in text for rule in about)
    assert sum(text.count(f"{severity}: ") for severity in Severity) == len(about)


def test_a_name_is_never_markup_or_another_line():
    plan = hostile_plan("http://evil.invalid")
    shown = [told(plan, vm.id, width=1000) for vm in plan.estate.vms]
    assert any("[bold red]markup[/]" in text for text in shown)
    assert all(trick not in text for text in shown for trick in TRICKS if "\n" in trick)


def test_only_vms_and_hosts_are_explained():
    with pytest.raises(KeyError):
        told(PLAN, PLAN.estate.clusters[0].id)
