"""Ports that the steps of a plan need open, from ports.yml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from planner.knowledge.document import document


@dataclass(frozen=True, slots=True, kw_only=True)
class PortFact:
    """Ports (`22/tcp`, `49152-49215/tcp`) that have to be open from one party to another, and what for.

    `when`: of each of these matters (`transport`, `target` and so on; see ports.yml) one of the values must hold.
    """

    id: str
    from_party: str
    to_party: str
    ports: tuple[str, ...]
    purpose: str
    when: Mapping[str, frozenset[str]]

    def needed(self, holding: Mapping[str, frozenset[str]]) -> bool:
        """Whether what holds for a cluster, by matter, makes steps that need these ports."""
        return all(values & holding.get(matter, frozenset()) for matter, values in self.when.items())


@cache
def port_facts() -> tuple[PortFact, ...]:
    """What steps need, in the order of the file; what only people may want is left out."""
    return tuple(
        PortFact(
            id=row["id"],
            from_party=row["from"],
            to_party=row["to"],
            ports=tuple(row["ports"]),
            purpose=row["purpose"],
            when={matter: frozenset(values) for matter, values in row.get("when", {}).items()},
        )
        for row in document("ports.yml")["ports"]
        if not row.get("optional")
    )
