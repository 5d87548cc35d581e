"""How long the conversion of a guest takes, by what is known of it."""

from planner.knowledge.guests import GuestFamily, guest
from planner.knowledge.transports import transport
from planner.model.plan import Transport
from planner.model.policy import TimingPolicy


def conversion_seconds(kind: Transport, guest_os: str | None, timing: TimingPolicy) -> int:
    """Seconds that virt-v2v takes beside the copy; 0 with transports that convert nothing.

    An unknown guest is taken for Windows, which takes longer.
    """
    if not transport(kind).converts:
        return 0
    linux = guest(guest_os).family is GuestFamily.LINUX
    return timing.convert_linux if linux else timing.convert_windows
