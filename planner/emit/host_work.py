"""What a plan does with each host, looked up once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.model.estate import HostId
from planner.model.plan import ClusterPlacement, Step, StepKind


@dataclass(frozen=True, slots=True, kw_only=True)
class HostWork:
    """Steps that configure each host, the hosts that earlier plans have built, in order, and those that are given back."""

    built: tuple[HostId, ...]
    configured: Mapping[HostId, tuple[Step, ...]]
    returned: frozenset[HostId]

    def configured_before(self, host: HostId, placement: ClusterPlacement) -> tuple[HostId, ...]:
        """Hosts of the same placement that are configured before this one: by earlier plans, then by this one."""
        own = {target.host for target in placement.hosts}
        earlier = tuple(built for built in self.built if built in own)
        if host in earlier:
            return earlier[: earlier.index(host)]
        start = next((step.start for step in self.configured.get(host, ())), 0)
        return (
            *earlier,
            *sorted(peer for peer in own for step in self.configured.get(peer, ()) if step.end <= start),
        )


def host_work(steps: Iterable[Step], built: tuple[HostId, ...]) -> HostWork:
    """What the steps of a schedule, in its order, do with hosts, and which ones earlier plans have built."""
    configured: dict[HostId, tuple[Step, ...]] = defaultdict(tuple)
    returned = set()
    for step in steps:
        if step.host and step.kind is StepKind.CONFIGURE:
            configured[step.host] += (step,)
        elif step.host and step.kind is StepKind.RETURN:
            returned.add(step.host)
    return HostWork(built=built, configured=dict(configured), returned=frozenset(returned))
