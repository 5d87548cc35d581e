"""A pool whose coordinator nobody named."""

from planner.assess.ground import Ground
from planner.assess.looks import each_cluster
from planner.assess.rule import Console, Rule, Verdict, warning
from planner.model.estate import Cluster
from planner.model.finding import Handling, Severity, SubjectKind
from planner.model.kinds import HypervisorKind

_POOLS = frozenset({HypervisorKind.XENSERVER, HypervisorKind.XCPNG})


def headless(cluster: Cluster, ground: Ground) -> Verdict | None:
    """A pool of several hosts, none of them marked."""
    hosts = ground.hypervisors_of(cluster)
    if cluster.hypervisor not in _POOLS or len(hosts) < 2 or any(host.coordinator for host in hosts):
        return None
    return warning(hosts=len(hosts))


RULE = Rule(
    id="cluster-coordinator-unknown",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.WARNING,),
    message="Which host is the pool's coordinator is unknown.",
    why="The coordinator is upgraded first; a member that is ahead of it can no longer join.",
    remedy="Mark the coordinator with `coordinator: true` in the inventory.",
    commands={Console.XAPI: "xe pool-list params=master"},
    find=each_cluster(headless),
    handling=Handling.CHECKED,
    source="XCP-ng documentation, upgrading from XenServer",
)
