"""A disk that is too large for a target."""

from planner.assess.ground import travelling
from planner.assess.limits import within
from planner.assess.rule import Rule
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.units import format_size


def largest_disk(vm: VirtualMachine) -> int | None:
    """Capacity of the largest disk whose size is known."""
    sizes = (disk.capacity_bytes for disk in travelling(vm) if disk.capacity_bytes is not None)
    return max(sizes, default=None)


RULE = Rule(
    id="vm-disk-size",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="A disk of the VM is larger than the target likes.",
    why="The target has no format for a disk of this size.",
    remedy="Split the data over smaller disks inside the guest, serve it over the network, or choose another target.",
    find=within("max_disk_bytes", largest_disk, format_size, "comfortable_disk_bytes"),
    source="XCP-ng documentation, storage",
)
