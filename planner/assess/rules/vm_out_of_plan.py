"""A VM of a cluster without hosts."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, warning
from planner.model.finding import Severity, SubjectKind


def left_out(ground: Ground) -> Iterator[Sighting]:
    """No host of its cluster is known, so the cluster is kept and the VM stays where it is."""
    for vm in ground.estate.vms:
        cluster = ground.cluster_by_id[vm.cluster]
        if not ground.members[cluster.id]:
            told = warning(cluster=cluster.name, reported_host=vm.reported_host)
            yield Sighting(thing=vm, verdict=told)


RULE = Rule(
    id="vm-out-of-plan",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="The VM is not part of the plan.",
    why="No host of its cluster is known, so nothing can be said about its way or its room.",
    remedy="Describe the hosts of its cluster in the inventory, or put the VM under a host that is there.",
    find=left_out,
)
