"""When waves of a cluster may run: the policy's windows and freezes, in seconds from the start of the plan.

Windows are hours on a wall clock. On the nights when clocks are changed they are longer or shorter than they look.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from planner.model.policy import Weekday, Window, WindowPolicy

_DAYS: Final = 3 * 366
"""How far ahead windows are looked for."""

_ALWAYS: Final = Window(opens="00:00", closes="00:00")


class Span(NamedTuple):
    """Seconds from the start of the plan."""

    start: int
    end: int


class Calendar:
    """The spans in which waves of a cluster may run."""

    __slots__ = ("_spans", "_starts")

    def __init__(self, spans: tuple[Span, ...]) -> None:
        self._spans = spans
        self._starts = [span.start for span in spans]

    @property
    def longest(self) -> int:
        """Seconds of the longest span; 0 without any."""
        return max((span.end - span.start for span in self._spans), default=0)

    def opening(self, now: int, seconds: int) -> int | None:
        """The first second from `now` on at which something that takes so long may begin; None: never again."""
        for span in self._spans[max(0, bisect_right(self._starts, now) - 1) :]:
            begin = max(now, span.start)
            if begin + seconds <= span.end:
                return begin
        return None


def calendar(policy: WindowPolicy, cluster: str, start: datetime) -> Calendar:
    """The calendar of a cluster for a plan that starts at a time on the wall clock of the policy's time zone."""
    zone = ZoneInfo(policy.timezone)
    named = tuple(window for window in policy.open if cluster in window.clusters)
    general = tuple(window for window in policy.open if not window.clusters)
    windows = named or general or (_ALWAYS,)
    first = start.date() - timedelta(days=1)
    opened = sorted(
        Span(
            _seconds(day, window.opens, zone, start),
            _seconds(day + timedelta(days=window.closes <= window.opens), window.closes, zone, start),
        )
        for day in (first + timedelta(days=number) for number in range(_DAYS))
        for window in windows
        if tuple(Weekday)[day.weekday()] in window.days
    )
    frozen = sorted(
        Span(
            _seconds(date.fromisoformat(freeze.first), "00:00", zone, start),
            _seconds(date.fromisoformat(freeze.last) + timedelta(days=1), "00:00", zone, start),
        )
        for freeze in policy.freezes
    )
    return Calendar(tuple(_without(_merged(opened), frozen)))


def _seconds(day: date, clock: str, zone: ZoneInfo, start: datetime) -> int:
    there = datetime.combine(day, time.fromisoformat(clock), zone)
    return int(there.timestamp() - start.replace(tzinfo=zone).timestamp())


def _merged(spans: list[Span]) -> Iterator[Span]:
    """Spans that touch as one."""
    open_span: Span | None = None
    for span in spans:
        if open_span is None or span.start > open_span.end:
            if open_span is not None:
                yield open_span
            open_span = span
        else:
            open_span = Span(open_span.start, max(open_span.end, span.end))
    if open_span is not None:
        yield open_span


def _without(spans: Iterator[Span], frozen: list[Span]) -> Iterator[Span]:
    for span in spans:
        begin = span.start
        for freeze in frozen:
            if begin < freeze.start < span.end:
                yield Span(begin, freeze.start)
            if freeze.start < span.end and begin < freeze.end:
                begin = max(begin, freeze.end)
        if begin < span.end:
            yield Span(begin, span.end)
