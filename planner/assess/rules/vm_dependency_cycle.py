"""Dependencies that run in a circle."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, warning
from planner.graph import Cycle, Dependency, cycles
from planner.model.finding import Severity, SubjectKind


def in_a_circle(ground: Ground) -> Iterator[Sighting]:
    """Every VM of every circle, with the fewest dependencies that would have to go."""
    for cycle in cycles(ground.graph):
        needs = [_said(dependency, ground) for dependency in cycle.cut]
        told = warning(
            circle=", ".join(ground.vm_by_id[vm].name for vm in cycle.vms),
            fewest_to_remove="; ".join(needs),
            certainty=_certainty(cycle),
        )
        yield from (Sighting(thing=ground.vm_by_id[vm], verdict=told) for vm in cycle.vms)


def _said(dependency: Dependency, ground: Ground) -> str:
    before, after = ground.vm_by_id[dependency.before].name, ground.vm_by_id[dependency.after].name
    return f"{after} needs {before}: {dependency.evidence}"


def _certainty(cycle: Cycle) -> str:
    return (
        "no smaller set does" if cycle.exact else "a smaller set may do: the circle is too large to try all"
    )


RULE = Rule(
    id="vm-dependency-cycle",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="The VM's dependencies run in a circle.",
    why="No order starts each after what it needs, so all VMs of the circle move together and are down together.",
    remedy="Remove the dependencies that are named from the inventory, if the services start without them.",
    find=in_a_circle,
)
