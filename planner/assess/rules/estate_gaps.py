"""Parts that a source refused, cut off or did not reach."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, warning
from planner.model.finding import Severity, SubjectKind


def unread(ground: Ground) -> Iterator[Sighting]:
    """Each gap that a reader left, with what would close it."""
    for gap in ground.estate.gaps:
        told = warning(source=gap.source, not_read=gap.what, reason=gap.why, to_close_it=gap.remedy)
        yield Sighting(thing=None, verdict=told)


RULE = Rule(
    id="estate-gaps",
    subject=SubjectKind.ESTATE,
    severities=(Severity.WARNING,),
    message="A source did not tell everything that was asked of it.",
    why="What was not read is unknown to the plan: machines, disks or limits may be missing.",
    remedy="Do what the finding names (a privilege, a file, another attempt), and run `planner collect` again.",
    find=unread,
)
