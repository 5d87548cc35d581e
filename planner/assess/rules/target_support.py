"""How long a target is mended."""

from collections.abc import Iterator
from datetime import date

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, critical, information
from planner.knowledge import fact
from planner.model.finding import Severity, SubjectKind

_ENDED = "It has ended already: holes that are found stay open from the first day."


def ends(ground: Ground) -> Iterator[Sighting]:
    """Once for each target that the policy lets compete, if there is anything to convert."""
    if not ground.clusters:
        return
    for platform in ground.platforms.values():
        until = fact(platform.id, "supported_until")
        facts = {"target": platform.title, "until": platform.supported_until, "source": until.source}
        ended = date.fromisoformat(platform.supported_until) < ground.today
        verdict = critical(_ENDED, **facts) if ended else information(**facts)
        yield Sighting(thing=None, platform=platform.id, verdict=verdict)


RULE = Rule(
    id="target-support",
    subject=SubjectKind.ESTATE,
    severities=(Severity.CRITICAL, Severity.INFORMATION),
    message="The target's support ends on a known day.",
    why="Afterwards holes stay open: by then the hosts have to be on a later version.",
    remedy="Put the upgrade into the calendar now, or choose a later version.",
    find=ends,
)
