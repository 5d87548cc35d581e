"""Findings in a terminal: by rule in the review, one by one for `planner assess`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from planner.model.finding import Finding, Severity
from planner.review.concerns import STANDINGS, finding_views
from planner.review.view import FindingView, RuleView
from planner.review.words import counted

MARKS: Final = {
    "blocks": ("✗ blocks", "bold red"),
    "waived": ("✓ waived", "cyan"),
    "warning": ("! warning", "yellow"),
    "information": ("i note", "dim"),
}
MOST_SUBJECTS: Final = 6


_ORDERS: Final[Mapping[str, Callable[[FindingView], tuple[object, ...]]]] = {
    "severity": lambda finding: (STANDINGS.index(finding.standing),),
    "subject": lambda finding: (finding.kind, finding.subject, STANDINGS.index(finding.standing)),
}


def findings_table(findings: Iterable[Finding], by: str) -> RenderableType:
    """Every finding with its facts and remedy, by `severity` or `subject`, and a closing count."""
    shown = tuple(sorted(finding_views(findings), key=_ORDERS[by]))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=True)
    table.add_column("", no_wrap=True)
    table.add_column("rule", overflow="fold", max_width=28)
    table.add_column("subject", overflow="fold", max_width=24)
    table.add_column("what and remedy", ratio=1, overflow="fold")
    for finding in shown:
        label, style = MARKS[finding.standing]
        table.add_row(
            Text(label, style=style), Text(finding.rule), Text(finding.subject), Text(_explained(finding))
        )
    return Group(table, Text(""), Text(_counts(shown), style="bold"))


def rules_table(rules: Iterable[tuple[str, Iterable[Severity], str, str]]) -> Table:
    """Rules with their id, the severities that they may have, what they find and what to do then."""
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=True)
    grid.add_column("rule", no_wrap=True)
    grid.add_column("severity", overflow="fold", max_width=12)
    grid.add_column("what and remedy", ratio=1, overflow="fold")
    for rule, severities, message, remedy in rules:
        grid.add_row(Text(rule), Text("\n".join(severities)), Text(f"{message}\n→ {remedy}"))
    return grid


def _explained(finding: FindingView) -> str:
    facts = "; ".join(f"{name}: {value}" for name, value in finding.facts)
    lines = [
        f"{finding.message}{f' ({facts})' if facts else ''}",
        f"on the way to: {', '.join(finding.targets)}" if finding.targets else "",
        finding.waiver or f"→ {finding.remedy}",
        f"$ {finding.command}" if finding.command else "",
        finding.evidence or "",
    ]
    return "\n".join(line for line in lines if line)


def _counts(shown: tuple[FindingView, ...]) -> str:
    standings = [finding.standing for finding in shown]
    names = {"blocks": "blocking", "waived": "waived", "information": "notes"}
    parts = [
        counted(standings.count(standing), standing)
        if standing == "warning"
        else f"{standings.count(standing)} {names[standing]}"
        for standing in STANDINGS
    ]
    return f"Findings: {', '.join(parts)}."


def rules_grid(rules: tuple[RuleView, ...]) -> Table:
    """One row for each rule and standing, with the count and the first subjects."""
    grid = Table.grid(padding=(0, 2))
    grid.expand = True
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column(ratio=1, overflow="fold")
    for rule in rules:
        label, style = MARKS[rule.standing]
        more = len(rule.subjects) - MOST_SUBJECTS
        subjects = ", ".join(rule.subjects[:MOST_SUBJECTS]) + (f" and {more} more" if more > 0 else "")
        what = Text.assemble(
            (rule.rule, "bold"), f"  {rule.message}\n{subjects}\n", (f"→ {rule.remedy}", "dim")
        )
        grid.add_row(Text(label, style=style), f"{len(rule.subjects)}x", what)
    return grid
