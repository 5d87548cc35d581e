"""Verbs about a plan: make it, review it, explain it, verify it."""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import click
from rich.markup import escape

from planner import pipeline
from planner.console import ERR, OUT, complain
from planner.errors import InputError, PlannerError, Problem
from planner.files import changed_files, write_directory
from planner.graph import NodeKind, build_graph
from planner.model.plan import Plan
from planner.model.progress import Report
from planner.model.verification import Verification
from planner.read.plan import read_plan
from planner.read.state import read_state
from planner.review import terminal
from planner.review.explain import explained
from planner.verbs.arguments import DIRECTORY, INVENTORY, ON, PLACE
from planner.verbs.relations import node_called
from planner.verbs.stages import planned, replanned

_MOST_TOLD: Final = 40


@click.command()
@INVENTORY
@click.option("-o", "--output", type=PLACE, required=True, help="Directory for the plan and its review.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="When the plan starts.")
@click.option(
    "--from-state",
    "state",
    type=PLACE,
    help="Go on from here: a file with the steps of an earlier plan that are done, or the journal of its run.",
)
@click.option("--after", type=PLACE, help="Directory of that earlier plan, where the state does not name it.")
@ON
def plan(  # noqa: PLR0913, PLR0917
    inventory: Path, output: Path, start: Any, state: Path | None, after: Path | None, today: date
) -> None:
    """Compute, verify and write a plan for INVENTORY: bundle and review. Touches nothing else."""
    begins = start.isoformat(timespec="minutes") if start else None
    if state is None and after is not None:
        raise click.UsageError("--after says to which plan a state belongs: give --from-state too")
    made = (
        planned(inventory, today, begins)
        if state is None
        else replanned(inventory, today, *_earlier(state, after, output), begins)
    )
    verification = pipeline.verify(made)
    if not verification.accepted:
        for violation in verification.violations:
            ERR.print(
                f"[red]refused[/] {violation.constraint} at {violation.step}: {escape(violation.detail)}"
            )
        raise PlannerError(
            "the replay refuses this plan: nothing was written. This is a fault of the planner."
        )
    reviewed = pipeline.review(made, verification)
    write_directory(output, pipeline.bundle(made, reviewed))
    OUT.print(reviewed.screen)
    OUT.print(
        f"\nReview   {escape(str(output / 'review' / 'index.html'))}\n"
        f"Project  {escape(str(output))} (README.md says how to run it)"
    )


def _earlier(state: Path, after: Path | None, output: Path) -> tuple[Plan, Report]:
    """The plan to go on from, and what is reported of its steps."""
    home, earlier, report = read_state(state, after)
    if home.resolve() == output.resolve():
        message = "is the plan that the state belongs to: choose another directory, both are needed"
        raise InputError((Problem(file=str(output), message=message),))
    return earlier, report


@click.command()
@DIRECTORY
def review(directory: Path) -> None:
    """Print the review of the plan in DIRECTORY."""
    made = read_plan(directory)
    OUT.print(terminal(made, pipeline.verify(made)))


@click.command()
@DIRECTORY
@click.argument("subject")
def explain(directory: Path, subject: str) -> None:
    """Why SUBJECT, a VM or a host of the plan in DIRECTORY, has its turn when it has; by name or id."""
    made = read_plan(directory)
    found = build_graph(made.estate, made.policy)
    node = node_called(found, subject)
    if found.nodes[node]["kind"] not in {NodeKind.VM, NodeKind.HOST}:
        raise InputError(
            (Problem(path=subject, message="is neither a VM nor a host: only those have steps"),)
        )
    OUT.print(explained(made, found, node))


@click.command()
@DIRECTORY
@click.option("--against", type=PLACE, help="An inventory that must still be the one planned for.")
def verify(directory: Path, against: Path | None) -> None:
    """Replay the plan in DIRECTORY, check its files, and compare it with an inventory."""
    made = read_plan(directory)
    verification = pipeline.verify(made)
    problems = list(_broken(verification))
    problems += [f"{path} was changed after the plan was written" for path in changed_files(directory)]
    if against is not None:
        problems += _drifted(made, against)
    for problem in problems:
        complain(problem)
    if problems:
        sys.exit(1)
    OUT.print(f"accepted: {verification.events} events replayed, no constraint broken, no file changed")


def _broken(verification: Verification) -> Iterator[str]:
    for violation in verification.violations:
        yield f"{violation.constraint} at {violation.step}: {violation.subject} {violation.detail}"


def _drifted(made: Plan, against: Path) -> Iterator[str]:
    """What is no longer as it was planned, and whether the plan would hold all the same."""
    now = pipeline.as_planned(made, pipeline.read(against)[0])
    if pipeline.estate_digest(now) == made.estate_digest:
        return
    differences = pipeline.drift(made, now)
    yield f"{against} is no longer the estate that was planned: plan again"
    yield from (f"{difference.subject}: {difference.what}" for difference in differences[:_MOST_TOLD])
    if not differences:
        yield "its machines are the same: only notes and contradictions of its sources differ"
    if len(differences) > _MOST_TOLD:
        yield f"and {len(differences) - _MOST_TOLD} more differences"
    broken = tuple(_broken(pipeline.still_holds(made, now)))
    if broken:
        yield f"the plan would break {len(broken)} times, first: {broken[0]}"
    else:
        yield "no constraint would break: the steps would be safe, but texts, names and concerns are those of then"
