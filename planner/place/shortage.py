"""What is short, where and by how much, in words for the people who own the machines."""

from collections.abc import Callable
from typing import Final

from planner.errors import Shortage
from planner.model.constraint import ConstraintId
from planner.place.case import Workload
from planner.place.conversion import Conversion
from planner.place.ledger import Ledger, Refusal, Side
from planner.place.remedies import remedies
from planner.place.rounds import ranked
from planner.place.search import Stuck
from planner.units import format_size

_SHOWN: Final = 3
_ASIDE: Final = "cannot be moved aside: no live migration, a local disk or datastore, or a device of the host"

_WORDS: Final[dict[ConstraintId, Callable[[Refusal], str]]] = {
    ConstraintId.MEMORY: lambda refusal: f"{format_size(refusal.short)} of memory short",
    ConstraintId.VCPU: lambda refusal: f"{refusal.short} vCPUs above the policy's vcpu_per_core",
    ConstraintId.RESERVE: lambda refusal: f"{format_size(refusal.short)} short of the HA reserve",
    ConstraintId.STORAGE: lambda refusal: (
        f"{format_size(refusal.short)} of storage short" if refusal.short else _ASIDE
    ),
    ConstraintId.NETWORK: lambda _: "it does not carry all its networks",
    ConstraintId.APART: lambda _: "a VM that it must keep away from is there",
}
_ENDS: Final = {
    ConstraintId.SWING_RETURNED: "VMs on borrowed hosts find no room on the cluster's own hosts at the end",
    ConstraintId.RESERVE: "once converted, its hosts do not keep the HA reserve",
    ConstraintId.PINNED: "a VM cannot end on a host that a mandatory rule pins it to",
    ConstraintId.TOGETHER: "VMs that a mandatory rule keeps together cannot end on one host",
}


def shortage(conversion: Conversion, stuck: Stuck) -> Shortage:
    """Why a cluster cannot be converted, and what would make it so, each remedy tried."""
    return Shortage(
        cluster=conversion.cluster.name, what=_what(stuck), remedies=tuple(remedies(conversion, stuck))
    )


def _what(stuck: Stuck) -> str:
    if stuck.left:
        largest = max(stuck.left, key=lambda vm: (vm.memory, vm.id))
        others = f" (nor have {len(stuck.left) - 1} others)" if len(stuck.left) > 1 else ""
        return f"{_subject(stuck.ledger, largest)} has nowhere to go{others}: {_refusals(stuck, largest)}"
    if stuck.end is not None:
        return _ENDS[stuck.end]
    hosts = ranked(stuck.ledger)
    lacking = {host: stuck.ledger.excess(stuck.ledger.source_left((host,))) for host in hosts}
    least = min(hosts, key=lambda host: (lacking[host], host))
    name = stuck.ledger.case.nodes[least].name
    if lacking[least] > 0:
        size = format_size(lacking[least])
        return f"without host {name} the HA reserve of the other hosts is {size} of memory short"
    return f"no order was found in which host {name} and the others can be emptied"


def _subject(ledger: Ledger, vm: Workload) -> str:
    at = ledger.at[vm.id]
    where = f"on host {ledger.case.nodes[at].name}" if at else "whose host the source does not name"
    needs = f"{format_size(vm.memory)} of memory" if vm.running else "powered off"
    return f"VM {vm.name} ({needs}) {where}"


def _refusals(stuck: Stuck, vm: Workload) -> str:
    ledger = stuck.ledger
    hosts = [host for host, side in ledger.side.items() if side is not Side.OUT and host != ledger.at[vm.id]]
    refused = sorted(
        (refusal for host in hosts if (refusal := ledger.refusal(vm, host)) is not None),
        key=lambda refusal: (not refusal.short, refusal.short, refusal.host),
    )
    if not refused:
        return "there is no other host to take it" if not hosts else "what must move with it does not fit"
    told = [
        f"on {ledger.case.nodes[refusal.host].name} {_WORDS[refusal.why](refusal)}" for refusal in refused
    ]
    more = f"; and {len(told) - _SHOWN} more hosts" if len(told) > _SHOWN else ""
    return "; ".join(told[:_SHOWN]) + more
