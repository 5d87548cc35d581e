"""How fast copies went, by transport: told by the journal, or from how durations grow with bytes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from statistics import median
from typing import Final

from planner.calibrate.pieces import Piece
from planner.calibrate.terms import Terms
from planner.model.calibration import ENOUGH
from planner.model.plan import Transport

_MOST: Final = 500
_APART: Final = 1.5
"""Two copies tell something of the rate if one has at least that many times the bytes of the other."""


def rates(pieces: Iterable[Piece]) -> dict[Transport, float]:
    """Bytes a second of each transport of which enough is known.

    Where pieces are nothing but copies, the median of theirs. Elsewhere the slope of duration over bytes between any
    two pieces with the same work beside the copy: the median, in which more bytes between the two weigh more
    (Theil and Sen's estimator), so that a few wild durations do not matter.
    """
    by_transport: dict[Transport, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.transport is not None and piece.bytes:
            by_transport[piece.transport].append(piece)
    found = {transport: _told(some) or _reckoned(some) for transport, some in by_transport.items()}
    return {transport: rate for transport, rate in found.items() if rate is not None}


def _told(pieces: Iterable[Piece]) -> float | None:
    copies = [piece.bytes / piece.seconds for piece in pieces if not piece.terms]
    return median(copies) if copies else None


def _reckoned(pieces: list[Piece]) -> float | None:
    """The rate of pieces that are more than copies; None where too few differ enough, or more bytes take no longer."""
    if len(pieces) < ENOUGH:
        return None
    alike: Mapping[Terms, list[Piece]] = defaultdict(list)
    for piece in pieces:
        alike[piece.terms].append(piece)
    slopes = sorted(slope for some in alike.values() for slope in _slopes(some))
    if not slopes:
        return None
    seconds_a_byte = _weighted_median(slopes)
    return 1 / seconds_a_byte if seconds_a_byte > 0 else None


def _slopes(pieces: list[Piece]) -> list[tuple[float, int]]:
    """Seconds a byte between any two pieces, and the bytes between them; of very many pieces, some of every size."""
    by_size = sorted(pieces, key=lambda piece: (piece.bytes, piece.seconds))
    some = by_size[:: -(-len(by_size) // _MOST)]
    return [
        ((large.seconds - small.seconds) / (large.bytes - small.bytes), large.bytes - small.bytes)
        for small, large in combinations(some, 2)
        if large.bytes >= _APART * small.bytes
    ]


def _weighted_median(values: list[tuple[float, int]]) -> float:
    """The value, of sorted ones, below and above which lies at most half of the weight."""
    half, below = sum(weight for _, weight in values) / 2, 0
    for value, weight in values:
        below += weight
        if below >= half:
            return value
    raise AssertionError("unreachable: all weights together are more than half of them")
