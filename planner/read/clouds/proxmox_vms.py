"""A guest's configuration as a virtual machine. What is not written has the default of qm.conf(5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from planner.model.estate import Attribute, DatastoreId, Disk, NetworkId, Nic, Passthrough
from planner.model.kinds import DiskKind, DiskMode, Firmware, PassthroughKind, PowerState
from planner.read.clouds.proxmox_config import Config, parse_size
from planner.read.clouds.records import ANY_VLAN, CAPACITY, MEMORY, VCPUS
from planner.read.formats import mac
from planner.read.outside import line
from planner.units import MIB

DRIVES: Final = ("ide", "sata", "scsi", "virtio")
_DEFAULT_MEMORY: Final = 512 * MIB
_DEFAULT_HOTPLUG: Final = frozenset({"network", "disk", "usb"})
_HOTPLUG_WORDS: Final = {"0": frozenset[str](), "1": _DEFAULT_HOTPLUG}
_ADDRESS: Final = re.compile(r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")

# ostype: https://pve.proxmox.com/pve-docs/qm.conf.5.html
_SYSTEMS: Final = {
    "wxp": "Microsoft Windows XP",
    "w2k": "Microsoft Windows 2000",
    "w2k3": "Microsoft Windows 2003",
    "w2k8": "Microsoft Windows 2008",
    "wvista": "Microsoft Windows Vista",
    "win7": "Microsoft Windows 7",
    "win8": "Microsoft Windows 8/2012/2012r2",
    "win10": "Microsoft Windows 10/2016/2019",
    "win11": "Microsoft Windows 11/2022/2025",
    "l24": "Linux 2.4 Kernel",
    "l26": "Linux 2.6 or newer Kernel",
    "solaris": "Solaris/OpenSolaris/OpenIndiania kernel",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A network card and where it is plugged in: the bridge and the VLAN tag."""

    id: str
    model: str | None
    mac: str | None
    bridge: str | None
    tag: int | None

    @property
    def network(self) -> str | None:
        """The network's name: the bridge, or one VLAN of it."""
        return f"{self.bridge} tag {self.tag}" if self.bridge and self.tag else self.bridge

    def nic(self, network: NetworkId | None) -> Nic:
        """The card on a network of the estate."""
        return Nic(id=self.id, mac=self.mac, network=network, model=self.model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """A disk or CD drive and the name of the storage that it is on."""

    disk: Disk
    storage: str | None


def vcpus(config: Config) -> tuple[int, int]:
    """Virtual processors, and how many of them make a socket."""
    cores = config.options.number("cores", VCPUS) or 1
    sockets = config.options.number("sockets", VCPUS) or 1
    if cores * sockets > VCPUS[1]:
        config.options.wrong("sockets", f"a number of sockets that makes at most {VCPUS[1]} processors")
    return config.options.number("vcpus", VCPUS) or cores * sockets, cores


def memory(config: Config) -> int:
    """Memory in bytes; the newer form is `current=<MiB>`."""
    options = config.options
    text = (options.text("memory") or "").removeprefix("current=")
    if not text:
        return _DEFAULT_MEMORY
    if not re.fullmatch(r"\d{1,15}", text) or not MEMORY[0] <= int(text) * MIB <= MEMORY[1]:
        options.wrong("memory", "a memory size in MiB")
        return _DEFAULT_MEMORY
    return int(text) * MIB


def firmware(config: Config) -> Firmware:
    """SeaBIOS unless OVMF is asked for."""
    return Firmware.UEFI if config.options.text("bios") == "ovmf" else Firmware.BIOS


def secure_boot(config: Config) -> bool | None:
    """On where Microsoft's keys were enrolled when the variables were made; else the guest may have changed it."""
    if firmware(config) is Firmware.BIOS:
        return False
    return True if config.properties("efidisk0").get("pre-enrolled-keys") == "1" else None


def hotplug(config: Config, what: str) -> bool:
    """Whether a kind of device can be added while the guest runs."""
    text = config.options.text("hotplug")
    words = _DEFAULT_HOTPLUG if text is None else _HOTPLUG_WORDS.get(text, frozenset(text.split(",")))
    return what in words


def guest_os(config: Config) -> str | None:
    """What the guest was set up as, in Proxmox VE's own words for it."""
    kind = config.options.line("ostype")
    return _SYSTEMS.get(kind, kind) if kind and kind != "other" else None


def smbios_uuid(config: Config) -> str | None:
    """The UUID that the guest sees."""
    text = config.properties("smbios1").get("uuid")
    if text is None and (
        match := re.search(r"-uuid\s+([0-9A-Fa-f-]{36})", config.options.text("args") or "")
    ):
        text = match[1]
    return text.lower() if text else None


def tags(config: Config) -> tuple[str, ...]:
    """The guest's tags."""
    return tuple(dict.fromkeys(re.findall(r"[^,;\s\x00-\x1f\x7f-\x9f]+", config.options.text("tags") or "")))


def attributes(config: Config) -> tuple[Attribute, ...]:
    """What the administrator added by hand and no other system understands."""
    return tuple(
        Attribute(name=key, value=value)
        for key in ("args", "hookscript")
        if (value := config.options.line(key))
    )


def start_order(config: Config) -> int | None:
    """The place in the order of automatic start; None for a guest that does not start by itself."""
    properties = config.properties("startup")
    order = properties.get("order", properties.get("", ""))
    if not config.options.flag("onboot") or not re.fullmatch(r"\d{1,9}", order):
        return None
    return int(order)


def suspended(config: Config) -> PowerState | None:
    """Suspended to disk; whether it runs otherwise is not in its configuration."""
    return PowerState.SUSPENDED if config.options.text("lock") == "suspended" else None


def cards(config: Config) -> Iterator[Card]:
    """The network cards. `net0: virtio=<MAC>,bridge=vmbr0,tag=20`, or `model=virtio,macaddr=<MAC>`."""
    for key in config.numbered("net"):
        parts = config.properties(key)
        named = next((name for name, value in parts.items() if _ADDRESS.fullmatch(value)), None)
        model = parts.get("model", named if named not in {None, "macaddr"} else parts.get(""))
        yield Card(
            id=key,
            model=line(model),
            mac=mac(parts[named]) if named else None,
            bridge=parts.get("bridge"),
            tag=_tag(config, key, parts.get("tag")),
        )


def _tag(config: Config, key: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,4}", text) or not ANY_VLAN[0] <= int(text) <= ANY_VLAN[1]:
        config.options.wrong(key, "a network card with a VLAN tag of 1 to 4094")
        return None
    return int(text)


def drives(config: Config) -> Iterator[Drive]:
    """Disks and CD drives. The disks of the firmware's variables and of the TPM are not data: they stay."""
    for word in DRIVES:
        for key in config.numbered(word):
            parts = config.properties(key)
            volume = parts.get("file", parts.get("", ""))
            storage, mark, _ = volume.partition(":")
            yield Drive(disk=_disk(config, key, word, volume), storage=storage if mark else None)


def placed(drive: Drive, datastore: DatastoreId | None) -> Disk:
    """A drive on a datastore of the estate."""
    disk = drive.disk
    return Disk(
        id=disk.id,
        capacity_bytes=disk.capacity_bytes,
        datastore=datastore,
        path=disk.path,
        bus=disk.bus,
        kind=disk.kind,
        mode=disk.mode,
    )


def _disk(config: Config, key: str, word: str, volume: str) -> Disk:
    parts = config.properties(key)
    kind = DiskKind.LUN if volume.startswith("/dev/") else DiskKind.DISK
    if parts.get("media") == "cdrom" or volume in {"cdrom", "none"}:
        kind = DiskKind.CDROM
    return Disk(
        id=key,
        capacity_bytes=_capacity(config, key, parts.get("size")),
        path=None if volume in {"none", ""} else line(volume),
        bus=_bus(config, word),
        kind=kind,
        mode=DiskMode.INDEPENDENT_NONPERSISTENT if parts.get("snapshot") in {"1", "on"} else None,
    )


def _capacity(config: Config, key: str, text: str | None) -> int | None:
    found = parse_size(text) if text is not None else None
    if text is not None and (found is None or found > CAPACITY[1]):
        config.options.wrong(key, "a drive with a size such as 32G")
    return found or None


def _bus(config: Config, word: str) -> str:
    controller = config.options.text("scsihw") or ""
    return "virtio-scsi" if word == "scsi" and controller.startswith("virtio-scsi") else word


def passthrough(config: Config) -> Iterator[Passthrough]:
    """Host devices that the guest holds."""
    for key in config.numbered("hostpci"):
        parts = config.properties(key)
        kind = PassthroughKind.PCI
        if "mdev" in parts:
            kind = PassthroughKind.VGPU
        elif parts.get("x-vga") in {"1", "on"}:
            kind = PassthroughKind.GPU
        yield Passthrough(kind=kind, description=config.options.line(key))
    for key in config.numbered("usb"):
        parts = config.properties(key)
        if "spice" not in (parts.get(""), parts.get("host")):
            yield Passthrough(kind=PassthroughKind.USB, description=config.options.line(key))
