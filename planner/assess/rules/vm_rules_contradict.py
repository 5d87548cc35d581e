"""Affinity rules that cannot be kept together."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, critical
from planner.graph import contradictions
from planner.model.finding import Severity, SubjectKind


def impossible(ground: Ground) -> Iterator[Sighting]:
    """Every VM of every contradiction."""
    rules = {rule.id: rule for rule in ground.estate.affinity_rules}
    for contradiction in contradictions(ground.graph):
        concerned = (rules[rule] for rule in contradiction.rules)
        told = critical(
            contradiction=contradiction.reason,
            vms=", ".join(ground.vm_by_id[vm].name for vm in contradiction.vms),
            rules="; ".join(
                f"{rule.name} ({rule.origin})" if rule.origin else rule.name for rule in concerned
            ),
        )
        yield from (Sighting(thing=ground.vm_by_id[vm], verdict=told) for vm in contradiction.vms)


RULE = Rule(
    id="vm-rules-contradict",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL,),
    message="Mandatory affinity rules contradict each other.",
    why="No placement honours all of them.",
    remedy="Remove one of the rules, or mark it as a wish (`mandatory: false`).",
    find=impossible,
)
