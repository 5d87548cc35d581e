"""Raw device mappings: a LUN that the VM holds through VMFS, or past it."""

from planner.assess.ground import Trip
from planner.assess.looks import COPYING, each_trip
from planner.assess.rule import Rule, Verdict, critical, warning
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import DiskKind
from planner.model.plan import Transport

_VIRTUAL = "virtual"


def maps_a_lun(trip: Trip) -> Verdict | None:
    """A virtual mapping is read through VDDK as a disk; every other way reads only the pointer, or nothing."""
    modes = sorted({disk.rdm_mode or "unknown" for disk in trip.vm.disks if disk.kind is DiskKind.RDM})
    if not modes or trip.route.transport not in COPYING:
        return None
    if trip.route.transport is Transport.VCENTER_VDDK and modes == [_VIRTUAL]:
        return warning("The LUN's whole content is copied into a disk of the target.", mode=_VIRTUAL)
    return critical(mode=", ".join(modes))


RULE = Rule(
    id="vm-rdm-disk",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="A disk of the VM is a raw device mapping.",
    why="The mapping file only points to a LUN; this way of copying does not read what is behind it.",
    remedy=(
        "Turn the mapping into an ordinary disk (migrate it to another datastore in another format), or detach it "
        "before the wave and give the LUN to the VM on the target."
    ),
    find=each_trip(maps_a_lun),
    source="virt-v2v manual, input from VMware; Xen Orchestra documentation, V2V",
    forklift="vmware.disk.rdm.detected",
)
