"""Every rule against its cases."""

import pytest

from planner.assess.catalogue import LAST, RULES
from tests.assess.assess_estates import KVM, XCP
from tests.assess.cases import CASES

EVERY_RULE = {rule.id: rule for rule in (*RULES, *LAST)}


def told(findings, platform):
    """The severities of findings that hold on the way to a platform."""
    return {str(finding.severity) for finding in findings if finding.platform in {None, platform}}


@pytest.mark.parametrize(
    ("rule", "world", "expected"),
    [pytest.param(rule, world, expected, id=f"{rule}: {case}") for rule, case, world, expected in CASES],
)
def test_rule(rule, world, expected):
    findings = [finding for finding in world.findings() if finding.rule == rule]
    kvm, _, xcp = expected.partition("/")
    wanted = [{severity} - {"-"} for severity in (kvm, xcp or kvm)]
    assert [told(findings, KVM), told(findings, XCP)] == wanted
    for finding in findings:
        assert finding.severity in EVERY_RULE[rule].severities
        assert finding.subject.kind is EVERY_RULE[rule].subject


@pytest.mark.parametrize("rule", sorted(EVERY_RULE))
def test_every_rule_has_a_hit_and_a_miss(rule):
    verdicts = {expected for other, _, _, expected in CASES if other == rule}
    assert "-" in verdicts
    assert verdicts - {"-"}


@pytest.mark.parametrize("rule", sorted(EVERY_RULE))
def test_every_severity_of_a_rule_is_seen(rule):
    seen = {part for other, _, _, expected in CASES if other == rule for part in expected.split("/")}
    assert {str(severity) for severity in EVERY_RULE[rule].severities} <= seen


def test_cases_name_rules_that_exist():
    assert {rule for rule, _, _, _ in CASES} == set(EVERY_RULE)
    assert len(EVERY_RULE) == len(RULES) + len(LAST)
