"""The verb: a plan and its replay as files, and as what a terminal shows."""

from dataclasses import dataclass

from rich.console import RenderableType

from planner.model.plan import Plan
from planner.model.texts import Texts
from planner.model.verification import Verification
from planner.review.build import view
from planner.review.pages import pages
from planner.review.terminal import render


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A plan as people read it. `screen` is for `rich.console.Console.print`."""

    files: Texts
    screen: RenderableType


def review(plan: Plan, verification: Verification) -> Review:
    """The files of a plan's review, and what a terminal shows, all of one view."""
    shown = view(plan, verification)
    return Review(files=Texts(parts=pages(shown)), screen=render(shown))
