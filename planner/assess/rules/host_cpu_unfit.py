"""A processor that a target does not run on."""

from planner.assess.looks import each_host_and_platform
from planner.assess.rule import Rule, Verdict, warning
from planner.knowledge import cpu_architecture, fact, lacking
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind
from planner.model.platform import Platform


def unfit(host: Host, platform: Platform) -> Verdict | None:
    """Another architecture, or flags that are known, and of some set of alternatives none is there."""
    architectures = fact(platform.id, "architectures")
    own = cpu_architecture(host.cpu)
    if own is not None and own not in architectures.value:
        return warning(architecture=own, source=architectures.source)
    missing = lacking(host.cpu, platform.required_cpu_flags)
    if not missing:
        return None
    return warning(missing=", ".join(missing), source=fact(platform.id, "required_cpu_flags").source)


RULE = Rule(
    id="host-cpu-unfit",
    subject=SubjectKind.HOST,
    severities=(Severity.WARNING,),
    message="The host's processor is not one that the target runs on.",
    why="The target cannot be installed on this host; it can only be left behind.",
    remedy="Turn virtualization on in the firmware setup, and read the flags again; else replace the host.",
    find=each_host_and_platform(unfit),
)
