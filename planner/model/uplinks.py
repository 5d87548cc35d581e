"""Which transfers share a line between two parts of the estate."""

from collections.abc import Iterable
from dataclasses import dataclass

from planner.model.estate import Cluster, Host, HostId
from planner.model.policy import Uplink


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An uplink with the hosts that are behind it; everything else is in front of it."""

    uplink: Uplink
    behind: frozenset[HostId]

    @property
    def key(self) -> str:
        """Its name among the things that have slots."""
        return f"uplink {self.uplink.name}"

    def carries(self, source: HostId | None, destination: HostId | None) -> bool:
        """Whether a transfer goes over it: its ends are on different sides. One with an end that is no host does not."""
        if source is None or destination is None:
            return False
        return (source in self.behind) != (destination in self.behind)


def lines(uplinks: Iterable[Uplink], hosts: Iterable[Host], clusters: Iterable[Cluster]) -> tuple[Line, ...]:
    """The policy's uplinks, with the hosts that they name and those of the clusters that they name."""
    known, named = tuple(hosts), {cluster.name: cluster.id for cluster in clusters}
    return tuple(
        Line(
            uplink=uplink,
            behind=frozenset(
                host.id
                for host in known
                if host.name in uplink.hosts
                or (
                    host.cluster is not None and host.cluster in {named.get(name) for name in uplink.clusters}
                )
            ),
        )
        for uplink in uplinks
    )
