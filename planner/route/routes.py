"""The route table applied: every VM to every platform, with the reason and what was considered."""

from collections.abc import Iterator
from functools import cache
from string import Template

from planner.knowledge import Clause, RouteRow, circumstance_text, route_rows, transport
from planner.model.estate import Estate
from planner.model.kinds import HypervisorKind
from planner.model.plan import Alternative, Route, Transport
from planner.model.platform import Platform
from planner.model.policy import Policy
from planner.route.circumstances import CIRCUMSTANCES, holds, misfits
from planner.route.trip import Trip, trips
from planner.route.values import disk_values, trip_values


def route(estate: Estate, policy: Policy, platforms: tuple[Platform, ...]) -> tuple[Route, ...]:
    """One route for each VM and platform; where there is no way, `transport` is None and `reason` says why."""
    return tuple(_route(trip) for trip in trips(estate, policy, platforms))


def _route(trip: Trip) -> Route:
    rows = _rows(trip.source, trip.platform.hypervisor)
    chosen = next((row for row in rows if holds(row.when, trip)), None)
    if chosen is None:
        return _refused(trip, f"no way from {trip.source} to {trip.platform.hypervisor} is known", ())
    considered = tuple(_alternatives(rows, chosen, trip))
    if chosen.transport is None:
        return _refused(trip, chosen.reason, considered)
    return _travelled(trip, chosen.transport, chosen.reason, considered)


@cache
def _rows(source: HypervisorKind, target: HypervisorKind) -> tuple[RouteRow, ...]:
    return tuple(row for row in route_rows() if row.target is target and source in row.sources)


def _refused(trip: Trip, reason: str, considered: tuple[Alternative, ...]) -> Route:
    return Route(
        vm=trip.vm.id,
        platform=trip.platform.id,
        source=trip.source,
        transport=None,
        reason=reason,
        considered=considered,
    )


def _travelled(trip: Trip, kind: Transport, reason: str, considered: tuple[Alternative, ...]) -> Route:
    known = transport(kind)
    measured = trip.policy.transfers.measured_bytes
    return Route(
        vm=trip.vm.id,
        platform=trip.platform.id,
        source=trip.source,
        transport=kind,
        reason=reason,
        live=known.live and CIRCUMSTANCES["running"](trip) is True and trip.cluster.live_migration is True,
        rate_bytes=measured if measured and known.rate_bytes else known.rate_bytes,
        commands=tuple(dict.fromkeys(_commands(known.commands, trip))),
        preconditions=_sentences(known.preconditions, trip),
        losses=_sentences(known.losses, trip),
        considered=considered,
    )


def _alternatives(rows: tuple[RouteRow, ...], chosen: RouteRow, trip: Trip) -> Iterator[Alternative]:
    """The other transports of the table between these two hypervisors, each once, with why it is not taken."""
    grounds = " and ".join(circumstance_text(name, value=CIRCUMSTANCES[name](trip)) for name in chosen.when)
    seen = {chosen.transport, None}
    for row in rows:
        if row.transport in seen or row.transport is None:
            continue
        seen.add(row.transport)
        unfit = "; ".join(misfits(row.when, trip)) or f"it comes second, since {grounds}"
        yield Alternative(transport=row.transport, rejected=unfit if chosen.transport else grounds)


def _commands(clauses: tuple[Clause, ...], trip: Trip) -> Iterator[str]:
    values = trip_values(trip)
    for clause in clauses:
        if not holds(clause.when, trip):
            continue
        command = Template(clause.text)
        if not clause.each_disk:
            yield command.substitute(values)
            continue
        for position, disk in enumerate(trip.disks, start=1):
            yield command.substitute({**values, **disk_values(trip, disk, position)})


def _sentences(clauses: tuple[Clause, ...], trip: Trip) -> tuple[str, ...]:
    return tuple(clause.text for clause in clauses if holds(clause.when, trip))
