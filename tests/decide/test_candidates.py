"""Which platforms compete, which are only advised, and what the policy and the estate have to do with it."""

from dataclasses import replace

import pytest

from planner.errors import InfeasibleError, InputError
from planner.model.estate import Cpu
from planner.model.policy import (
    DecisionPolicy,
    InstallPolicy,
    Policy,
    Price,
    PricesPolicy,
    TransferPolicy,
    Uplink,
)
from planner.pipeline import analyse
from planner.read.policy_names import unknown_names
from tests.decide.decide_estates import EL, KVM, XCP, candidate_of, decided, estate, host, policy
from tests.today import TODAY

ALWAYS = {KVM, "kvm-debian-13", EL, "kvm-el-10", XCP}
SLES = {"kvm-sles-15", "kvm-sles-16"}
UBUNTU = "kvm-ubuntu-24.04"
ARM = Cpu(model="Ampere Altra Max", cores=64, flags=("fp", "asimd"))


def competing(subject, rules):
    return {platform.id for platform in analyse(subject, rules, TODAY).platforms}


@pytest.mark.parametrize(
    ("subject", "rules", "expected"),
    [
        (estate(), policy(), ALWAYS),
        (estate(), policy(skills=("Ubuntu",)), ALWAYS | {UBUNTU}),
        (estate(), policy(skills=("sles",)), ALWAYS | SLES),
        (estate(), policy(targets=(KVM, UBUNTU)), ALWAYS | {UBUNTU}),
        (
            estate(kind="kvm", hosts=[host(1, "kvm", version="Ubuntu 24.04.1 LTS")]),
            policy(),
            ALWAYS | {UBUNTU},
        ),
    ],
    ids=["nobody names any", "a skill", "a family", "a target", "a host"],
)
def test_some_platforms_compete_only_when_they_are_named(subject, rules, expected):
    assert competing(subject, rules) == expected


def test_a_platform_without_playbooks_never_wins_and_says_why():
    decision = analyse(estate(), policy(skills=("ubuntu",)), TODAY).decisions[0]
    (veto,) = next(one for one in decision.candidates if one.platform == UBUNTU).vetoes
    assert decision.winner != UBUNTU
    assert veto.reason.startswith("no playbooks are emitted for it: its installer takes autoinstall files")


@pytest.mark.parametrize(("word", "name"), [("rocky", "Rocky Linux"), ("rhel", "Red Hat Enterprise Linux")])
def test_the_policy_names_the_distribution_of_enterprise_linux(word, name):
    rules = replace(policy(cluster={"target": EL}), install=InstallPolicy(enterprise_linux=word))
    chosen = next(platform for platform in analyse(estate(), rules, TODAY).platforms if platform.id == EL)
    assert (chosen.title, chosen.os_name) == (f"KVM on {name} 9", name)


@pytest.mark.parametrize(
    ("rules", "path", "words"),
    [
        (
            Policy(decision=DecisionPolicy(targets=("proxmox-ve",))),
            "decision.targets",
            "Proxmox VE is not chosen here; playbooks: none, since its cluster owns",
        ),
        (
            Policy(install=InstallPolicy(enterprise_linux="gentoo")),
            "install.enterprise_linux",
            "known: almalinux",
        ),
        (
            Policy(transfers=TransferPolicy(uplinks=(Uplink(name="wan", at_once=1, hosts=("esx9",)),))),
            "transfers.uplinks.hosts",
            "'esx9' is unknown",
        ),
        (
            Policy(transfers=TransferPolicy(uplinks=(Uplink(name="wan", at_once=1, clusters=("Nowhere",)),))),
            "transfers.uplinks.clusters",
            "'Nowhere' is unknown",
        ),
        (
            Policy(prices=PricesPolicy(support_host_year=(Price(platform="kvm", amount=1),))),
            "prices",
            "'kvm' is unknown",
        ),
    ],
)
def test_names_that_nobody_knows_are_refused(rules, path, words):
    (problem,) = unknown_names(estate(), rules)
    assert problem.path == path
    assert words in problem.message


@pytest.mark.parametrize(
    ("subject", "rules", "title"),
    [
        (estate(), policy(wants=("citrix-desktops",)), "XenServer 8"),
        (estate(), policy(skills=("Proxmox",)), "Proxmox VE"),
        (estate(kind="oracle-vm"), policy(), "Oracle Linux KVM"),
        (estate(), policy(wants=("openshift",)), "OpenShift Virtualization"),
    ],
)
def test_advice_is_given_where_something_names_it(subject, rules, title):
    said = [reason for reason in decided(subject, rules).reasons if reason.startswith("look at ")]
    assert [reason.split(" too: ")[0] for reason in said] == [f"look at {title}"]


def test_where_nothing_is_possible_the_systems_own_successor_is_a_remedy():
    with pytest.raises(InfeasibleError) as refused:
        decided(estate(kind="hyper-v"))
    (shortage,) = refused.value.shortages
    assert shortage.remedies[-1].startswith(
        "look at Hyper-V too: Windows Server Datacenter licences its guests"
    )


def test_no_advice_without_a_word():
    assert not [reason for reason in decided(estate()).reasons if reason.startswith("look at ")]


def test_arm_hosts_rule_xcp_ng_out_and_are_not_asked_for_flags_of_x86():
    subject = estate(kind="kvm", hosts=[host(1, "kvm", cpu=ARM)])
    (obstacle,) = candidate_of(subject, XCP).obstacles
    assert obstacle.reason == "host host1 has a processor of the architecture aarch64"
    assert candidate_of(subject, KVM).obstacles == ()


def test_a_wish_of_nobody_is_refused_before_anything_is_weighed():
    with pytest.raises(InputError):
        decided(estate(), policy(wants=("coffee",)))
