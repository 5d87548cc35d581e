"""The least makespan of one small cluster's conversion in place: an exact model, solved by CP-SAT.

It knows no waves, rounds or phases, only what a replay looks at: every host is emptied, rebuilt and receives; every VM
crosses once, perhaps after moves aside and before moves on the target side; a VM on its way takes room on both hosts and a
transfer of both. So its optimum is a lower limit for every plan with as many moves of a VM as it may make.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from ortools.sat.python import cp_model

from benchmarks.small.model import Model, Places
from benchmarks.small.puzzle import Puzzle
from benchmarks.small.room import limit_hosts, limit_sides, limit_transfers
from planner.model.estate import HostId, VmId

_SEED: Final = 1
_WAYS: Final = ("objective_lb_search", "default_lp")
"""A worker each: one raises the lower bound, one looks for better plans. The usual pair proves far less in the same time."""
_FOUND: Final = (cp_model.OPTIMAL, cp_model.FEASIBLE)


class Leg(NamedTuple):
    """One move of a VM in a solution: seconds, and where from and to. `kind` is that of a plan's step."""

    vm: VmId
    kind: str
    source: HostId
    destination: HostId
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """The best makespan found, the least that there can be (equal when `proved`), and how it is done.

    `makespan` None: there is no plan within the horizon (`proved`), or none was found. `retired` and `returned` are the
    seconds at which hosts go.
    """

    makespan: int | None
    at_least: int
    proved: bool
    legs: tuple[Leg, ...] = ()
    retired: Mapping[HostId, int]
    returned: Mapping[HostId, int]


def least_makespan(
    given: Puzzle, horizon: int, seconds: float, *, relocations: int = 1, rebalances: int = 1
) -> Optimum:
    """Solve a puzzle in at most so many seconds. No plan that is longer than `horizon` is looked for.

    `relocations` and `rebalances` are the most moves of one VM on either side; without live migration it makes none aside.
    """
    model = _model(given, horizon, relocations if given.live else 0, rebalances)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = len(_WAYS)
    solver.parameters.subsolvers.extend(_WAYS)
    solver.parameters.random_seed = _SEED
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model.cp)
    if status not in _FOUND:
        none = status == cp_model.INFEASIBLE
        least = horizon + 1 if none else _bound(solver) * model.unit
        return Optimum(makespan=None, at_least=least, proved=none, retired={}, returned={})
    return Optimum(
        makespan=solver.value(model.end) * model.unit,
        at_least=_bound(solver) * model.unit,
        proved=status == cp_model.OPTIMAL,
        legs=tuple(_legs(model, solver)),
        retired={host: solver.value(time) * model.unit for host, time in model.retired.items()},
        returned={host: solver.value(time) * model.unit for host, time in model.returned.items()},
    )


def _model(given: Puzzle, horizon: int, relocations: int, rebalances: int) -> Model:
    model = Model(given, horizon)
    for vm in given.vms:
        model.journey(vm, relocations, rebalances)
    model.hosts()
    limit_transfers(model)
    limit_hosts(model)
    limit_sides(model)
    return model


def _bound(solver: cp_model.CpSolver) -> int:
    return max(0, round(solver.best_objective_bound))


def _legs(model: Model, solver: cp_model.CpSolver) -> Iterator[Leg]:
    for trip in model.trips:
        if solver.boolean_value(trip.there):
            ends = _chosen(trip.sources, solver), _chosen(trip.destinations, solver)
            times = solver.value(trip.start) * model.unit, solver.value(trip.end) * model.unit
            yield Leg(trip.vm, trip.kind, *ends, *times)


def _chosen(places: Places, solver: cp_model.CpSolver) -> HostId:
    return next(host for host, literal in places if solver.boolean_value(literal))
