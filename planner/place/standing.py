"""Where a conversion stands when it begins, because earlier plans have done a part of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from planner.model.estate import ClusterId, HostId, VmId
from planner.model.plan import DiskPlacement, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The hosts that are on the target side, those that have left the source side, and the VMs that were moved.

    A VM without an entry in `at` is where the source says, or `parked`. `placed` are disks on target storages.
    """

    target: frozenset[HostId] = frozenset()
    out: frozenset[HostId] = frozenset()
    at: Mapping[VmId, HostId] = field(default_factory=dict)
    placed: Mapping[VmId, tuple[DiskPlacement, ...]] = field(default_factory=dict)
    parked: frozenset[VmId] = frozenset()

    @property
    def begun(self) -> bool:
        """Whether anything was done before."""
        return bool(self.target or self.out or self.at or self.parked)


FRESH: Final = Standing()
"""Nothing was done before."""


def standing(
    progress: Progress, cluster: ClusterId, hosts: Iterable[HostId], vms: Iterable[VmId]
) -> Standing:
    """What the search of a cluster with these hosts and VMs starts from; what others have borrowed is not built for it."""
    others = {loan.host for loan in progress.lent if loan.cluster != cluster}
    own = frozenset(hosts) - others
    members = frozenset(vms)
    moved = [entry for entry in progress.vms if entry.vm in members]
    return Standing(
        target=own & frozenset(progress.built),
        out=own & frozenset((*progress.retired, *progress.installed)),
        at={entry.vm: entry.host for entry in moved if entry.host is not None},
        placed={entry.vm: entry.disks for entry in moved if entry.disks},
        parked=frozenset(entry.vm for entry in moved if entry.host is None),
    )
