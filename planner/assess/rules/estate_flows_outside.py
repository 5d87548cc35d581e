"""Traffic with machines that are no VM of the estate."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, information
from planner.model.finding import Severity, SubjectKind
from planner.units import format_size


def strangers(ground: Ground) -> Iterator[Sighting]:
    """All of it, as one."""
    outside = [flow for flow in ground.estate.flows if None in {flow.source, flow.destination}]
    if outside:
        vms = {end for flow in outside for end in (flow.source, flow.destination)} - {None}
        size = format_size(sum(flow.size_bytes for flow in outside))
        yield Sighting(thing=None, verdict=information(vms_that_talk_with_them=len(vms), traffic=size))


RULE = Rule(
    id="estate-flows-outside",
    subject=SubjectKind.ESTATE,
    severities=(Severity.INFORMATION,),
    message="Some traffic is with machines that are no VM of the estate.",
    why="Clients, hosts and the internet are expected there; a VM whose addresses are unknown counts among them too.",
    remedy="Where a VM is missed in the graph, add its `addresses` or its `hostname` to the inventory.",
    find=strangers,
)
