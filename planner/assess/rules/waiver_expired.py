"""A waiver whose last day is past."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, warning
from planner.model.finding import Severity, SubjectKind


def expired(ground: Ground) -> Iterator[Sighting]:
    """Each waiver that no longer holds, whether or not its finding is still there."""
    for waiver in ground.policy.waivers:
        if waiver.expired(ground.today):
            told = warning(finding=waiver.finding, subject=waiver.subject, who=waiver.who, until=waiver.until)
            yield Sighting(thing=None, verdict=told)


RULE = Rule(
    id="waiver-expired",
    subject=SubjectKind.ESTATE,
    severities=(Severity.WARNING,),
    message="A waiver in the policy has expired.",
    why="It waives nothing any more: what it accepted is a finding again, and blocks if it is critical.",
    remedy="Ask who accepted it: with the concern gone remove it from policy.yml, else accept it anew until a later day.",
    find=expired,
)
