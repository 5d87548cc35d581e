"""More memory than a target supports."""

from planner.assess.limits import within
from planner.assess.rule import Rule
from planner.model.finding import Severity, SubjectKind
from planner.units import format_size

RULE = Rule(
    id="vm-memory-size",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The VM has more memory than the target likes.",
    why="The target does not start a VM of this size.",
    remedy="Give the VM less memory before the wave, or choose another target.",
    find=within("max_memory_bytes", lambda vm: vm.memory_bytes, format_size, "comfortable_memory_bytes"),
    source="XCP-ng documentation, configuration limits",
)
