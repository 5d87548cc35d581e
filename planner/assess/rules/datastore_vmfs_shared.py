"""Shared VMFS, which only ESXi writes."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, information
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import DatastoreKind


def stays_behind(ground: Ground) -> Iterator[Sighting]:
    """VMs that leave have disks on it."""
    used = {disk.datastore for vm in ground.vms for disk in vm.disks}
    for datastore in ground.estate.datastores:
        if datastore.kind is DatastoreKind.VMFS and datastore.shared and datastore.id in used:
            yield Sighting(thing=datastore, verdict=information())


RULE = Rule(
    id="datastore-vmfs-shared",
    subject=SubjectKind.DATASTORE,
    severities=(Severity.INFORMATION,),
    message="The datastore is shared VMFS.",
    why="Targets cannot use it: its VMs need room elsewhere, and the LUN is free only after the last ESXi host.",
    remedy="Name new shared storage in policy.yml (shared_storage), or let disks go to the hosts' own.",
    find=stays_behind,
)
