"""VMs whose disks stand on one image."""

from collections import defaultdict
from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.looks import COPYING
from planner.assess.rule import Rule, Sighting, information
from planner.graph import EdgeKind, Graph, edges
from planner.model.finding import Severity, SubjectKind


def standing_on_one(ground: Ground) -> Iterator[Sighting]:
    """Where the disks are copied; a VM that moves itself keeps its chain or is told by other rules."""
    images = _images(ground.graph)
    for trip in ground.trips:
        if trip.route.transport in COPYING and trip.vm.id in images:
            found = sorted(images[trip.vm.id])
            others = {name for _, names in found for name in names} - {trip.vm.name}
            told = information(
                image=", ".join(image for image, _ in found), shared_with=", ".join(sorted(others))
            )
            yield Sighting(thing=trip.vm, platform=trip.route.platform, verdict=told)


def _images(graph: Graph) -> dict[str, list[tuple[str, list[str]]]]:
    """The images of each VM that stands on any, each with the names of the VMs that stand on it."""
    found, names = defaultdict(list), defaultdict(list)
    for vm, image, _ in edges(graph, EdgeKind.STANDS_ON):
        names[image].append(graph.nodes[vm]["name"])
        found[vm].append((graph.nodes[image]["name"], names[image]))
    return found


RULE = Rule(
    id="vm-shared-base",
    subject=SubjectKind.VM,
    severities=(Severity.INFORMATION,),
    message="The disks of several VMs stand on one image.",
    why=(
        "Each copy is whole: together they take more room on the target than on the source. The image must stay where it "
        "is until the last of them has moved, or those that are left lose their disks."
    ),
    remedy=(
        "Count with the whole size of each, and delete neither the image nor the VM that it belongs to. The plan copies each "
        "on its own and deletes nothing of the source; whether they travel in one wave is `together.linked_clones` in the "
        "policy."
    ),
    find=standing_on_one,
    source="VMware documentation, linked clones; qemu-img manual, backing files",
)
