"""VMs that must move together and are in different clusters."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, warning
from planner.graph import groups
from planner.model.finding import Severity, SubjectKind


def torn_apart(ground: Ground) -> Iterator[Sighting]:
    """Every VM of every such group."""
    for group in groups(ground.graph):
        members = [ground.vm_by_id[vm] for vm in group.vms]
        clusters = sorted({ground.cluster_by_id[vm.cluster].name for vm in members})
        if len(clusters) > 1:
            told = warning(
                group=", ".join(vm.name for vm in members), clusters=", ".join(clusters), reason=group.reason
            )
            yield from (Sighting(thing=vm, verdict=told) for vm in members)


RULE = Rule(
    id="vm-group-spans-clusters",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="VMs that must move together are in different clusters.",
    why="Each cluster has waves of its own, so the group moves in parts.",
    remedy="Bring the VMs into one cluster first, or remove what ties them together.",
    find=torn_apart,
)
