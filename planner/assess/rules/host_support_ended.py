"""A hypervisor that its maker no longer mends."""

from planner.assess.ground import Ground
from planner.assess.looks import each_host
from planner.assess.rule import Rule, Verdict, warning
from planner.knowledge.concerns import source_support
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind


def out_of_support(host: Host, ground: Ground) -> Verdict | None:
    """Ended before the day of the assessment."""
    support = source_support(host.hypervisor, host.version, host.edition)
    if support is None or not support.ended(ground.today):
        return None
    return warning(version=host.version, ended=support.until, source=support.source)


RULE = Rule(
    id="host-support-ended",
    subject=SubjectKind.HOST,
    severities=(Severity.WARNING,),
    message="The support of the host's hypervisor has ended.",
    why="Holes that are found now stay open until the host is converted.",
    remedy="Convert it early, and keep its management network closed until then.",
    find=each_host(out_of_support),
)
