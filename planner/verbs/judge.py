"""Verbs that judge: what could go wrong, which hypervisor, and what is taken for true."""

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from planner.assess import every_rule
from planner.console import OUT
from planner.errors import InfeasibleError
from planner.knowledge import known
from planner.model.codec import to_bytes
from planner.model.estate import ClusterId
from planner.review.decisions import decision_lines
from planner.review.findings import findings_table, rules_table
from planner.review.findings_files import FINDINGS_FORMATS
from planner.review.knowledge import knowledge_table
from planner.verbs.arguments import INVENTORY, ON
from planner.verbs.stages import analysed


@click.command()
@INVENTORY
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", *FINDINGS_FORMATS]),
    default="table",
    show_default=True,
    help="For people; for programs; for code scanning; for spreadsheets.",
)
@click.option(
    "--by",
    type=click.Choice(["severity", "subject"]),
    default="severity",
    show_default=True,
    help="What the table is sorted by.",
)
@ON
def assess(inventory: Path, shape: str, by: str, today: date) -> None:
    """What could go wrong in INVENTORY, for the target that each cluster would get.

    VMs of which no host is known are judged for every target.
    """
    analysis = analysed(inventory, today)
    findings = (*analysis.findings, *analysis.outside)
    if shape == "table":
        OUT.print(findings_table(findings, by))
    else:
        click.echo(FINDINGS_FORMATS[shape](findings), nl=False)
    sys.exit(1 if any(finding.blocks for finding in findings) else 0)


@click.command()
def concerns() -> None:
    """The catalogue: everything that `assess` looks for, with the severities that it may have."""
    OUT.print(rules_table((rule.id, rule.severities, rule.message, rule.remedy) for rule in every_rule()))


@click.command()
@click.argument("words", nargs=-1, metavar="[WORD...]")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
def knowledge(words: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001
    """What the planner takes for true, with sources and dates: every fact, or those that name all WORDs."""
    wanted = {word.lower() for word in words}
    told = tuple(
        fact
        for fact in known()
        if all(word in f"{fact.id} {fact.value} {fact.source}".lower() for word in wanted)
    )
    if as_json:
        click.echo(to_bytes(told), nl=False)
    else:
        OUT.print(knowledge_table(told))


@click.command()
@INVENTORY
@click.option(
    "--what-if",
    "changes",
    multiple=True,
    metavar="KEY=VALUE",
    help="As if this stood in policy.yml: decision.weights.downtime=10, clusters[Alpha].target=xcp-ng-8.3.",
)
@ON
def decide(inventory: Path, changes: tuple[str, ...], today: date) -> None:
    """Which hypervisor each cluster of INVENTORY would get, and why."""
    analysis = analysed(inventory, today, changes)
    before = _winners(inventory, today) if changes else {}
    lines = decision_lines(analysis.estate.clusters, analysis.platforms, analysis.decisions, before)
    for line in lines:
        OUT.print(line)


def _winners(inventory: Path, today: date) -> Mapping[ClusterId, str | None]:
    """The target of each cluster as things are; of none where a cluster has no possible target."""
    try:
        return {made.cluster: made.winner for made in analysed(inventory, today).decisions}
    except InfeasibleError:
        return {}
