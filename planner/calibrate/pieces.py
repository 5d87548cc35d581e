"""Runs in pieces: as few constants in each as the journal tells apart."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from planner.calibrate.runs import Run
from planner.calibrate.terms import Model, Terms
from planner.knowledge import Conversion
from planner.model.plan import Transport

_TOLD: Final = frozenset({"shutdown", "copy", "convert"})
_CONVERSIONS: Final[tuple[Conversion, ...]] = ("convert_linux", "convert_windows")

_NO_COPY: Final[dict[str, Any]] = {"bytes": 0, "transport": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Seconds of a run in which the work of `terms` was done and `bytes` were copied by `transport`."""

    run: Run
    seconds: float
    terms: Terms
    bytes: int = 0
    transport: Transport | None = None


def whole(run: Run, model: Model) -> Piece:
    """A run in one piece."""
    transport = model.transport(run.step) if run.bytes else None
    copied = run.bytes if transport else 0
    return Piece(run=run, seconds=run.seconds, terms=model.terms(run.step), bytes=copied, transport=transport)


def in_parts(piece: Piece) -> tuple[Piece, ...]:
    """A whole run by its parts, or as it is where the journal has none of those that the policy knows."""
    if _TOLD.isdisjoint(piece.run.parts):
        return (piece,)
    return tuple(part for part in _told(piece) if part.seconds > 0)


def _told(piece: Piece) -> Iterator[Piece]:
    """What a program copies while it converts stays together; what has no part of its own is looking and checking."""
    run, terms = piece.run, piece.terms
    shutdown, copy, convert = (run.parts.get(name, 0.0) for name in ("shutdown", "copy", "convert"))
    conversion = tuple(term for term in terms if term in _CONVERSIONS)
    if "shutdown" in terms:
        yield Piece(run=run, seconds=shutdown, terms=("shutdown",))
    if conversion:
        yield replace(piece, seconds=convert, terms=conversion, **(_NO_COPY if copy else {}))
    if piece.bytes and (copy or not conversion):
        yield replace(piece, seconds=copy if conversion else copy + convert, terms=())
    if "verify" in terms:
        yield Piece(run=run, seconds=run.seconds - shutdown - copy - convert, terms=("verify",))
