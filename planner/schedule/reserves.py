"""What reserves take at the least from the memory that is free for hosts that are out, for bounds."""

from collections.abc import Collection
from dataclasses import dataclass

from planner.model.estate import HostId
from planner.model.reserve import HUNDRED, Reserve
from planner.schedule.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Bytes that nobody may use: on the source before the first crossing, on the target after the last, on both between."""

    source: int = 0
    target: int = 0
    both: int = 0


def shortage(reserve: Reserve, running: int, source: Collection[HostId], facts: Facts) -> int:
    """By how many bytes the source lacked its reserve beside so many of running VMs at the start; a plan may lack as much."""
    carried = max(running, sum(_running(host, facts) for host in source))
    return max(0, carried - reserve.usable([_source_memory(host, facts) for host in source]))


def most_memory(host: HostId, facts: Facts) -> int | None:
    """All that a host can ever carry: its memory, overcommitted as the policy allows, or what it carries now."""
    memory = facts.hosts[host].memory_bytes
    if memory is None:
        return None
    return max(_running(host, facts), memory * max(100, facts.policy.capacity.source_memory_percent) // 100)


def share_kept(percent: int, running: int) -> Kept:
    """What a share of memory keeps free beside so many bytes of running VMs.

    A side that carries L has at least L / (1 - share) of memory. Shares add up: two sides keep as much as one with both loads.
    """
    free = -(-running * percent // (HUNDRED - percent))
    return Kept(source=free, target=free, both=free)


def _running(host: HostId, facts: Facts) -> int:
    return sum(facts.vms[vm].memory_bytes or 0 for vm in facts.residents.get(host, ()) if facts.runs(vm))


def _source_memory(host: HostId, facts: Facts) -> int:
    """What VMs may take of a source host at the least; nothing while it is in maintenance."""
    found = facts.hosts[host]
    return 0 if found.maintenance else found.memory_bytes or 0
