"""Verbs about a plan: make it, review it, explain it, verify it."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from planner import pipeline
from planner.console import ERR, OUT, complain
from planner.errors import InputError, PlannerError, Problem
from planner.files import changed_files, write_directory
from planner.graph import NodeKind, build_graph
from planner.read.plan import read_plan
from planner.review import terminal
from planner.review.explain import explained
from planner.verbs.arguments import DIRECTORY, INVENTORY, ON, PLACE
from planner.verbs.relations import node_called
from planner.verbs.stages import planned


@click.command()
@INVENTORY
@click.option("-o", "--output", type=PLACE, required=True, help="Directory for the plan and its review.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="When the plan starts.")
@ON
def plan(inventory: Path, output: Path, start: Any, today: date) -> None:
    """Compute, verify and write a plan for INVENTORY: bundle and review. Touches nothing else."""
    made = planned(inventory, today, start.isoformat(timespec="minutes") if start else None)
    verification = pipeline.verify(made)
    if not verification.accepted:
        for violation in verification.violations:
            ERR.print(
                f"[red]refused[/] {violation.constraint} at {violation.step}: {escape(violation.detail)}"
            )
        raise PlannerError(
            "the replay refuses this plan: nothing was written. This is a fault of the planner."
        )
    write_directory(output, pipeline.bundle(made, verification))
    OUT.print(terminal(made, verification))
    OUT.print(
        f"\nReview   {escape(str(output / 'review' / 'index.html'))}\n"
        f"Project  {escape(str(output))} (README.md says how to run it)"
    )


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
    problems = [f"{v.constraint} at {v.step}: {v.detail}" for v in verification.violations]
    problems += [f"{path} was changed after the plan was written" for path in changed_files(directory)]
    if against is not None and pipeline.estate_digest(pipeline.read(against)[0]) != made.estate_digest:
        problems.append(f"{against} is no longer the estate that was planned: plan again")
    for problem in problems:
        complain(problem)
    if problems:
        sys.exit(1)
    OUT.print(f"accepted: {verification.events} events replayed, no constraint broken, no file changed")
