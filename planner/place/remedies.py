"""What would make a cluster convertible: every remedy was tried by solving the cluster with it.

Cheapest first: a figure of the policy, a VM that may be off for a while, storage, and at last a machine.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from planner.model.estate import (
    Criticality,
    DatastoreKind,
    Host,
    HostId,
    HypervisorKind,
    LocalDisk,
    PowerState,
    VirtualMachine,
)
from planner.model.policy import ClusterPolicy, Parking, Policy, SharedStorage, Strategy
from planner.place.cases import RANK, runs
from planner.place.conversion import Conversion
from planner.place.ledger import Ledger
from planner.place.search import Stuck
from planner.place.solve import Solution, quick, solve
from planner.place.storages import copy_size, travelling
from planner.units import GIB, format_size

_TRIES: Final = 12
_HIGHEST_RATIO: Final = 16
_HIGHEST_SWINGS: Final = 2
_NAMED: Final = 5


def remedies(conversion: Conversion, stuck: Stuck) -> Iterator[str]:
    """Sentences for operators, cheapest first; empty when no single remedy is enough."""
    if any(stuck.ledger.at[vm.id] is None for vm in stuck.left):
        yield "say in the inventory on which host these VMs run"
        return
    for remedy in _REMEDIES:
        yield from remedy(conversion)


def _denser_vcpus(conversion: Conversion) -> Iterator[str]:
    def with_ratio(ratio: int) -> Conversion:
        capacity = replace(conversion.policy.capacity, vcpu_per_core=float(ratio))
        return replace(conversion, policy=replace(conversion.policy, capacity=capacity))

    now = int(conversion.policy.capacity.vcpu_per_core)
    ratio = _least(now + 1, _HIGHEST_RATIO, with_ratio)
    if ratio is not None:
        yield f"allow {ratio} vCPUs a core (policy: capacity.vcpu_per_core: {ratio})"


def _no_reserve(conversion: Conversion) -> Iterator[str]:
    if not conversion.reserve:
        return
    own = replace(conversion.asked, reserve_hosts=0)
    if _works(replace(conversion, policy=_with_cluster(conversion, own))):
        yield "do without the HA reserve while it is converted (policy: clusters, reserve_hosts: 0)"


def _power_off(conversion: Conversion) -> Iterator[str]:
    """The least important VM whose absence is enough; else the fewest of the least important ones."""
    idle = [vm for vm in conversion.vms if runs(vm) and not vm.roles]
    by_importance = sorted(idle, key=lambda vm: (_rank(vm), vm.memory_bytes or 0, vm.id))
    largest_last = by_importance[: _TRIES // 2] + by_importance[_TRIES // 2 :][-_TRIES // 2 :]
    one = next((vm for vm in largest_last if _works(_without_power(conversion, (vm,)))), None)
    if one is not None:
        yield f"power off VM {one.name} until it has moved"
        return
    by_weight = sorted(idle, key=lambda vm: (_rank(vm), -(vm.memory_bytes or 0), vm.id))
    count = _least(2, len(by_weight), lambda count: _without_power(conversion, tuple(by_weight[:count])))
    if count is not None:
        names = ", ".join(vm.name for vm in by_weight[:count][:_NAMED])
        more = f" and {count - _NAMED} more" if count > _NAMED else ""
        yield f"power off VMs {names}{more} until they have moved"


def _parking(conversion: Conversion) -> Iterator[str]:
    if conversion.strategy is not Strategy.CONVERT_IN_PLACE:
        return
    for storage in conversion.policy.shared_storage:
        for most in Criticality:
            parking = Parking(storage=storage.name, max_criticality=most)
            if _works(replace(conversion, policy=replace(conversion.policy, parking=parking))):
                yield f"allow VMs to be parked on storage {storage.name} (policy: parking, max_criticality: {most})"
                return


def _more_storage(conversion: Conversion) -> Iterator[str]:
    if conversion.strategy is Strategy.UPGRADE_IN_PLACE:
        return
    most = sum(_disk_bytes(vm) for vm in conversion.vms) // GIB + 1
    shared = conversion.policy.shared_storage

    def extended(gibibytes: int) -> Conversion:
        if shared:
            grown = replace(shared[0], capacity_bytes=shared[0].capacity_bytes + gibibytes * GIB)
            return replace(conversion, policy=replace(conversion.policy, shared_storage=(grown, *shared[1:])))
        new = SharedStorage(name="new-storage", kind=DatastoreKind.NFS, capacity_bytes=gibibytes * GIB)
        return replace(conversion, policy=replace(conversion.policy, shared_storage=(new,)))

    needed = _least(1, most * 100 // conversion.policy.capacity.storage_percent + 1, extended)
    if needed is not None:
        where = f"on {shared[0].name}" if shared else "that the target hosts share"
        yield f"provide {format_size(needed * GIB)} more target storage {where} (policy: shared_storage)"


def _swing_host(conversion: Conversion) -> Iterator[str]:
    """The smallest host, or the smallest pair of equal ones, that is enough."""
    running = sum(vm.memory_bytes or 0 for vm in conversion.vms if runs(vm)) // GIB + 1
    for count in range(1, _HIGHEST_SWINGS + 1):
        memory = _least(0, running, partial(_with_hosts, conversion, count))
        if memory is None:
            continue
        disk = _disk_on_lent(conversion, count, memory)
        if _works(_with_hosts(conversion, count, memory, disk)):
            total = format_size(_host_memory(conversion, memory))
            noun = "add a new host" if _adds_member(conversion) else "lend a swing host"
            many = "" if count == 1 else f", {count} of them, each"
            yield f"{noun}{many} with {total} of memory and {format_size(disk)} of disk (hypervisor: none)"
            return


_REMEDIES: Final[tuple[Callable[[Conversion], Iterator[str]], ...]] = (
    _denser_vcpus,
    _no_reserve,
    _power_off,
    _parking,
    _more_storage,
    _swing_host,
)


def _works(conversion: Conversion) -> bool:
    return isinstance(solve(conversion, quick), Solution)


def _least(low: int, high: int, changed: Callable[[int], Conversion]) -> int | None:
    """The least amount with which the cluster can be solved; None when not even the highest is enough."""
    if low > high or not _works(changed(high)):
        return None
    while low < high:
        middle = (low + high) // 2
        if _works(changed(middle)):
            high = middle
        else:
            low = middle + 1
    return high


def _with_cluster(conversion: Conversion, own: ClusterPolicy) -> Policy:
    others = tuple(entry for entry in conversion.policy.clusters if entry.cluster != own.cluster)
    return replace(conversion.policy, clusters=(*others, own))


def _without_power(conversion: Conversion, off: tuple[VirtualMachine, ...]) -> Conversion:
    names = {vm.id for vm in off}
    return replace(
        conversion,
        vms=tuple(replace(vm, power=PowerState.OFF) if vm.id in names else vm for vm in conversion.vms),
    )


def _adds_member(conversion: Conversion) -> bool:
    return conversion.strategy is Strategy.MOVE_TO_NEW_HOSTS


def _with_hosts(
    conversion: Conversion, count: int, gibibytes: int, disk_bytes: int | None = None
) -> Conversion:
    """The conversion with more machines: so much memory for VMs, any processor, and a disk if its size matters."""
    lent = tuple(
        Host(
            id=HostId(f"host-lent-{number}"),
            name=f"lent {number}",
            hypervisor=HypervisorKind.NONE,
            memory_bytes=_host_memory(conversion, gibibytes),
            disks=() if disk_bytes is None else (LocalDisk(id="disk", capacity_bytes=disk_bytes, boot=True),),
        )
        for number in range(count)
    )
    if _adds_member(conversion):
        return replace(conversion, spares=(*conversion.spares, *lent))
    return replace(conversion, swings=lent)


def _host_memory(conversion: Conversion, gibibytes: int) -> int:
    needed = gibibytes * GIB + conversion.policy.capacity.host_memory_bytes
    return max(needed, conversion.platform.min_host_memory_bytes)


def _disk_on_lent(conversion: Conversion, count: int, gibibytes: int) -> int:
    """What a lent host's disk must hold: the system, and the most that was put on one of them."""
    solution = solve(_with_hosts(conversion, count, gibibytes), quick)
    data = _bytes_by_pool(solution.ledger) if isinstance(solution, Solution) else {}
    most = max((data.get(f"storage-host-lent-{number}-local", 0) for number in range(count)), default=0)
    needed = most * 100 // conversion.policy.capacity.storage_percent + 1
    return -(-(needed + conversion.platform.min_host_disk_bytes) // GIB) * GIB


def _bytes_by_pool(ledger: Ledger) -> dict[str, int]:
    written: dict[str, int] = {}
    for move in (move for phase in ledger.phases for move in phase.moves):
        sizes = {parcel.disk: parcel.size for parcel in ledger.case.workloads[move.vm].parcels}
        for placement in move.disks:
            written[placement.storage] = written.get(placement.storage, 0) + sizes[placement.disk]
    return written


def _disk_bytes(vm: VirtualMachine) -> int:
    return sum(copy_size(disk) or 0 for disk in travelling(vm.disks))


def _rank(vm: VirtualMachine) -> int:
    return RANK[vm.criticality or Criticality.NORMAL]
