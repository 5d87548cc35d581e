"""Storage that lives in the very hosts that are rebuilt."""

from planner.assess.looks import each_datastore_in_use
from planner.assess.rule import Rule, critical
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import DatastoreKind

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
    find=each_datastore_in_use(DatastoreKind.VSAN, critical()),
)
