"""A VM that nothing carries to a target."""

from planner.assess.ground import Trip
from planner.assess.looks import each_trip
from planner.assess.rule import Rule, Verdict, critical
from planner.model.finding import Severity, SubjectKind


def stranded(trip: Trip) -> Verdict | None:
    """No transport fits."""
    return critical(reason=trip.route.reason) if trip.route.transport is None else None


RULE = Rule(
    id="vm-no-route",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL,),
    message="The VM has no way to this target.",
    why="Its cluster cannot get this target while the VM is in it.",
    remedy="Change what the reason names, move the VM out of the cluster, or let another target compete.",
    find=each_trip(stranded),
)
