"""Everything that concerns look at in a cluster and that nobody said, told once."""

from planner.assess.ground import Ground
from planner.assess.looks import each_cluster
from planner.assess.rule import Rule, Verdict, information
from planner.knowledge.missing import unjudged
from planner.model.estate import Cluster
from planner.model.finding import Severity, SubjectKind


def unsaid(cluster: Cluster, ground: Ground) -> Verdict | None:
    """Facts of the cluster, its hosts and its VMs that its source could tell, counted."""
    found = unjudged(cluster, ground.parts[cluster.id])
    return information(missing=", ".join(found.facts), supplied_by=found.command) if found else None


RULE = Rule(
    id="cluster-facts-missing",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.INFORMATION,),
    message="Facts about the cluster, its hosts or its VMs are missing.",
    why="No concern can be raised about what is unknown: that there is no finding does not mean that all is well.",
    remedy="Read the source again with the command that the finding names, or write the facts into the inventory.",
    find=each_cluster(unsaid),
)
