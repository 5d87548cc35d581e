"""The ways in which rules look: at each VM, at each VM's route, at each host, at each cluster."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from planner.assess.ground import Ground, Trip
from planner.assess.rule import Facts, Find, Sighting, Verdict
from planner.model.estate import Cluster, Host, VirtualMachine
from planner.model.kinds import DatastoreKind, HypervisorKind
from planner.model.plan import Route, Transport
from planner.model.platform import Platform

Way: TypeAlias = Transport | tuple[Transport, HypervisorKind]
"""A transport, or a transport away from one hypervisor where that makes a difference."""

FROM_ESXI: Final = (Transport.DISK_IMPORT, HypervisorKind.ESXI)
FROM_KVM: Final = (Transport.DISK_IMPORT, HypervisorKind.KVM)
FROM_XEN: Final = (Transport.DISK_IMPORT, HypervisorKind.XEN)
FROM_ORACLE: Final = (Transport.DISK_IMPORT, HypervisorKind.ORACLE_VM)

COPYING: Final = frozenset(Transport) - {
    Transport.IN_PLACE,
    Transport.XAPI_MIGRATE,
    Transport.LIBVIRT_MIGRATE,
}
"""Transports that make a new VM from copies of the disks; the others move the VM itself."""

DEFINING: Final = COPYING - {Transport.LIBVIRT_COPY}
"""Those of them that write the new VM's definition; libvirt's own goes along, but for paths, machine type and bridges."""


def each_vm(judge: Callable[[VirtualMachine, Ground], Verdict | None]) -> Find:
    """One verdict for each VM, whatever its target."""

    def find(ground: Ground) -> Iterator[Sighting]:
        for vm in ground.vms:
            verdict = judge(vm, ground)
            if verdict is not None:
                yield Sighting(thing=vm, verdict=verdict)

    return find


def each_trip(judge: Callable[[Trip], Verdict | None]) -> Find:
    """One verdict for each VM and platform."""

    def find(ground: Ground) -> Iterator[Sighting]:
        for trip in ground.trips:
            verdict = judge(trip)
            if verdict is not None:
                yield Sighting(thing=trip.vm, platform=trip.route.platform, verdict=verdict)

    return find


def by_transport(
    observe: Callable[[VirtualMachine, Ground], Facts | None], verdicts: Mapping[Way, Verdict]
) -> Find:
    """The verdict that a table has for the transport of each VM that `observe` notices something about."""

    def find(ground: Ground) -> Iterator[Sighting]:
        for vm in ground.vms:
            facts = observe(vm, ground)
            if facts is None:
                continue
            for route in ground.routes.get(vm.id, ()):
                verdict = _of_route(route, verdicts)
                if verdict is not None:
                    told = replace(verdict, facts=facts + verdict.facts)
                    yield Sighting(thing=vm, platform=route.platform, verdict=told)

    return find


def _of_route(route: Route, verdicts: Mapping[Way, Verdict]) -> Verdict | None:
    if route.transport is None:
        return None
    return verdicts.get((route.transport, route.source), verdicts.get(route.transport))


def all_of(ways: frozenset[Transport], verdict: Verdict) -> dict[Way, Verdict]:
    """A table that has the same verdict for several transports."""
    return dict.fromkeys(ways, verdict)


def each_host(judge: Callable[[Host, Ground], Verdict | None]) -> Find:
    """One verdict for each host, whatever its target."""

    def find(ground: Ground) -> Iterator[Sighting]:
        for host in ground.hosts:
            verdict = judge(host, ground)
            if verdict is not None:
                yield Sighting(thing=host, verdict=verdict)

    return find


def each_host_and_platform(judge: Callable[[Host, Platform], Verdict | None]) -> Find:
    """One verdict for each host and platform."""

    def find(ground: Ground) -> Iterator[Sighting]:
        for host in ground.hosts:
            for platform in ground.platforms.values():
                verdict = judge(host, platform)
                if verdict is not None:
                    yield Sighting(thing=host, platform=platform.id, verdict=verdict)

    return find


def each_cluster(judge: Callable[[Cluster, Ground], Verdict | None]) -> Find:
    """One verdict for each cluster, whatever its target."""

    def find(ground: Ground) -> Iterator[Sighting]:
        for cluster in ground.clusters:
            verdict = judge(cluster, ground)
            if verdict is not None:
                yield Sighting(thing=cluster, verdict=verdict)

    return find


def each_datastore_in_use(kind: DatastoreKind, verdict: Verdict) -> Find:
    """The same verdict for each datastore of a kind on which VMs that leave have disks."""

    def find(ground: Ground) -> Iterator[Sighting]:
        used = {disk.datastore for vm in ground.vms for disk in vm.disks}
        for datastore in ground.estate.datastores:
            if datastore.kind is kind and datastore.id in used:
                yield Sighting(thing=datastore, verdict=verdict)

    return find
