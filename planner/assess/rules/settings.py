"""Settings of the source that nothing takes over: a rule for each row of planner/knowledge/settings.yml."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from planner.assess.ground import Ground
from planner.assess.looks import COPYING, DEFINING
from planner.assess.rule import Find, Rule, Sighting, Verdict, observed
from planner.knowledge.settings import Loss, SettingFact, setting_facts
from planner.model.estate import Cluster, Host, Network, VirtualMachine
from planner.model.finding import SubjectKind
from planner.model.plan import Transport
from planner.model.setting import Setting

_Bearer: TypeAlias = Cluster | Host | Network | VirtualMachine

_BEARERS: Final[Mapping[SubjectKind, Callable[[Ground], Iterable[_Bearer]]]] = {
    SubjectKind.CLUSTER: lambda ground: ground.clusters,
    SubjectKind.HOST: lambda ground: ground.hosts,
    SubjectKind.NETWORK: lambda ground: ground.estate.networks,
    SubjectKind.VM: lambda ground: ground.vms,
}

_LOSING: Final[Mapping[Loss, frozenset[Transport]]] = {Loss.COPIED: COPYING, Loss.REDEFINED: DEFINING}
"""The ways that lose a setting; those that are always lost need no way."""


def _found(fact: SettingFact) -> Find:
    def find(ground: Ground) -> Iterator[Sighting]:
        for bearer in (one for one in _BEARERS[fact.subject](ground) if one.settings):
            held = [setting for setting in bearer.settings if setting.kind is fact.kind]
            if held:
                verdict = Verdict(severity=fact.severity, facts=observed(set_to=_values(held)))
                yield from _sightings(bearer, verdict, ground, _LOSING.get(fact.lost))

    return find


def _sightings(
    bearer: _Bearer, verdict: Verdict, ground: Ground, losing: frozenset[Transport] | None
) -> Iterator[Sighting]:
    if losing is None or not isinstance(bearer, VirtualMachine):
        yield Sighting(thing=bearer, verdict=verdict)
        return
    for route in ground.routes.get(bearer.id, ()):
        if route.transport in losing:
            yield Sighting(thing=bearer, verdict=verdict, platform=route.platform)


def _values(held: list[Setting]) -> str:
    return ", ".join(dict.fromkeys(setting.value for setting in held if setting.value))


RULES: Final = tuple(
    Rule(
        id=f"{fact.subject}-{fact.kind}",
        subject=fact.subject,
        severities=(fact.severity,),
        message=fact.message,
        why=fact.why,
        remedy=fact.remedy,
        find=_found(fact),
        source=fact.source,
        forklift=fact.forklift,
    )
    for fact in setting_facts()
)
