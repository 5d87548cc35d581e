"""Claims: a plan may not promise more of a host or a storage than the estate gives."""

from planner.model.constraint import ConstraintId
from planner.model.plan import TargetHost
from planner.units import format_size
from planner.verify.complaint import Complaint, Complaints, storage_name
from planner.verify.givens import Givens


def memory(givens: Givens) -> Complaints:
    """Memory of target hosts is what the hypervisor leaves of the installed memory."""
    for host, name in _hosts(givens):
        most = givens.target_limits[host.host].memory
        if host.memory_bytes is not None and (most is None or host.memory_bytes > most):
            yield Complaint(
                name, f"{_claim(host.memory_bytes)} of memory for VMs, {format_size(most)} can be had"
            )


def cores(givens: Givens) -> Complaints:
    """Cores of target hosts are those that the estate knows."""
    for host, name in _hosts(givens):
        most = givens.hosts[host.host].cpu.cores
        if host.cores is not None and (most is None or host.cores > most):
            known = "unknown" if most is None else most
            yield Complaint(name, f"the plan counts on {host.cores} cores, {known} can be had")


def storage(givens: Givens) -> Complaints:
    """Target storages are no larger than the disks, datastores and policy behind them."""
    for store in (store for place in givens.plan.placements for store in place.storages):
        most = givens.storage_size[givens.medium[store.id]]
        if store.capacity_bytes is not None and (most is None or store.capacity_bytes > most):
            yield Complaint(
                storage_name(givens, store.id),
                f"{_claim(store.capacity_bytes)} of space, {format_size(most)} can be had",
            )


def platforms(givens: Givens) -> Complaints:
    """Target hosts get the platform that was decided for their cluster: to it the routes lead."""
    for place in givens.plan.placements:
        decision = givens.decisions.get(place.cluster)
        for host in place.hosts:
            if decision is None or decision.winner != host.platform:
                name = givens.hosts[host.host].name
                yield Complaint(name, f"is to get {host.platform}, which is not what was decided")


def networks(givens: Givens) -> Complaints:
    """Networks of target hosts are those that they carry already, or that the policy maps."""
    for host, name in _hosts(givens):
        reach = givens.target_reach[host.host]
        extra = set(host.networks or ()) - (reach or frozenset())
        if extra:
            listed = ", ".join(sorted(givens.network_names[network] for network in extra))
            yield Complaint(name, f"the plan counts on networks that it is not known to carry: {listed}")


CLAIMS = (
    (ConstraintId.MEMORY, memory),
    (ConstraintId.VCPU, cores),
    (ConstraintId.STORAGE, storage),
    (ConstraintId.NETWORK, networks),
    (ConstraintId.ROUTED, platforms),
)


def _hosts(givens: Givens) -> list[tuple[TargetHost, str]]:
    return [(host, givens.hosts[host.host].name) for place in givens.plan.placements for host in place.hosts]


def _claim(size: int) -> str:
    return f"the plan counts on {format_size(size)}"
