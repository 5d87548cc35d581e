"""The VM that a .vmx describes."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from planner.errors import InputError
from planner.model.estate import Cluster, Disk, Gap, VirtualMachine
from planner.model.kinds import Firmware, HypervisorKind, PowerState
from planner.read.gather import unplaced_cluster
from planner.read.ids import vm_id
from planner.read.outside import line, note
from planner.read.vmware.cards import nics_of, passthrough_of
from planner.read.vmware.dictionary import Dictionary, read_dictionary, stray_rows
from planner.read.vmware.drives import clones_of, disks_of
from planner.read.vmware.gaps import gaps_of, is_open
from planner.read.vmware.places import Home, home_of
from planner.read.vmware.settings import settings_of
from planner.read.vmware.vmdk import SNAPSHOT_DISK
from planner.read.vmware.vmsd import Snapshots, read_snapshots
from planner.read.vmware.words import FIRMWARE
from planner.units import MIB

KIND: Final = "vmx"
CLUSTER: Final[Cluster] = unplaced_cluster(HypervisorKind.ESXI)
_MOST_VCPUS: Final = 10_000
_MOST_MEMORY_MIB: Final = 2**50 // MIB
_DEFAULT_MEMORY_MIB: Final = 32
"""Without memSize, VMware and libvirt take it to be this."""
_UUID: Final = re.compile(r"[0-9a-f]{32}")
_PRETTY_NAME: Final = re.compile(r"prettyName='([^']+)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A VM with the file that it was read from, and what that could not tell."""

    vm: VirtualMachine
    vmx: Dictionary
    home: Home
    gaps: tuple[Gap, ...]


def read_machine(file: Path) -> Machine:
    """The VM of a .vmx, its disks' sizes from descriptors and its snapshots from the .vmsd, where they lie here.

    Raises InputError with everything that is wrong with these files.
    """
    vmx, home = read_dictionary(file), home_of(file)
    vmx.problems.extend(stray_rows(vmx))
    snapshots = _snapshots(vmx, home)
    vm = _vm(vmx, home, snapshots)
    if vmx.problems:
        raise InputError(tuple(dict.fromkeys(vmx.problems)))
    return Machine(vm=vm, vmx=vmx, home=home, gaps=tuple(gaps_of(vmx, vm)))


def _vm(vmx: Dictionary, home: Home, snapshots: Snapshots | None) -> VirtualMachine:
    name = vmx.named("displayName") or ""
    if vmx.text("displayName") is None:
        vmx.refuse("displayName", "is not there: the file is broken off, or no configuration of a VM")
    uuid, instance_uuid = vmx.parsed("uuid.bios", _uuid), vmx.parsed("vc.uuid", _uuid)
    disks = disks_of(vmx, home)
    return VirtualMachine(
        id=vm_id(name, instance_uuid or uuid, CLUSTER.name),
        name=name,
        cluster=CLUSTER.id,
        source=KIND,
        uuid=uuid,
        instance_uuid=instance_uuid,
        power=_power(vmx),
        template=home.file.suffix.lower() == ".vmtx",
        **(_hardware(vmx) if is_open(vmx) else {}),
        guest_os=_guest(vmx),
        encrypted=any(vmx.text(f"encryption.{part}") for part in ("keySafe", "data", "bundle")),
        consolidation_needed=_consolidation(snapshots, disks),
        config_path=line(home.config_path),
        disks=disks,
        nics=nics_of(vmx, CLUSTER.name),
        snapshots=snapshots.found if snapshots else None,
        passthrough=passthrough_of(vmx),
        settings=settings_of(vmx, disks, clones_of(vmx, home, disks), _memory_mib(vmx)),
        annotation=note(vmx.text("annotation")),
        origin=vmx.file,
    )


def _hardware(vmx: Dictionary) -> dict[str, Any]:
    """What has a meaning also where the file does not mention it."""
    version = vmx.whole("virtualHW.version", 1, 1000)
    reserved = vmx.whole("sched.mem.min", 0, _MOST_MEMORY_MIB)
    if reserved is None:
        reserved = vmx.whole("sched.mem.minSize", 0, _MOST_MEMORY_MIB)
    cores = vmx.whole("cpuid.coresPerSocket", 0, _MOST_VCPUS)  # 0: ESXi chooses at every start
    return {
        "vcpus": vmx.whole("numvcpus", 1, _MOST_VCPUS) or 1,
        "cores_per_socket": 1 if cores is None else cores or None,
        "memory_bytes": _memory_mib(vmx) * MIB,
        "memory_reservation_bytes": None if reserved is None else reserved * MIB,
        "firmware": _firmware(vmx),
        "secure_boot": vmx.truth("uefi.secureBoot.enabled"),
        "vtpm": vmx.truth("vtpm.present") or vmx.text("managedVM.autoAddVTPM") is not None,
        "nested": vmx.truth("vhv.enable"),
        "hardware_version": f"vmx-{version:02}" if version else None,
        "cpu_hotplug": vmx.truth("vcpu.hotadd"),
        "memory_hotplug": vmx.truth("mem.hotadd"),
        "changed_block_tracking": vmx.truth("ctkEnabled"),
    }


def _memory_mib(vmx: Dictionary) -> int:
    return vmx.whole("memSize", 1, _MOST_MEMORY_MIB) or _DEFAULT_MEMORY_MIB


def _firmware(vmx: Dictionary) -> Firmware | None:
    word = (vmx.text("firmware") or Firmware.BIOS).lower()
    if word not in FIRMWARE:
        vmx.refuse("firmware", f"is {word!r}, expected bios or efi")
    return FIRMWARE.get(word)


def _uuid(text: str) -> str:
    digits = re.sub(r"[\s-]", "", text).lower()
    if not _UUID.fullmatch(digits):
        raise ValueError(f"is {text!r}, expected the 16 bytes of a UUID")
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _power(vmx: Dictionary) -> PowerState | None:
    """What was last written: a VM that was started and not shut down runs, or its host crashed."""
    if vmx.text("checkpoint.vmState"):
        return PowerState.SUSPENDED
    if vmx.text("cleanShutdown") is None:
        return None
    return PowerState.OFF if vmx.truth("cleanShutdown") else PowerState.ON


def _guest(vmx: Dictionary) -> str | None:
    """What the tools saw inside is more exact than what was chosen when the VM was made."""
    for name in ("guestOS.detailed.data", "guestInfo.detailed.data"):
        if match := _PRETTY_NAME.search(vmx.text(name) or ""):
            return line(match[1])
    chosen = line(vmx.text("guestOS"))
    vague = chosen is None or chosen.lower().startswith("other")
    return (line(vmx.text("guestOSAltName")) if vague else None) or chosen


def _snapshots(vmx: Dictionary, home: Home) -> Snapshots | None:
    beside = home.file.with_suffix(".vmsd")
    if beside.is_symlink() or not beside.is_file():
        return None
    try:
        return read_snapshots(beside)
    except InputError as error:
        vmx.problems.extend(error.problems)
        return None


def _consolidation(snapshots: Snapshots | None, disks: tuple[Disk, ...]) -> bool | None:
    """Disks that run on the files of snapshots which nobody lists any more."""
    if snapshots is None:
        return None
    return snapshots.needs_consolidation or (
        not snapshots.found and any(disk.path and SNAPSHOT_DISK.fullmatch(disk.path) for disk in disks)
    )
