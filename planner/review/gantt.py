"""Gantt charts: every host of a cluster over time, and the waves of the whole plan."""

from collections.abc import Iterable, Iterator
from typing import Final

from planner.model.estate import ClusterId, HostId
from planner.model.plan import Step, StepKind, Wave
from planner.review.drawing import Band, Bar, Gantt, Row, Tick
from planner.review.moments import tick_step
from planner.review.names import Book
from planner.review.steps import subject, way
from planner.review.words import STEPS, plain, shortened
from planner.units import format_duration

WIDTH: Final = 1200
LEFT: Final = 150
RIGHT: Final = 14
TOP: Final = 44
TOP_WITHOUT_BANDS: Final = 24
LANE: Final = 17
LANE_GAP: Final = 3
BAR: Final = 13
ROW_PADDING: Final = 10
LETTER: Final = 6.2
LONGEST_LABEL: Final = 20
FEWEST_LETTERS: Final = 8
MOST_TICKS: Final = 12
LAST_LABEL: Final = 24
THINNEST: Final = 2.0


def cluster_gantt(book: Book, cluster: ClusterId, hosts: Iterable[HostId]) -> Gantt | None:
    """The hosts of a cluster: when each is out of service and which VMs come to it; None if nothing happens."""
    steps = book.members[cluster].steps
    if not steps:
        return None
    scale = _Scale(min(step.start for step in steps), max(step.end for step in steps))
    on_host: dict[HostId, list[Step]] = {host: [] for host in hosts}
    for step in steps:
        row = step.host or step.destination or step.source
        if row in on_host:
            on_host[row].append(step)
    rows, y = [], float(TOP)
    for host, of_host in on_host.items():
        lanes = _lanes((step.id, step.start, step.end) for step in of_host)
        height = LANE * max(1, max(lanes.values(), default=0) + 1) + ROW_PADDING
        bars = tuple(
            _step_bar(book, step, scale, y + ROW_PADDING / 2 + LANE * lanes[step.id]) for step in of_host
        )
        rows.append(Row(label=shortened(book.host(host), LONGEST_LABEL), y=y, height=height, bars=bars))
        y += height
    waves = book.members[cluster].waves
    return Gantt(
        title=f"{book.clusters[cluster]}: hosts over time",
        width=WIDTH,
        height=y + 4,
        left=LEFT,
        top=TOP,
        rows=tuple(rows),
        ticks=_ticks(book, scale),
        bands=tuple(_bands(waves, scale)),
    )


def overview_gantt(book: Book) -> Gantt | None:
    """The waves of the whole plan, one row a cluster."""
    waves = book.plan.schedule.waves
    if not waves:
        return None
    scale = _Scale(min(w.start for w in waves), max(w.start + w.duration for w in waves))
    clusters = dict.fromkeys(wave.cluster for wave in sorted(waves, key=lambda wave: wave.start))
    rows, y = [], float(TOP_WITHOUT_BANDS)
    for cluster in clusters:
        of_cluster = book.members[cluster].waves
        lanes = _lanes((wave.id, wave.start, wave.start + wave.duration) for wave in of_cluster)
        height = (LANE + LANE_GAP) * (max(lanes.values()) + 1) + ROW_PADDING - LANE_GAP
        bars = tuple(
            _wave_bar(book, wave, scale, y + ROW_PADDING / 2 + (LANE + LANE_GAP) * lanes[wave.id])
            for wave in of_cluster
        )
        label = shortened(book.clusters[cluster], LONGEST_LABEL)
        rows.append(Row(label=label, y=y, height=height, bars=bars))
        y += height
    return Gantt(
        title="Waves over time",
        width=WIDTH,
        height=y + 4,
        left=LEFT,
        top=TOP_WITHOUT_BANDS,
        rows=tuple(rows),
        ticks=_ticks(book, scale),
        bands=(),
    )


class _Scale:
    """From seconds to the chart's own units."""

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, max(end, start + 1)
        self._unit = (WIDTH - LEFT - RIGHT) / (self.end - self.start)

    def x(self, second: int) -> float:
        return round(LEFT + (second - self.start) * self._unit, 1)

    def width(self, seconds: int) -> float:
        return max(THINNEST, round(seconds * self._unit - 0.6, 1))


def _lanes(spans: Iterable[tuple[str, int, int]]) -> dict[str, int]:
    """A lane for each of what has an id, a start and an end, such that those of a lane follow each other."""
    free_at: list[int] = []
    lanes: dict[str, int] = {}
    for name, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
        lane = next((number for number, free in enumerate(free_at) if free <= start), len(free_at))
        free_at[lane : lane + 1] = [end]
        lanes[name] = lane
    return lanes


def _step_bar(book: Book, step: Step, scale: _Scale, y: float) -> Bar:
    verb, whom, when = STEPS[step.kind].verb, subject(book, step), book.when(step.start)
    width = scale.width(step.duration)
    parts = (
        f"{verb} {whom}",
        way(book, step),
        f"from {when.offset}{' (' + when.date + ')' if when.date else ''}",
        f"{format_duration(step.duration)}, p90 {format_duration(step.p90)}",
        f"{format_duration(step.downtime)} down" if step.downtime else "",
    )
    return Bar(
        x=scale.x(step.start),
        y=y,
        width=width,
        height=BAR,
        style=_style(book, step),
        label=_fitting(verb if step.vm is None else whom, width),
        title=" · ".join(part for part in parts if part),
    )


def _style(book: Book, step: Step) -> str:
    if step.vm is None:
        return step.kind
    return "live" if book.is_live(step) else "parked" if step.kind is StepKind.PARK else "cold"


def _wave_bar(book: Book, wave: Wave, scale: _Scale, y: float) -> Bar:
    width = scale.width(wave.duration)
    name = f"{wave.id} {plain(wave.title)}"
    when = book.when(wave.start)
    duration = f"{format_duration(wave.duration)}, p90 {format_duration(wave.p90)}"
    return Bar(
        x=scale.x(wave.start),
        y=y,
        width=width,
        height=LANE,
        style="pilot" if wave.pilot else "wave",
        label=_fitting(name, width) or _number(wave, width),
        title=f"{name} · from {when.offset}{' (' + when.date + ')' if when.date else ''} · {duration}",
    )


def _fitting(text: str, width: float) -> str:
    """Text, cut to what a bar holds; nothing if that would be no word any more."""
    letters = int((width - 6) / LETTER)
    return shortened(text, letters) if letters >= min(len(text), FEWEST_LETTERS) else ""


def _number(wave: Wave, width: float) -> str:
    """What is left of a wave's id where there is little room."""
    digits = wave.id.rpartition("-")[2].lstrip("0")
    return digits if width > LETTER * len(digits) + 6 else ""


def _ticks(book: Book, scale: _Scale) -> tuple[Tick, ...]:
    step = tick_step(scale.end - scale.start, MOST_TICKS)
    first = -(-scale.start // step) * step
    marks = ((scale.x(second), book.when(second).offset) for second in range(first, scale.end + 1, step))
    return tuple(Tick(at=at, label=label) for at, label in marks if at < WIDTH - LAST_LABEL)


def _bands(waves: Iterable[Wave], scale: _Scale) -> Iterator[Band]:
    """A band for each wave; where waves overlap, a name that would be written over another is left out."""
    written = 0.0
    for number, wave in enumerate(waves):
        x, width = scale.x(wave.start), scale.width(wave.duration)
        name = _fitting(wave.id, width) or _number(wave, width)
        label = name if x >= written else ""
        written = max(written, x + LETTER * (len(label) + 1)) if label else written
        yield Band(x=x, width=width, label=label, odd=number % 2 == 1)
