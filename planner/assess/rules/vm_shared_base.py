"""VMs whose disks stand on one image."""

from planner.assess.ground import Ground, Trip
from planner.assess.looks import COPYING, each_trip_of
from planner.assess.rule import Rule, Verdict, information
from planner.graph import EdgeKind
from planner.model.estate import VmId
from planner.model.finding import Severity, SubjectKind


def stands_on(trip: Trip, ground: Ground) -> Verdict | None:
    """Where the disks are copied; a VM that moves itself keeps its chain or is told by other rules."""
    if trip.route.transport not in COPYING:
        return None
    found = _images(ground, trip.vm.id)
    if not found:
        return None
    others = {name for _, names in found for name in names} - {trip.vm.name}
    return information(image=", ".join(image for image, _ in found), shared_with=", ".join(sorted(others)))


def _images(ground: Ground, vm: VmId) -> list[tuple[str, tuple[str, ...]]]:
    """The images, each with the names of the VMs that stand on it."""
    graph = ground.graph
    images = (
        image for _, image, data in graph.out_edges(vm, data=True) if data["kind"] is EdgeKind.STANDS_ON
    )
    return sorted(
        (graph.nodes[image]["name"], tuple(graph.nodes[one]["name"] for one in graph.predecessors(image)))
        for image in images
    )


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
        "Count with the whole size of each, and delete neither the image nor the VM that it belongs to. They need not "
        "move together: the plan copies each on its own and deletes nothing of the source."
    ),
    find=each_trip_of(stands_on),
    source="VMware documentation, linked clones; qemu-img manual, backing files",
)
