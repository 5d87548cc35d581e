"""What people read: the plan and its replay as terminal output, Markdown and HTML."""

from planner.review.files import Review, review
from planner.review.terminal import terminal

__all__ = ["Review", "review", "terminal"]
