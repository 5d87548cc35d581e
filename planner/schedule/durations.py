"""How long each thing takes, and what bounds it."""

from dataclasses import dataclass
from typing import Final

from planner.knowledge import conversion_seconds, transport
from planner.model.estate import ClusterId, HostId, VmId
from planner.model.kinds import HypervisorKind
from planner.model.plan import Move, PhaseKind, Route, StepKind, Transport
from planner.schedule.facts import Facts
from planner.schedule.lines import shares
from planner.units import format_rate

FIXED: Final = "fixed work: shutdown, conversion, checks"
_TARGET_SIDE: Final = {
    HypervisorKind.KVM: Transport.LIBVIRT_MIGRATE,
    HypervisorKind.XCPNG: Transport.XAPI_MIGRATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds at p50 of one thing, the bytes it copies, how long the VM is off, and what bounds it."""

    seconds: int
    bytes: int = 0
    downtime: int = 0
    bottleneck: str | None = None


def p90(seconds: int, spread_percent: int) -> int:
    """A duration at p90, rounded up."""
    return -(-seconds * spread_percent // 100)


def host_seconds(kind: StepKind, facts: Facts) -> int:
    """How long work on a host takes. Giving one back means wiping it, which takes as long as retiring it."""
    timing = facts.policy.timing
    return {
        StepKind.RETIRE: timing.retire_host,
        StepKind.INSTALL: timing.install_host,
        StepKind.CONFIGURE: timing.configure_host,
        StepKind.UPGRADE: timing.upgrade_host,
        StepKind.RETURN: timing.retire_host,
    }[kind]


def move_timing(phase: PhaseKind, cluster: ClusterId, move: Move, facts: Facts) -> Timing:
    """How long a move takes: the copy at the slowest of route and links, and the work around it.

    A link is shared by as many transfers as the policy lets a host take part in, an uplink by as many as the policy
    lets over it, so the estimate holds when they all run at once.
    """
    size = facts.bytes_of(move.vm, frozenset(placement.disk for placement in move.disks))
    ceiling, rate_name = _ceiling(phase, cluster, move.vm, facts)
    rate, slowest = _slowest(ceiling, rate_name, move, facts)
    copying = -(-size // rate) if rate and size else 0
    running = facts.runs(move.vm)
    live = running and is_live(phase, cluster, move.vm, facts)
    work = _live_work(phase, facts) if live else _cold_work(phase, move.vm, facts)
    seconds = copying + work
    return Timing(
        seconds=seconds,
        bytes=size,
        downtime=seconds if running and not live else 0,
        bottleneck=slowest if copying > work else FIXED,
    )


def is_live(phase: PhaseKind, cluster: ClusterId, vm: VmId, facts: Facts) -> bool:
    """Whether the guest keeps running: as its route says when it crosses, else if the cluster can migrate live."""
    if phase in {PhaseKind.PARK, PhaseKind.UNPARK}:
        return False
    if phase is PhaseKind.CROSS:
        return facts.routes[vm].live
    return facts.clusters[cluster].live_migration is True


def link_bytes(host: HostId, facts: Facts) -> int | None:
    """Bytes a second of a host's fastest port; None when no speed is known."""
    speeds = [nic.speed_bytes for nic in facts.hosts[host].nics if nic.speed_bytes]
    return max(speeds, default=None)


def _live_work(phase: PhaseKind, facts: Facts) -> int:
    timing = facts.policy.timing
    return timing.live_migration + (timing.verify if phase is PhaseKind.CROSS else 0)


def _cold_work(phase: PhaseKind, vm: VmId, facts: Facts) -> int:
    timing = facts.policy.timing
    stop = timing.shutdown if facts.runs(vm) and phase is not PhaseKind.UNPARK else 0
    converted = phase in {PhaseKind.CROSS, PhaseKind.PARK}
    check = timing.verify if phase is not PhaseKind.PARK else 0
    return stop + (_conversion(facts.routes[vm], vm, facts) if converted else 0) + check


def _conversion(route: Route, vm: VmId, facts: Facts) -> int:
    if route.transport is None:
        return 0
    return conversion_seconds(route.transport, facts.vms[vm].guest_os, facts.policy.timing)


def _ceiling(phase: PhaseKind, cluster: ClusterId, vm: VmId, facts: Facts) -> tuple[int, str]:
    """The rate of the transport itself: the route's, or that of the target's own migration."""
    if phase in {PhaseKind.CROSS, PhaseKind.PARK}:
        route = facts.routes[vm]
        return route.rate_bytes, f"rate of {route.transport}"
    kind = _TARGET_SIDE[facts.targets[cluster].hypervisor]
    return facts.policy.transfers.measured_bytes or transport(kind).rate_bytes, f"rate of {kind}"


def _slowest(ceiling: int, name: str, move: Move, facts: Facts) -> tuple[int, str]:
    cap = facts.policy.transfers.per_host
    offers = [(ceiling, f"{name} ({format_rate(ceiling)})")] if ceiling else []
    for side, host in (("source", move.source), ("destination", move.destination)):
        speed = link_bytes(host, facts) if host is not None else None
        if speed is not None:
            share = speed // cap
            offers.append((share, f"{side} link of {host} ({format_rate(speed)} for {cap} transfers)"))
    throughput, readers = facts.policy.transfers.datastore_bytes, facts.policy.transfers.per_datastore
    if throughput and readers:
        offers += [
            (throughput // readers, f"{medium} ({format_rate(throughput)} for {readers} transfers)")
            for medium in sorted(facts.media(move.vm, move.disks))
        ]
    offers += shares(move, facts)
    return min(offers, key=lambda offer: offer[0], default=(0, FIXED))
