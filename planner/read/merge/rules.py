"""Affinity rules of several sources: those of one name over the same VMs, or of one id in one cluster, are one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from planner.model.estate import AffinityRule, Estate, VmId
from planner.read.merge.components import Component, components, origins
from planner.read.merge.identity import Mark, Sighting, identify, known
from planner.read.merge.names import folded
from planner.read.merge.places import Place


def merged_rules(
    sources: Sequence[Estate],
    trust: Sequence[int],
    vms: Mapping[tuple[int, str], Any],
    hosts: Mapping[tuple[int, str], Any],
    at: Mapping[VmId, Place],
) -> tuple[AffinityRule, ...]:
    """Every rule, over the VMs and hosts that any source gives it; mandatory where any says so."""
    seen = [
        Sighting(source=number, trust=trust[number], thing=_moved(rule, number, vms, hosts))
        for number, estate in enumerate(sources)
        for rule in estate.affinity_rules
    ]
    return tuple(map(_joined, components(identify(seen, _marks(at)))))


def _moved(
    rule: AffinityRule, source: int, vms: Mapping[tuple[int, str], Any], hosts: Mapping[tuple[int, str], Any]
) -> AffinityRule:
    return replace(
        rule,
        vms=tuple(sorted({vms[source, vm] for vm in rule.vms})),
        hosts=tuple(sorted({hosts[source, host] for host in rule.hosts})),
    )


def _marks(at: Mapping[VmId, Place]) -> tuple[Mark[AffinityRule], ...]:
    return (
        Mark(
            values=lambda seen: known((folded(seen.thing.name), frozenset(seen.thing.vms))),
            opposes=lambda one, other: one.thing.kind is not other.thing.kind,
        ),
        Mark(values=lambda seen: [(seen.thing.id, at[vm].cluster) for vm in seen.thing.vms]),
    )


def _joined(component: Component[AffinityRule]) -> AffinityRule:
    if len(component.sightings) == 1:
        return replace(component.leader, id=component.id)
    rules = [seen.thing for seen in component.sightings]
    return replace(
        component.leader,
        id=component.id,
        vms=tuple(sorted({vm for rule in rules for vm in rule.vms})),
        hosts=tuple(sorted({host for rule in rules for host in rule.hosts})),
        mandatory=any(rule.mandatory for rule in rules),
        origin=origins(rules),
    )
