"""Targets that may be the better answer and that are not chosen here, from advice.yml."""

from dataclasses import dataclass
from functools import cache

from planner.knowledge.document import document
from planner.model.kinds import HypervisorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A target, what it `suits`, and what is to be said of `playbooks` for it.

    It is mentioned where a policy has one of its `words`, or a cluster runs one of its `hypervisors`.
    """

    id: str
    title: str
    words: frozenset[str]
    hypervisors: frozenset[HypervisorKind]
    suits: str
    playbooks: str
    source: str


@cache
def advice() -> tuple[Advice, ...]:
    """Every target of that kind, in the order of the file."""
    return tuple(
        Advice(
            id=row["id"],
            title=row["title"],
            words=frozenset(row["words"]),
            hypervisors=frozenset(map(HypervisorKind, row["hypervisors"])),
            suits=row["suits"],
            playbooks=row["playbooks"],
            source=row["source"],
        )
        for row in document("advice.yml")["advice"]
    )
