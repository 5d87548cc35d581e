"""A cluster of one host."""

from planner.assess.ground import Ground
from planner.assess.looks import each_cluster
from planner.assess.rule import Rule, Verdict, information, warning
from planner.model.estate import Cluster
from planner.model.finding import Severity, SubjectKind


def stands_alone(cluster: Cluster, ground: Ground) -> Verdict | None:
    """One host and no new member; a swing host of the estate helps."""
    if len(ground.members[cluster.id]) != 1:
        return None
    swing = len(ground.members[None])
    if swing:
        return information("Its VMs live on a swing host while it is rebuilt.", swing_hosts=swing)
    return warning()


RULE = Rule(
    id="cluster-single-host",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.WARNING, Severity.INFORMATION),
    message="The cluster has one host.",
    why="Its VMs have nowhere to be while the host is rebuilt.",
    remedy="Add a swing host (hypervisor none, outside any cluster), a new member, or allow parking in policy.yml.",
    find=each_cluster(stands_alone),
)
