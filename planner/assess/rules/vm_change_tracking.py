"""Running VMs whose changes nobody tracks: they can only be copied while they are off."""

from planner.assess.ground import Trip
from planner.assess.looks import COPYING, each_trip
from planner.assess.rule import Rule, Verdict, information
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import HypervisorKind, PowerState


def untracked(trip: Trip) -> Verdict | None:
    """Tracking is known to be off, on VMware, for a VM that runs and whose disks are copied."""
    matters = (
        trip.vm.changed_block_tracking is False
        and trip.vm.power is PowerState.ON
        and trip.route.source is HypervisorKind.ESXI
        and trip.route.transport in COPYING
    )
    return information() if matters else None


RULE = Rule(
    id="vm-change-tracking",
    subject=SubjectKind.VM,
    severities=(Severity.INFORMATION,),
    message="Nobody tracks which blocks of the VM's disks change.",
    why=(
        "That is no fault here: this plan copies every VM while it is off, for as long as its estimate says. A warm copy "
        "by another tool, with the VM off for the last changes only, is not possible as it is."
    ),
    remedy=(
        "Nothing, if the VM may be off for that long; else turn tracking on (`ctkEnabled`, no snapshots, one restart) "
        "before a tool that copies warm takes it."
    ),
    find=each_trip(untracked),
    source="kubev2v/forklift, concern vmware.changed_block_tracking.disabled",
    forklift="vmware.changed_block_tracking.disabled, vmware.changed_block_tracking.disk.disabled",
)
