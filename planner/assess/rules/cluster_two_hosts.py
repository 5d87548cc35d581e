"""A cluster that has nothing left to fail over to while one host is rebuilt."""

from planner.assess.ground import Ground
from planner.assess.looks import each_cluster
from planner.assess.rule import Rule, Verdict, warning
from planner.model.estate import Cluster
from planner.model.finding import Severity, SubjectKind


def halved(cluster: Cluster, ground: Ground) -> Verdict | None:
    """Two hosts, no new member, and no swing host of the estate."""
    alone = len(ground.members[cluster.id]) == len(ground.hypervisors_of(cluster)) == 2
    return warning() if alone and not ground.members[None] else None


RULE = Rule(
    id="cluster-two-hosts",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.WARNING,),
    message="The cluster has two hosts.",
    why="While one is rebuilt, the other carries everything and nothing takes its place when it fails.",
    remedy="Lend it a swing host, rebuild at a quiet time with a tested backup, or accept the risk by a waiver.",
    find=each_cluster(halved),
)
