"""A processor that a target does not run on."""

from planner.assess.looks import each_host_and_platform
from planner.assess.rule import Rule, Verdict, warning
from planner.knowledge import fact
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind
from planner.model.platform import Platform


def lacks_flags(host: Host, platform: Platform) -> Verdict | None:
    """Flags are known, and of some set of alternatives none is there."""
    if host.cpu.flags is None:
        return None
    flags = {*host.cpu.flags}
    missing = [" or ".join(any_of) for any_of in platform.required_cpu_flags if not flags & {*any_of}]
    if not missing:
        return None
    return warning(missing=", ".join(missing), source=fact(platform.id, "required_cpu_flags").source)


RULE = Rule(
    id="host-cpu-unfit",
    subject=SubjectKind.HOST,
    severities=(Severity.WARNING,),
    message="The host's processor lacks what the target needs.",
    why="The target cannot be installed on this host; it can only be left behind.",
    remedy="Turn virtualization on in the firmware setup, and read the flags again; else replace the host.",
    find=each_host_and_platform(lacks_flags),
)
