"""Storage whose disks are objects of an array, not files."""

from planner.assess.looks import each_datastore_in_use
from planner.assess.rule import Rule, warning
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import DatastoreKind

RULE = Rule(
    id="datastore-vvol",
    subject=SubjectKind.DATASTORE,
    severities=(Severity.WARNING,),
    message="The datastore is made of vVols.",
    why=(
        "Every disk is an object of the array that only VMware's provider hands out: no ssh and no NFS mount reads it, "
        "and the target cannot use the array's room as it is."
    ),
    remedy=(
        "Name a VDDK in the policy (`vddk_path`), or move the VMs to VMFS or NFS first; have LUNs or an export for the "
        "target cut from the same array."
    ),
    find=each_datastore_in_use(DatastoreKind.VVOL, warning()),
    source="virt-v2v manual, input from VMware; platform9/vjailbreak documentation: vVols unsupported",
)
