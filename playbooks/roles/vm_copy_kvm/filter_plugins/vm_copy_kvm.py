# ruff: noqa: INP001  # Ansible finds plugins by their directory, not by import
"""What vm_copy_kvm computes about a libvirt domain."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET


def libvirt_migration_xml(definition: str, disks: Sequence[str], nics: Sequence[Mapping[str, str]]) -> str:
    """A running domain's definition with other disk paths and bridges: all that a live migration may change.

    `disks` are paths in the order in which the definition has its disks, or empty to keep them; `nics` name bridges
    by MAC. Raises ValueError when the disks do not match in number.
    """
    domain: Any = ET.fromstring(definition[definition.index("<domain") :])  # noqa: S314 - from a host that we administer
    present = [disk for disk in domain.iter("disk") if disk.get("device", "disk") == "disk"]
    if disks and len(present) != len(disks):
        raise ValueError(
            f"the domain has {len(present)} disks, the plan {len(disks)}: collect the estate again"
        )
    for disk, path in zip(present, disks, strict=False):
        disk.find("source").set("file", path)
    bridges = {nic["mac"].lower(): nic["bridge"] for nic in nics}
    for card in domain.iter("interface"):
        bridge = bridges.get(card.find("mac").get("address").lower())
        if bridge and card.get("type") == "bridge":
            card.find("source").set("bridge", bridge)
    return ET.tostring(domain, encoding="unicode")


class FilterModule:
    """Registers the filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters by name."""
        return {"libvirt_migration_xml": libvirt_migration_xml}
