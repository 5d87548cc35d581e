"""The pipeline as verbs ask for it."""

import sys
from collections.abc import Iterable
from pathlib import Path

from planner import pipeline
from planner.console import OUT, complain
from planner.model.plan import Plan
from planner.pipeline import Analysis
from planner.review.findings import findings_table


def analysed(inventory: Path, what_if: Iterable[str] = ()) -> Analysis:
    """An inventory and its policy as far as they can be judged before anything is placed or timed."""
    return pipeline.settle(pipeline.analyse(*pipeline.read(inventory, what_if)))


def planned(inventory: Path, start: str | None) -> Plan:
    """The plan of an inventory. Ends the program with what blocks it, where something does."""
    analysis = analysed(inventory)
    if analysis.blocking:
        OUT.print(findings_table(analysis.blocking, "severity"))
        complain(f"{len(analysis.blocking)} findings block: solve or waive them. Nothing was written.")
        sys.exit(1)
    return pipeline.make_plan(analysis, start)
