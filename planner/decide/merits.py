"""Criteria about the platform itself: skills, sizes, wishes, care, support. Each gives 0 to 10 and why."""

from collections.abc import Callable
from datetime import date

from planner.decide.case import Case
from planner.decide.vetoes import SIZES, Size
from planner.errors import InputError, Problem
from planner.knowledge import WantFact, fact, skills, wants
from planner.model.finding import Severity
from planner.model.platform import Platform

Score = tuple[int, str]

_HYPERVISOR_POINTS = 6
_SYSTEM_POINTS = 4
_CONCERN_POINTS: dict[str, int] = {Severity.CRITICAL: 2, Severity.WARNING: 1, Severity.INFORMATION: 0}


def existing_skills(case: Case, platform: Platform) -> Score:
    """Six points for a hypervisor that the policy or the estate knows, four for its operating system."""
    known, named = skills(), {skill.lower() for skill in case.policy.decision.skills}
    hypervisor = sorted(named & known.hypervisors[platform.hypervisor])
    system = sorted(named & known.os_families[platform.os_family])
    taught = sorted(case.skills.hypervisors & known.lineage[platform.hypervisor])
    reasons = [f"the policy names {', '.join(hypervisor)}"] * bool(hypervisor)
    reasons += [f"hosts of the estate run {', '.join(taught)}"] * bool(taught)
    points = _HYPERVISOR_POINTS * bool(reasons)
    if system or platform.os_family in case.skills.os_families:
        points += _SYSTEM_POINTS
        reasons.append(f"the team knows its system ({platform.os_name})")
    return points, "; ".join(reasons) or "neither the policy nor the estate shows skills for it"


def size_headroom(case: Case, platform: Platform) -> Score:
    """10 within comfortable sizes, then from 8 down to 0 at the limit, by the VM that is nearest to it."""
    verdicts = [_headroom(case, platform, size) for size in SIZES]
    return min(
        (verdict for verdict in verdicts if verdict), default=(10, "every VM fits without restriction")
    )


def _headroom(case: Case, platform: Platform, size: Size) -> Score | None:
    comfortable = fact(platform.id, size.comfortable) if size.comfortable else None
    if comfortable is None or comfortable.value is None:
        return None
    values = [(value, vm.name) for vm in case.vms if (value := size.of(vm)) is not None]
    largest, name = max(values, default=(0, ""))
    most = fact(platform.id, size.fact).value
    if largest <= comfortable.value:
        return None
    share = min(1.0, (largest - comfortable.value) / max(1, most - comfortable.value)) if most else 0.0
    said = f"VM {name} has {size.show(largest)} ({size.noun}), above {size.show(comfortable.value)}"
    return round(8 * (1 - share)), f"{said}: {comfortable.note}"


def wishes(criterion: str) -> Callable[[Case, Platform], Score | None]:
    """A scorer: the mean score of everything that the policy wants and that counts in a criterion; None without.

    It raises InputError when the policy wants something that the knowledge does not have.
    """

    def score(case: Case, platform: Platform) -> Score | None:
        wanted = [want for want in _wanted(case.policy.decision.wants) if want.criterion == criterion]
        if not wanted:
            return None
        scores = [want.scores[platform.hypervisor] for want in wanted]
        said = [
            f"{want.id} {score}: {want.reasons[platform.hypervisor]}"
            for want, score in zip(wanted, scores, strict=True)
        ]
        return round(sum(scores) / len(scores)), "; ".join(said)

    return score


def _wanted(names: tuple[str, ...]) -> list[WantFact]:
    known = {want.id: want for want in wants()}
    problems = tuple(
        Problem(
            file="policy.yml",
            path=f"decision.wants[{position}]",
            message=f"{name!r} is unknown; known: {', '.join(known)}",
        )
        for position, name in enumerate(names)
        if name not in known
    )
    if problems:
        raise InputError(problems)
    return [known[name] for name in dict.fromkeys(names)]


def noted(name: str) -> Callable[[Case, Platform], Score]:
    """A scorer: a fact of the platform that is a score of 10 itself, with its note."""

    def score(_case: Case, platform: Platform) -> Score:
        known = fact(platform.id, name)
        return known.value, str(known.note)

    return score


def support_horizon(_case: Case, platform: Platform) -> Score:
    """Two points for each year of support, counted from the day on which the fact was looked up.

    Not to the day of the decision: a plan that is made again tomorrow must not weigh differently.
    """
    until = fact(platform.id, "supported_until")
    years = (date.fromisoformat(until.value) - date.fromisoformat(until.date)).days / 365.25
    return max(0, min(10, round(2 * years))), f"supported until {until.value}"


def concerns(case: Case, platform: Platform) -> Score:
    """10 without concerns of its own, down to 0 when every VM and host has a critical one."""
    worst: dict[str, int] = {vm.id: 0 for vm in case.vms} | {host.id: 0 for host in case.hosts}
    for finding in case.findings:
        if finding.platform == platform.id and finding.waiver is None and finding.subject.id in worst:
            points = _CONCERN_POINTS[finding.severity]
            worst[finding.subject.id] = max(worst[finding.subject.id], points)
    affected = sum(1 for points in worst.values() if points)
    if not affected:
        return 10, "no concern holds for this target alone"
    share = sum(worst.values()) / (max(_CONCERN_POINTS.values()) * len(worst))
    return round(10 * (1 - share)), f"concerns about {affected} of {len(worst)} VMs and hosts"
