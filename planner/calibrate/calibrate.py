"""The verb: what the constants of the policy were in the runs that journals tell of.

journal -> runs -> pieces -> rates of copies -> work beside them -> samples -> figures
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from planner.calibrate.figures import TERMS, overall_rate, rate_constants, spread, work_constants
from planner.calibrate.outliers import sifted
from planner.calibrate.pieces import Piece, in_parts, whole
from planner.calibrate.rates import rates
from planner.calibrate.runs import Runs, runs
from planner.calibrate.samples import samples
from planner.calibrate.terms import model
from planner.calibrate.work import sums, work
from planner.errors import InputError, Problem
from planner.model.calibration import Calibration
from planner.model.journal import Journal
from planner.model.plan import Plan

Source = tuple[Plan, Journal]


def calibrate(sources: Sequence[Source]) -> Calibration:
    """What was measured in journals, each with the plan that was run. Assumed is what the first plan assumed.

    Raises InputError when a journal has entries and its plan has none of their steps.
    """
    found = [runs(plan, journal) for plan, journal in sources]
    _refuse_strangers(sources, found)
    policy = sources[0][0].policy
    done = tuple(chain(*map(_whole, sources, found)))
    pieces = tuple(chain(*map(in_parts, done)))
    speeds = rates(pieces)
    kept, strange = sifted(pieces, speeds)
    beside = work(sums(kept, speeds), {name: getattr(policy.timing, name) for name in TERMS})
    measured = samples(kept, speeds, beside)
    works, by_transport = work_constants(policy, measured), rate_constants(policy, measured)
    ordinary = _without(done, {left.place for left in strange})
    return Calibration(
        constants=(
            *works,
            overall_rate(policy, measured),
            spread(policy, ordinary, works, by_transport),
        ),
        rates=by_transport,
        used=tuple(sorted({piece.run.step.id for piece in kept})),
        left_out=(*chain(*(one.left_out for one in found)), *strange),
        notes=(
            *chain(*(journal.notes for _, journal in sources)),
            *chain(*(one.notes for one in found)),
            *_otherwise_assumed(sources),
        ),
    )


def _refuse_strangers(sources: Sequence[Source], found: Sequence[Runs]) -> None:
    problems = tuple(
        Problem(file=journal.file, message="has no step of this plan: name the plan that was run with --plan")
        for (_, journal), one in zip(sources, found, strict=True)
        if journal.entries and not one.measured and not one.left_out
    )
    if problems:
        raise InputError(problems)


def _whole(source: Source, found: Runs) -> Iterator[Piece]:
    made_of = model(source[0])
    return (whole(run, made_of) for run in found.measured)


def _without(done: Sequence[Piece], places: set[str]) -> tuple[Piece, ...]:
    return tuple(piece for piece in done if piece.run.place not in places)


def _otherwise_assumed(sources: Sequence[Source]) -> Iterator[Problem]:
    first = sources[0][0].policy
    for plan, journal in sources[1:]:
        if (plan.policy.timing, plan.policy.transfers) != (first.timing, first.transfers):
            yield Problem(
                file=journal.file, message="its plan assumed other figures; shown are those of the first plan"
            )
