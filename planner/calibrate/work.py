"""Work beside copies: the constants whose sums explain what is left of durations when the copy is taken off."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import median
from typing import Final

import numpy as np

from planner.calibrate.pieces import Piece
from planner.calibrate.terms import Terms
from planner.model.plan import Transport

_LEAST: Final = 60.0
"""Seconds: a constant that was assumed to be less may still become longer."""


def copying(piece: Piece, rates: Mapping[Transport, float]) -> float:
    """Seconds of the copy in a piece."""
    return piece.bytes / rates[piece.transport] if piece.transport is not None else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What the work of some constants took together: median seconds beside the copy, and with it, of so many pieces."""

    beside: float
    whole: float
    count: int


def sums(pieces: Iterable[Piece], rates: Mapping[Transport, float]) -> dict[Terms, Sum]:
    """What was measured of each combination of constants."""
    alike: dict[Terms, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.terms:
            alike[piece.terms].append(piece)
    return {
        terms: Sum(
            beside=median(piece.seconds - copying(piece, rates) for piece in some),
            whole=median(piece.seconds for piece in some),
            count=len(some),
        )
        for terms, some in alike.items()
    }


def work(measured: Mapping[Terms, Sum], assumed: Mapping[str, int]) -> dict[str, float]:
    """Seconds of each constant that was measured, alone or in a sum.

    The sums are met as nearly as possible, in proportion to what the pieces took in all, since so does what is left
    open in them; each weighs as much as it has measurements (least squares). Where sums do not tell which of their
    constants it is, all change in the same proportion of what was assumed.
    """
    constants = sorted({term for terms in measured for term in terms})
    if not constants:
        return {}
    before = np.array([float(assumed[name]) for name in constants])
    scale = np.maximum(before, _LEAST)
    holds = np.array([[float(name in terms) for name in constants] for terms in measured])
    weight = np.array([sqrt(some.count) / max(some.whole, 1.0) for some in measured.values()])
    missing = np.array([some.beside for some in measured.values()]) - holds @ before
    # Of all solutions lstsq takes the shortest; in units of what was assumed, that is the one of like proportions.
    change = np.linalg.lstsq(weight[:, None] * holds * scale, weight * missing, rcond=None)[0]
    return dict(zip(constants, np.maximum(before + scale * change, 0.0).tolist(), strict=True))
