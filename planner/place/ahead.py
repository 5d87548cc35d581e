"""Clusters that take nothing that one before them may have taken, solved side by side on all cores.

What is found is what would have been found in turn: room on storages is all that a cluster takes from the next.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from planner.cores import shared_out
from planner.model.estate import ClusterId
from planner.model.plan import ClusterPlacement, StorageId
from planner.place.cases import target_hosts
from planner.place.conversion import Conversion
from planner.place.search import Stuck
from planner.place.shape import shape
from planner.place.solve import Solution
from planner.place.storages import storages

_WORTH_IT: Final = 4000
"""VMs times streams, about a second, below which processes cost more than they save."""


class Placed(NamedTuple):
    """A cluster's placement, and what is used by now of each storage that others could use, too."""

    placement: ClusterPlacement
    used: Mapping[StorageId, int]


def ahead(
    ordered: Sequence[Conversion], solved: Callable[[Conversion], Solution | Stuck], streams: int
) -> Mapping[ClusterId, Placed]:
    """The clusters that were placed; those that share storages with an earlier one, or got stuck, are left for later.

    `streams` is how many each of them is tried in.
    """
    alone = sorted(_sharing_nothing(ordered), key=lambda one: (-len(one.vms), one.cluster.id))
    if sum(len(one.vms) for one in alone) * streams < _WORTH_IT:
        return {}
    parts = shared_out(partial(_placed, solved=solved), alone, fewest=2)
    return dict(found for part in parts for found in part)


def placed(conversion: Conversion, solution: Solution) -> Placed:
    """A solution as the plan writes it, and what it takes: pools on hosts are nobody else's, and borrowed ones are wiped."""
    pools = {node.pool for node in solution.ledger.case.nodes.values()}
    used = {
        storage: size
        for storage, size in solution.ledger.used.items()
        if storage not in pools and size != conversion.taken.get(storage, 0)
    }
    return Placed(shape(conversion, solution), used)


def _placed(
    conversions: Sequence[Conversion], solved: Callable[[Conversion], Solution | Stuck]
) -> list[tuple[ClusterId, Placed]]:
    found = ((conversion, solved(conversion)) for conversion in conversions)
    return [(one.cluster.id, placed(one, way)) for one, way in found if isinstance(way, Solution)]


def _sharing_nothing(ordered: Sequence[Conversion]) -> Iterator[Conversion]:
    """The clusters none of whose storages is one that an earlier cluster could have used."""
    offered: set[StorageId] = set()
    for conversion in ordered:
        found = storages(conversion, target_hosts(conversion, conversion.swings))
        shared = {storage.id for storage in found if storage.host is None}
        if shared.isdisjoint(offered):
            yield conversion
        offered |= shared
