"""Processors of two makers in one cluster."""

from collections import Counter

from planner.assess.ground import Ground
from planner.assess.looks import each_cluster
from planner.assess.rule import Rule, Verdict, warning
from planner.knowledge import cpu_maker
from planner.model.estate import Cluster
from planner.model.finding import Severity, SubjectKind


def mixed(cluster: Cluster, ground: Ground) -> Verdict | None:
    """Makers that are known, spares included."""
    makers = Counter(
        maker for host in ground.members[cluster.id] if (maker := cpu_maker(host.cpu)) is not None
    )
    said = ", ".join(f"{count} {maker}" for maker, count in sorted(makers.items()))
    return warning(makers=said) if len(makers) > 1 else None


RULE = Rule(
    id="cluster-mixed-cpus",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.WARNING,),
    message="The hosts of the cluster have processors of different makers.",
    why="Running VMs never move between them, under any hypervisor, and an XCP-ng pool does not take both.",
    remedy="Make one cluster of each maker.",
    find=each_cluster(mixed),
    source="XCP-ng documentation, hosts and pools",
)
