"""Rolling conversions of made-up estates: how long they take, how far from a lower bound, and what planning them costs."""

from planner.bench.family import family
from planner.bench.measure import Figures, measured

__all__ = ["Figures", "family", "measured"]
