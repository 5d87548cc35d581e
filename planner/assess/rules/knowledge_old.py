"""Facts of the planner's own that nobody has looked at for long."""

from collections.abc import Iterator
from datetime import date

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, warning
from planner.knowledge import known
from planner.model.finding import Severity, SubjectKind


def outdated(ground: Ground) -> Iterator[Sighting]:
    """Once, if there is anything to convert and a fact is older than the policy allows."""
    most = ground.policy.knowledge.max_age_days
    old = [fact for fact in known() if (ground.today - date.fromisoformat(fact.date)).days > most]
    if old and ground.clusters:
        oldest = min(old, key=lambda fact: (fact.date, fact.id))
        told = warning(
            facts=len(old), most_days=most, oldest=f"{oldest.id}, {oldest.date}", source=oldest.source
        )
        yield Sighting(thing=None, verdict=told)


RULE = Rule(
    id="knowledge-old",
    subject=SubjectKind.ESTATE,
    severities=(Severity.WARNING,),
    message="Facts that the planner rests on are older than the policy allows.",
    why="Limits, support dates and ways of travelling change with releases: what was true then may be wrong by now.",
    remedy=(
        "Update the planner; until then look the facts up where `planner knowledge` says that they were read, or raise "
        "`knowledge.max_age_days` in policy.yml."
    ),
    find=outdated,
)
