"""Too little memory for a target."""

from planner.assess.looks import each_host_and_platform
from planner.assess.rule import Rule, Verdict, warning
from planner.knowledge import fact
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind
from planner.model.platform import Platform
from planner.units import format_size


def too_small(host: Host, platform: Platform) -> Verdict | None:
    """Known, and below the platform's least."""
    if host.memory_bytes is None or host.memory_bytes >= platform.min_host_memory_bytes:
        return None
    return warning(
        has=format_size(host.memory_bytes),
        least=format_size(platform.min_host_memory_bytes),
        source=fact(platform.id, "min_host_memory_bytes").source,
    )


RULE = Rule(
    id="host-memory-low",
    subject=SubjectKind.HOST,
    severities=(Severity.WARNING,),
    message="The host has less memory than the target needs.",
    why="The target cannot be installed on this host; it can only be left behind.",
    remedy="Add memory, or replace the host.",
    find=each_host_and_platform(too_small),
)
