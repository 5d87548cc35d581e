"""Every rule over an estate: sightings become findings, equal ones are joined, waivers are applied."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from planner.assess.catalogue import LAST, PLANNED, RULES
from planner.assess.commands import command
from planner.assess.ground import Ground, Thing
from planner.assess.rule import Rule, Verdict
from planner.graph import Graph
from planner.model.estate import Estate, VmId
from planner.model.finding import Finding, Severity, Subject, SubjectKind
from planner.model.plan import Route, Step
from planner.model.platform import Platform
from planner.model.policy import Policy, Waiver

_ORDER: Final = {severity: position for position, severity in enumerate(Severity)}
_KINDS: Final = {kind: position for position, kind in enumerate(SubjectKind)}
_ESTATE: Final = Subject(kind=SubjectKind.ESTATE, id="estate", name="estate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What was found: `findings` about what the plan may touch, `outside` about VMs of clusters without a known host.

    Those are in no plan, so nothing that is found of them blocks one; told is what each platform would mean for them.
    """

    findings: tuple[Finding, ...]
    outside: tuple[Finding, ...]


def assess(  # noqa: PLR0913, PLR0917
    estate: Estate,
    policy: Policy,
    platforms: tuple[Platform, ...],
    routes: tuple[Route, ...],
    graph: Graph,
    today: date,
) -> Assessment:
    """Every finding on that day, the worst first, then by rule and subject.

    A finding that is the same for every platform that competes has `platform` None. Clusters that stay as they
    are have none, except that VMs without any known host are told to be outside of the plan. Waived findings carry their waiver and do
    not block; a waiver that has expired waives nothing.
    """
    ground = _ground(estate, policy, platforms, routes, graph, today)
    waivers = _Waivers(tuple(waiver for waiver in policy.waivers if not waiver.expired(today)))
    found = _all(RULES, ground, waivers)
    known = {*found}
    outside = tuple(finding for finding in _outside(ground, waivers) if finding not in known)
    last = replace(ground, findings=found + outside)
    return Assessment(
        findings=tuple(sorted(found + _all(LAST, last, waivers), key=_rank)),
        outside=tuple(sorted(outside, key=_rank)),
    )


def assess_steps(  # noqa: PLR0913, PLR0917
    estate: Estate,
    policy: Policy,
    platforms: tuple[Platform, ...],
    routes: tuple[Route, ...],
    graph: Graph,
    today: date,
    found: tuple[Finding, ...],
    steps: tuple[Step, ...],
) -> tuple[Finding, ...]:
    """What was found before with what only the steps of a plan show, ordered and waived as `assess` does it."""
    ground = replace(_ground(estate, policy, platforms, routes, graph, today), steps=steps)
    waivers = _Waivers(tuple(waiver for waiver in policy.waivers if not waiver.expired(today)))
    return tuple(sorted(found + _all(PLANNED, ground, waivers), key=_rank))


def _all(rules: Iterable[Rule], ground: Ground, waivers: "_Waivers") -> tuple[Finding, ...]:
    return tuple(waivers.applied(finding) for rule in rules for finding in _findings(rule, ground))


def _outside(ground: Ground, waivers: "_Waivers") -> tuple[Finding, ...]:
    """What the rules about VMs find in clusters that nobody knows a host of."""
    hostless = frozenset(cluster.id for cluster in ground.estate.clusters if not ground.members[cluster.id])
    if not hostless:
        return ()
    about_vms = (rule for rule in RULES if rule.subject is SubjectKind.VM)
    return _all(about_vms, replace(ground, among=hostless), waivers)


def _ground(  # noqa: PLR0913, PLR0917
    estate: Estate,
    policy: Policy,
    platforms: tuple[Platform, ...],
    routes: tuple[Route, ...],
    graph: Graph,
    today: date,
) -> Ground:
    asked = {*policy.decision.targets, *(entry.target for entry in policy.clusters)}
    competing = {
        platform.id: platform for platform in platforms if not policy.decision.targets or platform.id in asked
    }
    by_vm: dict[VmId, list[Route]] = defaultdict(list)
    for route in routes:
        if route.platform in competing:
            by_vm[route.vm].append(route)
    return Ground(
        estate=estate,
        policy=policy,
        platforms=competing,
        routes={vm: tuple(routes) for vm, routes in by_vm.items()},
        graph=graph,
        today=today,
    )


def _findings(rule: Rule, ground: Ground) -> Iterator[Finding]:
    """The rule's findings; verdicts that are equal on the way to several platforms are told once if to all."""
    seen: dict[tuple[str | None, Verdict], tuple[Thing | None, list[str | None]]] = {}
    for sighting in rule.find(ground):
        key = (sighting.thing.id if sighting.thing else None, sighting.verdict)
        seen.setdefault(key, (sighting.thing, []))[1].append(sighting.platform)
    for (_, verdict), (thing, on) in seen.items():
        everywhere = None in on or (thing is not None and ground.platforms.keys() <= {*on})
        for platform in [None] if everywhere else on:
            yield _finding(rule, ground, thing, verdict, platform)


def _finding(
    rule: Rule, ground: Ground, thing: Thing | None, verdict: Verdict, platform: str | None
) -> Finding:
    return Finding(
        rule=rule.id,
        severity=verdict.severity,
        subject=Subject(kind=rule.subject, id=thing.id, name=thing.name) if thing else _ESTATE,
        message=rule.message,
        why=verdict.why or rule.why,
        remedy=rule.remedy,
        handling=rule.handling,
        facts=verdict.facts,
        command=command(rule, thing, ground),
        evidence=thing.origin if thing else None,
        source=rule.source,
        platform=platform,
    )


class _Waivers:
    """The policy's waivers by rule; the first that fits a finding counts."""

    def __init__(self, waivers: tuple[Waiver, ...]) -> None:
        self._by_rule: dict[str, list[Waiver]] = defaultdict(list)
        for waiver in waivers:
            self._by_rule[waiver.finding].append(waiver)

    def applied(self, finding: Finding) -> Finding:
        """The finding, with its waiver if it has one."""
        about = {None, finding.subject.id, finding.subject.name}
        fitting = (waiver for waiver in self._by_rule.get(finding.rule, ()) if waiver.subject in about)
        waiver = next(fitting, None)
        return replace(finding, waiver=waiver) if waiver else finding


def _rank(finding: Finding) -> tuple[int, str, int, str, str, str]:
    return (
        _ORDER[finding.severity],
        finding.rule,
        _KINDS[finding.subject.kind],
        finding.subject.id,
        finding.platform or "",
        repr(finding.facts),
    )
