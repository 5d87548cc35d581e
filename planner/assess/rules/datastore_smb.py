"""Disks on a share of a file server."""

from planner.assess.looks import each_datastore_in_use
from planner.assess.rule import Rule, warning
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import DatastoreKind

RULE = Rule(
    id="datastore-smb",
    subject=SubjectKind.DATASTORE,
    severities=(Severity.WARNING,),
    message="The datastore is an SMB share.",
    why="What reads the disks has to log in at the file server, and no target here keeps disks larger than 2 TiB on SMB.",
    remedy="Mount the share read-only where disks are converted, with an account of its own, and have other storage ready.",
    find=each_datastore_in_use(DatastoreKind.SMB, warning()),
    source="XCP-ng documentation, storage: QCOW2 is not on SMB; kubev2v/forklift, concern hyperv disk_smb_path",
    forklift="hyperv disk_smb_path",
)
