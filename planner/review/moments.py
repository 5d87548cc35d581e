"""Moments of a plan as people read them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from planner.review.view import When

Clock = Callable[[int], When]

_TICK_STEPS: Final = (60, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
_WEEK: Final = 7 * 86400


def clock(start: str | None) -> Clock:
    """The reading of seconds for a plan that starts at an ISO 8601 date and time, or at none.

    >>> clock("2027-02-06T20:00")(5400)
    When(seconds=5400, offset='+1:30', date='Sat 2027-02-06 21:30')
    """
    origin = None if start is None else datetime.fromisoformat(start)

    def read(seconds: int) -> When:
        date = None if origin is None else (origin + timedelta(seconds=seconds)).strftime("%a %Y-%m-%d %H:%M")
        return When(seconds=seconds, offset=offset(seconds), date=date)

    return read


def offset(seconds: int) -> str:
    """Hours and minutes from the start, with days once there are any.

    >>> offset(97200)
    '+1 d 3:00'
    """
    minutes = seconds // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    return f"+{days} d {hours}:{rest:02d}" if days else f"+{hours}:{rest:02d}"


def tick_step(span: int, most: int) -> int:
    """The round number of seconds between at most `most` marks over a span.

    >>> tick_step(40000, 12)
    3600
    """
    for step in _TICK_STEPS:
        if span / step <= most:
            return step
    days = -(-span // (86400 * most))
    return 86400 * days if days < 7 else _WEEK * -(-days // 7)
