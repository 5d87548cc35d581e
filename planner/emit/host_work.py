"""What a plan does with each host, looked up once."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from planner.model.estate import HostId
from planner.model.kinds import HypervisorKind
from planner.model.plan import ClusterPlacement, Schedule, Step, StepKind, WaveId


@dataclass(frozen=True, slots=True, kw_only=True)
class HostWork:
    """Steps that configure each host, the hosts that earlier plans have built, in order, and those that are given back.

    `places` are those of the waves in their order: who runs one after the other finds every earlier one done.
    """

    built: tuple[HostId, ...]
    configured: Mapping[HostId, tuple[Step, ...]]
    returned: frozenset[HostId]
    places: Mapping[WaveId, int]

    def peers(
        self, host: HostId, placement: ClusterPlacement, hypervisor: HypervisorKind
    ) -> tuple[HostId, ...]:
        """The hosts that one must find configured: all before it to exchange VMs with, or the pool's first to join."""
        if hypervisor is not HypervisorKind.XCPNG:
            return self._configured_before(host, placement)
        first = self._coordinator(placement)
        return (first,) if first not in {None, host} and first else ()

    def _configured_before(self, host: HostId, placement: ClusterPlacement) -> tuple[HostId, ...]:
        """Hosts of the same placement that are configured before this one: by earlier plans, then by this one."""
        own = {target.host for target in placement.hosts}
        earlier = tuple(built for built in self.built if built in own)
        if host in earlier:
            return earlier[: earlier.index(host)]
        first = next(iter(self.configured.get(host, ())), None)
        if first is None:
            return earlier
        return (
            *earlier,
            *sorted(
                peer
                for peer in own
                for step in self.configured.get(peer, ())
                if step.end <= first.start and self.places[step.wave] <= self.places[first.wave]
            ),
        )

    def _coordinator(self, placement: ClusterPlacement) -> HostId | None:
        """The first host that is configured, by an earlier plan or this one."""
        own = {target.host for target in placement.hosts}
        earlier = [built for built in self.built if built in own]
        ordered = sorted(
            (self.places[step.wave], step.start, host)
            for host in own
            for step in self.configured.get(host, ())
        )
        return next(iter([*earlier, *(host for _, _, host in ordered)]), None)


def host_work(schedule: Schedule, built: tuple[HostId, ...]) -> HostWork:
    """What the steps of a schedule, in its order, do with hosts, and which ones earlier plans have built."""
    configured: dict[HostId, tuple[Step, ...]] = defaultdict(tuple)
    returned = set()
    for step in schedule.steps:
        if step.host and step.kind is StepKind.CONFIGURE:
            configured[step.host] += (step,)
        elif step.host and step.kind is StepKind.RETURN:
            returned.add(step.host)
    return HostWork(
        built=built,
        configured=dict(configured),
        returned=frozenset(returned),
        places={wave.id: place for place, wave in enumerate(schedule.waves)},
    )
