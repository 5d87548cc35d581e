"""What each piece says of each constant in it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.calibrate.pieces import Piece
from planner.calibrate.work import copying
from planner.model.plan import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One measurement of a constant; `fitted` where the journal did not tell it apart from others."""

    value: float
    step: str
    fitted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Measurements of work by setting, in seconds, and of copies by transport, in bytes a second."""

    work: Mapping[str, list[Sample]]
    rates: Mapping[Transport, list[Sample]]


def samples(pieces: Iterable[Piece], rates: Mapping[Transport, float], work: Mapping[str, float]) -> Samples:
    """Every measurement. A piece that took longer than its constants say did so in all of them alike."""
    of_work: dict[str, list[Sample]] = defaultdict(list)
    of_rates: dict[Transport, list[Sample]] = defaultdict(list)
    for piece in pieces:
        expected = copying(piece, rates) + sum(work[term] for term in piece.terms)
        ratio = piece.seconds / expected if expected else 1.0
        alone = len(piece.terms) + (piece.transport is not None) == 1
        for term in piece.terms:
            of_work[term].append(_sample(piece, work[term] * ratio, alone))
        if piece.transport is not None and ratio:
            of_rates[piece.transport].append(_sample(piece, rates[piece.transport] / ratio, alone))
    return Samples(work=of_work, rates=of_rates)


def _sample(piece: Piece, value: float, alone: bool) -> Sample:  # noqa: FBT001 - a fact, no switch
    return Sample(value=value, step=piece.run.step.id, fitted=not alone)
