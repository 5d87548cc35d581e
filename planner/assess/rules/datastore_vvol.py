"""Storage whose disks are objects of an array, not files."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, warning
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import DatastoreKind


def without_files(ground: Ground) -> Iterator[Sighting]:
    """VMs that leave have disks on vVols."""
    used = {disk.datastore for vm in ground.vms for disk in vm.disks}
    for datastore in ground.estate.datastores:
        if datastore.kind is DatastoreKind.VVOL and datastore.id in used:
            yield Sighting(thing=datastore, verdict=warning())


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
    find=without_files,
    source="virt-v2v manual, input from VMware; platform9/vjailbreak documentation: vVols unsupported",
)
