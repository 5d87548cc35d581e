"""Every flip that a decision names is tried: the change is made, everything is decided again."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.decide import decide
from planner.decide.choice import Choice, contest_of
from planner.decide.flips import flips, other_policies
from planner.knowledge import load_platforms
from planner.model.estate import Disk
from planner.model.policy import Criterion
from planner.route import route
from planner.units import TIB
from tests.decide.decide_estates import KVM, XCP, case_of, decided, estate, host, policy, vm
from tests.today import TODAY

BIG_DISK = (Disk(id="0", capacity_bytes=3 * TIB, allocated_bytes=TIB),)
XENSERVER = estate(
    kind="xenserver",
    live_migration=True,
    hosts=[host(number, "xenserver", version="8.2.1") for number in (1, 2)],
    vms=[vm(1, nested=True), vm(2)],
)
CASES = [
    (estate(), policy(targets=(KVM, XCP))),
    (estate(), policy(targets=(KVM, XCP), skills=("xcp-ng",), wants=("ha", "pool", "backup"))),
    (
        estate(vms=[vm(1, disks=BIG_DISK), vm(2)]),
        policy(targets=(KVM, XCP), skills=("xcp-ng",), wants=("ha",)),
    ),
    (estate(), policy(cluster={"target": XCP})),
    (estate(), policy(targets=(KVM,))),
    (XENSERVER, policy(targets=(KVM, XCP))),
]


SKILLS_FIRST = (Criterion(id="existing-skills", weight=10),)


def flips_of(subject, rules):
    """The flips of the only cluster."""
    contest = contest_of(case_of(subject, rules))
    choice = Choice(contests=(contest,), kept=frozenset(), policy=rules)
    return flips(choice, other_policies(choice), 0)


def redecided(subject, flip):
    """The winner when the changed case is read as an estate and a policy of its own."""
    case = flip.choice.contests[0].case
    changed = replace(subject, hosts=case.hosts + case.spares, vms=case.vms)
    rules, platforms = flip.choice.policy, load_platforms()
    (decision,) = decide(changed, rules, platforms, route(changed, rules, platforms), (), TODAY)
    return decision.winner


@pytest.mark.parametrize(("subject", "rules"), CASES)
def test_every_flip_holds_when_it_is_tried(subject, rules):
    before = decided(subject, rules)
    found = flips_of(subject, rules)
    assert found, "a case that nothing flips tests nothing"
    assert tuple(flip.statement for flip in found) == before.flips
    for flip in found:
        assert flip.winner != before.winner
        assert redecided(subject, flip) == flip.winner, flip.change


@settings(deadline=None)
@given(
    st.sampled_from(CASES),
    st.dictionaries(
        st.sampled_from(["conversion-effort", "existing-skills", "host-management", "support-horizon"]),
        st.integers(0, 10),
    ),
)
def test_flips_hold_under_any_weights(subject_and_rules, weights):
    subject, rules = subject_and_rules
    weighted = tuple(Criterion(id=name, weight=weight) for name, weight in weights.items())
    rules = replace(rules, decision=replace(rules.decision, weights=weighted))
    before = decided(subject, rules).winner
    for flip in flips_of(subject, rules):
        assert flip.winner != before
        assert redecided(subject, flip) == flip.winner


def test_a_weight_flip_names_the_nearest_weight():
    rules = policy(targets=(KVM, XCP), skills=("xcp-ng",), wants=("ha", "pool", "backup"))
    (lowered,) = [flip for flip in decided(estate(), rules).flips if "`existing-skills`" in flip]
    weight = int(lowered.split(" to ")[1].split(":")[0])
    assert lowered.startswith("Lowering the weight of `existing-skills` from 6 to ")

    def winner_at(number):
        skilled = (Criterion(id="existing-skills", weight=number),)
        return decided(estate(), replace(rules, decision=replace(rules.decision, weights=skilled))).winner

    assert winner_at(weight) == KVM
    assert winner_at(weight + 1) == XCP


def test_a_veto_is_flipped_by_leaving_out_what_causes_it():
    assert (
        "With VM vm1 outside this cluster: XCP-ng 8.3 would win"
        in decided(XENSERVER, policy(targets=(KVM, XCP))).flips
    )


def test_a_size_flip_names_the_vm_and_both_sizes():
    subject = estate(vms=[vm(1, vcpus=400), vm(2)])
    rules = policy(targets=(KVM, "kvm-el-9"), skills=("debian", "kvm"), weights=SKILLS_FIRST)
    assert (
        "With at most 288 (vCPUs) for vm1 (400): KVM on Debian 12 would win" in decided(subject, rules).flips
    )


def test_a_decision_that_nothing_flips_says_so():
    certain = replace(XENSERVER, vms=(vm(1), vm(2)))
    flips_found = decided(certain, policy(targets=(KVM, XCP))).flips
    assert flips_found == (
        "no single change of a weight, a wish, a skill or a size that was tried makes another target win",
    )
