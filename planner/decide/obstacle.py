"""What makes a platform impossible for a cluster, and whose fault it is."""

from dataclasses import dataclass

from planner.model.decision import Veto
from planner.model.estate import HostId, VmId


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """A veto, and the VM or host without which it would not stand (None: the cluster as a whole).

    `name` is that VM's or host's name; `remedy` is what would clear it.
    """

    reason: str
    source: str | None
    remedy: str
    vm: VmId | None = None
    host: HostId | None = None
    name: str | None = None

    @property
    def veto(self) -> Veto:
        """The veto as the decision records it."""
        return Veto(reason=self.reason, source=self.source)
