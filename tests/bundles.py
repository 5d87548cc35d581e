"""Bundles made from inventories, in a directory, as `planner plan` writes them."""

import os
import subprocess
from pathlib import Path

from planner import pipeline
from planner.files import write_directory
from planner.model.plan import Plan
from planner.model.progress import Report
from tests.today import TODAY

ROOT = Path(__file__).parents[1]


def plan_of(inventory: Path) -> Plan:
    """The plan of an inventory, which must have one."""
    analysis = pipeline.settle(pipeline.analyse(*pipeline.read(inventory), TODAY))
    assert not analysis.blocking
    return pipeline.make_plan(analysis, None)


def half_done(inventory: Path) -> Plan:
    """The plan that goes on when the first half of the steps of an inventory's plan is done."""
    earlier = plan_of(inventory)
    steps = sorted(earlier.schedule.steps, key=lambda step: step.end)
    time = steps[len(steps) // 2].end
    report = Report(done=frozenset(step.id for step in steps if step.end <= time))
    now, policy = pipeline.read(inventory)
    estate, resumption = pipeline.resume(earlier, report, now)
    return pipeline.make_plan(pipeline.settle(pipeline.analyse(estate, policy, TODAY, resumption)), None)


def write_bundle(plan: Plan, directory: Path) -> None:
    verification = pipeline.verify(plan)
    assert verification.accepted, verification.violations
    write_directory(directory, pipeline.bundle(plan, pipeline.review(plan, verification)))


def run(
    *command: object, cwd: Path, timeout: int = 900, **environment: str
) -> subprocess.CompletedProcess[str]:
    """A program of this environment, in a directory, with ansible's own files kept below it."""
    home = cwd.parent / "ansible-home"
    settings = {
        "ANSIBLE_HOME": str(home),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "NO_COLOR": "1",
    }
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=os.environ | settings | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
