"""The verb: every cluster in its order, each solved with what the ones before it have left."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from planner.errors import InfeasibleError, Shortage
from planner.model.decision import Decision
from planner.model.estate import Estate
from planner.model.plan import ClusterPlacement, Group, Route
from planner.model.platform import Platform
from planner.model.policy import Policy
from planner.model.progress import FIRST, Resumption
from planner.place.ahead import Placed, ahead, placed
from planner.place.conversion import Conversion, conversions
from planner.place.exact import budget, polished
from planner.place.ledger import Ledger
from planner.place.loosened import with_company, without_company
from planner.place.order import in_order
from planner.place.pilot import with_pilot
from planner.place.resumed import resumed
from planner.place.search import Stuck
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
    given = conversions(estate, policy, platforms, decisions, routes, groups, resumption)
    in_turn = in_order(tuple(given), tuple(place.cluster for place in resumption.rest))
    ordered = [replace(one, taken=claimed) for one in _with_swings(in_turn)]
    streams = trials(len(estate.vms))
    pilot = 0 if resumption.progress.piloted else policy.waves.pilot_vms
    # A plan that is held to its times makes less of what a pilot leaves of them, so there it has to be shorter.
    polish = partial(polished, seconds=budget(len(estate.vms)), gain=min(1, pilot))
    way = partial(_way, attempt=partial(thorough, most=streams), polish=polish)
    passable = [one for one in ordered if stranded(one) is None]
    known = ahead(passable, way, streams)
    for alone in ordered:
        conversion = replace(alone, taken=claimed)
        without_way = stranded(conversion)
        if without_way is not None:
            shortages.append(without_way)
            continue
        done = known.get(conversion.cluster.id) or _placed(conversion, way(conversion))
        if isinstance(done, Shortage):
            shortages.append(done)
        else:
            placements.append(done.placement)
            claimed = {**claimed, **done.used}
    if shortages:
        raise InfeasibleError(tuple(shortages))
    return with_pilot(tuple(placements), estate, groups, pilot)


def _with_swings(ordered: Sequence[Conversion]) -> Iterator[Conversion]:
    """Conversions with the swing hosts that are free by then: those that earlier plans have lent to none that comes later."""
    lent = [host for conversion in ordered for host in conversion.lent]
    for conversion in ordered:
        lent = [host for host in lent if host not in conversion.lent]
        yield replace(conversion, swings=tuple(host for host in conversion.swings if host not in lent))


def _way(conversion: Conversion, attempt: Attempt, polish: Callable[[Ledger], Ledger]) -> Solution | Stuck:
    """The earlier plan's way as far as it is still safe, else a new one with as much company as possible.

    A new one is made shorter, unless it keeps the order of an earlier plan.
    """
    found = resumed(conversion) or with_company(conversion, partial(_solved, attempt=attempt))
    if isinstance(found, Stuck) or conversion.rest is not None:
        return found
    return replace(found, ledger=polish(found.ledger))


def _placed(conversion: Conversion, found: Solution | Stuck) -> Placed | Shortage:
    if isinstance(found, Solution):
        return placed(conversion, found)
    return shortage(without_company(conversion), found)


def _solved(conversion: Conversion, attempt: Attempt) -> Solution | Stuck:
    """A way with the order of the earlier plan, if there is one; else any way."""
    found = solve(conversion, attempt)
    if isinstance(found, Stuck) and conversion.rest is not None:
        return solve(replace(conversion, rest=None), attempt)
    return found
