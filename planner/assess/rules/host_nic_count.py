"""More network ports than a target knows."""

from planner.assess.looks import each_host_and_platform
from planner.assess.rule import Rule, Verdict, warning
from planner.knowledge import fact
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind
from planner.model.platform import Platform


def too_many(host: Host, platform: Platform) -> Verdict | None:
    """More than the platform's most."""
    if platform.max_host_nics is None or len(host.nics) <= platform.max_host_nics:
        return None
    source = fact(platform.id, "max_host_nics").source
    return warning(has=len(host.nics), most=platform.max_host_nics, source=source)


RULE = Rule(
    id="host-nic-count",
    subject=SubjectKind.HOST,
    severities=(Severity.WARNING,),
    message="The host has more network ports than the target supports.",
    why="The target is not supported on this host.",
    remedy="Take unused network cards out, or turn their ports off in the firmware setup.",
    find=each_host_and_platform(too_many),
)
