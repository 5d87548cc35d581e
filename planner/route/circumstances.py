"""What holds for a trip: the circumstances that routes.yml speaks of. None is unknown."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from planner.knowledge import (
    Circumstance,
    GuestFamily,
    circumstance_text,
    cpu_architecture,
    fact,
    installed_platform,
    os_family,
    upgrades,
)
from planner.knowledge.concerns import is_newer_than
from planner.knowledge.processors import ARM
from planner.model.estate import Host
from planner.model.kinds import DatastoreKind, HypervisorKind, ManagerKind, PowerState, ServiceRole
from planner.model.policy import Strategy
from planner.route.trip import Trip

_WITHOUT_FILES: Final = frozenset({DatastoreKind.VSAN, DatastoreKind.VVOL})
_REBUILDING: Final = frozenset({Strategy.CONVERT_IN_PLACE, Strategy.MOVE_TO_NEW_HOSTS})


def _any(values: Iterable[Circumstance]) -> Circumstance:
    """True when one is; else None when one is unknown; else False."""
    known = list(values)
    return True if True in known else None if None in known else False


def _all(values: Iterable[Circumstance]) -> Circumstance:
    """False when one is; else None when one is unknown or there is none; else True."""
    known = list(values)
    return False if False in known else None if None in known or not known else True


def _free(trip: Trip) -> Circumstance:
    editions = (host.edition for host in trip.near_hosts)
    return _any(None if edition is None else edition.lower() == "free" for edition in editions)


def _arm(trip: Trip) -> Circumstance:
    found = (cpu_architecture(host.cpu) for host in trip.near_hosts)
    return _any(None if architecture is None else architecture == ARM for architecture in found)


def _needs_vddk(trip: Trip) -> Circumstance:
    places = (trip.datastores.get(disk.datastore) if disk.datastore else None for disk in trip.disks)
    return _any(
        None if place is None or place.kind is None else place.kind in _WITHOUT_FILES for place in places
    )


def _shared_storage(trip: Trip) -> Circumstance:
    places = (trip.datastores.get(disk.datastore) if disk.datastore else None for disk in trip.disks)
    return _all(None if place is None else place.shared for place in places)


def _same_family(trip: Trip) -> Circumstance:
    families = (os_family(host.edition, host.version) for host in trip.near_hosts)
    return _all(None if family is None else family is trip.platform.os_family for family in families)


def _running(trip: Trip) -> Circumstance:
    return None if trip.vm.power is None else trip.vm.power is PowerState.ON


def _runs_platform(host: Host, trip: Trip) -> Circumstance:
    if host.version is None and host.edition is None:
        return None
    return installed_platform(host.hypervisor, host.edition, host.version) == trip.platform.id


def _installed(trip: Trip) -> Circumstance:
    return _all(_runs_platform(host, trip) for host in trip.members)


def _upgradable(trip: Trip) -> Circumstance:
    return _all(
        _runs_platform(host, trip) or upgrades(trip.platform.id, host.hypervisor, host.version)
        for host in trip.members
    )


def _newer(trip: Trip) -> Circumstance:
    return any(
        is_newer_than(trip.platform.id, host.hypervisor, host.version)
        for host in trip.members
        if not _runs_platform(host, trip)
    )


def _family(trip: Trip, family: GuestFamily) -> Circumstance:
    known = trip.guest.family
    return None if known in {None, GuestFamily.OTHER} else known is family


def _beyond_vhd(trip: Trip) -> Circumstance:
    most = fact(trip.platform.id, "comfortable_disk_bytes").value
    if most is None:
        return False
    return _any(None if disk.capacity_bytes is None else disk.capacity_bytes > most for disk in trip.disks)


_Look: TypeAlias = Callable[[Trip], Circumstance]

_OF_CLUSTER: Final[Mapping[str, _Look]] = {
    "vddk": lambda trip: trip.policy.vddk_path is not None,
    "live_migration": lambda trip: trip.cluster.live_migration,
    "rebuilt": lambda trip: trip.strategy in _REBUILDING,
    "installed": _installed,
    "upgradable": _upgradable,
    "newer": _newer,
    "to_kvm": lambda trip: trip.platform.hypervisor is HypervisorKind.KVM,
}
"""Circumstances that all VMs of a cluster share on their way to one platform."""
_OF_HOST: Final[Mapping[str, _Look]] = {
    "arm": _arm,
    "free": _free,
    "same_family": _same_family,
    "from_esxi": lambda trip: trip.source is HypervisorKind.ESXI,
    "from_xen": lambda trip: trip.source in {HypervisorKind.XEN, HypervisorKind.ORACLE_VM},
    "from_xapi": lambda trip: trip.source in {HypervisorKind.XENSERVER, HypervisorKind.XCPNG},
    "from_kvm": lambda trip: trip.source is HypervisorKind.KVM,
}
"""Those that all VMs of a host share."""
_OF_VM: Final[Mapping[str, _Look]] = {
    # A vCenter cannot serve its own disks: it is off while they travel.
    "managed": lambda trip: (
        trip.cluster.manager is ManagerKind.VCENTER and ServiceRole.VCENTER not in trip.vm.roles
    ),
    "needs_vddk": _needs_vddk,
    "converter_knows": lambda trip: trip.guest.virt_v2v,
    "paravirtual": lambda trip: trip.vm.paravirtual,
    "running": _running,
    "config_known": lambda trip: trip.vm.config_path is not None,
    "shared_storage": _shared_storage,
    "linux": lambda trip: _family(trip, GuestFamily.LINUX),
    "windows": lambda trip: _family(trip, GuestFamily.WINDOWS),
    "vtpm": lambda trip: trip.vm.vtpm,
    "encrypted": lambda trip: trip.vm.encrypted,
    "snapshots": lambda trip: None if trip.vm.snapshots is None else bool(trip.vm.snapshots),
    "passthrough": lambda trip: bool(trip.vm.passthrough),
}
"""Those that hang on the VM and where it is now, whatever the platform."""
_OF_BOTH: Final[Mapping[str, _Look]] = {"beyond_vhd": _beyond_vhd}
"""Those that hang on the VM and on the platform."""
CIRCUMSTANCES: Final[Mapping[str, _Look]] = {**_OF_CLUSTER, **_OF_HOST, **_OF_VM, **_OF_BOTH}


class Surroundings:
    """The circumstances of trips, each worked out once for all that it hangs on."""

    def __init__(self) -> None:
        self._known: dict[tuple[str | None, ...], tuple[Circumstance, ...]] = {}

    def of(self, trip: Trip) -> tuple[Circumstance, ...]:
        """The values of all circumstances, in their order."""
        cluster, host, platform = trip.cluster.id, trip.host.id if trip.host else None, trip.platform.id
        return (
            *self._once(_OF_CLUSTER, trip, (cluster, platform)),
            *self._once(_OF_HOST, trip, (cluster, host, platform)),
            *self._once(_OF_VM, trip, (trip.vm.id,)),
            *(look(trip) for look in _OF_BOTH.values()),
        )

    def _once(
        self, looks: Mapping[str, _Look], trip: Trip, by: tuple[str | None, ...]
    ) -> tuple[Circumstance, ...]:
        if by not in self._known:
            self._known[by] = tuple(look(trip) for look in looks.values())
        return self._known[by]


def holds(when: Mapping[str, Circumstance], known: Mapping[str, Circumstance]) -> bool:
    """Whether every circumstance is exactly as `when` has it."""
    return all(known[name] is wanted for name, wanted in when.items())


def misfits(when: Mapping[str, Circumstance], known: Mapping[str, Circumstance]) -> tuple[str, ...]:
    """In words, the circumstances that are not as `when` has them."""
    return tuple(
        circumstance_text(name, value=known[name])
        for name, wanted in when.items()
        if known[name] is not wanted
    )
