"""Variables of vm_move_xcpng: one VM into an XCP-ng pool, by way of a Linux host that converts."""

from typing import Any, Final

from planner.emit.moves import carried_by, checked_before, source_variables, undone
from planner.emit.trip import Trip
from planner.emit.xcpng import repository_name
from planner.emit.yaml import Unsafe
from planner.knowledge import fact
from planner.model.estate import Disk
from planner.model.kinds import Firmware, PowerState
from planner.model.plan import StepKind

_FIRMWARE: Final = {Firmware.BIOS: "bios", Firmware.UEFI: "uefi", None: "bios"}


def xcpng_move_variables(trip: Trip) -> dict[str, Any]:
    """A move whose disks are copied to the conversion host, converted and imported through the pool."""
    repositories = [repository_name(trip.storages[placed.storage]) for placed in trip.step.disks]
    cards = nics(trip)
    host = trip.destination.id if trip.destination else ""
    return {
        **source_variables(trip),
        "vm_move_xcpng_id": trip.vm.id,
        "vm_move_xcpng_name": Unsafe(trip.vm.name),
        "vm_move_xcpng_transport": carried_by(trip).value,
        "vm_move_xcpng_coordinator": trip.coordinator,
        "vm_move_xcpng_coordinator_address": f"{{{{ hostvars['{trip.coordinator}'].ansible_host }}}}",
        "vm_move_xcpng_host": host,
        "vm_move_xcpng_password": "{{ planner_pool_password }}",
        "vm_move_xcpng_repository": repositories[0] if repositories else "",
        "vm_move_xcpng_nics": cards,
        "vm_move_xcpng_disks": [_disk(trip, disk, number) for number, disk in enumerate(trip.disks)],
        "vm_move_xcpng_firmware": _FIRMWARE[trip.vm.firmware],
        "vm_move_xcpng_secure_boot": trip.vm.secure_boot is True,
        "vm_move_xcpng_vtpm": trip.vm.vtpm is True,
        "vm_move_xcpng_start": trip.step.kind is StepKind.MOVE and trip.vm.power is not PowerState.OFF,
        **({"vm_move_xcpng_vcpus": trip.vm.vcpus} if trip.vm.vcpus else {}),
        **({"vm_move_xcpng_cores_per_socket": trip.vm.cores_per_socket} if trip.vm.cores_per_socket else {}),
        **({"vm_move_xcpng_memory": trip.vm.memory_bytes} if trip.vm.memory_bytes else {}),
        **(
            {"vm_move_xcpng_source_address": Unsafe(trip.source.address or trip.source.name)}
            if trip.source
            else {}
        ),
        **checked_before(trip, "xcp-ng"),
        "vm_preflight_xcpng_host": host,
        "vm_preflight_repository": repositories[0] if repositories else "",
        "vm_preflight_networks": sorted({card["network"] for card in cards}),
        **undone(trip, "xcp-ng"),
    }


def nics(trip: Trip) -> list[dict[str, str]]:
    """The cards whose MAC and network are known, each with the network that it is plugged into."""
    return [
        {"mac": nic.mac, "network": trip.networks[nic.network].bridge}
        for nic in trip.vm.nics
        if nic.mac and nic.network and nic.network in trip.networks
    ]


def _disk(trip: Trip, disk: Disk, number: int) -> dict[str, Any]:
    size = disk.capacity_bytes or 0
    largest = fact(trip.platform.id, "comfortable_disk_bytes").value
    file = trip.file_of(disk)
    path = {"path": Unsafe(file)} if file else {}
    return {
        "id": f"disk{number}",
        "size": size,
        **path,
        "image": "qcow2" if largest and size > largest else "vhd",
    }
