"""Criteria about the move itself: effort, downtime, guests and their drivers. Each gives 0 to 10 and why."""

from collections import Counter
from typing import Final

from planner.decide.case import Case
from planner.knowledge import GuestFamily, GuestSupport, downtime_score, fact, guest, transport
from planner.model.estate import VirtualMachine
from planner.model.kinds import HypervisorKind
from planner.model.plan import Route, Transport
from planner.model.platform import Platform
from planner.units import format_duration

Score = tuple[int, str]

_HOUR: Final = 3600
_SUPPORT_SCORES: Final = {GuestSupport.FULL: 10, GuestSupport.PARTIAL: 5, GuestSupport.NONE: 0}


def conversion_effort(case: Case, platform: Platform) -> Score:
    """The mean ease of the transports."""
    if not case.vms:
        return 10, "no VM has to move"
    ways = Counter(case.route(vm, platform).transport for vm in case.vms)
    total = sum(transport(way).ease * count for way, count in ways.items() if way)
    parts = [
        f"{_count(ways[way], 'VM')} by {transport(way).title} ({transport(way).ease_reason})"
        for way in sorted(way for way in ways if way)
    ]
    return round(total / len(case.vms)), "; ".join(parts)


def downtime(case: Case, platform: Platform) -> Score:
    """The mean time that a running VM is off, by assumed rates."""
    times = [_seconds_off(vm, case.route(vm, platform), case) for vm in case.running]
    known = [seconds for seconds in times if seconds is not None]
    unknown = f" ({_count(len(times) - len(known), 'VM')} of unknown size)" if len(known) < len(times) else ""
    if not known:
        return 10, f"no running VM of known size is off{unknown}"
    mean = sum(known) / len(known)
    said = f"off for {format_duration(round(mean))} on average while disks travel" if mean else "no VM is off"
    return downtime_score(mean / _HOUR), said + unknown


def _seconds_off(vm: VirtualMachine, route: Route, case: Case) -> float | None:
    if route.transport is None or route.live:
        return 0
    if route.transport is Transport.IN_PLACE:
        return case.policy.timing.upgrade_host
    sizes = [disk.allocated_bytes or disk.capacity_bytes for disk in vm.disks]
    if None in sizes or not sizes:
        return None
    return sum(size for size in sizes if size) / route.rate_bytes


def guest_support(case: Case, platform: Platform) -> Score:
    """The mean support of the guests that are known; 5 when none is."""
    verdicts = [_support(vm, case.route(vm, platform), platform) for vm in case.vms]
    known = Counter(verdict for verdict in verdicts if verdict is not None)
    said = [
        f"{_count(known[GuestSupport.FULL], 'guest')} with drivers at hand",
        f"{known[GuestSupport.PARTIAL]} with restrictions",
        f"{known[GuestSupport.NONE]} without support",
        f"{len(verdicts) - known.total()} unknown",
    ]
    reason = ", ".join(part for part in said if not part.startswith("0 "))
    if not known:
        return 5, reason or "no guest to support"
    return round(sum(_SUPPORT_SCORES[v] * count for v, count in known.items()) / known.total()), reason


def _support(vm: VirtualMachine, route: Route, platform: Platform) -> GuestSupport | None:
    if route.transport is not None and transport(route.transport).keeps_drivers:
        return GuestSupport.FULL
    known = guest(vm.guest_os)
    return known.kvm if platform.hypervisor is HypervisorKind.KVM else known.xcp_ng


def windows_drivers(case: Case, platform: Platform) -> Score | None:
    """How Windows guests get their drivers; None without Windows guests."""
    routes = [case.route(vm, platform) for vm in case.vms if guest(vm.guest_os).family is GuestFamily.WINDOWS]
    if not routes:
        return None
    if all(route.transport and transport(route.transport).keeps_drivers for route in routes):
        return 10, f"{_count(len(routes), 'Windows guest')} that keep their drivers"
    known = fact(platform.id, "windows_drivers")
    return known.value, f"{_count(len(routes), 'Windows guest')}: {known.note}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
