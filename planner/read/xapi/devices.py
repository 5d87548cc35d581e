"""Disks, network cards and host devices of a VM."""

import ipaddress
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from planner.model.estate import Disk, Nic, Passthrough
from planner.model.kinds import DiskKind, PassthroughKind
from planner.read.outside import line
from planner.read.xapi.networks import Networks, mac_of
from planner.read.xapi.records import LARGEST, Record, Records
from planner.read.xapi.storage import Storage
from planner.read.xapi.words import DISK_KINDS, LUN_TYPES

_POSITION: Final = re.compile(r"[a-z0-9]{1,16}")
_PCI: Final = re.compile(r"\d+/([0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7])")
_REPORTED: Final = re.compile(r"(?P<device>[^/]+)/(?:ip|ipv4/\d+|ipv6/\d+)")
_PARENT: Final = "vhd-parent"
_GRAPHICS: Final = ("vga", "3d", "display")


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices:
    """Everything that hangs on VMs: by class, then by the reference of the VM; and what it leads to.

    `pci` has the hosts' PCI devices by address, `usb` their USB devices by group, `vdis` the disks by UUID.
    """

    records: Records
    by_vm: Mapping[str, Mapping[str, tuple[Record, ...]]]
    pci: Mapping[str, Record]
    usb: Mapping[str | None, Record]
    vdis: Mapping[str | None, Record]
    storage: Storage
    networks: Networks

    def of(self, of: str, vm: Record) -> tuple[Record, ...]:
        """The devices of a class that a VM has, in the order of their positions."""
        return self.by_vm.get(of, {}).get(vm.ref, ())


def join_devices(records: Records, storage: Storage, networks: Networks) -> Devices:
    """Every device beside its VM."""
    by_vm: dict[str, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for of in ("VBD", "VIF", "VGPU", "VUSB"):
        for record in records.all(of):
            by_vm[of][record.refers_to("VM") or ""].append(record)
    ordered = {
        of: {vm: tuple(sorted(found, key=_position)) for vm, found in by_ref.items()}
        for of, by_ref in by_vm.items()
    }
    return Devices(
        records=records,
        by_vm=ordered,
        pci={record.text("pci_id"): record for record in records.all("PCI")},
        usb={record.refers_to("USB_group"): record for record in records.all("PUSB")},
        vdis={record.uuid: record for record in records.all("VDI")},
        storage=storage,
        networks=networks,
    )


def disks_of(devices: Devices, vm: Record) -> tuple[Disk, ...]:
    """The disks of a VM; where VBDs could not be read, as many unknown ones as the VM says it has."""
    if not devices.records.read("VBD"):
        return tuple(Disk(id=f"disk-{number}") for number, _ in enumerate(vm.items("VBDs")))
    found = devices.of("VBD", vm)
    return tuple(_disk(devices, vbd, name) for vbd, name in zip(found, _names("disk", found), strict=True))


def _disk(devices: Devices, vbd: Record, name: str) -> Disk:
    vdi = devices.records.behind(vbd, "VDI", "VDI")
    sr = devices.records.behind(vdi, "SR", "SR")
    datastore = devices.storage.found.get(sr.ref) if sr else None
    kind = _kind(vbd, sr)
    mounts = vdi if vdi and not vbd.truth("empty") else None
    return Disk(
        id=name,
        capacity_bytes=mounts.whole("virtual_size", 0, LARGEST) if mounts else None,
        allocated_bytes=_allocated(mounts) if mounts else None,
        datastore=datastore.id if datastore and mounts else None,
        path=_path(mounts, kind) if mounts else None,
        bus="xen",
        kind=kind,
        shared=mounts.truth("sharable") if mounts else None,
        base=_base(devices.vdis, mounts) if mounts else None,
    )


def _base(vdis: Mapping[str | None, Record], vdi: Record) -> str | None:
    """The UUID of the image at the bottom: storage managers keep clones and snapshots as differences to their parent."""
    seen: list[str] = []
    above: Record | None = vdi
    while above is not None and (parent := above.mapping("sm_config").get(_PARENT)) and parent not in seen:
        seen.append(parent)
        above = vdis.get(parent)
    return line(seen[-1]) if seen else None


def _allocated(vdi: Record) -> int | None:
    """What the disk takes; SRs that cannot tell say -1."""
    used = vdi.whole("physical_utilisation", -1, LARGEST)
    return used if used is not None and used >= 0 else None


def _path(vdi: Record, kind: DiskKind) -> str | None:
    """What `xe` calls a disk; of a CD, people know the file."""
    return vdi.line("location") or vdi.uuid if kind is DiskKind.CDROM else vdi.uuid


def _kind(vbd: Record, sr: Record | None) -> DiskKind:
    word = vbd.text("type")
    if word and word.lower() not in DISK_KINDS:
        vbd.refuse("type", f"{word!r} is none of Disk, CD, Floppy")
    kind = DISK_KINDS.get(word.lower(), DiskKind.DISK)
    raw = kind is DiskKind.DISK and sr is not None and sr.text("type") in LUN_TYPES
    return DiskKind.LUN if raw else kind


def cards_of(devices: Devices, vm: Record) -> tuple[tuple[str, Record], ...]:
    """The VIFs of a VM, each with the name that its card has in the estate."""
    found = devices.of("VIF", vm)
    return tuple(zip(_names("nic", found), found, strict=True))


def nics_of(devices: Devices, vm: Record, guest: Record | None, model: str | None) -> tuple[Nic, ...]:
    """The network cards of a VM; each with the addresses that are configured or that its guest tells."""
    if not devices.records.read("VIF"):
        return tuple(Nic(id=f"nic-{number}") for number, _ in enumerate(vm.items("VIFs")))
    reported: dict[str, list[str]] = defaultdict(list)
    for key, address in (guest.mapping("networks") if guest else {}).items():
        if match := _REPORTED.fullmatch(key):
            reported[match["device"]].append(address)
    return tuple(
        Nic(
            id=name,
            mac=mac_of(vif),
            network=network.id if network else None,
            model=model,
            addresses=_addresses(vif, reported[vif.text("device")]),
        )
        for name, vif in cards_of(devices, vm)
        for network in (devices.networks.found.get(vif.refers_to("network") or ""),)
    )


def _addresses(vif: Record, reported: Iterable[str]) -> tuple[str, ...]:
    configured = (*vif.items("ipv4_addresses"), *vif.items("ipv6_addresses"))
    bare = (text.partition("/")[0].strip() for text in (*configured, *reported))
    return tuple(dict.fromkeys(text for text in bare if _is_lasting(text)))


def _is_lasting(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not address.is_link_local and not address.is_unspecified


def passthrough_of(devices: Devices, vm: Record) -> tuple[Passthrough, ...]:
    """Devices of a host that a VM holds: PCI, GPU, virtual GPU, virtual function of a port, USB."""
    return tuple(
        dict.fromkeys((*_pci(devices, vm), *_gpus(devices, vm), *_sriov(devices, vm), *_usb(devices, vm)))
    )


def _pci(devices: Devices, vm: Record) -> Iterator[Passthrough]:
    """What `other-config:pci` will attach at the next start, and what is attached now."""
    attached = {ref: devices.records.get("PCI", ref) for ref in vm.items("attached_PCIs")}
    gpus = {gpu.refers_to("PCI") for gpu in devices.of("VGPU", vm)}
    addresses = dict.fromkeys(_PCI.findall(vm.mapping("other_config").get("pci", "")))
    for ref, record in attached.items():
        if record is not None and ref not in gpus:
            addresses.setdefault(record.text("pci_id"))
    for address in addresses:
        device = devices.pci.get(address)
        graphics = device is not None and device.text("class_name").lower().startswith(_GRAPHICS)
        kind = PassthroughKind.GPU if graphics else PassthroughKind.PCI
        yield Passthrough(kind=kind, description=_described(device, address))


def _described(device: Record | None, address: str) -> str | None:
    names = (device.text("vendor_name"), device.text("device_name")) if device else ()
    return line(" ".join(part for part in (*names, address) if part))


def _gpus(devices: Devices, vm: Record) -> Iterator[Passthrough]:
    for gpu in devices.of("VGPU", vm):
        model = devices.records.behind(gpu, "type", "VGPU_type")
        # xe does not print the implementation, but the type for whole GPUs is called so as well.
        whole = model is not None and "passthrough" in {
            model.text("implementation"),
            model.text("model_name"),
        }
        yield Passthrough(
            kind=PassthroughKind.GPU if whole else PassthroughKind.VGPU,
            description=line(f"{model.text('vendor_name')} {model.text('model_name')}") if model else None,
        )


def _sriov(devices: Devices, vm: Record) -> Iterator[Passthrough]:
    for vif in devices.of("VIF", vm):
        network = vif.refers_to("network")
        if network in devices.networks.sriov:
            yield Passthrough(
                kind=PassthroughKind.SRIOV, description=line(devices.networks.found[network].name)
            )


def _usb(devices: Devices, vm: Record) -> Iterator[Passthrough]:
    for usb in devices.of("VUSB", vm):
        group = usb.refers_to("USB_group")
        device = devices.usb.get(group) if group else None
        names = (device.text("vendor_desc"), device.text("product_desc")) if device else ()
        yield Passthrough(kind=PassthroughKind.USB, description=line(" ".join(filter(None, names))))


def _position(record: Record) -> tuple[int, int, str]:
    """Numbers in their order, then names."""
    text = record.text("userdevice") or record.text("device")
    number = int(text) if text.isascii() and text.isdigit() else None
    return (number is None, number or 0, text or record.ref)


def _names(prefix: str, found: tuple[Record, ...]) -> list[str]:
    """Ids by position on the VM, which XAPI keeps unique; by count where one has none."""
    positions = [record.text("userdevice") or record.text("device") for record in found]
    sound = len({*positions}) == len(positions) and all(map(_POSITION.fullmatch, positions))
    return [f"{prefix}-{position}" for position in (positions if sound else range(len(found)))]
