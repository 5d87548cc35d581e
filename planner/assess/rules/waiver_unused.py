"""A waiver that waives nothing."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, warning
from planner.assess.rules import vm_downtime_budget
from planner.model.finding import Severity, SubjectKind


def idle(ground: Ground) -> Iterator[Sighting]:
    """No finding of any target carries it, though it holds; an earlier waiver may have taken its place.

    What waives a finding of the plan's steps cannot be judged before there are any.
    """
    used = {finding.waiver for finding in ground.findings}
    for waiver in ground.policy.waivers:
        early = waiver.finding == vm_downtime_budget.RULE.id
        if waiver not in used and not early and not waiver.expired(ground.today):
            told = warning(finding=waiver.finding, subject=waiver.subject, who=waiver.who, until=waiver.until)
            yield Sighting(thing=None, verdict=told)


RULE = Rule(
    id="waiver-unused",
    subject=SubjectKind.ESTATE,
    severities=(Severity.WARNING,),
    message="A waiver in the policy matches no finding.",
    why="What it accepted is gone, or the rule or the name in it is misspelt and something else will block.",
    remedy="Remove it from policy.yml, or correct its `finding` (a rule id of docs/concerns.md) and `subject`.",
    find=idle,
)
