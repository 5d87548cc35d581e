"""Why a host cannot take a VM now: the first thing that stands against it, and by how much."""

from planner.model.constraint import ConstraintId
from planner.model.estate import HostId
from planner.place.case import Room, Workload
from planner.place.ledger import Ledger
from planner.place.sides import Refusal, Side


def refusal(ledger: Ledger, vm: Workload, host: HostId) -> Refusal | None:
    """Why a VM cannot be booked on a host now; None when it can."""
    room = ledger.room(host)
    if room.networks is not None and not vm.networks <= room.networks:
        return Refusal(ConstraintId.NETWORK, host)
    apart = ledger.case.apart.get(vm.id)
    if apart is not None and not apart.isdisjoint(ledger.residents[host]):
        return Refusal(ConstraintId.APART, host)
    crowded = _crowded(ledger, vm, host, room)
    if crowded is not None:
        return crowded
    if ledger.side[host] is Side.SOURCE or ledger.case.pooled:
        return None if _mounts(ledger, vm, host) else Refusal(ConstraintId.STORAGE, host)
    return _target_refusal(ledger, vm, host)


def reserve_short(ledger: Ledger, vm: Workload) -> int:
    """Bytes by which the target side's reserve would be eaten into if a VM crossed; 0 or less is enough."""
    if ledger.target_usable is None or not vm.memory or ledger.crossed(vm.id):
        return 0
    return ledger.target_load + vm.memory - ledger.target_usable


def may_relocate(ledger: Ledger, vm: Workload) -> bool:
    """Whether a manager is still there to move a VM from one source host to another; managers are not asked about."""
    managers = ledger.case.managers
    return vm.manages or ledger.case.pooled or not any(ledger.crossed(manager) for manager in managers)


def keeps_disks(ledger: Ledger, vm: Workload, host: HostId) -> bool:
    """Whether a VM of the target side can move to another host of it without a copy of any disk."""
    stowage = ledger.stow(vm, host)
    return not stowage.disks and not stowage.short


def _target_refusal(ledger: Ledger, vm: Workload, host: HostId) -> Refusal | None:
    if ledger.parked and _waits(ledger, vm):
        return Refusal(ConstraintId.ORDER, host)
    short = reserve_short(ledger, vm)
    if short > 0:
        return Refusal(ConstraintId.RESERVE, host, short)
    lacking = ledger.stow(vm, host).short
    return Refusal(ConstraintId.STORAGE, host, lacking) if lacking else None


def _crowded(ledger: Ledger, vm: Workload, host: HostId, room: Room) -> Refusal | None:
    memory, vcpus = ledger.memory[host] + vm.memory, ledger.vcpus[host] + vm.vcpus
    if vm.memory and room.memory is not None and memory > room.memory:
        return Refusal(ConstraintId.MEMORY, host, memory - room.memory)
    if vm.vcpus and room.vcpus is not None and vcpus > room.vcpus:
        return Refusal(ConstraintId.VCPU, host, vcpus - room.vcpus)
    return None


def _waits(ledger: Ledger, vm: Workload) -> bool:
    """Whether a VM would start on the target while one that it belongs to, or depends on, is parked.

    VMs are parked together with their company; only a plan that was left half way parts them.
    """
    if vm.id in ledger.parked or ledger.crossed(vm.id):
        return False
    return any(vm.id in ledger.case.company[parked] for parked in ledger.parked)


def _mounts(ledger: Ledger, vm: Workload, host: HostId) -> bool:
    """Whether a host of the source side reaches the VM's disks, as far as that is known."""
    if vm.stuck or ledger.case.nodes[host].closed:
        return False
    mounted = ledger.case.nodes[host].datastores
    return not mounted or vm.datastores <= mounted
