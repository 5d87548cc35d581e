"""The capacity trace: what every host and storage of a cluster carries after each moment."""

from planner.model.estate import ClusterId, HostId
from planner.model.plan import StepId, StorageId
from planner.model.verification import CapacityPoint, HostLoad, StorageLoad
from planner.verify.givens import Givens
from planner.verify.state import Side, State


class Trace:
    """Collects the points of a replay; loads that did not change are shared between points."""

    def __init__(self, givens: Givens) -> None:
        self.points: list[CapacityPoint] = []
        self._storages: dict[ClusterId, tuple[StorageId, ...]] = {
            place.cluster: tuple(dict.fromkeys(givens.medium[storage.id] for storage in place.storages))
            for place in givens.plan.placements
        }
        self._hosts: dict[HostId, HostLoad] = {}
        self._loads: dict[StorageId, StorageLoad] = {}

    def note(self, state: State, time: int, cluster: ClusterId, step: StepId) -> None:
        """Add the point of a cluster as it is now."""
        for host in state.changed:
            self._hosts[host] = _host_load(state, host)
        state.changed.clear()
        free, limit = _memory_left(state, cluster)
        self.points.append(
            CapacityPoint(
                time=time,
                cluster=cluster,
                step=step,
                hosts=tuple(self._hosts[host] for host in sorted(state.members[cluster])),
                storages=tuple(self._storage(state, store) for store in self._storages.get(cluster, ())),
                source_free_bytes=free.get(Side.SOURCE),
                target_free_bytes=free.get(Side.TARGET),
                source_limit_bytes=limit.get(Side.SOURCE),
                target_limit_bytes=limit.get(Side.TARGET),
            )
        )

    def _storage(self, state: State, storage: StorageId) -> StorageLoad:
        used, known = state.used[storage], self._loads.get(storage)
        if known is None or known.used_bytes != used:
            size = state.givens.storage_size[storage]
            known = StorageLoad(storage=storage, used_bytes=used, capacity_bytes=size)
            self._loads[storage] = known
        return known


def _host_load(state: State, host: HostId) -> HostLoad:
    limits = state.limits(host)
    return HostLoad(
        host=host,
        side=state.side[host],
        memory_bytes=state.memory[host],
        memory_capacity_bytes=limits.memory,
        vcpus=state.vcpus[host],
        vcpu_capacity=limits.vcpus,
        vms=len(state.guests[host]),
    )


def _memory_left(state: State, cluster: ClusterId) -> tuple[dict[Side, int | None], dict[Side, int | None]]:
    """What is free on each side that has a host, and its limit; a pool under upgrade is one side."""
    free: dict[Side, int | None] = {}
    limits: dict[Side, int | None] = {}
    for pool, hosts in state.sides(cluster):
        load = state.load(cluster, pool, hosts)
        limit = state.limit(cluster, hosts, load)
        for side in {state.side[host] for host in hosts}:
            free[side], limits[side] = None if limit is None else limit - load, limit
    return free, limits
