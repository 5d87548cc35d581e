"""What earlier plans have done: it must agree with itself, for the replay starts from it."""

from collections.abc import Iterator

from planner.model.estate import HostId
from planner.model.kinds import HypervisorKind
from planner.model.plan import Progress, Whereabouts
from planner.model.policy import Strategy
from planner.verify.complaint import Complaint, Complaints, host_name, storage_name, vm_name
from planner.verify.givens import Givens
from planner.verify.pool import Side
from planner.verify.state import State


def agrees(state: State) -> Complaints:
    """Hosts are on one side, VMs that have crossed are on the target and no others, their disks within reach.

    `state` is the one before any step.
    """
    givens, progress = state.givens, state.givens.plan.progress
    yield from _sides(givens, progress)
    for entry in progress.vms:
        yield from _of_vm(state, entry)
    moved = {entry.vm for entry in progress.vms}
    for vm in givens.vms.values():
        if vm.id not in moved and vm.host is not None and _is_converted(givens, vm.host, state):
            yield Complaint(
                vm.name,
                f"is on {host_name(givens, vm.host)}, which is no source host any more, and was not moved",
            )


def _sides(givens: Givens, progress: Progress) -> Iterator[Complaint]:
    groups = (("built", progress.built), ("retired", progress.retired), ("installed", progress.installed))
    seen: dict[HostId, str] = {}
    for word, hosts in groups:
        for host in hosts:
            if host in seen:
                yield Complaint(host_name(givens, host), f"is {seen[host]} and {word} at the same time")
            seen[host] = word
    for loan in progress.lent:
        if seen.get(loan.host) not in {"built", "installed"}:
            yield Complaint(host_name(givens, loan.host), "is borrowed, but was not built")


def _of_vm(state: State, entry: Whereabouts) -> Iterator[Complaint]:
    givens = state.givens
    vm = givens.vms[entry.vm]
    if entry.host is None:
        if entry.crossed:
            yield Complaint(vm.name, "has crossed, but is parked")
        return
    side = state.side[entry.host]
    if side is Side.OUT:
        yield Complaint(vm.name, f"was moved to {host_name(givens, entry.host)}, which is out of service")
    elif givens.strategy(vm.cluster) is not Strategy.UPGRADE_IN_PLACE and entry.crossed != (
        side is Side.TARGET
    ):
        crossed = "has crossed" if entry.crossed else "has not crossed"
        yield Complaint(vm.name, f"{crossed}, but is on {host_name(givens, entry.host)} of the {side} side")
    for placed in entry.disks:
        if givens.storages[placed.storage].host not in {None, entry.host}:
            out = storage_name(givens, placed.storage)
            yield Complaint(
                vm_name(givens, entry.vm), f"disk {placed.disk} is on {out}, out of its host's reach"
            )


def _is_converted(givens: Givens, host: HostId, state: State) -> bool:
    """Whether a host that ran a hypervisor does not any more, or runs another; an upgrade keeps its VMs."""
    known = givens.hosts[host]
    if known.hypervisor is HypervisorKind.NONE or known.cluster is None:
        return False
    upgraded = givens.strategy(known.cluster) is Strategy.UPGRADE_IN_PLACE
    return state.side[host] is not Side.SOURCE and not upgraded
