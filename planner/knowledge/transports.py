"""How disks can travel, and which way is taken when, from routes.yml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from planner.knowledge.document import document
from planner.model.kinds import HypervisorKind, ManagerKind
from planner.model.plan import Transport
from planner.units import parse_rate

_FILE: Final = "routes.yml"

Circumstance = bool | None
"""Whether something holds for a VM; None is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A sentence or command that applies when every circumstance in `when` is as given.

    `$name` in it stands for a value of the VM (planner/route/values.py); `each_disk` repeats it for every disk.
    """

    text: str
    when: Mapping[str, Circumstance]
    each_disk: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportFact:
    """A way for disks to travel.

    `rate_bytes` is the ceiling of one transfer in bytes a second; `rate_assumed` says that it is an
    assumption to be calibrated by a measurement. `converts`: virt-v2v changes the guest's drivers on the
    way; `keeps_drivers`: the guest needs no others. `ease` is 0 (by hand) to 10 (nothing to do), argued in `ease_reason`.
    """

    transport: Transport
    title: str
    live: bool
    converts: bool
    keeps_drivers: bool
    rate_bytes: int
    rate_assumed: bool
    rate_source: str
    ease: int
    ease_reason: str
    commands: tuple[Clause, ...]
    preconditions: tuple[Clause, ...]
    losses: tuple[Clause, ...]
    source: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRow:
    """One row of the route table: the first whose `when` holds gives the transport (None: no way)."""

    id: str
    sources: tuple[HypervisorKind, ...]
    target: HypervisorKind
    when: Mapping[str, Circumstance]
    transport: Transport | None
    reason: str
    source: str
    date: str


@cache
def relocates(hypervisor: HypervisorKind, manager: ManagerKind) -> bool:
    """Whether playbooks can move a running VM between two source hosts of a cluster.

    >>> relocates(HypervisorKind.ESXI, ManagerKind.VCENTER), relocates(HypervisorKind.XEN, ManagerKind.NONE)
    (True, False)
    """
    rows = document(_FILE)["relocation"]
    return any(row["hypervisor"] == hypervisor and manager in row["managers"] for row in rows)


@cache
def transport(kind: Transport) -> TransportFact:
    """What is known about a transport."""
    record = document(_FILE)["transports"][kind]
    rate = record["rate"]
    return TransportFact(
        transport=kind,
        title=record["title"],
        live=record["live"],
        converts=record["converts"],
        keeps_drivers=record["keeps_drivers"],
        rate_bytes=parse_rate(rate["value"]),
        rate_assumed=rate["assumed"],
        rate_source=rate["source"],
        ease=record["ease"]["value"],
        ease_reason=record["ease"]["reason"],
        commands=_clauses(record["commands"]),
        preconditions=_clauses(record["preconditions"]),
        losses=_clauses(record["losses"]),
        source=record["source"],
        date=record["date"],
    )


def _clauses(entries: list[Any]) -> tuple[Clause, ...]:
    records = (entry if isinstance(entry, dict) else {"text": entry} for entry in entries)
    return tuple(
        Clause(text=record["text"], when=record.get("when", {}), each_disk=record.get("each") == "disk")
        for record in records
    )


@cache
def route_rows() -> tuple[RouteRow, ...]:
    """The route table, in order: the first row that fits wins."""
    return tuple(_row(row) for row in document(_FILE)["table"])


def _row(row: dict[str, Any]) -> RouteRow:
    return RouteRow(
        id=row["id"],
        sources=tuple(HypervisorKind(source) for source in row["from"]),
        target=HypervisorKind(row["to"]),
        when=row.get("when", {}),
        transport=None if row["transport"] is None else Transport(row["transport"]),
        reason=row["reason"],
        source=row["source"],
        date=row["date"],
    )


def circumstance_text(name: str, *, value: Circumstance) -> str:
    """What a circumstance means, in words, when it holds, does not, or is unknown."""
    words: Mapping[str, str] = document(_FILE)["circumstances"][name]
    return words[{True: "holds", False: "fails", None: "unknown"}[value]]
