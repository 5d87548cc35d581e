"""What the exact model is told of a cluster: hosts, VMs and durations in whole units of time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from math import gcd
from typing import Self

from planner.model.estate import HostId, VmId
from planner.model.policy import Strategy
from planner.place.case import Case, Workload
from planner.place.ledger import Ledger
from planner.place.sides import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A conversion as it stands when its stream begins. Times are in units of `unit` seconds; `horizon` is the stream's makespan.

    `members` are rebuilt, each in `rebuild`; `ready` are the other hosts and when they are. `asides` are the hosts to which a
    VM may move aside, `targets` those to which it may cross, `shifting` the VMs that may move on the target, `ends` where
    they may be in the end. `grace` are the bytes by which the source side may lack its reserve.
    """

    case: Case
    unit: int
    horizon: int
    rebuild: int
    migration: int
    members: tuple[HostId, ...]
    ready: Mapping[HostId, int]
    vms: tuple[Workload, ...]
    home: Mapping[VmId, HostId]
    crossing: Mapping[VmId, int]
    asides: Mapping[VmId, tuple[HostId, ...]]
    targets: Mapping[VmId, tuple[HostId, ...]]
    shifting: frozenset[VmId]
    grace: int

    @classmethod
    def of(cls, start: Ledger, grace: int, makespan: int) -> Self | None:
        """What a model needs; None where this is no conversion that it knows."""
        case = start.case
        vms = tuple(case.workloads.values())
        home = {vm: host for vm, host in start.at.items() if host is not None}
        if not _is_known(start, home):
            return None
        timing = case.timing
        install = timing.install_host + timing.configure_host
        crossing = {vm.id: max(case.workloads[one].seconds for one in case.units[vm.id]) for vm in vms}
        durations = (*crossing.values(), timing.live_migration, timing.retire_host, install)
        unit = reduce(gcd, durations) or 1
        members = start.on(Side.SOURCE)
        building = {host for one in start.building for host in one.hosts}
        targets = (*start.on(Side.TARGET), *building, *members)
        return cls(
            case=case,
            unit=unit,
            horizon=makespan // unit,
            rebuild=(timing.retire_host + install) // unit,
            migration=timing.live_migration // unit,
            members=members,
            ready={
                **dict.fromkeys(start.on(Side.TARGET), 0),
                **dict.fromkeys(sorted(building), install // unit),
            },
            vms=vms,
            home=home,
            crossing={vm: seconds // unit for vm, seconds in crossing.items()},
            asides={vm.id: tuple(_asides(case, vm, home[vm.id], members)) for vm in vms},
            targets={vm.id: tuple(_targets(case, vm, targets)) for vm in vms},
            shifting=frozenset(vm.id for vm in vms if _may_shift(case, vm)),
            grace=grace,
        )


def _is_known(start: Ledger, home: Mapping[VmId, HostId]) -> bool:
    case = start.case
    return (
        case.strategy is Strategy.CONVERT_IN_PLACE
        and not start.parked
        and not case.managers
        and len(home) == len(case.workloads)
        and all(start.side[host] is Side.SOURCE for host in home.values())
    )


def _asides(case: Case, vm: Workload, home: HostId, members: tuple[HostId, ...]) -> Iterator[HostId]:
    for host in members if case.live and vm.running and not vm.stuck else ():
        node = case.nodes[host]
        mounts = not node.datastores or vm.datastores <= node.datastores
        if host != home and not node.closed and mounts and _carries(node.before.networks, vm):
            yield host


def _targets(case: Case, vm: Workload, hosts: tuple[HostId, ...]) -> Iterator[HostId]:
    fit = [host for host in sorted(hosts) if _carries(case.nodes[host].after.networks, vm)]
    quick = [host for host in fit if host not in vm.too_slow]
    yield from quick or fit


def _carries(networks: frozenset[str] | None, vm: Workload) -> bool:
    return networks is None or vm.networks <= networks


def _may_shift(case: Case, vm: Workload) -> bool:
    """Whether a VM may move on the target side, live and without a copy of any disk."""
    shared = all(
        parcel.choices and parcel.choices[0] is not None and parcel.choices[0] not in case.pools
        for parcel in vm.parcels
    )
    return case.live and vm.running and shared and len(case.units[vm.id]) == 1
