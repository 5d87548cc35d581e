"""A cluster that moves VMs by itself."""

from planner.assess.ground import Ground
from planner.assess.looks import each_cluster
from planner.assess.rule import Console, Rule, Verdict, information
from planner.model.estate import Cluster
from planner.model.finding import Severity, SubjectKind


def balances(cluster: Cluster, ground: Ground) -> Verdict | None:
    """As the source says."""
    del ground
    return information() if cluster.drs_enabled else None


RULE = Rule(
    id="cluster-drs",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.INFORMATION,),
    message="The cluster balances its load by itself (DRS).",
    why="It would move VMs away from where the plan has them, and the target balances nothing by itself.",
    remedy=(
        "Set DRS to manual while the plan runs. Afterwards balance by hand, by Xen Orchestra's load balancer, or by "
        "`virsh migrate`."
    ),
    commands={Console.VCENTER: "govc cluster.change -drs-mode manual '<cluster>'"},
    find=each_cluster(balances),
    source="Xen Orchestra documentation, load balancing",
    forklift="vmware.drs.enabled",
)
