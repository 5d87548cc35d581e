"""A VM whose backups know it by what it is on the source."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.looks import COPYING
from planner.assess.rule import Rule, Sighting, Verdict, information, warning
from planner.graph import EdgeKind, edges
from planner.knowledge import BackupProduct, backup_product, backup_trace
from planner.model.estate import VirtualMachine, VmId
from planner.model.finding import Severity, SubjectKind
from planner.model.platform import Platform

_AGAIN = "The job is tied to the old VM: the new one is in no job until somebody adds it, and its first backup is a full one."


def backed_up(ground: Ground) -> Iterator[Sighting]:
    """Every VM that a backup server of the estate saves, or whose notes tell of a backup."""
    servers = {vm: server for vm, server, _ in edges(ground.graph, EdgeKind.BACKED_UP_BY)}
    for vm in ground.vms:
        server = ground.vm_by_id.get(VmId(servers[vm.id])) if vm.id in servers else None
        trace = backup_trace(vm)
        if server is None and trace is None:
            continue
        product = trace.product if trace and trace.product.name else None
        if product is None and server is not None:
            product = backup_product(server)
        for route in ground.routes.get(vm.id, ()):
            if route.transport in COPYING:
                told = _verdict(server, product, ground.platforms[route.platform])
                yield Sighting(thing=vm, platform=route.platform, verdict=told)


def _verdict(server: VirtualMachine | None, product: BackupProduct | None, platform: Platform) -> Verdict:
    by, named = server.name if server else None, product.name if product else None
    reads = product.reads(platform.hypervisor) if product else None
    if reads:
        return information(_AGAIN, backed_up_by=by, product=named)
    knows = "it does not" if reads is False else "not known"
    return warning(backed_up_by=by, product=named, reads_the_target=knows)


RULE = Rule(
    id="vm-backup-ties",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING, Severity.INFORMATION),
    message="The backups of the VM end with its move.",
    why="The jobs go on saving a VM that is off, and what runs on the target is saved by nobody, without any error.",
    remedy=(
        "Find out how the target is backed up before the wave (another product, or an agent in the guest), keep the old "
        "backups readable for as long as they must be kept, and take the VM out of its job when the move is accepted."
    ),
    find=backed_up,
)
