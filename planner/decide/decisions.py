"""The verb: vetoes, then weights, then the winner, the reasons and what would change them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from planner.decide.case import Case, cases
from planner.decide.flips import flips
from planner.decide.ranking import Candidate, judge, ranked, target_score, weights_of, winner
from planner.decide.strategy import reason_to_keep, strategy
from planner.decide.unknowns import confidence, unknowns
from planner.errors import InfeasibleError, Shortage
from planner.model.estate import Estate
from planner.model.finding import Finding
from planner.model.plan import Decision, Route
from planner.model.platform import Platform
from planner.model.policy import Policy, Strategy

_DECISIVE = 3
_FIRM = "no single change of a weight, a wish, a skill or a size that was tried makes another target win"


def decide(
    estate: Estate,
    policy: Policy,
    platforms: tuple[Platform, ...],
    routes: tuple[Route, ...],
    findings: tuple[Finding, ...],
) -> tuple[Decision, ...]:
    """One decision for each cluster, in the order of the estate.

    Raises InfeasibleError, naming every cluster without a possible target, what stands in each target's way
    and what would clear it. Raises InputError when the policy wants what the knowledge does not have.
    """
    verdicts = [_decision(case) for case in cases(estate, policy, platforms, routes, findings)]
    shortages = tuple(verdict for verdict in verdicts if isinstance(verdict, Shortage))
    if shortages:
        raise InfeasibleError(shortages)
    return tuple(verdict for verdict in verdicts if isinstance(verdict, Decision))


def _decision(case: Case) -> Decision | Shortage:
    kept = reason_to_keep(case)
    if kept is not None:
        return _keep(case, kept)
    weights, candidates = weights_of(case.policy), judge(case)
    order = ranked(candidates, weights, case.asked.target)
    won = winner(candidates, weights, case.asked.target)
    if won is None:
        return _shortage(case, order)
    first, second = order[0], next((other for other in order[1:] if not other.obstacles), None)
    chosen, why = strategy(case, first.platform)
    return Decision(
        cluster=case.cluster.id,
        strategy=chosen,
        winner=won,
        runner_up=second.platform.id if second else None,
        candidates=tuple(target_score(candidate, weights) for candidate in order),
        reasons=(f"{chosen}: {why}", *_reasons(case, order, weights)),
        flips=tuple(flip.statement for flip in flips(case, candidates)) or (_FIRM,),
        confidence=confidence(case),
    )


def _keep(case: Case, reason: str) -> Decision:
    return Decision(
        cluster=case.cluster.id,
        strategy=Strategy.KEEP,
        winner=None,
        runner_up=None,
        candidates=(),
        reasons=(f"{Strategy.KEEP}: {reason}",),
        flips=(),
        confidence=confidence(case),
    )


def _reasons(case: Case, order: tuple[Candidate, ...], weights: Mapping[str, int]) -> Iterator[str]:
    """What decided: the policy's word, the criteria that weigh most, vetoes, and what is not known."""
    first, *others = order
    if case.asked.target is not None:
        yield "the policy names this target for the cluster"
    rivals = [other for other in others if not other.obstacles]
    for rival in _rivals(first, rivals):
        yield from _comparison(first, rival, weights)
    if not rivals:
        yield "no other target is possible"
    for other in others:
        if other.obstacles:
            more = f" (and {len(other.obstacles) - 1} more)" if len(other.obstacles) > 1 else ""
            yield f"{other.platform.title} is impossible: {other.obstacles[0].reason}{more}"
    missing = unknowns(case)
    if missing:
        yield f"not known: {', '.join(missing)}"


def _rivals(first: Candidate, others: list[Candidate]) -> tuple[Candidate, ...]:
    """The runner-up, and the best one with another hypervisor where the runner-up has the same."""
    unlike = [other for other in others if other.platform.hypervisor is not first.platform.hypervisor]
    second = others[:1]
    return (*second, *(other for other in unlike[:1] if other not in second))


def _comparison(first: Candidate, second: Candidate, weights: Mapping[str, int]) -> Iterator[str]:
    if first.points(weights) == second.points(weights):
        yield f"equal to {second.platform.title} in total; existing skills, then the name, decide"
    leads = {
        criterion: (score - second.scores[criterion][0]) * weights[criterion]
        for criterion, (score, _) in first.scores.items()
    }
    for criterion in sorted(leads, key=lambda name: (-leads[name], name))[:_DECISIVE]:
        if leads[criterion] > 0:
            score, reason = first.scores[criterion]
            lost, why = second.scores[criterion]
            yield (
                f"{criterion}: {score} against {lost} of {second.platform.title} (weight "
                f"{weights[criterion]}). {first.platform.title}: {reason}. {second.platform.title}: {why}"
            )


def _shortage(case: Case, order: tuple[Candidate, ...]) -> Shortage:
    """Why no target is possible, and what would make one so: changes that were tried, then each obstacle's own."""
    wanted = [candidate for candidate in order if case.asked.target in {None, candidate.platform.id}]
    blocked: dict[str, list[str]] = defaultdict(list)
    for candidate in wanted:
        blocked["; ".join(obstacle.reason for obstacle in candidate.obstacles)].append(
            candidate.platform.title
        )
    tried = [flip.statement for flip in flips(case, order)]
    own = [obstacle.remedy for candidate in wanted for obstacle in candidate.obstacles]
    reasons = ". ".join(f"{', '.join(titles)}: {reason}" for reason, titles in blocked.items())
    return Shortage(
        cluster=case.cluster.name,
        what=f"no target is possible. {reasons}",
        remedies=tuple(dict.fromkeys([*tried, *own])),
    )
