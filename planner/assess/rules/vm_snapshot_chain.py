"""More snapshots than a migration between pools carries."""

from planner.assess.ground import Trip
from planner.assess.looks import each_trip
from planner.assess.rule import Console, Rule, Verdict, critical
from planner.knowledge.concerns import limit
from planner.model.finding import Handling, Severity, SubjectKind
from planner.model.plan import Transport


def too_many(trip: Trip) -> Verdict | None:
    """More than storage migration takes."""
    most = limit("xapi_migrate_snapshots")
    count = len(trip.vm.snapshots or ())
    if trip.route.transport is not Transport.XAPI_MIGRATE or count <= most:
        return None
    return critical(snapshots=count, most=most)


RULE = Rule(
    id="vm-snapshot-chain",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL,),
    message="The VM has more snapshots than a migration between pools takes.",
    why="XAPI refuses the migration (VM_HAS_TOO_MANY_SNAPSHOTS).",
    remedy="Delete snapshots until one is left at the most, and let the storage coalesce them.",
    commands={Console.XAPI: "xe snapshot-uninstall force=true uuid='<uuid of xe vm-snapshot-list>'"},
    find=each_trip(too_many),
    handling=Handling.CHECKED,
    source="Citrix support, XenMotion compatibility requirements",
)
