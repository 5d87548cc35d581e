"""From a script to the hint that the model begins with, and from the model's answer to a script."""

from collections.abc import Iterator
from itertools import groupby

from ortools.sat.python import cp_model

from planner.model.estate import HostId, VmId
from planner.model.plan import PhaseKind
from planner.place.exact.model import Leg, Model, Places, Way
from planner.place.exact.script import Action, Go, Rebuild, Script

_Going = dict[VmId, tuple[HostId, int]]
"""Where to and when."""
_ORDER = {PhaseKind.RELOCATE: 1, PhaseKind.CROSS: 2, PhaseKind.REBALANCE: 3}
"""What sets out first of what sets out at one time; rebuilds before all."""


def hint(model: Model, script: Script, starts: tuple[int, ...]) -> None:
    """Tell the model what a script does, as far as it can do the same: of several moves of a VM on one side the last."""
    going: dict[PhaseKind, _Going] = {kind: {} for kind in _ORDER}
    for action, second in zip(script, starts, strict=True):
        time = second // model.facts.unit
        if isinstance(action, Rebuild):
            for host in action.hosts:
                model.cp.add_hint(model.retired[host], time)
        else:
            going[action.kind] |= {vm: (host, time) for vm, host in action.moves}
    for vm, way in model.ways.items():
        host, time = going[PhaseKind.CROSS][vm]
        model.cp.add_hint(way.crosses, time)
        _tell(model, way.places, host)
        _tell_leg(model, way.aside, going[PhaseKind.RELOCATE].get(vm), None)
        _tell_leg(model, way.onward, going[PhaseKind.REBALANCE].get(vm), host)


def repeat(model: Model, solver: cp_model.CpSolver) -> None:
    """Tell the model what it has found itself."""
    model.cp.clear_hints()  # type: ignore[no-untyped-call]
    for index in range(len(model.cp.proto.variables)):
        variable = model.cp.get_int_var_from_proto_index(index)
        model.cp.add_hint(variable, solver.value(variable))


def script_from(model: Model, solver: cp_model.CpSolver) -> Script:
    """Everything that the solution does, in the order in which it sets out."""
    timed = sorted(_timed(model, solver), key=lambda one: one[:3])
    return tuple(action for *_, action in timed)


def _tell_leg(model: Model, leg: Leg | None, going: tuple[HostId, int] | None, stays: HostId | None) -> None:
    if leg is None:
        return
    host, time = going or (stays, 0)
    model.cp.add_hint(leg.going, going is not None)
    model.cp.add_hint(leg.start, time)
    _tell(model, leg.places, host)


def _tell(model: Model, places: Places, chosen: HostId | None) -> None:
    for host, here in places.items():
        model.cp.add_hint(here, host == chosen)


def _timed(model: Model, solver: cp_model.CpSolver) -> Iterator[tuple[int, int, str, Action]]:
    retired = sorted((solver.value(start), host) for host, start in model.retired.items())
    for second, hosts in groupby(retired, key=lambda one: one[0]):
        together = tuple(host for _, host in hosts)
        yield second, 0, together[0], Rebuild(together)
    for vm, way in model.ways.items():
        for kind, leg in ((PhaseKind.RELOCATE, way.aside), (PhaseKind.REBALANCE, way.onward)):
            if leg is not None and solver.boolean_value(leg.going):
                yield _go(kind, solver.value(leg.start), ((vm, _chosen(leg.places, solver)),))
        unit = [model.ways[member] for member in model.facts.case.units[vm]]
        if vm == unit[0].vm.id:
            yield _go(PhaseKind.CROSS, solver.value(way.crosses), tuple(_crossings(unit, solver)))


def _go(kind: PhaseKind, second: int, moves: tuple[tuple[VmId, HostId], ...]) -> tuple[int, int, str, Action]:
    return second, _ORDER[kind], moves[0][0], Go(kind, moves)


def _crossings(unit: list[Way], solver: cp_model.CpSolver) -> Iterator[tuple[VmId, HostId]]:
    yield from ((way.vm.id, _chosen(way.places, solver)) for way in unit)


def _chosen(places: Places, solver: cp_model.CpSolver) -> HostId:
    return next(host for host, here in places.items() if solver.boolean_value(here))
