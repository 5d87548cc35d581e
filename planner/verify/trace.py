"""The capacity trace: what every host and storage of a cluster carries after each moment."""

from collections.abc import Iterator

from planner.model.estate import ClusterId, HostId
from planner.model.plan import CapacityPoint, HostLoad, StepId, StorageId, StorageLoad
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
        free = dict(_free(state, cluster))
        self.points.append(
            CapacityPoint(
                time=time,
                cluster=cluster,
                step=step,
                hosts=tuple(self._host(state, host) for host in sorted(state.members[cluster])),
                storages=tuple(self._storage(state, store) for store in self._storages.get(cluster, ())),
                source_free_bytes=free.get(Side.SOURCE),
                target_free_bytes=free.get(Side.TARGET),
            )
        )

    def _host(self, state: State, host: HostId) -> HostLoad:
        limits = state.limits(host)
        now = HostLoad(
            host=host,
            side=state.side[host],
            memory_bytes=state.memory[host],
            memory_capacity_bytes=limits.memory,
            vcpus=state.vcpus[host],
            vcpu_capacity=limits.vcpus,
            vms=len(state.guests[host]),
        )
        if self._hosts.get(host) != now:
            self._hosts[host] = now
        return self._hosts[host]

    def _storage(self, state: State, storage: StorageId) -> StorageLoad:
        now = StorageLoad(
            storage=storage,
            used_bytes=state.used[storage],
            capacity_bytes=state.givens.storage_size[storage],
        )
        if self._loads.get(storage) != now:
            self._loads[storage] = now
        return self._loads[storage]


def _free(state: State, cluster: ClusterId) -> Iterator[tuple[Side, int | None]]:
    """Memory left on each side that has a host; both sides of a pool under upgrade are one."""
    for pool, hosts in state.sides(cluster):
        free = state.free_memory(cluster, pool, hosts)
        for side in {state.side[host] for host in hosts}:
            yield side, free
