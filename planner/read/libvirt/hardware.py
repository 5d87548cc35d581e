"""Devices of a host: its network ports and local disks, and what its PCI devices are."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from planner.model.estate import HostAdapter, HostNic, LocalDisk, Passthrough
from planner.model.kinds import PassthroughKind
from planner.read.libvirt.values import LARGEST_COUNT, Document, parts, pci_address, text_of
from planner.read.outside import line
from planner.read.xml import Element

_MEGABIT_BYTES: Final = 125_000
_DISPLAY_CLASS: Final = "0x03"
_STORAGE_CLASS: Final = "0x01"
_MAKER_AND_PRODUCT: Final = ("vendor", "product")
_ID: Final = re.compile(r"0x(?P<id>[0-9a-f]{4})")
_NOT_PHYSICAL: Final = "computer"
# Where a disk hangs on a session of iSCSI or a port of Fibre Channel, it is not in the host.
_REMOTE: Final = ("/session", "/rport-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """What a host is made of; `kinds` and `names` are by the address of PCI devices.

    `adapters` are its storage controllers, and have the names that libvirt gives to devices.
    """

    nics: tuple[HostNic, ...]
    adapters: tuple[HostAdapter, ...]
    disks: tuple[LocalDisk, ...]
    kinds: Mapping[str, PassthroughKind]
    names: Mapping[str, str]

    def named(self, device: Passthrough) -> Passthrough:
        """A PCI device as what it is: a GPU, a function of a card, with the name of the product."""
        address = (device.description or "").removeprefix("PCI ")
        if device.kind is not PassthroughKind.PCI or address not in self.names:
            return device
        return Passthrough(
            kind=self.kinds.get(address, device.kind), description=line(f"{self.names[address]} at {address}")
        )


def hardware_of(document: Document, devices: Iterable[Element]) -> Hardware:
    """The hardware that `<device>` elements tell of."""
    nics: list[tuple[HostNic, str | None]] = []
    cards: dict[str, HostAdapter] = {}
    controllers: list[str] = []
    disks: list[LocalDisk] = []
    kinds: dict[str, PassthroughKind] = {}
    names: dict[str, str] = {}
    for device in devices:
        for capability in device.iterchildren("capability"):
            of = capability.get("type")
            if of == "net" and text_of(device.find("parent")) != _NOT_PHYSICAL:
                nics += [(nic, text_of(device.find("parent"))) for nic in _nic(document, capability)]
            elif of == "storage":
                disks.extend(_disk(document, device, capability))
            elif of == "pci" and (address := _address(capability)):
                kinds |= _kind(capability, address)
                names[address] = _name(capability)
                place = text_of(device.find("name")) or address
                cards[place] = _card(device, capability, place)
                if (text_of(capability.find("class")) or "").startswith(_STORAGE_CLASS):
                    controllers.append(place)
    return Hardware(
        nics=tuple(sorted((_with(nic, cards.get(on or "")) for nic, on in nics), key=lambda nic: nic.name)),
        adapters=tuple(cards[place] for place in sorted(controllers)),
        disks=tuple(sorted({disk.id: disk for disk in disks}.values(), key=lambda disk: disk.id)),
        kinds=kinds,
        names=names,
    )


def _nic(document: Document, capability: Element) -> Iterable[HostNic]:
    inside = parts(capability)
    name, mac, link = line(text_of(inside.get("interface"))), inside.get("address"), inside.get("link")
    if name:
        speed = link.get("speed") if link is not None else None
        # A port without a link says 0, or a number that is no speed.
        rate = int(speed) if speed and speed.isascii() and speed.isdigit() else 0
        yield HostNic(
            name=name,
            mac=document.mac(mac, mac.text) if mac is not None and mac.text else None,
            speed_bytes=rate * _MEGABIT_BYTES if 0 < rate < LARGEST_COUNT else None,
        )


def _with(nic: HostNic, card: HostAdapter | None) -> HostNic:
    return replace(nic, driver=card.driver, model=card.model, pci=card.pci) if card else nic


def _card(device: Element, capability: Element, place: str) -> HostAdapter:
    """A PCI device as a card; `place` is what libvirt calls it."""
    words = (
        (part.get("id") or "").lower() for key in _MAKER_AND_PRODUCT for part in capability.iterchildren(key)
    )
    ids = [found["id"] for word in words if (found := _ID.fullmatch(word))]
    return HostAdapter(
        name=line(place) or place,
        driver=line(text_of(device.find("driver/name"))),
        model=line(_words(capability)),
        pci=":".join(ids) if len(ids) == len(_MAKER_AND_PRODUCT) else None,
    )


def _disk(document: Document, device: Element, capability: Element) -> Iterable[LocalDisk]:
    inside = parts(capability)
    told = (text_of(inside.get(key)) for key in ("bus", "serial", "drive_type"))
    bus, serial, of = (line(word) for word in told)
    size = document.size(inside.get("size"), "a disk's size")
    remote = any(mark in (text_of(device.find("path")) or "") for mark in _REMOTE)
    if bus and serial and size and of == "disk" and not remote:
        yield LocalDisk(id=f"{bus}-{serial}", capacity_bytes=size)


def _kind(capability: Element, address: str) -> Mapping[str, PassthroughKind]:
    if (text_of(capability.find("class")) or "").startswith(_DISPLAY_CLASS):
        return {address: PassthroughKind.GPU}
    function = any(one.get("type") == "phys_function" for one in capability.iterchildren("capability"))
    return {address: PassthroughKind.SRIOV} if function else {}


def _name(capability: Element) -> str:
    return _words(capability) or "PCI device"


def _words(capability: Element) -> str:
    told = (text_of(capability.find(key)) for key in _MAKER_AND_PRODUCT)
    return " ".join(word for word in told if word)


def _address(capability: Element) -> str | None:
    """The address of a PCI device, which libvirt gives here as elements in decimal."""
    numbers = {
        key: text
        for key in ("domain", "bus", "slot", "function")
        if (text := text_of(capability.find(key))) is not None
    }
    if len(numbers) < 4:
        return None
    place = capability.makeelement("address", numbers)
    return pci_address(place)
