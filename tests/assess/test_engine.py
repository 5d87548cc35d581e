"""What the engine makes of sightings: findings, joined, waived, sorted, with commands that are safe to paste."""

import re
import shlex
from dataclasses import replace
from datetime import date
from string import Template

import pytest

from planner.assess import assess
from planner.assess.catalogue import LAST, RULES
from planner.graph import build_graph
from planner.knowledge import load_platforms
from planner.model.estate import Cluster, ClusterId, Snapshot, VmId
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import HypervisorKind
from planner.model.policy import ClusterPolicy, DecisionPolicy, Policy, Strategy, Waiver
from planner.route import route
from tests.assess.assess_estates import KVM, XCP, World, findings
from tests.today import TODAY

EVERY_RULE = (*RULES, *LAST)
SNAPSHOT = {"snapshots": (Snapshot(name="before", created="2026-01-02", size_bytes=None),)}
VTPM = {"vtpm": True}


def of(rule, found):
    return [finding for finding in found if finding.rule == rule]


def waiver(subject, who="A. Person", finding="vm-vtpm"):
    return Waiver(finding=finding, subject=subject, who=who, why="keys are in the safe", until="2027-01-31")


def test_a_finding_tells_everything():
    (finding,) = of("vm-snapshots", World(source="free", vm=SNAPSHOT).findings())
    assert finding.severity is Severity.CRITICAL
    assert finding.subject.kind is SubjectKind.VM
    assert (finding.subject.id, finding.subject.name) == ("vm-web", "web")
    assert {(fact.name, fact.value) for fact in finding.facts} == {
        ("snapshots", "1"),
        ("oldest", "2026-01-02"),
    }
    assert finding.why.startswith("Over ssh only the base disks are read")
    assert finding.evidence == "hosts.yml:7"
    assert finding.command == (
        "ssh root@192.0.2.1 vim-cmd vmsvc/snapshot.removeall '<vmid of vim-cmd vmsvc/getallvms>'"
    )
    assert finding.platform is None
    assert finding.blocks


def test_what_differs_between_targets_is_told_for_each():
    found = of("vm-snapshots", World(vm=SNAPSHOT).findings())
    assert {(finding.platform, finding.severity) for finding in found} == {
        (KVM, Severity.WARNING),
        (XCP, Severity.CRITICAL),
    }


def test_only_targets_that_the_policy_allows_are_looked_at():
    world = World(vm=SNAPSHOT, policy={"decision": DecisionPolicy(targets=(KVM,))})
    assert [finding.platform for finding in of("vm-snapshots", world.findings())] == [None]
    assert {finding.platform for finding in of("target-support", world.findings())} == {KVM}


def test_a_target_asked_for_one_cluster_competes_too():
    asked = (ClusterPolicy(cluster="Alpha", target=XCP),)
    world = World(vm=SNAPSHOT, policy={"decision": DecisionPolicy(targets=(KVM,)), "clusters": asked})
    assert {finding.platform for finding in of("vm-snapshots", world.findings())} == {KVM, XCP}


@pytest.mark.parametrize("subject", ["web", "vm-web", None])
def test_a_waiver_fits_by_name_or_id_or_everywhere(subject):
    world = World(vm=VTPM, policy={"waivers": (waiver(subject),)})
    (finding,) = of("vm-vtpm", world.findings())
    assert finding.waiver == waiver(subject)
    assert finding.severity is Severity.CRITICAL
    assert not finding.blocks
    assert not of("waiver-unused", world.findings())


def test_the_first_waiver_that_fits_counts():
    world = World(vm=VTPM, policy={"waivers": (waiver("web", "First"), waiver(None, "Second"))})
    found = world.findings()
    assert [finding.waiver.who for finding in of("vm-vtpm", found)] == ["First"]
    (unused,) = of("waiver-unused", found)
    assert ("who", "Second") in {(fact.name, fact.value) for fact in unused.facts}


def test_a_waiver_of_one_vm_leaves_the_others_blocking():
    found = World(vm=VTPM, vms={"db": VTPM}, policy={"waivers": (waiver("web"),)}).findings()
    assert {finding.subject.name: finding.blocks for finding in of("vm-vtpm", found)} == {
        "web": False,
        "db": True,
    }


@pytest.mark.parametrize(("day", "holds"), [("2027-01-31", True), ("2027-02-01", False)])
def test_a_waiver_holds_until_the_end_of_its_last_day(day, holds):
    found = World(vm=VTPM, policy={"waivers": (waiver("web"),)}, today=date.fromisoformat(day)).findings()
    assert [finding.blocks for finding in of("vm-vtpm", found)] == [not holds]
    assert len(of("waiver-expired", found)) == (0 if holds else 1)
    assert not of("waiver-unused", found)


def test_an_unused_waiver_can_be_waived():
    world = World(policy={"waivers": (waiver("web"), waiver(None, finding="waiver-unused"))})
    assert {finding.waiver is not None for finding in of("waiver-unused", world.findings())} == {True}


TROUBLE = {**VTPM, **SNAPSHOT, "memory_bytes": None, "host": None}


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(
            World(vm=TROUBLE, policy={"clusters": (ClusterPolicy(cluster="Alpha", strategy=Strategy.KEEP),)}),
            id="the policy keeps it",
        ),
        pytest.param(World(source="kvm", vm=TROUBLE), id="it runs a target already"),
    ],
)
def test_a_cluster_that_stays_has_no_findings(world):
    assert world.findings() == ()


def test_a_cluster_that_runs_a_target_already_leaves_it_when_asked_to():
    asked = {"clusters": (ClusterPolicy(cluster="Alpha", target=XCP),)}
    assert of("vm-vtpm", World(source="kvm", vm=VTPM, policy=asked).findings())


def test_a_vm_without_hosts_has_one_finding():
    other = Cluster(id=ClusterId("cluster-b"), name="Beta", hypervisor=HypervisorKind.ESXI)
    found = World(clusters=(other,), vms={"db": {**TROUBLE, "cluster": other.id}}).findings()
    assert [finding.rule for finding in found if finding.subject.id == "vm-db"] == ["vm-out-of-plan"]


def test_an_empty_estate_has_no_findings():
    estate = replace(World().estate(), clusters=(), hosts=(), vms=(), datastores=(), networks=())
    assert findings(estate, Policy()) == ()


def test_a_target_out_of_support_blocks():
    estate, policy = World().estate(), Policy()
    platforms = tuple(replace(platform, supported_until="2020-01-01") for platform in load_platforms())
    routes = route(estate, policy, platforms)
    found = of(
        "target-support",
        assess(estate, policy, platforms, routes, build_graph(estate, policy), TODAY).findings,
    )
    assert {finding.severity for finding in found} == {Severity.CRITICAL}
    assert len(found) == len(platforms)


def test_the_worst_comes_first_and_the_order_is_the_same_every_time():
    world = World(vm={**VTPM, "tools": None}, vms={"db": VTPM, "app": SNAPSHOT}, host={"bmc": None})
    found = world.findings()
    severities = [list(Severity).index(finding.severity) for finding in found]
    assert severities == sorted(severities)
    estate = world.estate()
    turned = replace(estate, vms=estate.vms[::-1], hosts=estate.hosts[::-1])
    assert findings(turned, Policy(decision=DecisionPolicy(targets=(KVM, XCP)))) == found


HOSTILE = "web'; touch /tmp/pwned; $(id) {{ 1+1 }} $name"


@pytest.mark.parametrize("source", ["free", "vcenter", "xenserver", "xen", "old-kvm"])
def test_commands_keep_a_hostile_name_one_word(source):
    world = World(source=source, vm={"name": HOSTILE, "memory_bytes": None, **SNAPSHOT})
    commands = [finding.command for finding in world.findings() if finding.command]
    assert commands
    for command in commands:
        words = shlex.split(command)
        named = [word for word in words if "pwned" in word]
        assert named in ([], [HOSTILE], [f"vm={HOSTILE}"])


def test_a_name_that_cannot_be_typed_gets_no_command():
    world = World(vm={"name": "web\nserver", "memory_bytes": None})
    assert [finding.command for finding in of("vm-facts-missing", world.findings())] == [None]


@pytest.mark.parametrize(
    ("source", "command"),
    [
        ("vcenter", "govc vm.info -json web"),
        ("free", "ssh root@192.0.2.1 vim-cmd vmsvc/get.summary '<vmid of vim-cmd vmsvc/getallvms>'"),
        ("xenserver", "xe vm-param-list vm=web"),
        ("xen", "ssh root@192.0.2.1 xl list -l web"),
        ("old-kvm", "virsh -c qemu+ssh://root@192.0.2.1/system dumpxml --domain web"),
    ],
)
def test_commands_are_those_of_the_source(source, command):
    world = World(source=source, vm={"memory_bytes": None})
    assert [finding.command for finding in of("vm-facts-missing", world.findings())] == [command]


def test_xe_selects_by_uuid_where_there_is_one():
    world = World(source="xenserver", vm={"memory_bytes": None, "uuid": "1f0a"})
    assert [f.command for f in of("vm-facts-missing", world.findings())] == ["xe vm-param-list uuid=1f0a"]


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.id)
def test_rules_are_written_as_agreed(rule):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.id)
    for text in (rule.message, rule.why, rule.remedy):
        assert text[0].isupper()
        assert text.endswith(".")
        assert "\n" not in text
    assert list(rule.severities) == sorted(rule.severities, key=list(Severity).index)
    for command in rule.commands.values():
        assert set(Template(command).get_identifiers()) <= {"name", "host", "selector"}
        shlex.split(command)


def test_messages_carry_no_values():
    """Findings of one rule differ in facts, never in words: the review shows them together."""
    world = World(
        vm={**VTPM, **SNAPSHOT, "vcpus": 300},
        vms={"db": {**VTPM, "vcpus": 200, "depends_on": (VmId("vm-web"),)}},
    )
    texts = {rule.id: (rule.message, rule.remedy) for rule in EVERY_RULE}
    for finding in world.findings():
        assert (finding.message, finding.remedy) == texts[finding.rule]
        assert "web" not in finding.why
