"""A host's network ports and storage adapters: which driver they have, and which device they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from planner.knowledge import is_usb
from planner.model.estate import HostAdapter, HostNic
from planner.model.setting import Setting, SettingKind
from planner.read.vsphere.properties import Properties

_MBIT: Final = 125_000
_FASTEST: Final = 10_000_000
_LEAST_ID: Final = -(2**15)
_IDS: Final = 2**16
_NAMELESS_DISK: Final = re.compile(r"mpx\.(?P<adapter>vmhba[0-9]{1,6}):.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Device:
    """What is known of the device at a PCI address."""

    model: str | None = None
    ids: str | None = None


def nics_of(host: Properties) -> tuple[HostNic, ...]:
    """The physical ports; one without a link has no speed."""
    devices = _devices(host)
    ports = (
        HostNic(
            name=name,
            mac=port.mac("mac"),
            speed_bytes=_speed(port),
            driver=port.line("driver"),
            model=_at(port, devices).model,
            pci=_at(port, devices).ids,
        )
        for port in host.parts("config.network.pnic")
        if (name := port.line("device"))
    )
    return tuple(sorted(ports, key=lambda port: (len(port.name), port.name)))


def adapters_of(host: Properties) -> tuple[HostAdapter, ...]:
    """The storage adapters, those of USB and of software among them."""
    devices = _devices(host)
    found = (
        HostAdapter(
            name=name,
            driver=adapter.line("driver"),
            model=adapter.line("model") or _at(adapter, devices).model,
            pci=_at(adapter, devices).ids,
        )
        for adapter in host.parts("config.storageDevice.hostBusAdapter")
        if (name := adapter.line("device"))
    )
    return tuple(sorted(found, key=lambda adapter: (len(adapter.name), adapter.name)))


def usb_boot(host: Properties) -> tuple[Setting, ...]:
    """Whether ESXi's dump partition, which its installer makes on the disk that it installs on, is behind USB.

    No property names the disk that a host started from. USB sticks and SD cards have no name of their own but that of
    their place (`mpx.vmhba32:C0:T0:L0`), whose first part is the adapter.
    """
    disk = host.line("config.activeDiagnosticPartition.id.diskName")
    place = _NAMELESS_DISK.fullmatch(disk or "")
    usb = {adapter.name for adapter in adapters_of(host) if is_usb(adapter)}
    if place is None or place["adapter"] not in usb:
        return ()
    return (Setting(kind=SettingKind.USB_BOOT, value=f"dump partition on {disk}"),)


def _speed(port: Properties) -> int | None:
    """Bytes a second; vSphere counts Mbit/s."""
    speed = port.whole("linkSpeed.speedMb", 0, _FASTEST)
    return speed * _MBIT if speed else None


def _devices(host: Properties) -> dict[str, _Device]:
    """The PCI devices by address."""
    return {
        address: _Device(model=_model(device), ids=_ids(device))
        for device in host.parts("hardware.pciDevice")
        if (address := device.text("id"))
    }


def _at(card: Properties, devices: Mapping[str, _Device]) -> _Device:
    return devices.get(card.text("pci") or "", _Device())


def _model(device: Properties) -> str | None:
    words = (device.line("vendorName"), device.line("deviceName"))
    return " ".join(word for word in words if word) or None


def _ids(device: Properties) -> str | None:
    """The ids of maker and device; the API's are signed numbers of 16 bits."""
    numbers = [device.whole(name, _LEAST_ID, _IDS - 1) for name in ("vendorId", "deviceId")]
    known = [f"{number % _IDS:04x}" for number in numbers if number is not None]
    return ":".join(known) if len(known) == len(numbers) else None
