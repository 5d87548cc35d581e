"""Storage: every copy has a place that is big enough, reachable and safe to write."""

from typing import Final

from planner.model.estate import VmId
from planner.model.kinds import DatastoreKind
from planner.model.plan import Step, StepKind, Transport
from planner.units import format_size
from planner.verify import derive
from planner.verify.complaint import Complaint, Complaints, host_name, moved_vm, storage_name
from planner.verify.pool import Side
from planner.verify.state import CROSSINGS, State

STARTS_THERE: Final = {*CROSSINGS, StepKind.REBALANCE, StepKind.PARK}
STAY_IN_PLACE: Final = {Transport.IN_PLACE, Transport.LIBVIRT_MIGRATE, Transport.XAPI_MIGRATE}


def room(state: State, step: Step) -> Complaints:
    """A storage that receives copies holds them all."""
    for medium in {state.givens.medium[placed.storage]: None for placed in step.disks}:
        used, size = state.used[medium], state.givens.storage_size[medium]
        if size is not None and used > size:
            yield Complaint(
                storage_name(state.givens, medium),
                f"copies take {format_size(used)}, {format_size(size)} may be used: "
                f"{format_size(used - size)} short",
            )


def safe_to_write(state: State, step: Step) -> Complaints:
    """Only storage that the source hypervisor does not own is written, and a pool only on a built host."""
    for receiving in {placed.storage: None for placed in step.disks}:
        storage = state.givens.storages[receiving]
        source = state.givens.datastores.get(storage.datastore) if storage.datastore is not None else None
        if not derive.may_be_written(storage, state.givens.strategy(step.cluster), source):
            yield Complaint(
                storage_name(state.givens, storage.id),
                "belongs to the source hypervisor and must not be written",
            )
        if storage.host is None:
            continue
        if storage.host != step.destination:
            yield Complaint(
                storage_name(state.givens, storage.id),
                f"is on {host_name(state.givens, storage.host)}, where {moved_vm(state, step)} does not go",
            )
        elif state.side[storage.host] is not Side.TARGET:
            yield Complaint(
                storage_name(state.givens, storage.id),
                f"{host_name(state.givens, storage.host)} is not built yet at that time",
            )


def everything_is_placed(state: State, step: Step) -> Complaints:
    """A VM that starts on the target finds each of its disks on a storage that its host reaches."""
    if step.vm is None:
        return
    placed = {placement.disk for placement in step.disks}
    for disk in state.givens.vms[step.vm].disks:
        if not derive.is_copied(disk) or disk.shared or disk.id in placed:
            continue
        before = state.disk_on.get((step.vm, disk.id))
        if before is None and step.kind is not StepKind.REBALANCE and not _may_stay(state, step.vm, disk.id):
            yield Complaint(moved_vm(state, step), f"disk {disk.id} is given no target storage")
        elif before is not None and state.givens.storages[before].host not in {None, step.destination}:
            yield Complaint(
                moved_vm(state, step),
                f"disk {disk.id} stays on {storage_name(state.givens, before)}, out of the destination's reach",
            )


def still_mounted(state: State, step: Step) -> Complaints:
    """A VM that moves on the source side finds the datastores of its disks mounted there, if mounts are known."""
    if step.vm is None or step.destination is None or state.side[step.destination] is not Side.SOURCE:
        return
    mounted = state.givens.hosts[step.destination].datastores
    disks = state.givens.vms[step.vm].disks
    stay = {disk.datastore for disk in disks if derive.is_copied(disk) and disk.datastore is not None}
    for missing in sorted(stay.difference(mounted)) if mounted else ():
        yield Complaint(
            moved_vm(state, step),
            f"{host_name(state.givens, step.destination)} does not mount "
            f"{state.givens.datastores[missing].name}, where its disks are",
        )


def _may_stay(state: State, vm: VmId, disk: str) -> bool:
    """A disk stays where it is when the transport moves none, or when both sides mount its NFS export."""
    route = state.givens.routes.get(vm)
    if route is not None and route.transport in STAY_IN_PLACE:
        return True
    store = state.givens.disks[vm, disk].datastore
    return store is not None and state.givens.datastores[store].kind is DatastoreKind.NFS
