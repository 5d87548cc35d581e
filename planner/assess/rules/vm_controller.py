"""The machine from which the plan is run, among those that are moved."""

from planner.assess.ground import Trip
from planner.assess.looks import each_trip
from planner.assess.rule import Rule, Verdict, critical, warning
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import ServiceRole
from planner.model.plan import Transport


def would_stop_itself(trip: Trip) -> Verdict | None:
    """It cannot be shut down by its own playbooks; where it keeps running it is only in danger."""
    if ServiceRole.CONTROLLER not in trip.vm.roles or trip.route.transport is None:
        return None
    if trip.route.live or trip.route.transport is Transport.IN_PLACE:
        return warning("It keeps running, but a failure of its host ends the run.")
    return critical()


RULE = Rule(
    id="vm-controller",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The machine that runs the plan is itself to be moved.",
    why="Its own move shuts it down, and nobody is left to start it on the target or to undo the step.",
    remedy="Run the plan from a machine outside the clusters that are converted, and move this one by hand at the end.",
    find=each_trip(would_stop_itself),
)
