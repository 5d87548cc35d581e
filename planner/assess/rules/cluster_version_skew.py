"""Hosts of one cluster that run different versions."""

from planner.assess.ground import Ground
from planner.assess.looks import each_cluster
from planner.assess.rule import Console, Rule, Verdict, warning
from planner.model.estate import Cluster
from planner.model.finding import Severity, SubjectKind


def skewed(cluster: Cluster, ground: Ground) -> Verdict | None:
    """More than one version among those that are known."""
    versions = {host.version for host in ground.hypervisors_of(cluster) if host.version}
    return warning(versions=", ".join(sorted(versions))) if len(versions) > 1 else None


RULE = Rule(
    id="cluster-version-skew",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.WARNING,),
    message="The cluster's hosts run different versions of their hypervisor.",
    why="Running VMs move to hosts of the same version or a newer one, not back; a pool in this state was left half upgraded.",
    remedy="Bring the hosts to one version first, or convert the oldest first and test moves from the newest.",
    commands={
        Console.VCENTER: "govc host.info -host '<host>'",
        Console.XAPI: "xe host-list params=name-label,software-version",
    },
    find=each_cluster(skewed),
    source="XCP-ng documentation, upgrade; vSphere documentation, compatibility of virtual machines",
)
