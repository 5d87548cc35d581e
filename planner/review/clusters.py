"""Clusters of the view: what was decided, why, what would flip it, and what follows."""

from planner.model.decision import Decision, TargetScore
from planner.model.estate import HostId
from planner.model.kinds import HypervisorKind, ManagerKind
from planner.model.policy import Strategy
from planner.model.verification import Verification
from planner.review.capacity import charts, low_water, readings
from planner.review.gantt import cluster_gantt
from planner.review.machines import host_views
from planner.review.members import Members
from planner.review.names import Book
from planner.review.view import CandidateView, ClusterView, ScoreCell, ScoreRow
from planner.review.words import HYPERVISORS, MANAGERS, STRATEGIES, counted, plain
from planner.units import format_duration


def cluster_view(book: Book, decision: Decision, verification: Verification, number: int) -> ClusterView:
    """One cluster; `number` makes the anchor, so that no name from outside gets into a link."""
    members = book.members[decision.cluster]
    cluster = members.cluster
    hosts = host_views(book, cluster.id)
    meaning, reasons = _reasons(decision)
    bound = max(members.bounds, key=lambda found: found.seconds, default=None)
    return ClusterView(
        name=plain(cluster.name),
        anchor=f"cluster-{number}",
        source=_source(members),
        target=_target(book, decision),
        kept=decision.strategy is Strategy.KEEP,
        strategy=decision.strategy,
        strategy_meaning=meaning,
        reasons=reasons,
        runner_up=_runner_up(book, decision),
        flips=tuple(plain(flip) for flip in decision.flips),
        confidence=decision.confidence,
        candidates=tuple(_candidate(book, decision, score) for score in _ranked(decision)),
        scores=_scores(_ranked(decision)),
        hosts=hosts,
        order=tuple(host.name for host in hosts if host.order is not None),
        borrowing=_borrowing(members),
        low_water=low_water(book, readings(book, verification, cluster.id)),
        bound=None if bound is None else f"{format_duration(bound.seconds)}, bound by {plain(bound.binding)}",
        charts=charts(book, cluster.id, verification),
        gantt=cluster_gantt(book, cluster.id, (HostId(host.id) for host in hosts)),
    )


def _borrowing(members: Members) -> str | None:
    """How many swing hosts are borrowed, and how many are needed as is proved."""
    placed = members.placement
    if placed is None or not placed.swing:
        return None
    borrowed, least = len(placed.swing), placed.swing_at_least
    told = counted(borrowed, "swing host")
    if least == borrowed:
        return f"{told}, proved to be the fewest"
    needed = f"at least {least} needed" if least else "that it takes any is not proved"
    return f"{told}, {needed}"


def _source(members: Members) -> str:
    cluster, hosts = members.cluster, members.hosts
    versions = sorted({host.version for host in hosts if host.version})
    spare = sum(host.hypervisor is HypervisorKind.NONE for host in hosts)
    kind = plain(" ".join((HYPERVISORS[cluster.hypervisor], "/".join(versions)))).strip()
    managed = "" if cluster.manager is ManagerKind.NONE else f" ({MANAGERS[cluster.manager]})"
    counts = f"{counted(len(hosts) - spare, 'host')}{f' + {spare} new' if spare else ''}, {counted(members.vms, 'VM')}"
    return f"{kind}{managed}, {counts}"


def _reasons(decision: Decision) -> tuple[str, tuple[str, ...]]:
    """Why this strategy, and why this target: a reason that begins with the strategy speaks of it alone."""
    of_strategy = f"{decision.strategy}: "
    told = [reason.removeprefix(of_strategy) for reason in decision.reasons if reason.startswith(of_strategy)]
    meaning = plain(f"{told[0][:1].upper()}{told[0][1:]}.") if told else STRATEGIES[decision.strategy]
    others = (plain(reason) for reason in decision.reasons if not reason.startswith(of_strategy))
    return meaning, tuple(others)


def _target(book: Book, decision: Decision) -> str:
    return "stays as it is" if decision.strategy is Strategy.KEEP else book.platform(decision.winner)


def _runner_up(book: Book, decision: Decision) -> str | None:
    if decision.runner_up is None:
        return None
    scores = {candidate.platform: candidate.total for candidate in decision.candidates}
    first, second = scores.get(decision.winner or ""), scores.get(decision.runner_up)
    points = "" if first is None or second is None else f" ({second} against {first} of 100)"
    return f"{book.platform(decision.runner_up)}{points}"


def _ranked(decision: Decision) -> list[TargetScore]:
    return sorted(
        decision.candidates,
        key=lambda c: (c.platform != decision.winner, bool(c.vetoes), -c.total, c.platform),
    )


def _candidate(book: Book, decision: Decision, score: TargetScore) -> CandidateView:
    roles = {decision.runner_up: "runner-up", decision.winner: "winner"}
    return CandidateView(
        title=book.platform(score.platform),
        total=score.total,
        role="vetoed" if score.vetoes else roles.get(score.platform, ""),
        vetoes=tuple(plain(veto.reason) for veto in score.vetoes),
    )


def _scores(candidates: list[TargetScore]) -> tuple[ScoreRow, ...]:
    weights = {c.criterion: c.weight for candidate in candidates for c in candidate.criteria}
    cells = [{c.criterion: c for c in candidate.criteria} for candidate in candidates]
    return tuple(
        ScoreRow(
            criterion=criterion,
            weight=weight,
            cells=tuple(
                ScoreCell(score=of[criterion].score, reason=plain(of[criterion].reason))
                if criterion in of
                else ScoreCell(score=None, reason=None)
                for of in cells
            ),
        )
        for criterion, weight in sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    )
