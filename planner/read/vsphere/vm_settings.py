"""Settings of a VM that no other hypervisor takes over."""

import re
from collections.abc import Iterator
from typing import Final

from planner.model.estate import Disk
from planner.model.kinds import DiskKind
from planner.model.setting import Setting, SettingKind
from planner.read.outside import line
from planner.read.vsphere.devices import cards_of, chain_of, type_of
from planner.read.vsphere.inventory import Inventory
from planner.read.vsphere.paths import NODES
from planner.read.vsphere.properties import LARGEST, Properties
from planner.read.vsphere.words import OFF_BALANCE, SHARED_BUSES

_UNLIMITED: Final = -1
_SNAPSHOT: Final = re.compile(r".*-\d{6}\.vmdk", re.DOTALL)
_VAPP: Final = "VirtualApp"
_PORTS: Final = frozenset({"VirtualSerialPort", "VirtualParallelPort"})
_WATCHDOG: Final = "VirtualWDT"
_BEHIND_PORTS: Final = (
    ("serviceURI", "network"),
    ("pipeName", "pipe"),
    ("fileName", "file"),
    ("deviceName", "device"),
)
"""What a port leads to, by the property that names it; a port of a printer has none of them."""


def settings_of(vm: Properties, disks: tuple[Disk, ...], inventory: Inventory) -> tuple[Setting, ...]:
    """Everything of the kind that the server tells of a VM."""
    return (
        *_processors(vm),
        *_memory(vm),
        *_disks(vm, disks),
        *_ports(vm),
        *_cards(vm),
        *_state(vm),
        *_vapp(vm, inventory),
    )


def _processors(vm: Properties) -> Iterator[Setting]:
    if cpus := vm.part("config.cpuAffinity").wholes("affinitySet"):
        yield Setting(kind=SettingKind.CPU_AFFINITY, value=", ".join(map(str, cpus)))
    shares = vm.part("config.cpuAllocation.shares")
    if (level := shares.line("level")) and level != "normal":
        count = shares.whole("shares") if level == "custom" else None
        yield Setting(kind=SettingKind.CPU_SHARES, value=level if count is None else str(count))
    limit = vm.whole("config.cpuAllocation.limit", _UNLIMITED)
    if limit is not None and limit > 0:
        yield Setting(kind=SettingKind.CPU_LIMIT, value=f"{limit} MHz")
    if vm.text("config.latencySensitivity.level") == "high":
        yield Setting(kind=SettingKind.LATENCY_SENSITIVE, value="high")


def _memory(vm: Properties) -> Iterator[Setting]:
    """NUMA nodes, and a limit below what the VM is given; vSphere counts MiB."""
    nodes = vm.part("config.memoryAffinity").wholes("affinitySet")
    told = (one.line("value") for one in vm.parts("config.extraConfig") if one.text("key") == NODES)
    if value := next(filter(None, (", ".join(map(str, nodes)), *told)), None):
        yield Setting(kind=SettingKind.NUMA_AFFINITY, value=value)
    limit = vm.whole("config.memoryAllocation.limit", _UNLIMITED)
    given = vm.whole("config.hardware.memoryMB", 0, LARGEST)
    if limit is not None and given is not None and 0 < limit < given:
        yield Setting(kind=SettingKind.MEMORY_LIMIT, value=f"{limit} MiB")


def _disks(vm: Properties, disks: tuple[Disk, ...]) -> Iterator[Setting]:
    shown = [disk.id for disk in disks if disk.bus == "scsi" and disk.kind in {DiskKind.DISK, DiskKind.RDM}]
    if shown and vm.truth("config.flags.diskUuidEnabled"):
        yield Setting(kind=SettingKind.DISK_SERIAL, value=", ".join(shown))
    for device in vm.parts("config.hardware.device"):
        if mode := SHARED_BUSES.get(device.text("sharedBus") or ""):
            yield Setting(kind=SettingKind.BUS_SHARING, value=f"{_label(device)}: {mode}")
        if (backing := device.part("backing")).told("parent") and _is_linked(backing):
            yield Setting(kind=SettingKind.LINKED_CLONE, value=_label(device))


def _is_linked(backing: Properties) -> bool:
    """Whether a disk stands on another VM's: VMware numbers the files of a VM's own snapshots (`web-000001.vmdk`)."""
    files = [part.text("fileName") for part in chain_of(backing)][:-1]
    return any(file and not _SNAPSHOT.fullmatch(file) for file in files)


def _ports(vm: Properties) -> Iterator[Setting]:
    """Ports that lead outside; addresses of the network may hold a password, so they are not kept."""
    for device in vm.parts("config.hardware.device"):
        kind = type_of(device)
        if kind == _WATCHDOG:
            yield Setting(kind=SettingKind.WATCHDOG)
        if kind not in _PORTS:
            continue
        backing = device.part("backing")
        found = next(((name, what) for name, what in _BEHIND_PORTS if backing.text(name)), None)
        if found is not None:
            name, what = found
            shown = None if what == "network" else backing.line(name)
            value = " ".join(filter(None, (f"{_label(device)}:", what, shown)))
            yield Setting(kind=SettingKind.SERIAL_PORT, value=value)


def _cards(vm: Properties) -> Iterator[Setting]:
    """Cards without a link: now, of a VM that runs; at its next start, of one that is off."""
    on = vm.text("runtime.powerState") == "poweredOn"
    for card in cards_of(vm):
        now, then = (card.truth(f"connectable.{name}") for name in ("connected", "startConnected"))
        if (now if on and now is not None else then) is False:
            yield Setting(kind=SettingKind.NIC_UNPLUGGED, value=_label(card))


def _state(vm: Properties) -> Iterator[Setting]:
    if vm.truth("config.tools.syncTimeWithHost"):
        yield Setting(kind=SettingKind.CLOCK_FROM_HOST)
    if question := vm.part("runtime.question").line("text"):
        yield Setting(kind=SettingKind.PENDING_QUESTION, value=question)
    if (state := vm.text("runtime.connectionState")) in OFF_BALANCE:
        yield Setting(kind=SettingKind.UNCERTAIN_STATE, value=state)


def _vapp(vm: Properties, inventory: Inventory) -> Iterator[Setting]:
    """The vApp that a VM is in; one that only stands in its resource pool is there as well."""
    for name in ("parentVApp", "resourcePool"):
        reference = vm.refers_to(name)
        if reference is not None and reference.of == _VAPP:
            vapp = inventory.get(reference)
            yield Setting(kind=SettingKind.VAPP, value=line(vapp.name() if vapp else None))
            return


def _label(device: Properties) -> str:
    """What the client calls a device, else its type."""
    return device.line("deviceInfo.label") or type_of(device)
