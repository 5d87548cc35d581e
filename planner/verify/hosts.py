"""Hosts: empty before they are rebuilt, upgraded in order, given back empty."""

from typing import Final

from planner.model.estate import VmId
from planner.model.plan import Step, StepKind
from planner.model.policy import Strategy
from planner.verify.complaint import Complaint, Complaints, host_name, moved_vm, vm_name
from planner.verify.pool import Side
from planner.verify.state import State, ends

ERASES: Final = {StepKind.RETIRE, StepKind.INSTALL}
TURNS: Final = {StepKind.INSTALL, StepKind.CONFIGURE}
NEEDS_EMPTY: Final = {*ERASES, StepKind.CONFIGURE, StepKind.UPGRADE}


def empty(state: State, step: Step) -> Complaints:
    """A host that is worked on holds no VM, and no disk of its own holds the only copy of one.

    An upgrade keeps what does not run: the pool knows it by its disks, which are not touched.
    """
    if step.host is None:
        return
    host, guests = host_name(state.givens, step.host), sorted(state.guests[step.host])
    if step.kind is StepKind.UPGRADE:
        guests = [vm for vm in guests if state.givens.runs(vm)]
    if guests:
        yield Complaint(host, f"{step.kind} while {_some(state, guests)} still there")
    elif state.transfers[step.host]:
        yield Complaint(host, f"{step.kind} while a VM is on its way to it or from it")
    if step.kind in ERASES:
        stranded = [
            vm
            for vm in state.givens.local_disks[step.host]
            if vm not in state.crossed and vm not in state.parked and vm not in state.guests[step.host]
        ]
        if stranded:
            yield Complaint(host, f"{step.kind} while the only disks of {_some(state, stranded)} there")


def in_service(state: State, step: Step) -> Complaints:
    """Nothing travels to or from a host that is a spare, retired or being built."""
    for host in ends(step):
        if state.side[host] is Side.OUT:
            yield Complaint(
                host_name(state.givens, host),
                f"is out of service when {moved_vm(state, step)} is to travel",
            )


def in_turn(state: State, step: Step) -> Complaints:
    """A host leaves the source side before it is installed, and is installed before it is configured."""
    if step.host is None:
        return
    host = host_name(state.givens, step.host)
    if step.kind is StepKind.INSTALL and state.side[step.host] is not Side.OUT:
        yield Complaint(host, f"is installed while it is in service on the {state.side[step.host]} side")
    if step.kind is StepKind.CONFIGURE and step.host not in state.installed:
        yield Complaint(host, "is configured before it is installed")


def coordinator_first(state: State, step: Step) -> Complaints:
    """While a pool's coordinator runs the old version, none of its members may run the new one."""
    if state.givens.strategy(step.cluster) is not Strategy.UPGRADE_IN_PLACE:
        return
    for host in state.members[step.cluster]:
        if state.givens.hosts[host].coordinator and host != step.host and state.side[host] is not Side.TARGET:
            yield Complaint(
                host_name(state.givens, step.host),
                f"is upgraded before the coordinator {host_name(state.givens, host)}",
            )


def returned_empty(state: State, step: Step) -> Complaints:
    """A borrowed host goes back without VMs and without their disks."""
    if step.host is None:
        return
    if state.guests[step.host]:
        left = _some(state, sorted(state.guests[step.host]))
        yield Complaint(host_name(state.givens, step.host), f"is given back while {left} still there")
    if any(state.used[pool] for pool in state.givens.own_pools.get(step.host, ())):
        yield Complaint(host_name(state.givens, step.host), "is given back with disks of VMs in its pool")


def _some(state: State, vms: list[VmId]) -> str:
    names = ", ".join(vm_name(state.givens, vm) for vm in vms[:3])
    more = f" and {len(vms) - 3} more" if len(vms) > 3 else ""
    return f"{names}{more} {'is' if len(vms) == 1 else 'are'}"
