"""Rows of the source that belong to no machine for certain."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, warning
from planner.model.finding import Severity, SubjectKind


def unassigned(ground: Ground) -> Iterator[Sighting]:
    """Each note that the reader left."""
    for note in ground.estate.notes:
        yield Sighting(thing=None, verdict=warning(note=note))


RULE = Rule(
    id="estate-notes",
    subject=SubjectKind.ESTATE,
    severities=(Severity.WARNING,),
    message="The source holds more than could be given to a machine for certain.",
    why="What was left out is unknown to the plan: disks, sizes or cards may be missing.",
    remedy="Export again with names and ids intact, or complete the machines in the inventory.",
    find=unassigned,
)
