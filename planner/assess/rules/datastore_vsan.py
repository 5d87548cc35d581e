"""Storage that lives in the very hosts that are rebuilt."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, critical
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import DatastoreKind


def shrinks(ground: Ground) -> Iterator[Sighting]:
    """VMs that leave have disks on vSAN."""
    used = {disk.datastore for vm in ground.vms for disk in vm.disks}
    for datastore in ground.estate.datastores:
        if datastore.kind is DatastoreKind.VSAN and datastore.id in used:
            yield Sighting(thing=datastore, verdict=critical())


RULE = Rule(
    id="datastore-vsan",
    subject=SubjectKind.DATASTORE,
    severities=(Severity.CRITICAL,),
    message="The datastore is vSAN.",
    why="Each host that is rebuilt takes its share of the data away; the plan does not simulate what is left.",
    remedy=(
        "Move the VMs to other storage first; or convert by new hosts only, check vSAN's health and room before each "
        "host with full data evacuation, and waive this."
    ),
    find=shrinks,
)
