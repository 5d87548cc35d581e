# ruff: noqa: INP001  # Ansible finds plugins by their directory, not by import
"""Filters of the role kvm_storage: what is on a disk, and what a pool is."""

from typing import Any
from xml.etree import ElementTree as ET

Device = dict[str, Any]


def disk_content(device: Device) -> list[str]:
    """Return what is on a disk and its partitions, in the words of lsblk, from an entry of `lsblk --json`.

    A mounted filesystem, swap in use, and whatever is stacked on the disk (LVM, RAID, encryption) count too,
    as `mounted at /srv` and `in use by lvm`: they never stand in a list of what may be lost.
    """
    found = {str(device[key]) for key in ("fstype", "pttype") if device.get(key)}
    found |= {f"mounted at {point}" for point in device.get("mountpoints") or [] if point}
    for child in device.get("children") or []:
        if child["type"] != "part":
            found.add(f"in use by {child['type']}")
        found |= set(disk_content(child))
    return sorted(found)


def disk_paths(device: Device) -> list[str]:
    """Return the partitions of a disk and then the disk: the order in which they are cleared."""
    return [
        *(path for child in device.get("children") or [] for path in disk_paths(child)),
        str(device["path"]),
    ]


def pool_definition(xml: str) -> dict[str, str | None]:
    """Return `type`, `path`, `source_host` and `source_path` of a pool, from `virsh pool-dumpxml`."""
    pool = ET.fromstring(xml)  # noqa: S314  # libvirt on the managed host wrote it
    host, directory = pool.find("./source/host"), pool.find("./source/dir")
    return {
        "type": pool.get("type"),
        "path": pool.findtext("./target/path"),
        "source_host": None if host is None else host.get("name"),
        "source_path": None if directory is None else directory.get("path"),
    }


class FilterModule:
    """What Ansible looks for in a file of filters."""

    def filters(self) -> dict[str, Any]:
        """Return the filters by the name that tasks use."""
        return {
            "kvm_storage_content": disk_content,
            "kvm_storage_paths": disk_paths,
            "kvm_storage_pool": pool_definition,
        }
