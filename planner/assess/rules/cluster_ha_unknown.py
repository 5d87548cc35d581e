"""A cluster of which nobody said whether it survives a host."""

from planner.assess.ground import Ground
from planner.assess.looks import each_cluster
from planner.assess.rule import Console, Rule, Verdict, warning
from planner.model.estate import Cluster
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import ManagerKind

_OFFER_HA = frozenset({ManagerKind.VCENTER, ManagerKind.XAPI})


def unsaid(cluster: Cluster, ground: Ground) -> Verdict | None:
    """Only where the manager offers HA, and there is a host to fail over to."""
    asks = cluster.manager in _OFFER_HA and len(ground.hypervisors_of(cluster)) > 1
    return warning() if asks and cluster.ha_enabled is None else None


RULE = Rule(
    id="cluster-ha-unknown",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.WARNING,),
    message="Whether the cluster has HA is unknown.",
    why="The plan keeps a reserve for a failing host only where HA is known to be on.",
    remedy="Add `ha_enabled` to the cluster in the inventory.",
    commands={
        Console.VCENTER: "govc object.collect -json '<cluster>' configurationEx",
        Console.XAPI: "xe pool-list params=ha-enabled",
    },
    find=each_cluster(unsaid),
)
