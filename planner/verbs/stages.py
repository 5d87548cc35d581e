"""The pipeline as verbs ask for it."""

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from planner import pipeline
from planner.console import OUT, complain
from planner.model.finding import Finding
from planner.model.plan import Plan
from planner.model.progress import Report
from planner.pipeline import Analysis
from planner.review.findings import findings_table


def analysed(inventory: Path, today: date, what_if: Iterable[str] = ()) -> Analysis:
    """An inventory and its policy as far as they can be judged on a day before anything is placed or timed."""
    return pipeline.settle(pipeline.analyse(*pipeline.read(inventory, what_if), today))


def planned(inventory: Path, today: date, start: str | None = None) -> Plan:
    """The plan of an inventory, as of a day. Ends the program with what blocks it, where something does."""
    return _unblocked(analysed(inventory, today), start)


def replanned(inventory: Path, today: date, earlier: Plan, report: Report, start: str | None = None) -> Plan:
    """The plan of an inventory that goes on from an earlier one. Ends the program with what blocks it likewise."""
    now, policy = pipeline.read(inventory)
    estate, resumption = pipeline.resume(earlier, report, now)
    analysis = pipeline.settle(pipeline.analyse(estate, policy, today, resumption))
    return _unblocked(analysis, start)


def _unblocked(analysis: Analysis, start: str | None) -> Plan:
    _stop_at(analysis.blocking)
    made = pipeline.make_plan(analysis, start)
    _stop_at(tuple(finding for finding in made.findings if finding.blocks))
    return made


def _stop_at(blocking: tuple[Finding, ...]) -> None:
    """End the program with what blocks, where something does."""
    if blocking:
        OUT.print(findings_table(blocking, "severity"))
        complain(f"{len(blocking)} findings block: solve or waive them. Nothing was written.")
        sys.exit(1)
