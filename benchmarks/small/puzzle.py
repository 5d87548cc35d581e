"""One cluster's conversion as bare numbers: what an exact solver is given, cut out of the estate and the policy.

Shares nothing with `planner.place` and `planner.schedule`: durations and capacities are worked out here again, from
docs/planning.md. What the exact model does not know is refused, so that nothing is left out in silence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from planner.knowledge import conversion_seconds
from planner.model.estate import Estate, Host, HostId, VirtualMachine, VmId
from planner.model.kinds import DatastoreKind, HypervisorKind, PowerState
from planner.model.plan import Route
from planner.model.policy import Policy, WindowPolicy

_HUNDRED: Final = 100


class NotModelledError(Exception):
    """The exact model does not know something that this estate or policy has."""


class Part(StrEnum):
    """What a host is: emptied and rebuilt, new and staying, or borrowed and given back."""

    MEMBER = "member"
    SPARE = "spare"
    SWING = "swing"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPiece:
    """A host with what VMs may take of it before and after its conversion: bytes and vCPUs."""

    id: HostId
    part: Part
    before: int
    after: int
    vcpus: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VmPiece:
    """A VM: bytes and vCPUs are 0 unless it runs. Seconds of a crossing, a move aside and a move on the target side.

    `crossing` is what a crossing takes at least by the route alone; `over` adds what a host's link makes of it.
    """

    id: VmId
    home: HostId
    memory: int
    vcpus: int
    crossing: int
    over: Mapping[HostId, int]
    relocation: int
    rebalance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Puzzle:
    """A cluster to convert in place. `live`: VMs may move aside on the source side first.

    `reserve` is 0 or 1 host on either side, `percent` a share of its memory instead; `per_host`, `at_once` and `per_datastore`
    cap transfers, the last those that copy disks of the one datastore; the rest are seconds.
    """

    hosts: tuple[HostPiece, ...]
    vms: tuple[VmPiece, ...]
    live: bool
    reserve: int
    per_host: int
    at_once: int | None
    retire: int
    build: int
    percent: int = 0
    per_datastore: int | None = None

    def of(self, *parts: Part) -> tuple[HostPiece, ...]:
        """The hosts that play one of these parts."""
        return tuple(host for host in self.hosts if host.part in parts)

    @property
    def short(self) -> int:
        """Bytes by which the source lacked its reserve when it was read: so much may stay short, but no more."""
        rooms = sorted(host.before for host in self.of(Part.MEMBER))
        usable = sum(rooms[: max(0, len(rooms) - self.reserve)]) * (_HUNDRED - self.percent) // _HUNDRED
        return max(0, sum(vm.memory for vm in self.vms) - usable) if self.reserve or self.percent else 0


def puzzle(estate: Estate, policy: Policy, routes: tuple[Route, ...], borrowed: tuple[HostId, ...]) -> Puzzle:
    """The numbers of an estate of one cluster that borrows these hosts. Raises NotModelledError."""
    for told in _unknown_to_the_model(estate, policy):
        raise NotModelledError(told)
    (cluster,) = estate.clusters
    percent = (policy.capacity.reserve_percent or 0) if cluster.ha_enabled else 0
    reserve = policy.capacity.reserve_hosts if cluster.ha_enabled and not percent else 0
    by_vm = {route.vm: route for route in routes}
    hosts = {host.id: host for host in estate.hosts if host.cluster == cluster.id or host.id in borrowed}
    timing = policy.timing
    return Puzzle(
        hosts=tuple(_host(host, policy) for host in hosts.values()),
        vms=tuple(
            _vm(vm, by_vm[vm.id], hosts, policy, live=bool(cluster.live_migration)) for vm in estate.vms
        ),
        live=bool(cluster.live_migration),
        reserve=reserve,
        per_host=policy.transfers.per_host,
        at_once=policy.transfers.at_once,
        retire=timing.retire_host,
        build=timing.install_host + timing.configure_host,
        percent=percent,
        per_datastore=policy.transfers.per_datastore,
    )


def _unknown_to_the_model(estate: Estate, policy: Policy) -> Iterator[str]:
    """What would have to be modelled first."""
    found = {
        "more than one cluster": len(estate.clusters) != 1,
        "rules of affinity": bool(estate.affinity_rules),
        "dependencies": any(vm.depends_on for vm in estate.vms),
        "roles of infrastructure": any(vm.roles for vm in estate.vms),
        "a host without memory or cores": any(
            None in {host.memory_bytes, host.cpu.cores} for host in estate.hosts
        ),
        "maintenance": any(host.maintenance for host in estate.hosts),
        "a VM whose host, memory or vCPUs nobody knows": any(
            None in {vm.host, vm.memory_bytes, vm.vcpus} for vm in estate.vms
        ),
        "a device or template": any(vm.passthrough or vm.template for vm in estate.vms),
        "datastores that are not shared NFS": any(
            store.kind is not DatastoreKind.NFS or not store.shared for store in estate.datastores
        ),
        "disks on no datastore": any(disk.datastore is None for vm in estate.vms for disk in vm.disks),
        "more than one host in reserve": policy.capacity.reserve_hosts > 1,
        "parking": policy.parking is not None,
        "windows": policy.windows != WindowPolicy(),
        "a cap on installs": policy.install.at_once is not None,
        "a cap on more than one datastore": policy.transfers.per_datastore is not None
        and len(estate.datastores) > 1,
        "a pilot or a soak": bool(policy.waves.pilot_vms or policy.timing.soak),
        "policies of clusters": bool(policy.clusters),
    }
    yield from (told for told, there in found.items() if there)


def _host(host: Host, policy: Policy) -> HostPiece:
    memory, cores = host.memory_bytes or 0, host.cpu.cores or 0
    over = host.hypervisor in {HypervisorKind.ESXI, HypervisorKind.KVM}
    spare = Part.SWING if host.cluster is None else Part.SPARE
    return HostPiece(
        id=host.id,
        part=spare if host.hypervisor is HypervisorKind.NONE else Part.MEMBER,
        before=memory * (policy.capacity.source_memory_percent if over else 100) // 100,
        after=max(0, memory - policy.capacity.host_memory_bytes),
        vcpus=int(cores * policy.capacity.vcpu_per_core),
    )


def _vm(
    vm: VirtualMachine, route: Route, hosts: Mapping[HostId, Host], policy: Policy, *, live: bool
) -> VmPiece:
    """Disks lie on storage that all hosts share, so that only a crossing copies them."""
    runs, timing = vm.power not in {PowerState.OFF, PowerState.SUSPENDED}, policy.timing
    stop = timing.shutdown if runs else 0
    converted = conversion_seconds(route.transport, vm.guest_os, timing) if route.transport else 0
    crossing = timing.live_migration if route.live and runs else stop + converted
    size = sum(disk.allocated_bytes or disk.capacity_bytes or 0 for disk in vm.disks)
    fixed = crossing + timing.verify
    links = {
        host.id: fixed + _copying(size, _link(host) // policy.transfers.per_host) for host in hosts.values()
    }
    aside = timing.live_migration if live and runs else stop + timing.verify
    assert vm.host is not None
    return VmPiece(
        id=vm.id,
        home=vm.host,
        memory=(vm.memory_bytes or 0) * runs,
        vcpus=(vm.vcpus or 0) * runs,
        crossing=fixed + _copying(size, route.rate_bytes),
        over=links,
        relocation=aside,
        rebalance=aside,
    )


def _link(host: Host) -> int:
    return max((nic.speed_bytes for nic in host.nics if nic.speed_bytes), default=0)


def _copying(size: int, rate: int) -> int:
    return -(-size // rate) if rate else 0
