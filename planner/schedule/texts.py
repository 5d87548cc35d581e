"""What a step says to people: why it is done, how to undo it, and what can no longer be undone.

Machines are called by their ids, never by names from outside.
"""

from planner.model.estate import HostId
from planner.model.plan import Move, StepKind, Transport
from planner.schedule.facts import Facts

_LIVE_CROSSINGS = frozenset({Transport.LIBVIRT_MIGRATE, Transport.XAPI_MIGRATE})


def move_way_back(kind: StepKind, move: Move, facts: Facts) -> str:
    """How a move is undone."""
    origin = move.source or "the host where it ran"
    if kind is StepKind.MOVE and facts.routes[move.vm].live:
        return f"migrate {move.vm} back to {origin}, as long as that host has not been rebuilt"
    if kind in {StepKind.MOVE, StepKind.UNPARK}:
        where = "on its source host" if kind is StepKind.UNPARK else f"on {origin}"
        return (
            f"power the new {move.vm} off and the source VM {where} on again; "
            "its disks are untouched until that host is rebuilt"
        )
    if kind is StepKind.PARK:
        return f"power the source VM {move.vm} on {origin} on again; its disks are untouched until that host is rebuilt"
    return f"migrate {move.vm} back to {origin}"


def host_way_back(kind: StepKind, host: HostId, facts: Facts) -> str:
    """How work on a host is undone."""
    if kind is StepKind.RETIRE:
        return f"take {host} out of maintenance and power on the source VMs that it still holds"
    if kind is StepKind.UPGRADE:
        return f"restore {host} from the backup that the upgrade's installer makes on its second partition"
    if kind is StepKind.CONFIGURE:
        return f"configure {host} again; nothing runs on it yet"
    if kind is StepKind.RETURN:
        return f"install {host} again as it was in this plan"
    if facts.is_source(host):
        return f"install the former hypervisor on {host} again from its own media and take it back into its cluster"
    return f"wipe {host}; it held nothing before"


def point_of_no_return(kind: StepKind, host: HostId, facts: Facts) -> str | None:
    """What cannot be undone once work on a host has begun; None when everything can."""
    if kind is StepKind.UPGRADE and facts.hosts[host].coordinator:
        return "the pool's database is converted: from here on all hosts of the pool must be upgraded"
    if kind is not StepKind.INSTALL:
        return None
    if not facts.is_source(host):
        return f"what was on the disks of {host} is gone"
    lost = facts.only_copies(host)
    if lost:
        shown = ", ".join(lost[:5]) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")
        return (
            f"the disks of {host} are erased, and with them the source copies of {len(lost)} VMs "
            f"({shown}): from here on only a backup brings those back"
        )
    erased = f"the former hypervisor on {host} and its configuration are erased"
    if facts.copies_unknown(host):
        return f"{erased}, and every source copy on its disks, if there is one: where the VMs' disks lie is unknown"
    return f"{erased}; no VM's source copy is on its disks"


def move_reason(kind: StepKind, reason: str, move: Move, facts: Facts) -> str:
    """Why a VM moves, in the words of its phase, and how when it crosses."""
    if kind not in {StepKind.MOVE, StepKind.PARK}:
        return reason
    return f"{reason}; by {facts.routes[move.vm].transport}"


def host_reason(kind: StepKind, reason: str, host: HostId, facts: Facts) -> str:
    """Why a host is worked on."""
    if kind is StepKind.UPGRADE and facts.hosts[host].coordinator:
        return f"{reason}; it is the pool's coordinator, which goes first"
    return reason
