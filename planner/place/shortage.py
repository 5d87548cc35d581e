"""What is short, where and by how much, in words for the people who own the machines."""

from collections.abc import Callable
from typing import Final

from planner.errors import Shortage
from planner.model.constraint import ConstraintId
from planner.place.case import Workload
from planner.place.conversion import Conversion
from planner.place.ledger import Ledger
from planner.place.refusals import refusal
from planner.place.remedies import remedies
from planner.place.rounds import ranked
from planner.place.search import Stuck
from planner.place.sides import Refusal, Side
from planner.units import format_size

_SHOWN: Final = 3
_ASIDE: Final = "it cannot be moved: no live migration that playbooks can ask for, a local disk or datastore, or a device of the host"

_WORDS: Final[dict[ConstraintId, Callable[[Refusal], str]]] = {
    ConstraintId.MEMORY: lambda refusal: f"{format_size(refusal.short)} of memory short",
    ConstraintId.VCPU: lambda refusal: f"{refusal.short} vCPUs above the policy's vcpu_per_core",
    ConstraintId.RESERVE: lambda refusal: f"{format_size(refusal.short)} short of the HA reserve",
    ConstraintId.STORAGE: lambda refusal: (
        f"{format_size(refusal.short)} of storage short" if refusal.short else _ASIDE
    ),
    ConstraintId.NETWORK: lambda _: "it does not carry all its networks",
    ConstraintId.ORDER: lambda _: "a VM that it belongs to, or depends on, is parked",
    ConstraintId.APART: lambda _: "a VM that it must keep away from is there",
}
_ENDS: Final = {
    ConstraintId.EVERYTHING_ARRIVES: "not every VM finds room on the target in the end",
    ConstraintId.SWING_RETURNED: "VMs on borrowed hosts find no room on the cluster's own hosts at the end",
    ConstraintId.RESERVE: "once converted, its hosts do not keep the HA reserve",
    ConstraintId.PINNED: "a VM cannot end on a host that a mandatory rule pins it to",
    ConstraintId.TOGETHER: "VMs that a mandatory rule keeps together cannot end on one host",
}


def shortage(conversion: Conversion, stuck: Stuck) -> Shortage:
    """Why a cluster cannot be converted, and what would make it so, each remedy tried."""
    return Shortage(
        cluster=conversion.cluster.name,
        what=_what(stuck),
        remedies=tuple(remedy.text for remedy in remedies(conversion, stuck)) or _advice(stuck),
    )


def stranded(conversion: Conversion) -> Shortage | None:
    """VMs that no transport takes to the target; None when all can travel."""
    left = [vm.name for vm in conversion.vms if conversion.routes[vm.id].transport is None]
    if not left:
        return None
    platform = conversion.platform.title
    return Shortage(
        cluster=conversion.cluster.name,
        what=f"no way is known to {platform} for VM {_listed(left)}",
        remedies=("take them out of the cluster, or choose another target (policy: clusters, target)",),
    )


def _advice(stuck: Stuck) -> tuple[str, ...]:
    """What to find out, where trying is not possible."""
    unknown = [vm.name for vm in stuck.left if stuck.ledger.at[vm.id] is None]
    if not unknown:
        return ()
    return (f"say in the inventory on which host {', '.join(unknown[:_SHOWN])} run, or power them off",)


def _what(stuck: Stuck) -> str:
    if stuck.lack is not None:
        return stuck.lack.state
    if stuck.left:
        largest = max(stuck.left, key=lambda vm: (vm.memory, vm.id))
        others = f" (nor have {len(stuck.left) - 1} others)" if len(stuck.left) > 1 else ""
        return (
            f"{_subject(stuck.ledger, largest)} has nowhere to go{others}: {_refusals(stuck.ledger, largest)}"
        )
    if stuck.end is not None:
        return _ENDS[stuck.end]
    hosts = ranked(stuck.ledger)
    lacking = {host: stuck.ledger.excess(stuck.ledger.source_left((host,))) for host in hosts}
    least = min(hosts, key=lambda host: (lacking[host], host))
    name = stuck.ledger.case.nodes[least].name
    if lacking[least] > 0:
        size = format_size(lacking[least])
        return f"without host {name} the HA reserve of the other hosts is {size} of memory short"
    if stuck.ledger.case.reserve.kept:
        return f"no order keeps the reserve of {stuck.ledger.case.reserve.words} on both sides in between"
    return f"no order was found in which host {name} and the others can be emptied"


def _subject(ledger: Ledger, vm: Workload) -> str:
    at = ledger.at[vm.id]
    where = f"on host {ledger.case.nodes[at].name}" if at else "whose host the source does not name"
    memory = f"{format_size(vm.memory)} of memory" if vm.memory else "memory unknown"
    return f"VM {vm.name} ({memory if vm.running else 'not running'}) {where}"


def _refusals(ledger: Ledger, vm: Workload) -> str:
    """Why each host refuses a VM, the nearest miss first; hosts with the same reason are named together."""
    at = ledger.at[vm.id]
    hosts = [host for host, side in ledger.side.items() if side is not Side.OUT and host != at]
    found = [refused for host in hosts if (refused := refusal(ledger, vm, host)) is not None]
    told: dict[str, list[str]] = {}
    for refused in sorted(found, key=lambda one: (not one.short, one.short, one.host)):
        told.setdefault(_WORDS[refused.why](refused), []).append(ledger.case.nodes[refused.host].name)
    if not told:
        return "there is no other host to take it" if not hosts else "what must move with it does not fit"
    parts = [f"on {_listed(names)} {words}" for words, names in told.items()]
    return "; ".join(parts[:_SHOWN]) + ("; and so on" if len(parts) > _SHOWN else "")


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
