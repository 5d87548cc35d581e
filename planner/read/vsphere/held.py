"""Devices of a host that a VM holds."""

from collections.abc import Iterator, Mapping
from typing import Final

from planner.model.estate import Passthrough
from planner.model.kinds import PassthroughKind
from planner.read.vsphere.devices import type_of
from planner.read.vsphere.properties import Properties

_DISPLAY: Final = 3
_LARGEST_CLASS: Final = 2**16
_SMALLEST_CLASS: Final = -(2**15)
_KINDS: Final[Mapping[str, PassthroughKind]] = {
    "VirtualPCIPassthrough": PassthroughKind.PCI,
    "VirtualSriovEthernetCard": PassthroughKind.SRIOV,
    "VirtualUSB": PassthroughKind.USB,
    "VirtualSCSIPassthrough": PassthroughKind.PCI,
}
_VGPU: Final = "Vmiop"


def passthrough_of(vm: Properties, host: Properties | None) -> tuple[Passthrough, ...]:
    """The devices; a PCI device is a GPU when the host says that it is a display controller."""
    displays = frozenset(_displays(host)) if host else frozenset()
    return tuple(
        Passthrough(kind=_kind(device, displays), description=_description(device))
        for device in vm.parts("config.hardware.device")
        if type_of(device) in _KINDS
    )


def _displays(host: Properties) -> Iterator[str]:
    """Addresses of display controllers; the API's class is a signed number of 16 bits."""
    for device in host.parts("hardware.pciDevice"):
        code = device.whole("classId", _SMALLEST_CLASS, _LARGEST_CLASS)
        ident = device.text("id")
        if ident and code is not None and code % _LARGEST_CLASS >> 8 == _DISPLAY:
            yield ident


def _kind(device: Properties, displays: frozenset[str]) -> PassthroughKind:
    kind, backing = _KINDS[type_of(device)], device.part("backing")
    if kind is not PassthroughKind.PCI:
        return kind
    if _VGPU in backing.type or backing.text("vgpu"):
        return PassthroughKind.VGPU
    return PassthroughKind.GPU if backing.text("id") in displays else kind


def _description(device: Properties) -> str | None:
    """What people know the device by: the profile of a virtual GPU, its name on the host, its label."""
    names = ("backing.vgpu", "backing.deviceName", "deviceInfo.summary", "deviceInfo.label")
    return next((found for name in names if (found := device.line(name))), None)
