"""The verb that measures the policy's constants in the journal of a run."""

from functools import cache
from pathlib import Path

import click

from planner.calibrate import calibrate as calibrated
from planner.console import ERR, OUT
from planner.model.codec import to_bytes
from planner.read.journal import read_journal
from planner.read.plan import read_plan
from planner.review.calibration import constants_table, left_out_lines, policy_fragment
from planner.verbs.arguments import PLACE


@click.command()
@click.argument("journals", nargs=-1, required=True, type=PLACE, metavar="JOURNAL...")
@click.option(
    "--plan",
    "directory",
    type=PLACE,
    help="Directory of the plan that was run, where the JOURNAL is elsewhere.",
)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "yaml"]),
    default="table",
    show_default=True,
    help="For people; only the fragment for policy.yml.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def calibrate(journals: tuple[Path, ...], directory: Path | None, shape: str, as_json: bool) -> None:  # noqa: FBT001
    """What the constants of the policy were in a run: assumed and measured, with p50 and p90.

    JOURNAL is the journal.jsonl that running a bundle has written, in the plan's directory.
    """
    plan_in = cache(read_plan)
    read = [(journal, read_journal(journal)) for journal in journals]
    result = calibrated([(plan_in(directory or path.parent), journal) for path, journal in read])
    if as_json:
        click.echo(to_bytes(result), nl=False)
        return
    console = OUT if shape == "table" else ERR
    if shape == "table":
        OUT.print(constants_table(result))
        OUT.print()
    for line in left_out_lines(result):
        console.print(line, soft_wrap=True, highlight=False)
    click.echo(policy_fragment(result), nl=False)
