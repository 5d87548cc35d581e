"""What the route table says of circumstances: the same for every VM that is in the same ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from planner.knowledge import Circumstance, Clause, RouteRow, circumstance_text, route_rows, transport
from planner.model.kinds import HypervisorKind
from planner.model.plan import Alternative, Transport
from planner.route.circumstances import CIRCUMSTANCES, holds, misfits

Command = tuple[str, bool]
"""The text of a command, and whether it is repeated for each disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """A route without what is a VM's own: commands still hold names for values. `transport` None: no way."""

    transport: Transport | None
    reason: str
    live: bool = False
    rate_bytes: int = 0
    commands: tuple[Command, ...] = ()
    preconditions: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    considered: tuple[Alternative, ...] = ()


@lru_cache(maxsize=2**14)
def prospect(source: HypervisorKind, target: HypervisorKind, values: tuple[Circumstance, ...]) -> Prospect:
    """What the table has from one hypervisor to another; `values` are those of all circumstances, in their order."""
    known = dict(zip(CIRCUMSTANCES, values, strict=True))
    rows = _rows(source, target)
    chosen = next((row for row in rows if holds(row.when, known)), None)
    if chosen is None:
        return Prospect(transport=None, reason=f"no way from {source} to {target} is known")
    considered = tuple(_alternatives(rows, chosen, known))
    if chosen.transport is None:
        return Prospect(transport=None, reason=chosen.reason, considered=considered)
    return _travelled(chosen.transport, chosen.reason, considered, known)


@cache
def _rows(source: HypervisorKind, target: HypervisorKind) -> tuple[RouteRow, ...]:
    return tuple(row for row in route_rows() if row.target is target and source in row.sources)


def _travelled(
    kind: Transport, reason: str, considered: tuple[Alternative, ...], known: Mapping[str, Circumstance]
) -> Prospect:
    way = transport(kind)

    def fitting(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
        return tuple(clause for clause in clauses if holds(clause.when, known))

    return Prospect(
        transport=kind,
        reason=reason,
        live=way.live and known["running"] is True and known["live_migration"] is True,
        rate_bytes=way.rate_bytes,
        commands=tuple((clause.text, clause.each_disk) for clause in fitting(way.commands)),
        preconditions=tuple(clause.text for clause in fitting(way.preconditions)),
        losses=tuple(clause.text for clause in fitting(way.losses)),
        considered=considered,
    )


def _alternatives(
    rows: tuple[RouteRow, ...], chosen: RouteRow, known: Mapping[str, Circumstance]
) -> Iterator[Alternative]:
    """The other transports of the table between these two hypervisors, each once, with why it is not taken."""
    grounds = " and ".join(circumstance_text(name, value=known[name]) for name in chosen.when)
    seen = {chosen.transport, None}
    for row in rows:
        if row.transport in seen or row.transport is None:
            continue
        seen.add(row.transport)
        unfit = "; ".join(misfits(row.when, known)) or f"it comes second, since {grounds}"
        yield Alternative(transport=row.transport, rejected=unfit if chosen.transport else grounds)
