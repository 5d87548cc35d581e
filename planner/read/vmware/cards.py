"""Network cards and host devices of a .vmx."""

import re
from collections.abc import Iterator
from typing import Final

from planner.model.estate import Nic, Passthrough
from planner.model.kinds import PassthroughKind
from planner.read.formats import mac
from planner.read.ids import network_id
from planner.read.outside import line
from planner.read.vmware.dictionary import Dictionary

_CARD: Final = re.compile(r"ethernet(\d{1,3})")
_PCI: Final = re.compile(r"pcipassthru(\d{1,3})")
_USB: Final = re.compile(r"usb(?:_xhci)?\.autoconnect\.device\d{1,3}")


def nics_of(vmx: Dictionary, cluster: str) -> tuple[Nic, ...]:
    """The network cards that are there; `cluster` is the name of the one whose networks they are on."""
    return tuple(
        Nic(
            id=name,
            mac=_mac(vmx, name),
            network=network_id(network, cluster) if network else None,
            model=(vmx.text(f"{name}.virtualDev") or "").lower() or None,
        )
        for name in _cards(vmx)
        for network in (network_of(vmx, name),)
    )


def networks_of(vmx: Dictionary) -> tuple[str, ...]:
    """The names of the networks that the cards are on."""
    return tuple(name for card in _cards(vmx) if (name := network_of(vmx, card)))


def network_of(vmx: Dictionary, card: str) -> str | None:
    """A card's network: a port group's name; of a distributed one its key, for a .vmx knows no more."""
    names = (f"{card}.networkName", f"{card}.dvs.portgroupId", f"{card}.vnet")
    return next((found for name in names if (found := vmx.named(name))), None)


def distributed(vmx: Dictionary) -> tuple[str, ...]:
    """The cards on distributed port groups that are known by their key only."""
    return tuple(
        card
        for card in _cards(vmx)
        if vmx.text(f"{card}.dvs.portgroupId") and not vmx.text(f"{card}.networkName")
    )


def _cards(vmx: Dictionary) -> list[str]:
    return [f"ethernet{number}" for number in sorted(int(match[1]) for match in vmx.present(_CARD))]


def _mac(vmx: Dictionary, card: str) -> str | None:
    static = (vmx.text(f"{card}.addressType") or "").lower() == "static"
    first, second = ("address", "generatedAddress") if static else ("generatedAddress", "address")
    return vmx.parsed(f"{card}.{first}", mac) or vmx.parsed(f"{card}.{second}", mac)


def passthrough_of(vmx: Dictionary) -> tuple[Passthrough, ...]:
    """PCI devices, virtual GPUs, virtual functions of ports, and USB devices of the host."""
    return tuple(dict.fromkeys((*_pci(vmx), *_usb(vmx))))


def _pci(vmx: Dictionary) -> Iterator[Passthrough]:
    numbers = sorted(int(match[1]) for match in vmx.present(_PCI))
    for name in (f"pciPassthru{number}" for number in numbers):
        profile, port, device = (vmx.text(f"{name}.{fact}") for fact in ("vgpu", "pfId", "id"))
        kind = PassthroughKind.VGPU if profile else PassthroughKind.SRIOV if port else PassthroughKind.PCI
        yield Passthrough(kind=kind, description=line(profile or port or device))


def _usb(vmx: Dictionary) -> Iterator[Passthrough]:
    for name in sorted(name for name in vmx.values if name.startswith("usb") and _USB.fullmatch(name)):
        if device := vmx.text(name):
            yield Passthrough(kind=PassthroughKind.USB, description=line(device))
