"""What is known of a VM's guest, mostly from its tools."""

import ipaddress
from collections.abc import Iterator
from typing import Final

from planner.model.estate import Attribute, GuestVolume, Snapshot
from planner.model.kinds import Firmware, ToolsState
from planner.read.outside import line
from planner.read.vsphere.inventory import Inventory
from planner.read.vsphere.properties import Properties
from planner.read.vsphere.words import FIRMWARE, TOOLS, TOOLS_RUN, TOOLS_VERSIONS

_STATIC: Final = "manual"
_DEEPEST_SNAPSHOT: Final = 64
_LEAST_KEY: Final = -(2**31)


def tools_of(vm: Properties) -> ToolsState | None:
    """The state of the guest tools; where the older summary of it is missing, from running state and version."""
    if (status := vm.text("guest.toolsStatus") or "") in TOOLS:
        return TOOLS[status]
    version = TOOLS_VERSIONS.get(vm.text("guest.toolsVersionStatus2") or "")
    run = TOOLS_RUN.get(vm.text("guest.toolsRunningStatus") or "")
    return version if version and (version is ToolsState.NOT_INSTALLED or run is ToolsState.RUNNING) else run


def firmware_of(vm: Properties) -> Firmware | None:
    """The firmware that the VM boots with."""
    return FIRMWARE.get(vm.text("config.firmware") or "")


def secure_boot_of(vm: Properties) -> bool | None:
    """Whether Secure Boot is on: never with BIOS."""
    if firmware_of(vm) is Firmware.BIOS:
        return False
    return vm.truth("config.bootOptions.efiSecureBootEnabled")


def addresses_of(vm: Properties) -> dict[int, tuple[str, ...]]:
    """Static addresses by the key of their card: those that the guest says were given by hand."""
    found = {}
    for card in vm.parts("guest.net"):
        key = card.whole("deviceConfigId", _LEAST_KEY)
        told = (
            address.text("ipAddress")
            for address in card.parts("ipConfig.ipAddress")
            if address.text("origin") == _STATIC
        )
        if key is not None:
            found[key] = tuple(address for address in told if address and _is_of_network(address))
    return found


def known_addresses(vm: Properties) -> Iterator[str]:
    """Every address and name that the guest is known by, static or not."""
    for name in ("guest.ipAddress", "guest.hostName", "summary.guest.hostName", "summary.guest.ipAddress"):
        if found := vm.line(name):
            yield found.lower()
    for card in vm.parts("guest.net"):
        yield from card.texts("ipAddress")


def _is_of_network(address: str) -> bool:
    try:
        return not ipaddress.ip_address(address).is_link_local
    except ValueError:
        return False


def volumes_of(vm: Properties) -> tuple[GuestVolume, ...]:
    """File systems, as guest tools report them."""
    return tuple(
        GuestVolume(
            path=path, capacity_bytes=disk.whole("capacity") or None, free_bytes=disk.whole("freeSpace")
        )
        for disk in vm.parts("guest.disk")
        if (path := disk.line("diskPath"))
    )


def snapshots_of(vm: Properties) -> tuple[Snapshot, ...] | None:
    """Every snapshot, parents first; None when the source was not asked for them."""
    if not (vm.told("snapshot") or vm.told("rootSnapshot")):
        return None
    if vm.references("rootSnapshot") and not vm.part("snapshot").fields:
        return None
    return tuple(_below(vm.part("snapshot"), "rootSnapshotList", 0))


def _below(parent: Properties, name: str, depth: int) -> Iterator[Snapshot]:
    if depth > _DEEPEST_SNAPSHOT:
        parent.refuse(
            name, f"more than {_DEEPEST_SNAPSHOT} snapshots stand on one another: vSphere allows 32"
        )
        return
    for one in parent.parts(name):
        yield Snapshot(name=one.line("name") or "unnamed", created=one.line("createTime"))
        yield from _below(one, "childSnapshotList", depth + 1)


def attributes_of(inventory: Inventory, vm: Properties) -> tuple[Attribute, ...]:
    """Custom attributes that have a value."""
    names = inventory.fields | {
        key: name
        for one in vm.parts("availableField")
        if (key := one.whole("key")) is not None and (name := one.line("name"))
    }
    values = list(vm.parts("customValue")) or list(vm.parts("value"))
    found = {
        names[key]: value
        for one in values
        if (key := one.whole("key")) in names and (value := line(one.text("value")))
    }
    return tuple(Attribute(name=name, value=found[name]) for name in sorted(found))
