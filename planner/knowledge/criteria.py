"""What a decision is weighed by, from criteria.yml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from planner.knowledge.document import document
from planner.model.kinds import HypervisorKind
from planner.model.platform import OsFamily


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionFact:
    """A criterion of the decision: what a high score means, and its weight unless the policy says otherwise."""

    id: str
    meaning: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WantFact:
    """Something that `decision.wants` may ask for: the score (0 to 10) of each hypervisor, with the reason.

    `criterion` is the one in which it counts.
    """

    id: str
    criterion: str
    meaning: str
    scores: Mapping[HypervisorKind, int]
    reasons: Mapping[HypervisorKind, str]
    source: str
    date: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillFacts:
    """Words of `decision.skills` that count for a hypervisor or an OS family.

    `lineage`: hypervisors in the estate that teach the same skills as a target.
    """

    hypervisors: Mapping[HypervisorKind, frozenset[str]]
    os_families: Mapping[OsFamily, frozenset[str]]
    lineage: Mapping[HypervisorKind, frozenset[HypervisorKind]]


@cache
def criteria() -> tuple[CriterionFact, ...]:
    """Every criterion, in the order in which reports show them."""
    return tuple(CriterionFact(**record) for record in document("criteria.yml")["criteria"])


@cache
def wants() -> tuple[WantFact, ...]:
    """Everything that a policy may want, in the order of the file."""
    return tuple(
        WantFact(
            id=record["id"],
            criterion=record["criterion"],
            meaning=record["meaning"],
            scores={HypervisorKind(kind): entry["score"] for kind, entry in record["offers"].items()},
            reasons={HypervisorKind(kind): entry["reason"] for kind, entry in record["offers"].items()},
            source=record["source"],
            date=record["date"],
            confidence=record["confidence"],
        )
        for record in document("criteria.yml")["wants"]
    )


@cache
def skills() -> SkillFacts:
    """What counts as a skill for which target."""
    record = document("criteria.yml")["skills"]
    return SkillFacts(
        hypervisors={HypervisorKind(kind): frozenset(words) for kind, words in record["hypervisors"].items()},
        os_families={OsFamily(family): frozenset(words) for family, words in record["os_families"].items()},
        lineage={
            HypervisorKind(kind): frozenset(HypervisorKind(source) for source in sources)
            for kind, sources in record["lineage"].items()
        },
    )


def labour_minutes(what: str) -> int:
    """Minutes of people's work for a `host`, a `vm`, or for a `vm_by_hand` where programs do nothing."""
    return int(document("criteria.yml")["labour"][what]["value"])


def cores_of_a_processor() -> int:
    """How many cores of a processor a VMware subscription counts at least."""
    return int(document("criteria.yml")["subscription"]["cores_of_a_processor"]["value"])


def downtime_score(hours: float) -> int:
    """The score (0 to 10) of a mean downtime in hours."""
    steps = document("criteria.yml")["downtime_scores"]
    return next((int(step["score"]) for step in steps if hours <= step["hours"]), 0)
