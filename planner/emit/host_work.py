"""What a plan does with each host, looked up once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.model.estate import HostId
from planner.model.plan import ClusterPlacement, Step, StepKind


@dataclass(frozen=True, slots=True, kw_only=True)
class HostWork:
    """Steps that configure each host, and the hosts that are given back."""

    configured: Mapping[HostId, tuple[Step, ...]]
    returned: frozenset[HostId]

    def configured_before(self, host: HostId, placement: ClusterPlacement) -> tuple[HostId, ...]:
        """Hosts of the same placement whose configuration the plan finishes before this one's starts."""
        start = next((step.start for step in self.configured.get(host, ())), 0)
        return tuple(
            sorted(
                peer
                for peer in {target.host for target in placement.hosts}
                for step in self.configured.get(peer, ())
                if step.end <= start
            )
        )


def host_work(steps: Iterable[Step]) -> HostWork:
    """What the steps of a schedule, in its order, do with hosts."""
    configured: dict[HostId, tuple[Step, ...]] = defaultdict(tuple)
    returned = set()
    for step in steps:
        if step.host and step.kind is StepKind.CONFIGURE:
            configured[step.host] += (step,)
        elif step.host and step.kind is StepKind.RETURN:
            returned.add(step.host)
    return HostWork(configured=dict(configured), returned=frozenset(returned))
