"""The whole visible text of a review: terminal, Markdown, HTML."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from planner.review import review, terminal
from planner.review.findings import findings_table
from planner.verify import verify
from tests.plans import hand_made_plan

GOLDEN = Path(__file__).parents[1] / "golden" / "review"
PLAN = hand_made_plan()


def printed(renderable, width):
    console = Console(file=StringIO(), width=width, color_system=None, legacy_windows=False)
    console.print(renderable)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()) + "\n"


@pytest.mark.parametrize("width", [60, 100, 160])
def test_terminal(width, file_regression):
    text = printed(terminal(PLAN, verify(PLAN)), width)
    assert max(len(line) for line in text.splitlines()) <= width
    file_regression.check(text, fullpath=GOLDEN / f"terminal-{width}.txt")


def test_terminal_of_a_plan_without_a_date(file_regression):
    plan = hand_made_plan(start=None)
    file_regression.check(
        printed(terminal(plan, verify(plan)), 100), fullpath=GOLDEN / "terminal-undated.txt"
    )


def test_findings_table(file_regression):
    file_regression.check(
        printed(findings_table(PLAN.findings, "severity"), 100), fullpath=GOLDEN / "findings.txt"
    )


@pytest.mark.parametrize("name", ["REVIEW.md", "index.html", "view.json"])
def test_files(name, file_regression):
    text = review(PLAN, verify(PLAN)).files[f"review/{name}"]
    file_regression.check(text if isinstance(text, str) else text.decode(), fullpath=GOLDEN / name)


def test_the_same_plan_gives_the_same_bytes():
    first, second = (review(plan, verify(plan)).files for plan in (PLAN, hand_made_plan()))
    assert dict(first) == dict(second)
