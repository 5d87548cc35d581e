"""Facts that are asked of a source: which ones a plan cannot do without, which ones only concerns need.

`None` among the sources of a fact is every source; otherwise only these hypervisors have such a thing to tell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from planner.model.estate import Cluster, Datastore, Host, VirtualMachine
from planner.model.kinds import DiskKind, HypervisorKind, ManagerKind

T = TypeVar("T", Cluster, Datastore, Host, VirtualMachine)

_REAL_DISKS: Final = frozenset({DiskKind.DISK, DiskKind.LUN, DiskKind.RDM})
_ESXI: Final = frozenset({HypervisorKind.ESXI})
_WITH_TOOLS: Final = frozenset({HypervisorKind.ESXI, HypervisorKind.XENSERVER, HypervisorKind.XCPNG})
_WITH_ADAPTERS: Final = frozenset({HypervisorKind.ESXI, HypervisorKind.KVM})
_WITH_DRIVERS: Final = _WITH_ADAPTERS | {HypervisorKind.XENSERVER, HypervisorKind.XCPNG}
_WITH_PV: Final = frozenset(
    {HypervisorKind.XENSERVER, HypervisorKind.XCPNG, HypervisorKind.XEN, HypervisorKind.ORACLE_VM}
)
_MANAGED: Final = frozenset({ManagerKind.VCENTER, ManagerKind.XAPI})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted(Generic[T]):
    """A fact as people call it, whether a thing has it, and which sources could tell it (None: all)."""

    name: str
    known: Callable[[T], bool]
    sources: frozenset[HypervisorKind] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What is asked of a cluster, and of everything in it."""

    cluster: tuple[Wanted[Cluster], ...] = ()
    datastores: tuple[Wanted[Datastore], ...] = ()
    hosts: tuple[Wanted[Host], ...]
    vms: tuple[Wanted[VirtualMachine], ...]


def _said(name: str, field: str, sources: frozenset[HypervisorKind] | None = None) -> Wanted[T]:
    return Wanted(name=name, known=lambda thing: getattr(thing, field) is not None, sources=sources)


def _of_disks(
    name: str, field: str, sources: frozenset[HypervisorKind] | None = None
) -> Wanted[VirtualMachine]:
    def known(vm: VirtualMachine) -> bool:
        return all(getattr(disk, field) is not None for disk in vm.disks if disk.kind in _REAL_DISKS)

    return Wanted(name=name, known=known, sources=sources)


_PLANNED_HOST: Final[tuple[Wanted[Host], ...]] = (
    Wanted(
        name="version",
        known=lambda host: host.version is not None or host.hypervisor is HypervisorKind.NONE,
    ),
    Wanted(name="processor flags", known=lambda host: host.cpu.flags is not None),
    Wanted(name="cores", known=lambda host: host.cpu.cores is not None),
    _said("memory", "memory_bytes"),
    Wanted(name="network cards", known=lambda host: bool(host.nics)),
    Wanted(name="local disks", known=lambda host: bool(host.disks)),
    _said("networks", "networks"),
)
_PLANNED_VM: Final[tuple[Wanted[VirtualMachine], ...]] = (
    _said("host", "host"),
    _said("vCPUs", "vcpus"),
    _said("memory", "memory_bytes"),
    _said("power state", "power"),
    Wanted(name="firmware", known=lambda vm: vm.firmware is not None or bool(vm.paravirtual)),
    _said("guest OS", "guest_os"),
    _said("snapshots", "snapshots"),
    _of_disks("size of a disk", "capacity_bytes"),
    Wanted(name="network of a card", known=lambda vm: all(nic.network is not None for nic in vm.nics)),
)
PLANNED: Final = Questions(hosts=_PLANNED_HOST, vms=_PLANNED_VM)
"""What a plan cannot do without."""

_JUDGED_CLUSTER: Final[tuple[Wanted[Cluster], ...]] = (
    Wanted(
        name="live migration",
        known=lambda cluster: cluster.live_migration is not None or cluster.manager is ManagerKind.NONE,
    ),
    Wanted(
        name="HA", known=lambda cluster: cluster.ha_enabled is not None or cluster.manager not in _MANAGED
    ),
    Wanted(
        name="DRS",
        known=lambda cluster: cluster.drs_enabled is not None or cluster.manager is not ManagerKind.VCENTER,
    ),
)
_JUDGED_HOST: Final[tuple[Wanted[Host], ...]] = (
    *_PLANNED_HOST,
    _said("address", "address"),
    Wanted(
        name="licence",
        known=lambda host: host.edition is not None or host.hypervisor is HypervisorKind.NONE,
        sources=_ESXI,
    ),
    _said("firmware", "firmware"),
    Wanted(name="processor maker", known=lambda host: bool(host.cpu.vendor or host.cpu.model)),
    Wanted(name="processor model", known=lambda host: host.cpu.model is not None),
    Wanted(name="MAC address of a card", known=lambda host: all(nic.mac for nic in host.nics)),
    Wanted(
        name="driver of a network card",
        known=lambda host: all(card.driver or card.pci for card in host.nics),
        sources=_WITH_DRIVERS,
    ),
    Wanted(
        name="storage adapters",
        known=lambda host: bool(host.adapters) and all(card.driver or card.pci for card in host.adapters),
        sources=_WITH_ADAPTERS,
    ),
    Wanted(
        name="maintenance mode",
        known=lambda host: host.maintenance is not None or host.hypervisor is HypervisorKind.NONE,
        sources=_WITH_TOOLS,
    ),
    Wanted(
        name="connection",
        known=lambda host: host.connected is not None or host.hypervisor is HypervisorKind.NONE,
        sources=_ESXI,
    ),
)
_JUDGED_DATASTORE: Final[tuple[Wanted[Datastore], ...]] = (_said("kind", "kind"), _said("sharing", "shared"))
_JUDGED_VM: Final[tuple[Wanted[VirtualMachine], ...]] = (
    *_PLANNED_VM,
    _said("host name", "hostname"),
    _said("secure boot", "secure_boot"),
    _said("vTPM", "vtpm"),
    _said("nested virtualization", "nested"),
    _said("guest tools", "tools", _WITH_TOOLS),
    _said("encryption", "encrypted", _ESXI),
    _said("need of consolidation", "consolidation_needed", _ESXI),
    _said("fault tolerance", "fault_tolerant", _ESXI),
    _said("changed block tracking", "changed_block_tracking", _ESXI),
    _said("hardware version", "hardware_version", _ESXI),
    _said("hot-plug of vCPUs", "cpu_hotplug", _ESXI),
    _said("hot-plug of memory", "memory_hotplug", _ESXI),
    _said("paravirtualization", "paravirtual", _WITH_PV),
    _said("configuration file", "config_path", _ESXI),
    _of_disks("datastore of a disk", "datastore"),
    _of_disks("path of a disk", "path"),
    _of_disks("sharing of a disk", "shared", _ESXI),
    _of_disks("mode of a disk", "mode", _ESXI),
    Wanted(
        name="mode of a raw device mapping",
        known=lambda vm: all(disk.rdm_mode is not None for disk in vm.disks if disk.kind is DiskKind.RDM),
        sources=_ESXI,
    ),
    Wanted(name="MAC address of a card", known=lambda vm: all(nic.mac is not None for nic in vm.nics)),
    Wanted(
        name="free space in the guest",
        known=lambda vm: any(volume.free_bytes is not None for volume in vm.volumes),
        sources=_ESXI,
    ),
)
JUDGED: Final = Questions(
    cluster=_JUDGED_CLUSTER, datastores=_JUDGED_DATASTORE, hosts=_JUDGED_HOST, vms=_JUDGED_VM
)
"""What concerns look at: unknown, they are silent about it."""
