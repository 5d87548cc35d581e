"""What must not change because a plan gets shorter: company, pins, start order, and who goes last."""

from itertools import combinations
from typing import Final

from planner.model.estate import VmId
from planner.model.kinds import Criticality
from planner.place.case import Part
from planner.place.cases import RANK
from planner.place.exact.model import Model, Places
from planner.place.ledger import Ledger

_LATE: Final = RANK[Criticality.HIGH]


def keep_rules(model: Model, reached: Ledger, crossings: dict[VmId, int]) -> None:
    """Rules, and of what are only wishes those that the stream's plan (`reached`) grants.

    `crossings` are the seconds at which VMs set out there.
    """
    _keep_units(model)
    _keep_order(model, crossings)
    _keep_late(model, crossings)
    _keep_apart(model)
    _keep_ends(model, reached)


def _keep_units(model: Model) -> None:
    for vm, way in model.ways.items():
        for other in model.facts.case.units[vm]:
            if vm < other:
                model.cp.add(way.crosses == model.ways[other].crosses)
                if vm in model.facts.case.tight and other in model.facts.case.tight:
                    _same(model, way.places, model.ways[other].places)


def _keep_order(model: Model, crossings: dict[VmId, int]) -> None:
    """Of two VMs of which one needs the other only one travels at a time; the first of the stream stays first."""
    case = model.facts.case
    for vm, others in case.related.items():
        for other in sorted(others & model.ways.keys()):
            if vm < other and vm in model.ways and other not in case.units[vm]:
                model.cp.add_no_overlap([*model.trips[vm], *model.trips[other]])
                first, then = sorted((vm, other), key=lambda one: crossings[one])
                model.cp.add(model.ways[first].crosses <= model.ways[then].crosses)


def _keep_late(model: Model, crossings: dict[VmId, int]) -> None:
    """Highly critical VMs still come after those after which they came; wished company still sets out as soon."""
    late = [way for way in model.ways.values() if way.vm.rank >= _LATE]
    others = [way for way in model.ways.values() if way.vm.rank < _LATE]
    for way in late:
        for other in others:
            if crossings[other.vm.id] <= crossings[way.vm.id]:
                model.cp.add(other.crosses <= way.crosses)
    for vm, wished in model.facts.case.wished.items():
        for mate in wished:
            gap = abs(crossings[vm] - crossings[mate]) // model.facts.unit
            model.cp.add(model.ways[vm].crosses - model.ways[mate].crosses <= gap)


def _keep_apart(model: Model) -> None:
    apart = model.facts.case.apart
    for stays in (model.before, model.after):
        for one, other in combinations(stays, 2):
            if one.host == other.host and other.vm.id in apart.get(one.vm.id, ()):
                model.cp.add_no_overlap([one.interval, other.interval])


def _keep_ends(model: Model, reached: Ledger) -> None:
    """Nobody stays on a borrowed host; pins, company and who is shunned as the stream's plan has them in the end."""
    case, at = model.facts.case, reached.at
    for vm, way in model.ways.items():
        pins = case.pins.get(vm)
        for host, there in way.ends.items():
            borrowed = case.nodes[host].part is Part.SWING
            unpinned = pins is not None and at[vm] in pins and host not in pins
            if borrowed or unpinned:
                model.cp.add(there == 0)
    for vm, mates in case.mates.items():
        for mate in sorted(mates & model.ways.keys()):
            if vm < mate and at[vm] == at[mate]:
                _same(model, model.ways[vm].ends, model.ways[mate].ends)
    for vm, shunned in case.shunned.items():
        for other in sorted(shunned & model.ways.keys()):
            if vm < other and at[vm] != at[other]:
                _different(model, model.ways[vm].ends, model.ways[other].ends)


def _same(model: Model, one: Places, other: Places) -> None:
    for host in sorted({*one, *other}):
        model.cp.add(one.get(host, 0) == other.get(host, 0))


def _different(model: Model, one: Places, other: Places) -> None:
    for host in sorted({*one} & {*other}):
        model.cp.add(one[host] + other[host] <= 1)
