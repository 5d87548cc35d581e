"""Where a VM had better not go: hosts to which its copy takes longer than it may be off."""

from collections.abc import Iterable

from planner.knowledge import conversion_seconds
from planner.model.estate import Host, HostId, VirtualMachine
from planner.model.policy import Policy
from planner.model.uplinks import Line, lines
from planner.place.conversion import Conversion
from planner.place.storages import copy_size, travelling

_HUNDRED = 100


def too_slow(conversion: Conversion, vm: VirtualMachine, targets: Iterable[Host]) -> frozenset[HostId]:
    """Hosts on which a VM's downtime budget would be broken at p90 by what links and uplinks leave of the copy's rate.

    None where it has no budget or its guest runs on. `schedule` computes the times that count; what is true of every
    host (the route's own rate, a datastore) is no reason to prefer one.
    """
    policy, route = conversion.policy, conversion.routes.get(vm.id)
    budget = policy.downtime_of(vm.max_downtime, vm.criticality)
    if budget is None or route is None or route.transport is None or route.live:
        return frozenset()
    timing, hosts = policy.timing, tuple(targets)
    work = timing.shutdown + conversion_seconds(route.transport, vm.guest_os, timing) + timing.verify
    size = sum(copy_size(disk) or 0 for disk in travelling(vm.disks))
    source = next((host for host in conversion.hosts if host.id == vm.host), None)
    crossed = lines(policy.transfers.uplinks, (*conversion.hosts, *hosts), (conversion.cluster,))
    found = set()
    for host in hosts:
        rates = (route.rate_bytes, *_shares(source, host, crossed, policy))
        rate = min((rate for rate in rates if rate), default=0)
        seconds = work + (-(-size // rate) if rate else 0)
        if seconds * timing.spread_percent > budget * _HUNDRED:
            found.add(host.id)
    return frozenset(found)


def _shares(source: Host | None, host: Host, crossed: tuple[Line, ...], policy: Policy) -> Iterable[int]:
    for end in (source, host):
        links = [nic.speed_bytes or 0 for nic in end.nics] if end is not None else []
        yield max(links, default=0) // policy.transfers.per_host
    for line in crossed:
        if line.uplink.rate_bytes and line.carries(source.id if source else None, host.id):
            yield line.uplink.rate_bytes // line.uplink.at_once
