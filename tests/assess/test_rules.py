"""Every rule against its cases."""

import pytest

from planner.assess.catalogue import LAST, RULES
from planner.model.policy import DecisionPolicy
from tests.assess.assess_estates import KVM, XCP, World
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


@pytest.mark.parametrize(
    ("platform", "severity"), [("kvm-el-10", "critical"), ("kvm-el-9", "warning"), ("kvm-debian-12", None)]
)
def test_a_machine_of_a_family_that_the_target_has_no_more(platform, severity):
    """EL 10 has no i440fx left at all, EL 9 has one."""
    world = World(
        source="old-kvm",
        vm={"hardware_version": "pc-i440fx-2.9"},
        policy={"decision": DecisionPolicy(targets=(platform,))},
    )
    (*found,) = (str(one.severity) for one in world.findings() if one.rule == "vm-machine-type")
    assert found == ([severity] if severity else [])
