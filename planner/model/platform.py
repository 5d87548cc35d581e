"""What a hypervisor offers: the limits and needs of one possible target."""

from dataclasses import dataclass
from enum import StrEnum

from planner.model.kinds import HypervisorKind


class OsFamily(StrEnum):
    """Family of the operating system that a target host runs; it picks packages and the answer file."""

    DEBIAN = "debian"
    EL = "el"
    SUSE = "suse"
    UBUNTU = "ubuntu"
    XCPNG = "xcp-ng"


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A target: hypervisor + OS + version (`kvm-debian-12`), with limits from planner/knowledge/platforms.yml.

    None is "no limit that matters". `sources` says where the figures come from.
    """

    id: str
    title: str
    hypervisor: HypervisorKind
    os_family: OsFamily
    os_name: str
    os_version: str
    supported_until: str
    max_vcpus: int | None
    max_memory_bytes: int | None
    max_disk_bytes: int | None
    max_disks: int | None
    max_nics: int | None
    max_host_nics: int | None
    min_host_memory_bytes: int
    min_host_disk_bytes: int
    required_cpu_flags: tuple[tuple[str, ...], ...]
    nested: bool
    vgpu: bool
    ha_built_in: bool
    sources: tuple[str, ...]
