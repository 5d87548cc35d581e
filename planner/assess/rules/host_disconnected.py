"""A host that its manager did not reach."""

from planner.assess.ground import Ground
from planner.assess.looks import each_host
from planner.assess.rule import Rule, Verdict, warning
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind


def unreached(host: Host, ground: Ground) -> Verdict | None:
    """As the source says; unknown is not asked."""
    del ground
    return warning() if host.connected is False else None


RULE = Rule(
    id="host-disconnected",
    subject=SubjectKind.HOST,
    severities=(Severity.WARNING,),
    message="The manager did not reach the host when the source was read.",
    why="What is told of the host and its VMs is as old as the last contact, and none of them can be moved off.",
    remedy="Connect the host again (or remove it from the manager, if it is gone), and collect once more.",
    find=each_host(unreached),
    source="vSphere API reference, HostSystemConnectionState",
)
