"""The targets of all clusters, chosen together: one hypervisor for the whole estate is worth something."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Final, TypeAlias

from planner.decide.case import Case
from planner.decide.ranking import BEST, Candidate, judge, ranked, rejudge, weights_of
from planner.model.kinds import HypervisorKind
from planner.model.policy import Criterion, Policy

Winners: TypeAlias = tuple[str | None, ...]
_Option: TypeAlias = tuple[Candidate | None, ...]

MOST_BONUS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """A cluster that gets a target, and how every candidate is judged for it."""

    case: Case
    candidates: tuple[Candidate, ...]

    def order(self, weights: Mapping[str, int], won: str | None) -> tuple[Candidate, ...]:
        """The winner of the whole first, then by the cluster's own ranking."""
        own = ranked(self.candidates, weights, self.case.asked.target)
        return tuple(sorted(own, key=lambda candidate: candidate.platform.id != won))

    def best(self, weights: Mapping[str, int], hypervisor: HypervisorKind | None = None) -> Candidate | None:
        """The best possible candidate, of one hypervisor or of any; None where there is none."""
        asked = self.case.asked.target
        possible = tuple(
            candidate
            for candidate in self.candidates
            if not candidate.obstacles
            and asked in {None, candidate.platform.id}
            and hypervisor in {None, candidate.platform.hypervisor}
        )
        return ranked(possible, weights, asked)[0] if possible else None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Every contest of an estate under one policy; `kept` is what runs on the clusters that stay as they are.

    The winners have the largest sum of points (0 to 100 for each cluster), to which every cluster adds the policy's
    `one_hypervisor` where all get the same and those that stay run it already. This is exact: a choice that
    has the bonus is the best within one hypervisor, and one that has it not is each cluster's own best.
    """

    contests: tuple[Contest, ...]
    kept: frozenset[HypervisorKind]
    policy: Policy

    @cached_property
    def winners(self) -> Winners:
        """The platform of each contest; None where it has no possible candidate."""
        return self._winners(weights_of(self.policy), self.policy.decision.one_hypervisor)

    @cached_property
    def by_weight(self) -> Mapping[tuple[str, int], Winners]:
        """The winners with one weight changed, for every criterion and weight."""
        weights, bonus = weights_of(self.policy), self.policy.decision.one_hypervisor
        return {
            (criterion, weight): self._winners({**weights, criterion: weight}, bonus)
            for criterion in weights
            for weight in range(BEST + 1)
        }

    @cached_property
    def by_bonus(self) -> tuple[Winners, ...]:
        """The winners by what one hypervisor for the whole estate is worth, from 0 points on."""
        weights = weights_of(self.policy)
        return tuple(self._winners(weights, bonus) for bonus in range(MOST_BONUS + 1))

    def under(self, policy: Policy) -> "Choice":
        """The choice under another policy, every candidate judged again."""
        cases = (replace(contest.case, policy=policy) for contest in self.contests)
        return replace(self, contests=tuple(map(contest_of, cases)), policy=policy)

    def wishing(self, policy: Policy) -> "Choice":
        """The choice under a policy that has other wishes, skills or targets, and is else the same."""
        contests = tuple(
            Contest(case=case, candidates=rejudge(case, contest.candidates))
            for contest in self.contests
            for case in (replace(contest.case, policy=policy),)
        )
        return replace(self, contests=contests, policy=policy)

    def instead(self, at: int, case: Case) -> "Choice":
        """The choice with another case for the contest at a position."""
        contests = (*self.contests[:at], contest_of(case), *self.contests[at + 1 :])
        return replace(self, contests=contests)

    def _winners(self, weights: Mapping[str, int], bonus: int) -> Winners:
        own: _Option = tuple(contest.best(weights) for contest in self.contests)
        alike = self._alike(weights) if bonus and None not in own else ()
        chosen = max((own, *alike), key=lambda option: self._worth(option, weights, bonus))
        return tuple(candidate.platform.id if candidate else None for candidate in chosen)

    def _alike(self, weights: Mapping[str, int]) -> Iterator[_Option]:
        """The best choice within each hypervisor that every cluster can have."""
        named = {c.platform.hypervisor for contest in self.contests for c in contest.candidates}
        for hypervisor in sorted(named):
            option = tuple(contest.best(weights, hypervisor) for contest in self.contests)
            if None not in option:
                yield option

    def _worth(self, option: _Option, weights: Mapping[str, int], bonus: int) -> tuple[Fraction, int, bool]:
        """Points with the bonus; equal ones are decided by existing skills, then by being alike."""
        chosen = [candidate for candidate in option if candidate is not None]
        alike = len({candidate.platform.hypervisor for candidate in chosen} | self.kept) == 1
        points = sum((candidate.share(weights) for candidate in chosen), Fraction(0))
        extra = bonus * len(chosen) if alike else 0
        return points * 100 + extra, sum(candidate.skill for candidate in chosen), alike


def contest_of(case: Case) -> Contest:
    """The contest of a case, every candidate judged."""
    return Contest(case=case, candidates=judge(case))


def weighted(policy: Policy, criterion: str, weight: int) -> Policy:
    """The policy with another weight of one criterion."""
    others = tuple(entry for entry in policy.decision.weights if entry.id != criterion)
    weights = (*others, Criterion(id=criterion, weight=weight))
    return replace(policy, decision=replace(policy.decision, weights=weights))
