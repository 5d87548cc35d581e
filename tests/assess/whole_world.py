"""A world of which everything is known that rules ask for."""

from dataclasses import replace

from planner.model.estate import GuestVolume, HostAdapter
from planner.model.kinds import DiskKind, Firmware
from planner.units import GIB
from tests.assess.assess_estates import DISK, HOST, NIC, World

WHOLE_DISK = replace(DISK, rdm_mode="virtual", kind=DiskKind.RDM)
WHOLE = {
    "vm": {
        "cpu_hotplug": False,
        "memory_hotplug": False,
        "consolidation_needed": False,
        "fault_tolerant": False,
        "changed_block_tracking": True,
        "hardware_version": "vmx-19",
        "paravirtual": False,
        "disks": (WHOLE_DISK,),
        "nics": (NIC,),
        "volumes": (GuestVolume(path="/", capacity_bytes=GIB, free_bytes=GIB),),
    },
    "host": {
        "firmware": Firmware.UEFI,
        "cpu": replace(HOST.cpu, model="Intel(R) Xeon(R) Gold 6338"),
        "maintenance": False,
        "connected": True,
        "nics": (replace(HOST.nics[0], driver="ixgben", model="Intel 82599", pci="8086:10fb"),),
        "adapters": (HostAdapter(name="vmhba0", driver="lsi_mr3", model="MegaRAID", pci="1000:005d"),),
        "coordinator": True,
    },
    "cluster": {"drs_enabled": False},
    "datastore": {},
    "network": {},
}


def whole(source: str, changes: dict | None = None) -> World:
    """A world of which everything is known, but for what `changes` takes away."""
    world = {part: known | (changes or {}).get(part, {}) for part, known in WHOLE.items()}
    return World(source=source, second_host={**world["host"], "coordinator": False}, **world)
