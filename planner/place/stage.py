"""The verb: every cluster in its order, each solved with what the ones before it have left."""

from dataclasses import replace
from functools import partial

from planner.errors import InfeasibleError, Shortage
from planner.model.decision import Decision
from planner.model.estate import Estate
from planner.model.plan import ClusterPlacement, Group, Route, StorageId
from planner.model.platform import Platform
from planner.model.policy import Policy
from planner.model.progress import FIRST, Resumption
from planner.place.conversion import Conversion, conversions
from planner.place.loosened import with_company, without_company
from planner.place.order import in_order
from planner.place.pilot import with_pilot
from planner.place.resumed import resumed
from planner.place.search import Stuck
from planner.place.shape import shape
from planner.place.shortage import shortage, stranded
from planner.place.solve import Attempt, Solution, solve, thorough, trials
from planner.place.storages import written


def place(  # noqa: PLR0913, PLR0917
    estate: Estate,
    policy: Policy,
    platforms: tuple[Platform, ...],
    decisions: tuple[Decision, ...],
    routes: tuple[Route, ...],
    groups: tuple[Group, ...],
    resumption: Resumption = FIRST,
) -> tuple[ClusterPlacement, ...]:
    """Where everything lands and in which phases, for each cluster that is not kept, in the order of conversion.

    What is left of an earlier plan is kept where it is still safe, and its order as far as it is not.
    Raises InfeasibleError with a Shortage for every cluster that has no safe order of steps. Raises InputError
    when the policy maps disks to, or parks VMs on, a storage that does not exist.
    """
    placements: list[ClusterPlacement] = []
    shortages: list[Shortage] = []
    claimed = written(estate, resumption.progress)
    given = tuple(conversions(estate, policy, platforms, decisions, routes, groups, resumption))
    ordered = in_order(given, tuple(place.cluster for place in resumption.rest))
    lent = [host for conversion in ordered for host in conversion.lent]
    attempt = partial(thorough, most=trials(len(estate.vms)))
    for alone in ordered:
        lent = [host for host in lent if host not in alone.lent]
        free = tuple(host for host in alone.swings if host not in lent)
        conversion = replace(alone, taken=claimed, swings=free)
        without_way = stranded(conversion)
        if without_way is not None:
            shortages.append(without_way)
            continue
        found = resumed(conversion) or with_company(conversion, partial(_solved, attempt=attempt))
        if isinstance(found, Solution):
            placements.append(shape(conversion, found))
            claimed = _claimed(conversion, found)
        else:
            shortages.append(shortage(without_company(conversion), found))
    if shortages:
        raise InfeasibleError(tuple(shortages))
    pilot = 0 if resumption.progress.piloted else policy.waves.pilot_vms
    return with_pilot(tuple(placements), estate, groups, pilot)


def _solved(conversion: Conversion, attempt: Attempt) -> Solution | Stuck:
    """A way with the order of the earlier plan, if there is one; else any way."""
    found = solve(conversion, attempt)
    if isinstance(found, Stuck) and conversion.rest is not None:
        return solve(replace(conversion, rest=None), attempt)
    return found


def _claimed(conversion: Conversion, solution: Solution) -> dict[StorageId, int]:
    """What is taken of shared storages by now; pools on hosts are nobody else's, and borrowed ones are wiped."""
    pools = {node.pool for node in solution.ledger.case.nodes.values()}
    used = {storage: used for storage, used in solution.ledger.used.items() if storage not in pools}
    return {**conversion.taken, **used}
