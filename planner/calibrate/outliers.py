"""Pieces that say nothing about the ordinary case: left out, each with the reason."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Final

from planner.calibrate.pieces import Piece
from planner.calibrate.work import copying
from planner.model.calibration import ENOUGH, LeftOut
from planner.model.plan import Transport

_FACTOR: Final = 4
"""Beyond so many times the usual, or that part of it, is another story: a pause, a hung guest, work done already."""

_Kind = object
"""What pieces are compared by: their work, or the transport of those that are only a copy."""

_UNTOLD: Final = "its copy cannot be told from its other work: such steps are too few, or of like size"
_HELD_UP: Final = "takes more than {factor} times what is usual: something held it up"
_DONE: Final = "takes less than a quarter of what is usual: its work was done already"


def sifted(
    pieces: Iterable[Piece], rates: Mapping[Transport, float]
) -> tuple[tuple[Piece, ...], tuple[LeftOut, ...]]:
    """The pieces to reckon with, and those that are left out."""
    every = tuple(pieces)
    known = [piece for piece in every if piece.transport is None or piece.transport in rates]
    usual = _usual(known, rates)
    reasons = {id(piece): _strange(piece, copying(piece, rates), usual.get(_kind(piece))) for piece in known}
    return (
        tuple(piece for piece in known if reasons[id(piece)] is None),
        tuple(_left(piece, why) for piece in every if (why := reasons.get(id(piece), _UNTOLD))),
    )


def _kind(piece: Piece) -> _Kind:
    return piece.terms or piece.transport


def _usual(pieces: Iterable[Piece], rates: Mapping[Transport, float]) -> dict[_Kind, float]:
    """What pieces of each kind take beside their copy, where there are enough to say so."""
    beside: dict[_Kind, list[float]] = defaultdict(list)
    for piece in pieces:
        beside[_kind(piece)].append(piece.seconds - copying(piece, rates))
    return {kind: max(median(some), 0.0) for kind, some in beside.items() if len(some) >= ENOUGH}


def _strange(piece: Piece, copy: float, beside: float | None) -> str | None:
    """Why a piece is not to be reckoned with; with too few to compare it by, only that it is too quick for its copy."""
    if beside is None:
        return _DONE if piece.terms and piece.seconds * _FACTOR < copy else None
    if piece.seconds > _FACTOR * (copy + beside):
        return _HELD_UP.format(factor=_FACTOR)
    return _DONE if piece.seconds * _FACTOR < copy + beside else None


def _left(piece: Piece, why: str) -> LeftOut:
    what = f" ({', '.join(piece.terms) or 'copy'})" if piece.seconds != piece.run.seconds else ""
    return LeftOut(step=piece.run.step.id, place=piece.run.place, why=why + what)
