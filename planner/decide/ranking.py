"""Candidates weighed and put in order."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, TypeAlias

from planner.decide import cost, merits, work
from planner.decide.case import Case
from planner.decide.obstacle import Obstacle
from planner.decide.vetoes import obstacles
from planner.knowledge import criteria
from planner.model.decision import CriterionScore, TargetScore
from planner.model.platform import Platform
from planner.model.policy import Policy

BEST: Final = 10

Score: TypeAlias = tuple[int, str]

SCORERS: Final[Mapping[str, Callable[[Case, Platform], Score | None]]] = {
    "conversion-effort": work.conversion_effort,
    "downtime": work.downtime,
    "existing-skills": merits.existing_skills,
    "guest-support": work.guest_support,
    "windows-drivers": work.windows_drivers,
    "size-headroom": merits.size_headroom,
    "cloud-direction": merits.wishes("cloud-direction"),
    "operations": merits.wishes("operations"),
    "isolation": merits.wishes("isolation"),
    "desktops": merits.wishes("desktops"),
    "wanted-features": merits.wishes("wanted-features"),
    "cost": cost.cost,
    "host-management": merits.noted("host_management"),
    "update-model": merits.noted("update_model"),
    "support-horizon": merits.support_horizon,
    "concerns": merits.concerns,
}

_BY_WISHES: Final = frozenset(
    {"existing-skills", "cloud-direction", "operations", "isolation", "desktops", "wanted-features"}
)
"""What hangs on the skills and wishes of the policy."""
_BY_RIVALS: Final = _BY_WISHES | {"cost"}
"""What hangs on those, and on who else competes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A platform judged for a cluster: what stands in its way, and how it scores without regard to that."""

    platform: Platform
    obstacles: tuple[Obstacle, ...]
    scores: Mapping[str, Score]

    @property
    def skill(self) -> int:
        """What decides between equal totals."""
        return self.scores["existing-skills"][0]

    def points(self, weights: Mapping[str, int]) -> int:
        """The weighted sum of its scores."""
        return sum(score * weights[criterion] for criterion, (score, _) in self.scores.items())

    def share(self, weights: Mapping[str, int]) -> Fraction:
        """Its points as a share of the most that could be had; 0 where no criterion counts."""
        most = BEST * sum(weights[criterion] for criterion in self.scores)
        return Fraction(self.points(weights), most) if most else Fraction(0)


def weights_of(policy: Policy) -> dict[str, int]:
    """The weight of each criterion: the policy's, or else the knowledge's."""
    asked = {entry.id: entry.weight for entry in policy.decision.weights}
    return {criterion.id: asked.get(criterion.id, criterion.weight) for criterion in criteria()}


def judge(case: Case) -> tuple[Candidate, ...]:
    """Every candidate of a cluster, in the order of the platforms."""
    return tuple(_judged(case, platform) for platform in case.candidates)


def rejudge(case: Case, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Every candidate under other wishes, skills or targets; of those that are known, only what hangs on these."""
    known = {candidate.platform.id: candidate for candidate in candidates}
    again = _BY_WISHES if len(case.candidates) == len(known) else _BY_RIVALS
    return tuple(
        replace(known[platform.id], scores=_scores(case, platform, again, known[platform.id].scores))
        if platform.id in known
        else _judged(case, platform)
        for platform in case.candidates
    )


def _judged(case: Case, platform: Platform) -> Candidate:
    scores = _scores(case, platform, SCORERS.keys(), {})
    return Candidate(platform=platform, obstacles=obstacles(case, platform), scores=scores)


def _scores(
    case: Case, platform: Platform, again: AbstractSet[str], known: Mapping[str, Score]
) -> dict[str, Score]:
    """The scores: those to be had `again`, and those that are `known`, in the order of the criteria."""
    judged = (
        (criterion, scorer(case, platform) if criterion in again else known.get(criterion))
        for criterion, scorer in SCORERS.items()
    )
    return {criterion: score for criterion, score in judged if score is not None}


def ranked(
    candidates: tuple[Candidate, ...], weights: Mapping[str, int], asked: str | None
) -> tuple[Candidate, ...]:
    """The one that is asked for first, then by points, existing skills and id; vetoed ones last."""
    return tuple(
        sorted(
            candidates,
            key=lambda candidate: (
                bool(candidate.obstacles),
                candidate.platform.id != asked,
                -candidate.points(weights),
                -candidate.skill,
                candidate.platform.id,
            ),
        )
    )


def target_score(candidate: Candidate, weights: Mapping[str, int]) -> TargetScore:
    """A candidate as the decision records it; a vetoed one carries no scores."""
    if candidate.obstacles:
        vetoes = tuple(obstacle.veto for obstacle in candidate.obstacles)
        return TargetScore(platform=candidate.platform.id, vetoes=vetoes, criteria=(), total=0)
    return TargetScore(
        platform=candidate.platform.id,
        vetoes=(),
        criteria=tuple(
            CriterionScore(criterion=criterion, score=score, weight=weights[criterion], reason=reason)
            for criterion, (score, reason) in candidate.scores.items()
        ),
        total=round(100 * candidate.share(weights)),
    )
