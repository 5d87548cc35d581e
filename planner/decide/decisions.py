"""The verb: vetoes, then weights, then the winner, the reasons and what would change them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from planner.decide.case import Case, cases
from planner.decide.choice import Choice, contest_of
from planner.decide.flips import flips, other_policies
from planner.decide.ranking import Candidate, target_score, weights_of
from planner.decide.strategy import reason_to_keep, strategy
from planner.decide.unknowns import confidence, unknowns
from planner.errors import InfeasibleError, Shortage
from planner.knowledge import advice
from planner.model.decision import Decision
from planner.model.estate import ClusterId, Estate
from planner.model.finding import Finding
from planner.model.kinds import HypervisorKind
from planner.model.plan import Route
from planner.model.platform import Platform
from planner.model.policy import Policy, Strategy

_DECISIVE = 3
_FIRM = "no single change of a weight, a wish, a skill or a size that was tried makes another target win"


def decide(  # noqa: PLR0913, PLR0917
    estate: Estate,
    policy: Policy,
    platforms: tuple[Platform, ...],
    routes: tuple[Route, ...],
    findings: tuple[Finding, ...],
    today: date,
) -> tuple[Decision, ...]:
    """One decision for each cluster on that day, in the order of the estate.

    Raises InfeasibleError, naming every cluster without a possible target, what stands in each target's way
    and what would clear it. Raises InputError when the policy wants what the knowledge does not have.
    """
    every = cases(estate, policy, platforms, routes, findings, today)
    kept = {case.cluster.id: reason for case in every if (reason := reason_to_keep(case)) is not None}
    contests = tuple(contest_of(case) for case in every if case.cluster.id not in kept)
    choice = Choice(contests=contests, kept=_running(every, kept), policy=policy)
    shortages = _shortages(choice)
    if shortages:
        raise InfeasibleError(shortages)
    policies = other_policies(choice)
    made = {contest.case.cluster.id: _decision(choice, policies, at) for at, contest in enumerate(contests)}
    return tuple(
        made[case.cluster.id] if case.cluster.id in made else _keep(case, kept[case.cluster.id])
        for case in every
    )


def _running(every: tuple[Case, ...], kept: Mapping[ClusterId, str]) -> frozenset[HypervisorKind]:
    """What the clusters run that stay as they are."""
    return frozenset(host.hypervisor for case in every if case.cluster.id in kept for host in case.hosts)


def _decision(choice: Choice, policies: Mapping[str, Choice], at: int) -> Decision:
    contest, weights = choice.contests[at], weights_of(choice.policy)
    case = contest.case
    order = contest.order(weights, choice.winners[at])
    first, second = order[0], next((other for other in order[1:] if not other.obstacles), None)
    chosen, why = strategy(case, first.platform)
    return Decision(
        cluster=case.cluster.id,
        strategy=chosen,
        winner=choice.winners[at],
        runner_up=second.platform.id if second else None,
        candidates=tuple(target_score(candidate, weights) for candidate in order),
        reasons=(f"{chosen}: {why}", *_together(choice, at), *_reasons(case, order, weights)),
        flips=tuple(flip.statement for flip in flips(choice, policies, at)) or (_FIRM,),
        confidence=confidence(case),
    )


def _together(choice: Choice, at: int) -> Iterator[str]:
    """That the cluster alone would have got another target."""
    contest, weights = choice.contests[at], weights_of(choice.policy)
    alone = contest.best(weights)
    won = next(one for one in contest.candidates if one.platform.id == choice.winners[at])
    if alone and alone is not won:
        yield (
            f"one hypervisor for the whole estate: alone, this cluster would get {alone.platform.title} "
            f"({_percent(alone, weights)} against {_percent(won, weights)} points of 100); every cluster alike "
            f"is worth {choice.policy.decision.one_hypervisor} more for each (`decision.one_hypervisor`)"
        )


def _percent(candidate: Candidate, weights: Mapping[str, int]) -> int:
    return round(100 * candidate.share(weights))


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
    yield from _advised(case)
    if case.policy.prices is None:
        yield "cost is not weighed: the policy has no `prices`"
    missing = unknowns(case)
    if missing:
        yield f"not known: {', '.join(missing)}"


def _advised(case: Case) -> Iterator[str]:
    """Targets that are not chosen here, where the policy or the cluster names them."""
    decision = case.policy.decision
    words = {word.lower() for word in (*decision.skills, *decision.wants)}
    for other in advice():
        if words & other.words or case.cluster.hypervisor in other.hypervisors:
            yield f"look at {other.title} too: {other.suits}; playbooks: {other.playbooks}"


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


def _shortages(choice: Choice) -> tuple[Shortage, ...]:
    """One for each cluster without a possible target."""
    if None not in choice.winners:
        return ()
    policies = other_policies(choice)
    return tuple(
        _shortage(choice, policies, at) for at, winner in enumerate(choice.winners) if winner is None
    )


def _shortage(choice: Choice, policies: Mapping[str, Choice], at: int) -> Shortage:
    """Why no target is possible, and what would make one so: changes that were tried, then each obstacle's own."""
    contest = choice.contests[at]
    case, order = contest.case, contest.order(weights_of(choice.policy), None)
    wanted = [candidate for candidate in order if case.asked.target in {None, candidate.platform.id}]
    blocked: dict[str, list[str]] = defaultdict(list)
    for candidate in wanted:
        blocked["; ".join(obstacle.reason for obstacle in candidate.obstacles)].append(
            candidate.platform.title
        )
    tried = [flip.statement for flip in flips(choice, policies, at)]
    own = [obstacle.remedy for candidate in wanted for obstacle in candidate.obstacles]
    reasons = ". ".join(f"{', '.join(titles)}: {reason}" for reason, titles in blocked.items())
    return Shortage(
        cluster=case.cluster.name,
        what=f"no target is possible. {reasons}",
        remedies=tuple(dict.fromkeys([*tried, *own, *_advised(case)])),
    )
