"""Virtual machines."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from planner.model.estate import Gap, VirtualMachine
from planner.model.kinds import ManagerKind, PowerState, ServiceRole
from planner.read.ids import vm_id
from planner.read.outside import note
from planner.read.vsphere import guest
from planner.read.vsphere.devices import cards_of, disks_of, nics_of, type_of
from planner.read.vsphere.held import passthrough_of
from planner.read.vsphere.inventory import HOST, VM, Inventory
from planner.read.vsphere.networks import Networks
from planner.read.vsphere.places import Places
from planner.read.vsphere.properties import Properties, Reference
from planner.read.vsphere.storage import Storage
from planner.read.vsphere.vm_settings import settings_of
from planner.read.vsphere.words import POWER
from planner.units import MIB

_MOST_VCPUS: Final = 10_000
_MOST_MEMORY_MIB: Final = 2**50 // MIB
_VTPM: Final = "VirtualTPM"
_OUT_OF_USE: Final = (
    ("placeholderVm", "SRM placeholders are no VMs"),
    ("cluster-agent", "agents of vSphere Cluster Services are vCenter's own"),
)
_FAULT_TOLERANCE_OFF: Final = "notConfigured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What VMs refer to."""

    inventory: Inventory
    places: Places
    networks: Networks
    storage: Storage


def read_machines(around: Surroundings) -> dict[str, VirtualMachine]:
    """Every VM and template by its id on the server; those that vSphere keeps for itself are counted in the notes."""
    inventory = around.inventory
    kept = {
        ident: vm
        for ident, vm in inventory.all(VM)
        if vm.text("config.managedBy.type") not in dict(_OUT_OF_USE)
    }
    inventory.notes.extend(_left_out(inventory))
    blind = sorted(vm.name() or ident for ident, vm in kept.items() if _is_blind(vm))
    if blind:
        inventory.gaps.append(
            Gap(
                source=inventory.source,
                what=f"the configuration of VMs: {', '.join(map(repr, blind))}",
                why="their server has none: their files are out of reach (inaccessible or orphaned)",
                remedy="bring their datastore back, or remove them from the inventory; then read again",
            )
        )
    return {ident: _machine(ident, vm, around) for ident, vm in kept.items()}


def _left_out(inventory: Inventory) -> Iterator[str]:
    for word, why in _OUT_OF_USE:
        count = sum(1 for _, vm in inventory.all(VM) if vm.text("config.managedBy.type") == word)
        if count:
            yield f"vSphere: {why}; {count} left out"


def _is_blind(vm: Properties) -> bool:
    """Whether the server was asked for the VM's configuration, and has none."""
    return vm.told("config") and not any(
        value is not None for name, value in vm.part("config").fields.items() if name != "_type"
    )


def _machine(ident: str, vm: Properties, around: Surroundings) -> VirtualMachine:
    inventory, cluster = around.inventory, around.places.cluster_of(around.inventory, vm)
    name, told = vm.name() or vm.name("config.name") or "", vm.refers_to("runtime.host")
    host = around.places.hosts.get(told.ident) if told else None
    uuid, instance = _uuid(vm, "uuid"), _uuid(vm, "instanceUuid")
    networks = [around.networks.behind(card, cluster) for card in cards_of(vm)]
    on = told.ident if told else None
    disks = disks_of(vm, around.storage, on)
    pool = inventory.behind(vm, "resourcePool")
    return VirtualMachine(
        id=vm_id(name, instance or uuid, host.name if host else cluster.name),
        name=name,
        cluster=cluster.id,
        host=host.id if host else None,
        source=inventory.kind,
        uuid=uuid,
        instance_uuid=instance,
        moref=inventory.moref(ident),
        power=_power(vm),
        template=vm.truth("config.template") or vm.truth("summary.config.template") or False,
        vcpus=vm.whole("config.hardware.numCPU", 1, _MOST_VCPUS)
        or vm.whole("summary.config.numCpu", 1, _MOST_VCPUS),
        cores_per_socket=vm.whole("config.hardware.numCoresPerSocket", 0, _MOST_VCPUS) or None,
        memory_bytes=_mebibytes(vm, "config.hardware.memoryMB")
        or _mebibytes(vm, "summary.config.memorySizeMB"),
        memory_reservation_bytes=_reservation(vm),
        guest_os=vm.line("guest.guestFullName")
        or vm.line("config.guestFullName")
        or vm.line("summary.config.guestFullName"),
        hostname=vm.line("guest.hostName") or vm.line("summary.guest.hostName"),
        firmware=guest.firmware_of(vm),
        secure_boot=guest.secure_boot_of(vm),
        vtpm=_has(vm, _VTPM),
        encrypted=_encrypted(vm),
        nested=vm.truth("config.nestedHVEnabled"),
        tools=guest.tools_of(vm),
        consolidation_needed=vm.truth("runtime.consolidationNeeded"),
        fault_tolerant=_fault_tolerant(vm),
        hardware_version=vm.line("config.version"),
        cpu_hotplug=vm.truth("config.cpuHotAddEnabled"),
        memory_hotplug=vm.truth("config.memoryHotAddEnabled"),
        changed_block_tracking=vm.truth("config.changeTrackingEnabled"),
        resource_pool=pool.name() if pool else None,
        config_path=vm.line("config.files.vmPathName") or vm.line("summary.config.vmPathName"),
        disks=disks,
        nics=nics_of(vm, networks, guest.addresses_of(vm)),
        snapshots=guest.snapshots_of(vm),
        passthrough=passthrough_of(vm, inventory.get(Reference(HOST, on)) if on else None),
        settings=settings_of(vm, disks, inventory),
        volumes=guest.volumes_of(vm),
        roles=_roles(inventory, vm),
        tags=inventory.tags.get(ident, ()),
        annotation=note(vm.text("config.annotation") or vm.text("summary.config.annotation")),
        attributes=guest.attributes_of(inventory, vm),
        origin=vm.origin,
    )


def _uuid(vm: Properties, name: str) -> str | None:
    found = vm.line(f"config.{name}") or vm.line(f"summary.config.{name}")
    return found.lower() if found else None


def _power(vm: Properties) -> PowerState | None:
    name = "runtime.powerState" if vm.told("runtime.powerState") else "summary.runtime.powerState"
    word = vm.text(name)
    if word is not None and word not in POWER:
        vm.refuse(name, f"{word!r} is none of poweredOn, poweredOff, suspended")
    return POWER.get(word or "")


def _mebibytes(vm: Properties, name: str) -> int | None:
    found = vm.whole(name, 1, _MOST_MEMORY_MIB)
    return found * MIB if found else None


def _reservation(vm: Properties) -> int | None:
    """Memory that is kept for the VM; all of it, where that is locked."""
    if vm.truth("config.memoryReservationLockedToMax"):
        return _mebibytes(vm, "config.hardware.memoryMB")
    found = vm.whole("config.memoryAllocation.reservation", 0, _MOST_MEMORY_MIB)
    return None if found is None else found * MIB


def _has(vm: Properties, kind: str) -> bool | None:
    if not vm.told("config.hardware.device"):
        return None
    return any(type_of(device) == kind for device in vm.parts("config.hardware.device"))


def _encrypted(vm: Properties) -> bool | None:
    """Whether the VM, or a disk of it, has a key; None when its devices are not known."""
    if not vm.told("config.hardware.device"):
        return None
    disks = (device.part("backing.keyId") for device in vm.parts("config.hardware.device"))
    return bool(vm.part("config.keyId").fields) or any(disk.fields for disk in disks)


def _fault_tolerant(vm: Properties) -> bool | None:
    state = vm.text("runtime.faultToleranceState")
    return None if state is None else state != _FAULT_TOLERANCE_OFF


def _roles(inventory: Inventory, vm: Properties) -> tuple[ServiceRole, ...]:
    """The vCenter is the VM that has the address or name by which it was read."""
    address = inventory.manager_address
    known = address is not None and address.lower() in {*guest.known_addresses(vm)}
    return (ServiceRole.VCENTER,) if known and inventory.manager is ManagerKind.VCENTER else ()
