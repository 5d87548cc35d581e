"""How long the conversion of a guest takes, by what is known of it."""

from typing import Literal

from planner.knowledge.guests import GuestFamily, guest
from planner.knowledge.transports import transport
from planner.model.plan import Transport
from planner.model.policy import TimingPolicy

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
