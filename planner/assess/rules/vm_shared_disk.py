"""A disk that several VMs write."""

from collections.abc import Iterator

from planner.assess.ground import Ground, travelling
from planner.assess.looks import COPYING
from planner.assess.rule import Rule, Sighting, critical, warning
from planner.graph import Basis, EdgeKind, NodeKind
from planner.model.estate import VmId
from planner.model.finding import Severity, SubjectKind
from planner.model.plan import Transport


def sharing(ground: Ground) -> Iterator[Sighting]:
    """Marked as shared, or the same file as another VM's disk."""
    partners = _partners(ground)
    for vm in ground.vms:
        if vm.id not in partners and not any(disk.shared for disk in travelling(vm)):
            continue
        others = ", ".join(sorted(ground.vm_by_id[one].name for one in partners.get(vm.id, ())))
        for route in ground.routes.get(vm.id, ()):
            if route.transport in COPYING:
                yield Sighting(thing=vm, platform=route.platform, verdict=critical(shared_with=others))
            elif route.transport in {Transport.XAPI_MIGRATE, Transport.LIBVIRT_MIGRATE}:
                told = warning(
                    "The VMs move one after the other and must never run on both sides.", shared_with=others
                )
                yield Sighting(thing=vm, platform=route.platform, verdict=told)


def _partners(ground: Ground) -> dict[VmId, set[VmId]]:
    found: dict[VmId, set[VmId]] = {}
    for group, data in ground.graph.nodes(data=True):
        if data["kind"] is not NodeKind.GROUP or data["basis"] is not Basis.SHARED_DISK:
            continue
        edges = ground.graph.in_edges(group, data=True)
        members = {VmId(vm) for vm, _, edge in edges if edge["kind"] is EdgeKind.MOVE_TOGETHER}
        for vm in members:
            found.setdefault(vm, set()).update(members - {vm})
    return found


RULE = Rule(
    id="vm-shared-disk",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The VM shares a disk with another VM.",
    why="Each VM would get a copy of its own, and the cluster that relies on the shared disk would fall apart.",
    remedy=(
        "Move the shared data to storage that both reach over the network (iSCSI, NFS), or detach the disk before "
        "the wave, copy it once, and attach it to both on the target."
    ),
    find=sharing,
    source="virt-v2v manual, input from VMware; kubev2v/forklift, shared disks",
    forklift="vmware.disk.shared.detected, ovirt shared_disk, openstack shared_disk",
)
