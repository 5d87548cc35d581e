"""What a host is made of: processors and disks."""

import re
from collections.abc import Iterator
from typing import Final

from planner.model.estate import Cpu, LocalDisk
from planner.read.vsphere.properties import Properties
from planner.read.vsphere.words import CPU_VENDORS, EXTENSIONS, word_in

_MOST_CPUS: Final = 100_000
_LARGEST_BLOCK: Final = 2**20
_NAA: Final = re.compile(r"naa\.(?P<wwn>[0-9a-f]{16}|[0-9a-f]{32})")
_EUI: Final = re.compile(r"eui\.[0-9a-f]{16,32}")


def cpu_of(host: Properties) -> Cpu:
    """The processors. Flags are told only by what the host can do with VMs; of others nothing is known."""
    model = host.line("summary.hardware.cpuModel")
    packages = list(host.parts("hardware.cpuPkg"))
    told = packages[0].line("vendor") if packages else None
    vendor = word_in(told or model, CPU_VENDORS)
    return Cpu(
        vendor=vendor,
        model=model or (packages[0].line("description") if packages else None),
        sockets=_count(host, "numCpuPackages", "numCpuPkgs"),
        cores=_count(host, "numCpuCores", "numCpuCores"),
        threads=_count(host, "numCpuThreads", "numCpuThreads"),
        flags=_flags(host, vendor or ""),
    )


def _count(host: Properties, name: str, in_summary: str) -> int | None:
    found = host.whole(f"hardware.cpuInfo.{name}", 1, _MOST_CPUS)
    return found or host.whole(f"summary.hardware.{in_summary}", 1, _MOST_CPUS)


def _flags(host: Properties, vendor: str) -> tuple[str, ...] | None:
    """The flags for virtual machines that the host says it uses; a single one that is missing proves nothing.

    CPUID shows vmx and svm, but not ept: only `capability` tells of both.
    """
    uses = (
        host.truth("capability.virtualExecUsageSupported"),
        host.truth("capability.virtualMmuUsageSupported"),
    )
    return tuple(sorted(EXTENSIONS[vendor])) if vendor in EXTENSIONS and uses == (True, True) else None


def disks_of(host: Properties) -> tuple[LocalDisk, ...]:
    """The disks inside the host that have a worldwide name, by what Linux calls them under /dev/disk/by-id.

    Names such as `mpx.vmhba0:C0:T0:L0` or `t10.ATA_____...` are no other system's: such a disk is left out.
    """
    return tuple(sorted(_disks(host), key=lambda disk: disk.id))


def _disks(host: Properties) -> Iterator[LocalDisk]:
    for disk in host.parts("config.storageDevice.scsiLun"):
        blocks = disk.whole("capacity.block")
        block = disk.whole("capacity.blockSize", 1, _LARGEST_BLOCK)
        ident = _by_id(disk)
        if blocks and block and ident and disk.truth("localDisk") and disk.text("lunType") in {None, "disk"}:
            yield LocalDisk(id=ident, capacity_bytes=blocks * block)


def _by_id(disk: Properties) -> str | None:
    names = (disk.text("canonicalName"), *(one.text("id") for one in disk.parts("descriptor")))
    for name in filter(None, names):
        if found := _NAA.fullmatch(name.lower()):
            return f"wwn-0x{found['wwn']}"
        if _EUI.fullmatch(name.lower()):
            return f"nvme-{name.lower()}"
    return None
