"""File systems of the guest too full for virt-v2v."""

from planner.assess.ground import Trip
from planner.assess.looks import each_trip
from planner.assess.rule import Rule, Verdict, critical
from planner.knowledge.concerns import guest_space
from planner.model.finding import Severity, SubjectKind
from planner.units import format_size


def too_full(trip: Trip) -> Verdict | None:
    """Some file system whose free space is known has less than virt-v2v needs in it."""
    if not trip.converts:
        return None
    short = [
        f"{volume.path} has {format_size(volume.free_bytes)}, needs {format_size(guest_space(volume.path).least_bytes)}"
        for volume in trip.vm.volumes
        if volume.free_bytes is not None and volume.free_bytes < guest_space(volume.path).least_bytes
    ]
    return critical(free_space="; ".join(sorted(short))) if short else None


RULE = Rule(
    id="vm-guest-space",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL,),
    message="A file system of the guest is too full for the conversion.",
    why="The conversion installs drivers and rebuilds the initramfs inside the guest, and stops where there is no room.",
    remedy="Free space inside the guest: remove old kernels from /boot, empty caches and temporary folders.",
    find=each_trip(too_full),
    source="virt-v2v manual, free space in the guest",
    forklift="vmware.guestDisks.freespace",
)
