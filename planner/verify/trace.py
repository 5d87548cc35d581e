"""The capacity trace: what hosts and storages of a cluster carry after each moment, and what is left of each side."""

from planner.model.estate import ClusterId, HostId
from planner.model.plan import StepId, StorageId
from planner.model.verification import CapacityPoint, HostLoad, StorageLoad
from planner.verify.givens import Givens
from planner.verify.pool import Side
from planner.verify.state import State


class Trace:
    """Collects the points of a replay: a cluster's first has all its hosts and storages, the others those that have changed."""

    def __init__(self, givens: Givens) -> None:
        self.points: list[CapacityPoint] = []
        self._begun: set[ClusterId] = set()
        self._storages: dict[ClusterId, dict[StorageId, None]] = {
            place.cluster: {givens.medium[storage.id]: None for storage in place.storages}
            for place in givens.plan.placements
        }

    def note(self, state: State, time: int, happened: dict[ClusterId, StepId]) -> None:
        """Add the points of one moment: of each cluster in which something happened, with the last step of that."""
        for cluster, step in happened.items():
            first = cluster not in self._begun
            self._begun.add(cluster)
            own, listed = state.members[cluster], self._storages.get(cluster, {})
            self._add(
                state,
                (time, cluster, step),
                list(own) if first else sorted(host for host in state.changed if host in own),
                list(listed) if first else sorted(store for store in state.written if store in listed),
            )
        state.changed.clear()
        state.written.clear()

    def _add(
        self,
        state: State,
        moment: tuple[int, ClusterId, StepId],
        hosts: list[HostId],
        storages: list[StorageId],
    ) -> None:
        time, cluster, step = moment
        free: dict[Side, int | None] = {}
        limits: dict[Side, int | None] = {}
        for pool in state.pools[cluster]:
            limit = pool.limit
            for side in pool.sides:
                free[side], limits[side] = None if limit is None else limit - pool.load, limit
        self.points.append(
            CapacityPoint(
                time=time,
                cluster=cluster,
                step=step,
                hosts=tuple(_host_load(state, host) for host in hosts),
                storages=tuple(_storage_load(state, storage) for storage in storages),
                source_free_bytes=free.get(Side.SOURCE),
                target_free_bytes=free.get(Side.TARGET),
                source_limit_bytes=limits.get(Side.SOURCE),
                target_limit_bytes=limits.get(Side.TARGET),
            )
        )


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


def _storage_load(state: State, storage: StorageId) -> StorageLoad:
    size = state.givens.storage_size[storage]
    return StorageLoad(storage=storage, used_bytes=state.used[storage], capacity_bytes=size)
