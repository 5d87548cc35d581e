"""The shapes of charts, as plain numbers in the units of their view box; templates only write them down."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A rectangle with a style, a label that fits (or is empty) and a description for tooltips and readers."""

    x: float
    y: float
    width: float
    height: float
    style: str
    label: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A stretch of time behind the rows: a wave."""

    x: float
    width: float
    label: str
    odd: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a Gantt chart."""

    label: str
    y: float
    height: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gantt:
    """Bars over time, one row a host or wave."""

    title: str
    width: int
    height: float
    left: int
    top: int
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityChart:
    """Memory of one side over time: paths (SVG `d`) of the load and of what the reserve leaves."""

    title: str
    width: int
    height: int
    left: int
    bottom: int
    load: str
    limit: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    low_x: float
    low_y: float
    low_limit_y: float
    low_label: str
