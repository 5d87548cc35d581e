"""The capacity trace: what every host and storage of a cluster carries after each moment."""

from planner.model.estate import ClusterId, HostId
from planner.model.plan import StepId, StorageId
from planner.model.verification import CapacityPoint, HostLoad, StorageLoad
from planner.verify.givens import Givens
from planner.verify.pool import Side
from planner.verify.state import State


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
        self._keep_up(state)
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
                hosts=tuple(map(self._hosts.__getitem__, state.members[cluster])),
                storages=tuple(map(self._loads.__getitem__, self._storages.get(cluster, ()))),
                source_free_bytes=free.get(Side.SOURCE),
                target_free_bytes=free.get(Side.TARGET),
                source_limit_bytes=limits.get(Side.SOURCE),
                target_limit_bytes=limits.get(Side.TARGET),
            )
        )

    def _keep_up(self, state: State) -> None:
        """Note what hosts and storages carry that have changed since the last point."""
        for host in state.changed:
            self._hosts[host] = _host_load(state, host)
        for storage in state.written:
            self._loads[storage] = StorageLoad(
                storage=storage,
                used_bytes=state.used[storage],
                capacity_bytes=state.givens.storage_size[storage],
            )
        state.changed.clear()
        state.written.clear()


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
