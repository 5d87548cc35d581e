"""A cluster of which nobody said whether it moves running VMs."""

from planner.assess.ground import Ground
from planner.assess.looks import each_cluster
from planner.assess.rule import Console, Rule, Verdict, warning
from planner.model.estate import Cluster
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import ManagerKind


def unsaid(cluster: Cluster, ground: Ground) -> Verdict | None:
    """Only where there is a manager and a second host."""
    able = cluster.manager is not ManagerKind.NONE and len(ground.hypervisors_of(cluster)) > 1
    return warning() if able and cluster.live_migration is None else None


RULE = Rule(
    id="cluster-live-migration-unknown",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.WARNING,),
    message="Whether the cluster moves running VMs is unknown.",
    why="The plan does without: hosts are emptied by conversions alone, which needs more room and more downtime.",
    remedy="Add `live_migration` to the cluster in the inventory.",
    commands={
        Console.VCENTER: "govc host.info -json",
        Console.XAPI: "xe host-list params=name-label,edition,software-version",
        Console.LIBVIRT: "virsh capabilities",
    },
    find=each_cluster(unsaid),
)
