"""CP-SAT asked for a shorter conversion, and then for the plainest of those that are as short."""

from typing import Final

from ortools.sat.python import cp_model

from planner.place.exact.facts import Facts
from planner.place.exact.limits import limit
from planner.place.exact.model import Model
from planner.place.exact.rules import keep_rules
from planner.place.exact.script import Script, crossings
from planner.place.exact.solution import hint, repeat, script_from
from planner.place.ledger import Ledger

_SEED: Final = 1
_FOUND: Final = (cp_model.OPTIMAL, cp_model.FEASIBLE)
_TIDYING: Final = 0.25
"""The share of the budget for the second question."""


def shorter(
    facts: Facts, reached: Ledger, script: Script, starts: tuple[int, ...], budget: float
) -> Script | None:
    """The script of the shortest conversion that is found, with few moves that are not needed; None when none is.

    `script` and its `starts` are what is known already, `reached` the ledger at its end. `budget` is in the solver's own
    deterministic seconds, so that the answer is the same on every machine.
    """
    model = Model(facts)
    limit(model)
    keep_rules(model, reached, crossings(script, starts))
    hint(model, script, starts)
    model.cp.minimize(model.end)
    first = _solved(model, budget * (1 - _TIDYING))
    if first is None:
        return None
    model.cp.add(model.end <= first.value(model.end))
    repeat(model, first)
    begins = [way.crosses for way in model.ways.values()] + [*model.retired.values()]
    needless = [leg.going for way in model.ways.values() for leg in way.legs]
    model.cp.minimize(sum(begins) + facts.horizon * sum(needless))
    return script_from(model, _solved(model, budget * _TIDYING) or first)


def _solved(model: Model, budget: float) -> cp_model.CpSolver | None:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = _SEED
    solver.parameters.max_deterministic_time = budget
    return solver if solver.solve(model.cp) in _FOUND else None
