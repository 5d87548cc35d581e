"""More vCPUs than a target supports."""

from planner.assess.limits import within
from planner.assess.rule import Rule
from planner.model.finding import Severity, SubjectKind

RULE = Rule(
    id="vm-vcpus",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The VM has more vCPUs than the target likes.",
    why="The target does not start a VM with so many.",
    remedy="Measure what the VM uses, and give it fewer vCPUs before the wave, or choose another target.",
    find=within("max_vcpus", lambda vm: vm.vcpus, str, "comfortable_vcpus"),
    source="XCP-ng documentation, configuration limits",
)
