"""Moments of a plan as people read them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from planner.review.view import When

Clock = Callable[[int], When]

_TICK_STEPS: Final = (60, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
_WEEK: Final = 7 * 86400


def clock(start: str | None, timezone: str) -> Clock:
    """The reading of seconds for a plan that starts at a time on the clock of a time zone, or at none.

    >>> clock("2027-03-27T23:30", "Europe/Vienna")(10800)
    When(seconds=10800, offset='+3:00', date='Sun 2027-03-28 03:30')
    """
    zone = ZoneInfo(timezone)
    origin = None if start is None else datetime.fromisoformat(start).replace(tzinfo=zone).astimezone(UTC)

    @cache
    def read(seconds: int) -> When:
        then = None if origin is None else (origin + timedelta(seconds=seconds)).astimezone(zone)
        date = None if then is None else then.strftime("%a %Y-%m-%d %H:%M")
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
