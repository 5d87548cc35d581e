"""Memory, vCPUs and reserve: what hosts carry at any moment."""

from planner.model.estate import HostId
from planner.model.plan import Step
from planner.units import format_size
from planner.verify.complaint import Complaint, Complaints, host_name
from planner.verify.pool import Pool, Side
from planner.verify.state import State


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

    A start can use a reserve up in two ways only: a VM arrives, which is a matter of the pool that it arrives at, or a host
    leaves a pool of the step's cluster. Ends only give back: VMs leave, and a host that is built never lowers a limit.
    """
    if step.destination is not None:
        arrived_at = state.pool_of[step.destination]
        pools = [] if arrived_at is None else [arrived_at]
    else:
        pools = list(state.pools[step.cluster] if step.vm is None else ())
    for pool in pools:
        excess = pool.excess
        if excess is not None and pool.reserve.kept and excess > pool.tolerated:
            yield Complaint(
                state.givens.clusters[pool.cluster].name,
                f"{_kept(pool)}, {format_size(excess)} of memory are short for its running VMs",
            )


def _kept(pool: Pool) -> str:
    if pool.reserve.percent:
        return f"with {pool.reserve.percent} % of the {pool.name}'s memory kept free"
    return f"with {pool.reserve.hosts} host(s) of the {pool.name} failing"


def _loaded_host(state: State, step: Step) -> HostId | None:
    """The host that a step adds load to; one that is out of service is another constraint's matter."""
    host = step.destination
    return None if host is None or step.vm is None or state.side[host] is Side.OUT else host


def _allowed(state: State, host: HostId, limit: int | None, initial: int) -> int | None:
    """A source host that was overfull when it was read may stay so, but not become fuller."""
    if limit is None:
        return None
    return max(limit, initial) if state.side[host] is Side.SOURCE else limit
