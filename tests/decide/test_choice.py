"""The joint choice over clusters, against every combination of targets that there is."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.decide import decide
from planner.decide.choice import Choice, Contest, contest_of
from planner.decide.obstacle import Obstacle
from planner.decide.ranking import Candidate, weights_of
from planner.knowledge import load_platforms, wants
from planner.model.estate import ClusterId, HostId, VmId
from planner.model.kinds import HypervisorKind
from planner.model.policy import ClusterPolicy, Strategy
from planner.route import route
from tests.decide.decide_estates import EL, KVM, XCP, case_of, estate, host, policy, vm
from tests.today import TODAY

BASE = case_of(estate())
PLATFORMS = {platform.id: platform for platform in load_platforms()}
CRITERIA = ("conversion-effort", "downtime", "existing-skills")
WEIGHTS = weights_of(policy())
IMPOSSIBLE = Obstacle(reason="it does not fit", source=None, remedy="make it smaller")


def candidate(platform, scores, *, possible=True):
    judged = {name: (score, "because") for name, score in zip(CRITERIA, scores, strict=True)}
    return Candidate(platform=PLATFORMS[platform], obstacles=() if possible else (IMPOSSIBLE,), scores=judged)


points = st.tuples(*(st.integers(0, 10) for _ in CRITERIA))
judgements = st.tuples(*(st.tuples(points, st.sampled_from([True, True, True, False])) for _ in range(3)))


@st.composite
def choices(draw):
    """Up to four clusters with made-up scores for three platforms; some are asked for one, some cannot have another."""
    contests, asked = [], []
    for number, judged in enumerate(draw(st.lists(judgements, min_size=1, max_size=4))):
        name = f"cluster {number}"
        wanted = draw(st.none() | st.sampled_from([KVM, XCP]))
        asked += [ClusterPolicy(cluster=name, target=wanted)] if wanted else []
        candidates = tuple(
            candidate(platform, scores, possible=possible)
            for platform, (scores, possible) in zip((KVM, EL, XCP), judged, strict=True)
        )
        contests.append((name, candidates))
    rules = replace(policy(one_hypervisor=draw(st.integers(0, 20))), clusters=tuple(asked))
    kept = draw(st.sets(st.sampled_from([HypervisorKind.KVM, HypervisorKind.XCPNG, HypervisorKind.ESXI])))
    return Choice(
        contests=tuple(
            Contest(
                case=replace(BASE, cluster=replace(BASE.cluster, name=name), policy=rules), candidates=some
            )
            for name, some in contests
        ),
        kept=frozenset(kept),
        policy=rules,
    )


def worth(choice, combination):
    """The sum of points, with the bonus where all are alike."""
    total = sum((one.share(WEIGHTS) for one in combination), Fraction(0)) * 100
    alike = {one.platform.hypervisor for one in combination} | choice.kept
    return total + choice.policy.decision.one_hypervisor * len(combination) * (len(alike) == 1)


def possible(contest):
    asked = contest.case.asked.target
    return [one for one in contest.candidates if not one.obstacles and asked in {None, one.platform.id}]


@given(choices())
def test_no_combination_is_worth_more(choice):
    options = [possible(contest) for contest in choice.contests]
    if not all(options):
        missing = [not some for some in options]
        assert [winner is None for winner in choice.winners] == missing
        return
    chosen = [
        next(one for one in contest.candidates if one.platform.id == winner)
        for contest, winner in zip(choice.contests, choice.winners, strict=True)
    ]
    assert all(one in some for one, some in zip(chosen, options, strict=True))
    assert worth(choice, chosen) == max(worth(choice, combination) for combination in product(*options))


def two_clusters():
    """Alpha, whose VM runs VMs itself and so cannot go to XCP-ng, and Beta, which runs XenServer."""
    beta = ClusterId("cluster-b")
    alpha = estate(vms=[vm(1, nested=True)])
    servers = [
        host(
            number,
            "xenserver",
            cluster=beta,
            version="8.2.1",
            id=HostId(f"host-{number}"),
            name=f"xen{number}",
        )
        for number in (3, 4)
    ]
    other = replace(
        alpha.clusters[0],
        id=beta,
        name="Beta",
        hypervisor=HypervisorKind.XENSERVER,
        live_migration=True,
    )
    guest = vm(2, cluster=beta, host=HostId("host-3"), id=VmId("vm-2"))
    return replace(
        alpha, clusters=(*alpha.clusters, other), hosts=(*alpha.hosts, *servers), vms=(*alpha.vms, guest)
    )


def winners_with(bonus):
    rules, platforms, subject = (
        policy(targets=(KVM, XCP), one_hypervisor=bonus),
        load_platforms(),
        two_clusters(),
    )
    return decide(subject, rules, platforms, route(subject, rules, platforms), (), TODAY)


def test_one_hypervisor_for_all_is_worth_what_the_policy_says():
    apart, alike = winners_with(0), winners_with(20)
    assert [decision.winner for decision in apart] == [KVM, XCP]
    assert [decision.winner for decision in alike] == [KVM, KVM]
    (said,) = (reason for reason in alike[1].reasons if "one hypervisor" in reason)
    assert "alone, this cluster would get XCP-ng 8.3" in said
    (flip,) = (flip for flip in alike[1].flips if "`decision.one_hypervisor`" in flip)
    least = int(flip.split(" from 20 to ")[1].split(":")[0])
    assert [decision.winner for decision in winners_with(least)] == [KVM, XCP]
    assert [decision.winner for decision in winners_with(least + 1)] == [KVM, KVM]


def test_what_stays_counts():
    """A cluster that keeps ESXi: whatever the others get, there is no one hypervisor."""
    rules = replace(
        policy(targets=(KVM, XCP), one_hypervisor=20),
        clusters=(ClusterPolicy(cluster="Alpha", strategy=Strategy.KEEP),),
    )
    platforms, subject = load_platforms(), two_clusters()
    kept, other = decide(subject, rules, platforms, route(subject, rules, platforms), (), TODAY)
    assert (kept.winner, other.winner) == (None, XCP)


@pytest.mark.parametrize("word", [want.id for want in wants()])
def test_under_other_wishes_nothing_else_changes(word):
    """What is not judged again would come out the same."""
    choice = Choice(contests=(contest_of(BASE),), kept=frozenset(), policy=BASE.policy)
    wishing = policy(wants=(word,), skills=("kvm", "xenserver"))
    assert choice.wishing(wishing) == choice.under(wishing)
