"""What the conversion of a guest takes: time by what is known of it, and slots of the host that converts."""

from typing import Final, Literal

from planner.knowledge.concerns import limit
from planner.knowledge.guests import GuestFamily, guest
from planner.knowledge.transports import transport
from planner.model.estate import Host
from planner.model.plan import Route, StepKind, Transport
from planner.model.policy import Policy, TimingPolicy
from planner.units import GIB

_READS_SOURCE: Final = frozenset({StepKind.MOVE, StepKind.PARK})

Conversion = Literal["convert_linux", "convert_windows"]
"""Settings of the policy's `timing` that say how long a conversion takes."""


def conversion(kind: Transport, guest_os: str | None) -> Conversion | None:
    """Which setting says how long virt-v2v takes beside the copy; None with transports that convert nothing.

    An unknown guest is taken for Windows, which takes longer.
    """
    if not transport(kind).converts:
        return None
    return "convert_linux" if guest(guest_os).family is GuestFamily.LINUX else "convert_windows"


def conversion_seconds(kind: Transport, guest_os: str | None, timing: TimingPolicy) -> int:
    """Seconds that virt-v2v takes beside the copy; 0 with transports that convert nothing."""
    setting = conversion(kind, guest_os)
    return 0 if setting is None else int(getattr(timing, setting))


def converts(kind: StepKind, route: Route | None) -> bool:
    """Whether virt-v2v runs for a step: its VM comes from the source, by a transport that converts.

    It runs on the destination, and on the operator's conversion host for a VM that is parked.
    """
    if kind not in _READS_SOURCE or route is None or route.transport is None:
        return False
    return transport(route.transport).converts


def conversion_slots(host: Host | None, policy: Policy) -> int:
    """How many conversions a host runs at once; None is the operator's conversion host, of which nothing is known.

    As the policy says; else as many as fit into the memory that it keeps for the hypervisor and on the host's cores, one at
    the least, and never more than the transfers that a host takes part in.
    """
    said, most = policy.transfers.conversions_per_host, policy.transfers.per_host
    if said is not None or host is None:
        return most if said is None else said
    by_memory = policy.capacity.host_memory_bytes // (limit("conversion_memory") * GIB)
    by_cores = most if host.cpu.cores is None else host.cpu.cores // limit("conversion_cores")
    return max(1, min(most, by_memory, by_cores))
