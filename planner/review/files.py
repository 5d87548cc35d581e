"""The files of a review, as text by relative path."""

from typing import Final

from planner.model.codec import to_json
from planner.model.plan import Plan
from planner.model.verification import Verification
from planner.review.build import view
from planner.review.html import html
from planner.review.markdown import markdown

HTML: Final = "review/index.html"
MARKDOWN: Final = "review/REVIEW.md"
DATA: Final = "review/view.json"


def review(plan: Plan, verification: Verification) -> dict[str, str]:
    """The HTML page, the Markdown for a pull request, and the view that both were rendered from."""
    shown = view(plan, verification)
    return {HTML: html(shown), MARKDOWN: markdown(shown), DATA: to_json(shown)}
