# ruff: noqa: INP001  # Ansible finds plugins by their directory, not by import
"""What vm_move_kvm computes about a libvirt domain."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

Nic = Mapping[str, str]


def libvirt_domain_at(
    definition: str, name: str, disks: Sequence[str], disk_format: str, nics: Sequence[Nic]
) -> str:
    """A domain's definition, changed for another host.

    `disks` are the new paths, in the order in which the definition has its disks; `nics` say for each MAC which
    bridge it gets. The UUID, the drivers and everything else in the guest's sight stay. Paths that belong to the old
    host (emulator, firmware variables) go, for libvirt to choose its own. Raises ValueError when the disks do not
    match in number or a card has no bridge.
    """
    domain: Any = ET.fromstring(definition[definition.index("<domain") :])  # noqa: S314 - from a host that we administer
    domain.find("name").text = name
    devices = domain.find("devices")
    _forget_paths_of_the_old_host(domain, devices)
    _place_disks(devices, disks, disk_format)
    _place_nics(devices, {nic["mac"].lower(): nic["bridge"] for nic in nics})
    return ET.tostring(domain, encoding="unicode")


def _forget_paths_of_the_old_host(domain: Any, devices: Any) -> None:
    for emulator in devices.findall("emulator"):
        devices.remove(emulator)
    system = domain.find("os")
    loader = system.find("loader")
    if loader is not None and loader.get("type") == "pflash":
        system.set("firmware", "efi")
    for path in [*system.findall("loader"), *system.findall("nvram")]:
        system.remove(path)
    kind = system.find("type")
    # A versioned machine type may be unknown to another QEMU; its family always is.
    kind.set("machine", "q35" if "q35" in kind.get("machine", "") else "pc")


def _place_disks(devices: Any, disks: Sequence[str], disk_format: str) -> None:
    present = [disk for disk in devices.findall("disk") if disk.get("device", "disk") == "disk"]
    if len(present) != len(disks):
        raise ValueError(
            f"the domain has {len(present)} disks, the plan {len(disks)}: collect the estate again"
        )
    for disk, path in zip(present, disks, strict=True):
        disk.set("type", "file")
        for old in [*disk.findall("source"), *disk.findall("driver"), *disk.findall("backingStore")]:
            disk.remove(old)
        ET.SubElement(disk, "driver", {"name": "qemu", "type": disk_format})
        ET.SubElement(disk, "source", {"file": path})
    for drive in devices.findall("disk"):
        if drive not in present:
            for medium in drive.findall("source"):
                drive.remove(medium)


def _place_nics(devices: Any, bridges: Mapping[str, str]) -> None:
    for card in devices.findall("interface"):
        mac = card.find("mac").get("address").lower()
        if mac not in bridges:
            raise ValueError(f"the card {mac} has no bridge: collect the estate again")
        card.set("type", "bridge")
        for old in [*card.findall("source"), *card.findall("virtualport"), *card.findall("target")]:
            card.remove(old)
        ET.SubElement(card, "source", {"bridge": bridges[mac]})


def virsh_rows(table: str, columns: int) -> list[list[str]]:
    """The rows of one of virsh's headless tables as lists of cells; only the last cell may hold blanks."""
    return [line.split(None, columns - 1) for line in table.splitlines() if line.strip()]


class FilterModule:
    """Registers the filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters by name."""
        return {"libvirt_domain_at": libvirt_domain_at, "virsh_rows": virsh_rows}
