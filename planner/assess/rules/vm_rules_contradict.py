"""Affinity rules that cannot be kept together."""

from collections.abc import Iterator, Mapping

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, critical
from planner.graph import Contradiction, Repair, contradictions, repair
from planner.model.estate import AffinityRule
from planner.model.finding import Severity, SubjectKind


def impossible(ground: Ground) -> Iterator[Sighting]:
    """Every VM of every contradiction."""
    rules = {rule.id: rule for rule in ground.estate.affinity_rules}
    found = contradictions(ground.graph)
    solution = repair(ground.graph) if found else None
    for contradiction in found:
        concerned = (rules[rule] for rule in contradiction.rules)
        told = critical(
            contradiction=contradiction.reason,
            vms=", ".join(ground.vm_by_id[vm].name for vm in contradiction.vms),
            rules="; ".join(
                f"{rule.name} ({rule.origin})" if rule.origin else rule.name for rule in concerned
            ),
            drop=_dropped(solution, contradiction, rules),
        )
        yield from (Sighting(thing=ground.vm_by_id[vm], verdict=told) for vm in contradiction.vms)


def _dropped(
    solution: Repair | None, contradiction: Contradiction, rules: Mapping[str, AffinityRule]
) -> str | None:
    """What of the whole solution is about this contradiction."""
    if solution is None:
        return None
    names = ", ".join(rules[rule].name for rule in solution.rules if rule in contradiction.rules)
    every = len(solution.rules)
    least = "the fewest that will do" if solution.smallest else "fewer may do"
    return f"{names} ({every} in all, {least})" if names else None


RULE = Rule(
    id="vm-rules-contradict",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL,),
    message="Mandatory affinity rules contradict each other.",
    why="No placement honours all of them.",
    remedy="Remove the rules that are named, or mark them as wishes (`mandatory: false`).",
    find=impossible,
)
