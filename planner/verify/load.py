"""Memory, vCPUs and reserve: what hosts carry at any moment."""

from planner.model.estate import HostId
from planner.model.plan import Step
from planner.model.reserve import Reserve
from planner.units import format_size
from planner.verify.complaint import Complaint, Complaints, host_name
from planner.verify.state import Side, State


def memory(state: State, step: Step) -> Complaints:
    """The destination of a move holds the memory of everything that runs on it or is on its way to it."""
    host = _loaded_host(state, step)
    if host is None:
        return
    load, limit = state.memory[host], state.limits(host).memory
    allowed = _allowed(state, host, limit, state.initial_memory[host])
    if allowed is not None and load > allowed:
        yield Complaint(
            host_name(state.givens, host),
            f"running VMs need {format_size(load)} of memory, {format_size(limit)} are there: "
            f"{format_size(load - (limit or 0))} short",
        )


def vcpus(state: State, step: Step) -> Complaints:
    """The destination of a move keeps to the policy's vCPUs for each core."""
    host = _loaded_host(state, step)
    if host is None:
        return
    load, limit = state.vcpus[host], state.limits(host).vcpus
    allowed = _allowed(state, host, limit, state.initial_vcpus[host])
    if allowed is not None and load > allowed:
        yield Complaint(
            host_name(state.givens, host),
            f"running VMs have {load} vCPUs, the policy allows {limit} on its cores",
        )


def reserve(state: State, step: Step) -> Complaints:
    """Each side of a cluster with HA holds its running VMs when its largest hosts fail, or beside the share kept free.

    A VM that moves inside a side adds nothing to it and takes nothing from what it can hold.
    """
    reserved = state.givens.reserve[step.cluster]
    if not reserved.kept or _stays_inside(state, step):
        return
    for pool, excess in state.reserve_excess(step.cluster):
        tolerated = state.initial_excess.get((step.cluster, pool), 0)
        if excess is not None and excess > tolerated:
            side = "pool" if len(pool) > 1 else f"{next(iter(pool))} side"
            yield Complaint(
                state.givens.clusters[step.cluster].name,
                f"{_kept(reserved, side)}, {format_size(excess)} of memory are short for its running VMs",
            )


def _kept(reserved: Reserve, side: str) -> str:
    if reserved.percent:
        return f"with {reserved.percent} % of the {side}'s memory kept free"
    return f"with {reserved.hosts} host(s) of the {side} failing"


def _stays_inside(state: State, step: Step) -> bool:
    if step.vm is None or step.source is None or step.destination is None:
        return False
    members = state.members[step.cluster]
    inside = step.source in members and step.destination in members
    return inside and state.side[step.source] is state.side[step.destination]


def _loaded_host(state: State, step: Step) -> HostId | None:
    """The host that a step adds load to; one that is out of service is another constraint's matter."""
    host = step.destination
    return None if host is None or step.vm is None or state.side[host] is Side.OUT else host


def _allowed(state: State, host: HostId, limit: int | None, initial: int) -> int | None:
    """A source host that was overfull when it was read may stay so, but not become fuller."""
    if limit is None:
        return None
    return max(limit, initial) if state.side[host] is Side.SOURCE else limit
