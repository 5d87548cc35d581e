"""What is still open when a search begins: VMs of which nobody knows where they run, and hosts that can be built at once."""

from planner.model.estate import HostId
from planner.model.policy import Strategy
from planner.place.case import Part, Workload
from planner.place.ledger import Ledger
from planner.place.sides import Side


def unsettled(ledger: Ledger) -> list[Workload]:
    """The VMs of which nobody knows where they run."""
    return [vm for vm in ledger.case.workloads.values() if vm.home is None and vm.id not in ledger.parked]


def unbuilt(ledger: Ledger) -> tuple[HostId, ...]:
    """The hosts that can be built at once: new and borrowed ones, and those that an earlier plan left half way."""
    converts = ledger.case.strategy is not Strategy.MOVE_TO_NEW_HOSTS
    parts = {Part.SPARE, Part.SWING, *((Part.MEMBER,) if converts else ())}
    return tuple(host for host in ledger.on(Side.OUT) if ledger.case.nodes[host].part in parts)


def unbuilt_of_cluster(ledger: Ledger) -> tuple[HostId, ...]:
    """Of those the ones that stay."""
    return tuple(host for host in unbuilt(ledger) if ledger.case.nodes[host].part is not Part.SWING)
