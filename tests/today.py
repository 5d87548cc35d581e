"""The day for which tests judge: no test may hang on the day on which it runs."""

from collections.abc import Sequence
from datetime import date

TODAY = date(2026, 11, 24)
_JUDGING = frozenset({"assess", "decide", "plan", "show"})


def dated(words: Sequence[object]) -> list[object]:
    """A command line of the planner that judges for that day, where its verb judges at all."""
    return [*words, "--on", TODAY] if _JUDGING.intersection(words[:1]) and "--on" not in words else [*words]
