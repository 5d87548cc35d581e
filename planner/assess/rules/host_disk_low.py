"""Too small a disk for a target's system."""

from planner.assess.looks import each_host_and_platform
from planner.assess.rule import Rule, Verdict, warning
from planner.knowledge import fact
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind
from planner.model.platform import Platform
from planner.units import format_size


def too_small(host: Host, platform: Platform) -> Verdict | None:
    """The boot disk, or the largest while none is marked, is below the platform's least."""
    marked = [disk.capacity_bytes for disk in host.disks if disk.boot]
    largest = max(marked or [disk.capacity_bytes for disk in host.disks], default=None)
    if largest is None or largest >= platform.min_host_disk_bytes:
        return None
    return warning(
        has=format_size(largest),
        least=format_size(platform.min_host_disk_bytes),
        source=fact(platform.id, "min_host_disk_bytes").source,
    )


RULE = Rule(
    id="host-disk-low",
    subject=SubjectKind.HOST,
    severities=(Severity.WARNING,),
    message="The host's boot disk is smaller than the target needs.",
    why="ESXi boots from small USB and SD media; the target's installer refuses them, or soon fills them.",
    remedy="Put a larger disk in and mark it with `boot: true`, or mark another disk of the host.",
    find=each_host_and_platform(too_small),
)
