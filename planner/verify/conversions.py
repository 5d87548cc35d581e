"""Conversions: virt-v2v wants a core and memory of the host that runs it, beside the VMs there."""

from typing import Final

from planner.knowledge import transport
from planner.knowledge.concerns import limit
from planner.model.estate import HostId
from planner.model.plan import Step, StepKind
from planner.units import GIB
from planner.verify.complaint import Complaint, Complaints, host_name
from planner.verify.givens import Givens
from planner.verify.state import State

CONVERSIONS: Final = {StepKind.MOVE, StepKind.PARK}


def at_once(state: State, step: Step) -> Complaints:
    """The host that converts runs no more conversions than the policy allows, or its cores and kept memory bear."""
    if not _converts(state.givens, step):
        return
    now = sum(_converts(state.givens, other) for other in state.arriving[step.destination].values())
    most = _most(state.givens, step.destination)
    if now > most:
        name = (
            "the conversion host" if step.destination is None else host_name(state.givens, step.destination)
        )
        yield Complaint(name, f"runs {now} conversions at once, {most} may run there")


def _converts(givens: Givens, step: Step) -> bool:
    route = givens.routes.get(step.vm) if step.vm is not None else None
    if route is None or route.transport is None:
        return False
    return step.kind in CONVERSIONS and transport(route.transport).converts


def _most(givens: Givens, host: HostId | None) -> int:
    policy = givens.plan.policy
    if policy.transfers.conversions_per_host is not None:
        return policy.transfers.conversions_per_host
    if host is None:
        return policy.transfers.per_host
    kept, cores = policy.capacity.host_memory_bytes, givens.hosts[host].cpu.cores
    bearable = [policy.transfers.per_host, kept // (GIB * limit("conversion_memory"))]
    if cores is not None:
        bearable.append(cores // limit("conversion_cores"))
    return max(min(bearable), 1)
