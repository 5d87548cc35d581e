"""Prism's VMs, and where their disks and cards are."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from planner.model.estate import Attribute, Cluster, Disk, NetworkId, Nic, Passthrough, VirtualMachine
from planner.model.kinds import DiskKind, Firmware, PassthroughKind, PowerState, ToolsState
from planner.read.clouds.nutanix_dialect import View
from planner.read.clouds.nutanix_found import Found
from planner.read.clouds.records import MEMORY, VCPUS
from planner.read.ids import datastore_id, host_id, network_id, vm_id
from planner.read.outside import line, note
from planner.units import MIB

KIND: Final = "nutanix"
_POWER: Final = {
    "ON": PowerState.ON,
    "OFF": PowerState.OFF,
    "PAUSED": PowerState.SUSPENDED,
    "SUSPENDED": PowerState.SUSPENDED,
}
_BOOT: Final = {
    "LEGACY": (Firmware.BIOS, False),
    "UEFI": (Firmware.UEFI, False),
    "SECURE_BOOT": (Firmware.UEFI, True),
    "LegacyBoot": (Firmware.BIOS, False),
    "UefiBoot": (Firmware.UEFI, None),
}
_BUSES: Final = {"SCSI": "scsi", "IDE": "ide", "SATA": "sata", "PCI": "virtio", "SPAPR": "scsi"}
_INSTALLED: Final = {"INSTALLED": True, "UNINSTALLED": False}
_TOOLS: Final = {
    (True, True): ToolsState.RUNNING,
    (True, False): ToolsState.NOT_RUNNING,
    (False, True): ToolsState.NOT_INSTALLED,
    (False, False): ToolsState.NOT_INSTALLED,
    (False, None): ToolsState.NOT_INSTALLED,
}
_GPUS: Final = {"VIRTUAL": PassthroughKind.VGPU}

Named = tuple[Cluster, str, View | None]
"""A container or subnet as a cluster has it: its name, and what its own list says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What places are looked up in; `cluster` is that of a host or VM."""

    found: Found
    cluster: Callable[[View], Cluster]

    def container(self, disk: View) -> tuple[str | None, View | None]:
        """The storage container of a disk: its name, and what its own list says."""
        uuid = disk.uuid("container")
        own = self.found.get("container", uuid)
        return (own.text("name") if own else None) or disk.text("container_name") or uuid, own

    def subnet(self, card: View) -> tuple[str | None, View | None]:
        """The subnet of a card."""
        uuid = card.uuid("subnet")
        own = self.found.get("subnet", uuid)
        return (own.text("name") if own else None) or card.text("subnet_name") or uuid, own

    def containers(self, machines: Iterable[View]) -> Iterator[Named]:
        """The containers that disks are in."""
        for machine in machines:
            for disk in machine.many("disks", machine.dialect.disk):
                name, own = self.container(disk)
                if name:
                    yield self.cluster(machine), name, own

    def subnets(self, machines: Iterable[View]) -> Iterator[Named]:
        """The subnets that cards are on."""
        for machine in machines:
            for card in machine.many("nics", machine.dialect.nic):
                name, own = self.subnet(card)
                if name:
                    yield self.cluster(machine), name, own


def vm(view: View, site: Site) -> VirtualMachine:
    """A VM; its UUID is what the guest sees, unless v4 says another."""
    own = site.cluster(view)
    uuid = view.uuid("uuid")
    name = view.text("name") or uuid or ""
    home = site.found.get("host", view.uuid("host"))
    firmware, secure = _BOOT.get((view.text("boot") or "").rpartition(".")[2], (None, None))
    host = home.text("name") if home else None
    said = view.flag("secure")
    return VirtualMachine(
        id=vm_id(name, uuid, own.name),
        name=name,
        cluster=own.id,
        host=host_id(host) if host else None,
        reported_host=None if host else view.line("host_name") or view.line("host"),
        source=KIND,
        uuid=view.uuid("smbios") or uuid,
        instance_uuid=uuid,
        power=_POWER.get(view.text("power") or ""),
        vcpus=_vcpus(view),
        cores_per_socket=view.number("cores", VCPUS),
        memory_bytes=view.size("memory", view.dialect.memory_unit, MEMORY),
        guest_os=view.line("guest_os"),
        firmware=firmware,
        secure_boot=said if said is not None else secure,
        vtpm=view.flag("vtpm"),
        nested=view.flag("nested"),
        tools=_tools(view),
        hardware_version=view.line("machine"),
        resource_pool=view.line("project"),
        disks=tuple(_disks(view, site, own)),
        nics=tuple(
            Nic(
                id=f"nic-{number}",
                mac=card.mac("mac"),
                network=_network(card, site, own),
                model=card.line("model"),
            )
            for number, card in enumerate(view.many("nics", view.dialect.nic), 1)
        ),
        passthrough=tuple(_passthrough(view)),
        owner=view.line("owner"),
        annotation=note(view.text("note")),
        attributes=tuple(_attributes(view)),
        origin=view.record.origin,
    )


def _vcpus(view: View) -> int | None:
    sockets, cores = view.number("sockets", VCPUS), view.number("cores", VCPUS)
    if sockets is None or cores is None:
        return None
    total = sockets * cores * (view.number("threads", VCPUS) or 1)
    if total > VCPUS[1]:
        view.record.say("", f"has {total} processors: at most {VCPUS[1]} can be right")
    return total


def _tools(view: View) -> ToolsState | None:
    """Nutanix Guest Tools: whether they are there, and whether they answer."""
    installed = view.flag("tools_installed")
    if installed is None:
        installed = _INSTALLED.get(view.text("tools") or "")
    return None if installed is None else _TOOLS.get((installed, view.flag("tools_reachable")))


def _network(card: View, site: Site, own: Cluster) -> NetworkId | None:
    name, _ = site.subnet(card)
    return network_id(name, own.name) if name else None


def _disks(view: View, site: Site, own: Cluster) -> Iterator[Disk]:
    for number, disk in enumerate(view.many("disks", view.dialect.disk), 1):
        yield _disk(disk, f"disk-{number}", _kind(disk), site, own)
    for number, drive in enumerate(view.many("cdroms", view.dialect.disk), 1):
        yield _disk(drive, f"cdrom-{number}", DiskKind.CDROM, site, own)


def _kind(disk: View) -> DiskKind:
    """A disk of a volume group is storage of its own, which several VMs may use."""
    if disk.text("kind") == "CDROM":
        return DiskKind.CDROM
    return DiskKind.LUN if disk.text("group") else DiskKind.DISK


def _disk(disk: View, key: str, kind: DiskKind, site: Site, own: Cluster) -> Disk:
    container, _ = site.container(disk)
    return Disk(
        id=key,
        capacity_bytes=disk.size("size", 1) or disk.size("mebibytes", MIB),
        datastore=datastore_id(container, own.name) if container and kind is not DiskKind.CDROM else None,
        path=disk.line("id"),
        bus=_BUSES.get(disk.text("bus") or ""),
        kind=kind,
    )


def _passthrough(view: View) -> Iterator[Passthrough]:
    for gpu in view.many("gpus", {"mode": "mode", "name": "name"}):
        kind = _GPUS.get(gpu.text("mode") or "", PassthroughKind.GPU)
        yield Passthrough(kind=kind, description=gpu.line("name"))
    for device in view.many("devices", {"id": "extId"}):
        yield Passthrough(kind=PassthroughKind.PCI, description=device.line("id"))


def _attributes(view: View) -> Iterator[Attribute]:
    """Categories; v4 has only their ids, which tell nobody anything."""
    categories = view.inner("categories")
    for key in categories.data if "categories" in view.paths else ():
        name, value = line(key), categories.line(key)
        if name and value:
            yield Attribute(name=name, value=value)
