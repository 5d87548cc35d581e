"""The verb: a plan and its replay as files, and as what a terminal shows."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from rich.console import RenderableType

from planner.model.codec import to_bytes
from planner.model.plan import Plan
from planner.model.texts import Maker, Text, Texts
from planner.model.verification import Verification
from planner.review.build import view
from planner.review.html import html
from planner.review.markdown import markdown
from planner.review.terminal import render

HTML: Final = "review/index.html"
MARKDOWN: Final = "review/REVIEW.md"
DATA: Final = "review/view.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A plan as people read it. `screen` is for `rich.console.Console.print`."""

    files: Texts
    screen: RenderableType


def review(plan: Plan, verification: Verification) -> Review:
    """The HTML page, the Markdown for a pull request, the view that both are rendered from, and the terminal's text."""
    shown = view(plan, verification)
    files: dict[str, Text | Maker] = {
        HTML: partial(html, shown),
        MARKDOWN: partial(markdown, shown),
        DATA: partial(to_bytes, shown),
    }
    return Review(files=Texts(parts=files), screen=render(shown))
