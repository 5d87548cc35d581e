"""Findings of the view: what blocks first, then what was waived, warnings and notes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from planner.model.finding import Finding, Severity, SubjectKind
from planner.review.view import FindingView, RuleView
from planner.review.words import plain

STANDINGS: Final = ("blocks", "waived", "warning", "information")


def finding_views(
    findings: Iterable[Finding], clusters: Mapping[tuple[SubjectKind, str], str] = MappingProxyType({})
) -> tuple[FindingView, ...]:
    """Findings in the order in which they should be read; those that differ only in the target are one.

    `clusters` names the cluster of each subject that has one.
    """
    alike: dict[Finding, list[str]] = defaultdict(list)
    for finding in findings:
        if finding.platform is None:
            alike[finding] += []
        else:
            alike[replace(finding, platform=None)].append(finding.platform)
    shown = [_finding_view(finding, tuple(targets), clusters) for finding, targets in alike.items()]
    return tuple(sorted(shown, key=lambda f: (STANDINGS.index(f.standing), f.rule, f.kind, f.subject)))


def _finding_view(
    finding: Finding, targets: tuple[str, ...], clusters: Mapping[tuple[SubjectKind, str], str]
) -> FindingView:
    waiver = finding.waiver
    return FindingView(
        rule=finding.rule,
        severity=finding.severity,
        standing=standing(finding),
        kind=finding.subject.kind,
        subject=plain(finding.subject.name),
        message=plain(finding.message),
        why=plain(finding.why),
        remedy=plain(finding.remedy),
        facts=tuple((plain(fact.name), plain(fact.value)) for fact in finding.facts),
        command=None if finding.command is None else plain(finding.command),
        evidence=None if finding.evidence is None else plain(finding.evidence),
        waiver=None
        if waiver is None
        else plain(f"waived by {waiver.who} until {waiver.until}: {waiver.why}"),
        targets=targets,
        cluster=clusters.get((finding.subject.kind, finding.subject.id)),
    )


def standing(finding: Finding) -> str:
    """Whether a finding blocks, was waived, or only warns or informs."""
    if finding.blocks:
        return "blocks"
    if finding.waiver is not None:
        return "waived"
    return "information" if finding.severity is Severity.INFORMATION else "warning"


def rule_views(findings: tuple[FindingView, ...]) -> tuple[RuleView, ...]:
    """The same findings, one entry for each rule and standing."""
    groups: dict[tuple[str, str], list[FindingView]] = {}
    for finding in findings:
        groups.setdefault((finding.standing, finding.rule), []).append(finding)
    return tuple(
        RuleView(
            rule=rule,
            standing=of_standing,
            message=found[0].message,
            remedy=found[0].remedy,
            subjects=tuple(finding.subject for finding in found),
        )
        for (of_standing, rule), found in groups.items()
    )
