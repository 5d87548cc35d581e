"""The verb: every cluster in its order, each solved with what the ones before it have left."""

from dataclasses import replace

from planner.errors import InfeasibleError, Shortage
from planner.model.estate import Estate
from planner.model.plan import ClusterPlacement, Decision, Group, Route, StorageId
from planner.model.platform import Platform
from planner.model.policy import Policy
from planner.place.conversion import Conversion, conversions
from planner.place.order import in_order
from planner.place.pilot import with_pilot
from planner.place.shape import shape
from planner.place.shortage import shortage, stranded
from planner.place.solve import Solution, solve, thorough


def place(  # noqa: PLR0913, PLR0917
    estate: Estate,
    policy: Policy,
    platforms: tuple[Platform, ...],
    decisions: tuple[Decision, ...],
    routes: tuple[Route, ...],
    groups: tuple[Group, ...],
) -> tuple[ClusterPlacement, ...]:
    """Where everything lands and in which phases, for each cluster that is not kept, in the order of conversion.

    Raises InfeasibleError with a Shortage for every cluster that has no safe order of steps. Raises InputError
    when the policy maps disks to, or parks VMs on, a storage that does not exist.
    """
    placements: list[ClusterPlacement] = []
    shortages: list[Shortage] = []
    claimed: dict[StorageId, int] = {}
    given = tuple(conversions(estate, policy, platforms, decisions, routes, groups))
    for alone in in_order(given):
        conversion = replace(alone, taken=claimed)
        without_way = stranded(conversion)
        if without_way is not None:
            shortages.append(without_way)
            continue
        found = solve(conversion, thorough)
        if isinstance(found, Solution):
            placements.append(shape(conversion, found))
            claimed = _claimed(conversion, found)
        else:
            shortages.append(shortage(conversion, found))
    if shortages:
        raise InfeasibleError(tuple(shortages))
    return with_pilot(tuple(placements), estate, groups, policy.waves.pilot_vms)


def _claimed(conversion: Conversion, solution: Solution) -> dict[StorageId, int]:
    """What is taken of shared storages by now; pools on hosts are nobody else's, and borrowed ones are wiped."""
    pools = {node.pool for node in solution.ledger.case.nodes.values()}
    used = {storage: used for storage, used in solution.ledger.used.items() if storage not in pools}
    return {**conversion.taken, **used}
