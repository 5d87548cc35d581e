"""The choice of a cluster's target: vetoes, scores, and what would have made it another."""

from dataclasses import dataclass

from planner.model.estate import ClusterId
from planner.model.policy import Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """Why a platform cannot be the target of a cluster; `source` is the fact's id."""

    reason: str
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionScore:
    """One criterion's verdict: `score` 0 to 10, times `weight`."""

    criterion: str
    score: int
    weight: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetScore:
    """A candidate of a cluster: vetoed, or scored; `total` is a percentage of the most it could have."""

    platform: str
    vetoes: tuple[Veto, ...]
    criteria: tuple[CriterionScore, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The target of a cluster, argued. `winner` None: every candidate is vetoed, or the cluster is kept.

    `confidence` is a percentage, lowered by every fact that is unknown.
    """

    cluster: ClusterId
    strategy: Strategy
    winner: str | None
    runner_up: str | None
    candidates: tuple[TargetScore, ...]
    reasons: tuple[str, ...]
    flips: tuple[str, ...]
    confidence: int
