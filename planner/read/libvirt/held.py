"""Devices of the host that a domain holds."""

from collections.abc import Iterator

from planner.model.estate import Passthrough
from planner.model.kinds import DiskKind, PassthroughKind
from planner.read.libvirt.drives import Drive
from planner.read.libvirt.values import pci_address
from planner.read.outside import line
from planner.read.xml import Element


def passthrough_of(element: Element) -> Passthrough | None:
    """The device of a `<hostdev>`; None where it is no device of a kind that is known, or is a disk.

    The document does not say what a PCI device is: a GPU is only told from others live.
    """
    source = element.find("source")
    if source is None:
        return None
    of, address = element.get("type"), source.find("address")
    if of == "pci":
        return Passthrough(kind=PassthroughKind.PCI, description=_said("PCI", pci_address(address)))
    if of == "mdev":
        model, uuid = element.get("model"), None if address is None else address.get("uuid")
        return Passthrough(kind=PassthroughKind.VGPU, description=_said("mediated device", model, uuid))
    if of == "usb":
        return Passthrough(kind=PassthroughKind.USB, description=_said("USB", *_usb(source, address)))
    return None


def lun_of(element: Element, number: int) -> Drive | None:
    """The SCSI device of a `<hostdev>` as the disk that it is to the guest."""
    source = element.find("source")
    if source is None or element.get("type") not in {"scsi", "scsi_host"}:
        return None
    adapter, address = source.find("adapter"), source.find("address")
    where = (
        ":".join(address.get(key, "0") for key in ("bus", "target", "unit")) if address is not None else None
    )
    told = (
        source.get("wwpn"),
        source.get("name"),
        adapter.get("name") if adapter is not None else None,
        where,
    )
    return Drive(
        id=f"hostdev-{number}",
        kind=DiskKind.LUN,
        bus="scsi",
        path=line(":".join(part for part in told if part)),
        shared=element.find("shareable") is not None,
    )


def tpm_of(element: Element) -> Passthrough | None:
    """The host's TPM, where a guest has that instead of a virtual one."""
    device = element.find("backend/device")
    return (
        None
        if device is None
        else Passthrough(kind=PassthroughKind.PCI, description=_said("TPM", device.get("path")))
    )


def _usb(source: Element, address: Element | None) -> Iterator[str | None]:
    for key in ("vendor", "product"):
        element = source.find(key)
        yield element.get("id") if element is not None else None
    if address is not None:
        yield f"bus {address.get('bus', '?')} device {address.get('device', '?')}"


def _said(*words: str | None) -> str | None:
    return line(" ".join(word for word in words if word))
