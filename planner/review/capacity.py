"""Memory of a cluster's sides over time: the lowest water of each, and charts of load and limit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from planner.model.estate import ClusterId
from planner.model.policy import Strategy
from planner.model.verification import CapacityPoint, Verification
from planner.review.drawing import CapacityChart, Tick
from planner.review.moments import tick_step
from planner.review.names import Book
from planner.review.view import LowWater
from planner.units import GIB, format_size

WIDTH: Final = 580
HEIGHT: Final = 210
LEFT: Final = 62
RIGHT: Final = 14
TOP: Final = 16
BOTTOM: Final = 182
MOST_TICKS: Final = 6
MOST_SIZES: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One side at one moment, in bytes."""

    time: int
    step: str
    limit: int
    free: int

    @property
    def load(self) -> int:
        """Bytes that running VMs take, those on their way included."""
        return self.limit - self.free


Readings = list[Reading | None]


def readings(book: Book, verification: Verification, cluster: ClusterId) -> dict[str, Readings]:
    """Each side's readings in order of time; None where the side has no host or is not known.

    The two sides of a pool that is upgraded in place are one.
    """
    points = [point for point in verification.capacity if point.cluster == cluster]
    source, target = [_source(point) for point in points], [_target(point) for point in points]
    if book.strategies.get(cluster) is Strategy.UPGRADE_IN_PLACE:
        sides = {"pool": [one or other for one, other in zip(source, target, strict=True)]}
    else:
        sides = {"source side": source, "target side": target}
    return {side: of_side for side, of_side in sides.items() if any(of_side)}


def _source(point: CapacityPoint) -> Reading | None:
    return _reading(point, point.source_limit_bytes, point.source_free_bytes)


def _target(point: CapacityPoint) -> Reading | None:
    return _reading(point, point.target_limit_bytes, point.target_free_bytes)


def _reading(point: CapacityPoint, limit: int | None, free: int | None) -> Reading | None:
    if limit is None or free is None:
        return None
    return Reading(time=point.time, step=point.step, limit=limit, free=free)


def low_water(book: Book, sides: dict[str, Readings]) -> tuple[LowWater, ...]:
    """The moment of each side at which the least memory is left, judged while it carries VMs."""
    return tuple(
        LowWater(
            side=side,
            free_bytes=lowest.free,
            limit_bytes=lowest.limit,
            when=book.when(lowest.time),
            step=lowest.step,
        )
        for side, of_side in sides.items()
        if (lowest := _lowest(of_side)) is not None
    )


def _lowest(of_side: Readings) -> Reading | None:
    loaded = [reading for reading in of_side if reading is not None and reading.load > 0]
    return min(loaded, key=lambda reading: (reading.free, reading.time), default=None)


def charts(book: Book, cluster: ClusterId, verification: Verification) -> tuple[CapacityChart, ...]:
    """A chart for each side, on common axes."""
    sides = readings(book, verification, cluster)
    times = [point.time for point in verification.capacity if point.cluster == cluster]
    highest = max((r.limit for of_side in sides.values() for r in of_side if r), default=0)
    if not times or highest <= 0:
        return ()
    axes = _Axes(min(times), max(times), highest)
    return tuple(
        _chart(book, f"{book.clusters[cluster]}, {side}", axes, times, of_side)
        for side, of_side in sides.items()
        if _lowest(of_side) is not None
    )


class _Axes:
    """From seconds and bytes to the chart's own units."""

    def __init__(self, start: int, end: int, highest: int) -> None:
        self.start, self.end, self.highest = start, max(end, start + 1), highest

    def x(self, second: int) -> float:
        return round(LEFT + (second - self.start) * (WIDTH - LEFT - RIGHT) / (self.end - self.start), 1)

    def sizes(self) -> range:
        """Marks at a round size: the power of two of a GiB that needs no more than `MOST_SIZES`."""
        step = GIB
        while self.highest / step > MOST_SIZES:
            step *= 2
        return range(0, self.highest + 1, step)

    def y(self, size: int) -> float:
        return round(BOTTOM - size * (BOTTOM - TOP) / self.highest, 1)


def _chart(book: Book, title: str, axes: _Axes, times: list[int], of_side: Readings) -> CapacityChart:
    lowest = _lowest(of_side)
    assert lowest is not None, "charts are drawn of sides that carry something"
    runs = list(_runs(times, of_side, axes.end))
    step = tick_step(axes.end - axes.start, MOST_TICKS)
    seconds = range(-(-axes.start // step) * step, axes.end + 1, step)
    return CapacityChart(
        title=title,
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        bottom=BOTTOM,
        load=" ".join(_area(axes, run, end) for run, end in runs),
        limit=" ".join(_line(axes, run, end) for run, end in runs),
        x_ticks=tuple(Tick(at=axes.x(second), label=book.when(second).offset) for second in seconds),
        y_ticks=tuple(
            Tick(at=axes.y(size), label=format_size(size) if size else "0") for size in axes.sizes()
        ),
        low_x=axes.x(lowest.time),
        low_y=axes.y(lowest.load),
        low_limit_y=axes.y(lowest.limit),
        low_label=f"least left: {format_size(lowest.free)} at {book.when(lowest.time).offset}",
    )


def _runs(times: list[int], of_side: Readings, end: int) -> Iterator[tuple[list[Reading], int]]:
    """Stretches without a gap, each with the second at which it ends."""
    run: list[Reading] = []
    for time, reading in zip(times, of_side, strict=True):
        if reading is not None:
            run.append(reading)
        elif run:
            yield run, time
            run = []
    if run:
        yield run, end


def _area(axes: _Axes, run: list[Reading], end: int) -> str:
    first = axes.x(run[0].time)
    steps = " ".join(f"V{axes.y(reading.load)} H{x}" for reading, x in _thinned(axes, run, end))
    return f"M{first} {BOTTOM} {steps} V{BOTTOM} Z"


def _line(axes: _Axes, run: list[Reading], end: int) -> str:
    steps = " ".join(f"V{axes.y(reading.limit)} H{x}" for reading, x in _thinned(axes, run, end))
    return f"M{axes.x(run[0].time)} {axes.y(run[0].limit)} {steps}"


def _thinned(axes: _Axes, run: list[Reading], end: int) -> Iterator[tuple[Reading, float]]:
    """Readings with the x to which each holds; of those too close to be told apart, the one with least left."""
    worst = run[0]
    for reading, following in zip(run, [*run[1:], None], strict=True):
        worst = reading if reading.free < worst.free else worst
        x = axes.x(end if following is None else following.time)
        if following is None or x - axes.x(worst.time) >= 0.5:
            yield worst, x
            worst = reading if following is None else following
