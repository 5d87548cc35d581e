"""Images that the disks of several VMs stand on: linked clones, fast clones, backing files."""

from collections import defaultdict
from collections.abc import Iterator

from planner.graph.company import Company, group_id
from planner.graph.kinds import Basis, Confidence, EdgeKind
from planner.model.estate import Disk, Estate, VirtualMachine, VmId


def shared_bases(estate: Estate) -> Iterator[Company]:
    """Every image below the disks of at least two VMs, with the VM whose own disk it is.

    People treat them as one, and the image must stay where it is until the last of them has moved. But copies need nothing of
    each other, as each gets the whole image, and what was made of one template may have nothing else in common: how firmly
    they belong together is the policy's to say.
    """
    users: dict[tuple[str, str], dict[VmId, None]] = defaultdict(dict)
    own: dict[tuple[str, str], VmId] = {}
    for vm in estate.vms:
        for disk in vm.disks:
            if disk.base is not None and (scope := _scope(vm, disk, disk.base)) is not None:
                users[scope, disk.base][vm.id] = None
            if disk.path is not None and (scope := _scope(vm, disk, disk.path)) is not None:
                own[scope, disk.path] = vm.id
    for place in sorted(users):
        vms = {*users[place], *([own[place]] if place in own else [])}
        if len(vms) > 1:
            yield Company(
                id=group_id("base", *place),
                name=place[1],
                basis=Basis.BASE_IMAGE,
                vms=tuple(sorted(vms)),
                kinds=(EdgeKind.STANDS_ON, EdgeKind.MOVE_TOGETHER),
                evidence="their disks hold the differences to it, or are it",
                confidence=Confidence.DERIVED,
            )


def _scope(vm: VirtualMachine, disk: Disk, path: str) -> str | None:
    """In what a path is one file: in the cluster if it names its datastore (`[ds1] ...`), else where the disk lies."""
    return vm.cluster if path.startswith("[") else disk.datastore
