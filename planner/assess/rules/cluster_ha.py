"""A cluster that restarts VMs by itself."""

from planner.assess.ground import Ground
from planner.assess.looks import each_cluster
from planner.assess.rule import Console, Rule, Verdict, information
from planner.model.estate import Cluster
from planner.model.finding import Severity, SubjectKind


def restarts(cluster: Cluster, ground: Ground) -> Verdict | None:
    """As the source says."""
    del ground
    return information(manager=cluster.manager) if cluster.ha_enabled else None


RULE = Rule(
    id="cluster-ha",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.INFORMATION,),
    message="The cluster has HA.",
    why=(
        "While hosts leave it one by one it restarts less and less, and the target begins without: KVM has no HA of its "
        "own (Pacemaker adds it), XCP-ng wants three hosts and a heartbeat SR."
    ),
    remedy="Say what may fail during the conversion, turn HA off for as long as hosts leave, and turn it on at the end.",
    commands={Console.XAPI: "xe pool-ha-disable"},
    find=each_cluster(restarts),
    source="XCP-ng documentation, high availability; Pacemaker documentation",
)
