"""Whole decisions: strategies, forced and restricted targets, ties, reasons, confidence."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.decide import decide
from planner.errors import InfeasibleError
from planner.knowledge import load_platforms
from planner.model.codec import to_json
from planner.model.estate import Cpu
from planner.model.kinds import HypervisorKind, PowerState
from planner.model.policy import Criterion, Policy, Strategy
from planner.route import route
from planner.units import GIB
from tests.decide.decide_estates import EL, EL10, KVM, KVM13, XCP, decided, estate, host, policy, vm
from tests.today import TODAY

WEAK = Cpu(flags=("sse",))


def pool(version, **facts):
    hosts = [host(number, "xenserver", version=version) for number in (1, 2, 3)]
    return estate(kind="xenserver", live_migration=True, hosts=hosts, **facts)


def spare(number, **facts):
    return host(number, HypervisorKind.NONE, version=None, **facts)


STRATEGIES = [
    # estate, policy, strategy, winner, words of the first reason
    (estate(), policy(targets=(KVM,)), Strategy.CONVERT_IN_PLACE, KVM, "emptied, rebuilt"),
    (pool("8.2.1"), None, Strategy.UPGRADE_IN_PLACE, XCP, "upgrade in place"),
    (pool("8.2.1", vms=[]), None, Strategy.UPGRADE_IN_PLACE, XCP, "upgrade in place"),
    (pool(None), None, Strategy.UPGRADE_IN_PLACE, XCP, "upgrade in place"),
    (pool("7.6.0"), policy(targets=(KVM, XCP)), Strategy.CONVERT_IN_PLACE, KVM, "emptied, rebuilt"),
    (
        pool("8.2.1"),
        policy(cluster={"strategy": Strategy.MOVE_TO_NEW_HOSTS}, targets=(XCP,)),
        None,
        None,
        "no host to install",
    ),
    (
        replace(pool("8.2.1"), hosts=(*pool("8.2.1").hosts, spare(9))),
        policy(cluster={"strategy": Strategy.MOVE_TO_NEW_HOSTS}, targets=(XCP,)),
        Strategy.MOVE_TO_NEW_HOSTS,
        XCP,
        "the policy asks for it",
    ),
    (estate(), policy(cluster={"strategy": Strategy.KEEP}), Strategy.KEEP, None, "the policy keeps"),
    (estate(hosts=[]), None, Strategy.KEEP, None, "no host of the cluster is known"),
    (estate(hosts=[spare(1)]), None, Strategy.KEEP, None, "no host of the cluster is known"),
    (
        estate(kind="xcp-ng", hosts=[host(1, "xcp-ng", version="8.3.0")]),
        None,
        Strategy.KEEP,
        None,
        "run XCP-ng 8.3 already",
    ),
    (
        estate(kind="kvm", hosts=[host(1, "kvm", version="12", edition="Debian")]),
        None,
        Strategy.KEEP,
        None,
        "run KVM on Debian 12 already",
    ),
    (
        estate(kind="xcp-ng", hosts=[host(1, "xcp-ng", version="8.3.0")]),
        policy(cluster={"target": XCP}),
        Strategy.KEEP,
        None,
        "run XCP-ng 8.3 already",
    ),
    (
        estate(kind="kvm", hosts=[host(1, "kvm", version="12", edition="Debian")]),
        policy(targets=(EL,)),
        Strategy.CONVERT_IN_PLACE,
        EL,
        "emptied, rebuilt",
    ),
    (
        estate(kind="kvm", hosts=[host(1, "kvm", version="12", edition="Debian")]),
        policy(cluster={"target": EL}),
        Strategy.CONVERT_IN_PLACE,
        EL,
        "emptied, rebuilt",
    ),
    (
        estate(kind="kvm", hosts=[host(1, "kvm", edition="Debian 12"), host(2, "kvm", edition="Debian 11")]),
        policy(targets=(KVM,)),
        Strategy.CONVERT_IN_PLACE,
        KVM,
        "emptied, rebuilt",
    ),
    (
        estate(hosts=[host(1, cpu=WEAK), spare(2)]),
        policy(targets=(KVM,)),
        Strategy.MOVE_TO_NEW_HOSTS,
        KVM,
        "no present host can carry KVM on Debian 12",
    ),
    (
        estate(hosts=[host(1, cpu=WEAK), spare(2, memory_bytes=16 * GIB)]),
        policy(targets=(KVM,)),
        None,
        None,
        "processor without vmx or svm",
    ),
    (
        estate(hosts=[host(1, cpu=WEAK), spare(2, memory_bytes=None)]),
        policy(targets=(KVM,)),
        None,
        None,
        "processor without vmx or svm",
    ),
    (
        estate(hosts=[host(1, cpu=WEAK), host(2), spare(3)]),
        policy(targets=(KVM,)),
        None,
        None,
        "processor without vmx or svm",
    ),
]


@pytest.mark.parametrize(("subject", "rules", "expected"), [(row[0], row[1], row[2:]) for row in STRATEGIES])
def test_strategy(subject, rules, expected):
    strategy, winner, words = expected
    if strategy is None:
        with pytest.raises(InfeasibleError, match=words):
            decided(subject, rules)
        return
    decision = decided(subject, rules)
    assert (decision.strategy, decision.winner) == (strategy, winner)
    assert words in decision.reasons[0]


def test_every_strategy_is_reached():
    assert {row[2] for row in STRATEGIES} >= set(Strategy)


def test_targets_restrict_who_competes():
    decision = decided(estate(), policy(targets=(XCP, KVM)))
    assert {candidate.platform for candidate in decision.candidates} == {XCP, KVM}
    assert (decision.winner, decision.runner_up) == (KVM, XCP)


def test_a_forced_target_wins_and_is_compared_all_the_same():
    decision = decided(estate(), policy(cluster={"target": XCP}, targets=(KVM,)))
    assert (decision.winner, decision.runner_up) == (XCP, KVM)
    assert "the policy names this target for the cluster" in decision.reasons
    assert "Without `target` for this cluster in the policy: KVM on Debian 12 would win" in decision.flips


def test_equal_totals_are_decided_by_skills_and_then_by_name():
    nothing_counts = tuple(
        Criterion(id=criterion.criterion, weight=0) for criterion in decided(estate()).candidates[0].criteria
    )
    assert decided(estate(), policy(weights=nothing_counts)).winner == KVM
    skilled = decided(estate(), policy(weights=nothing_counts, skills=("xcp-ng",)))
    assert skilled.winner == XCP
    assert any("equal to KVM on Debian 12 in total" in reason for reason in skilled.reasons)


def test_totals_are_percentages_of_the_most_that_could_be_had():
    for candidate in decided(estate()).candidates:
        most = 10 * sum(score.weight for score in candidate.criteria)
        assert candidate.total == round(100 * sum(s.score * s.weight for s in candidate.criteria) / most)


def test_reasons_name_the_rival_of_the_other_hypervisor_too():
    reasons = "\n".join(decided(estate()).reasons)
    assert "against 2 of XCP-ng 8.3 (weight 8)" in reasons
    assert "equal to KVM on AlmaLinux 9 in total" in reasons


def test_confidence_falls_with_every_unknown_fact_and_the_reasons_name_them():
    known = decided(estate())
    vague = decided(
        estate(hosts=[host(1, cpu=Cpu(), disks=())], vms=[vm(1, memory_bytes=None), vm(2, power=None)])
    )
    assert known.confidence == 100
    assert vague.confidence == 75
    (line,) = [reason for reason in vague.reasons if reason.startswith("not known: ")]
    assert line == (
        "not known: power state of 1 of 2 VMs, memory of 1 of 2 VMs, processor flags of 1 of 1 host, "
        "local disks of 1 of 1 host"
    )


def test_unknown_facts_never_veto():
    blank = estate(
        hosts=[host(1, cpu=Cpu(), memory_bytes=None, disks=(), version=None)],
        vms=[
            vm(
                1,
                power=None,
                vcpus=None,
                memory_bytes=None,
                guest_os=None,
                firmware=None,
                disks=(),
                nics=(),
                host=None,
            )
        ],
    )
    decision = decided(blank)
    assert all(candidate.vetoes == () for candidate in decision.candidates)
    assert decision.confidence == 0


def test_every_cluster_is_decided_for_itself():
    esxi, xen = estate(), pool("8.2.1")
    beta = replace(xen.clusters[0], id="cluster-b", name="Beta")
    both = replace(
        esxi,
        clusters=(*esxi.clusters, beta),
        hosts=(*esxi.hosts, *(replace(h, id=f"{h.id}-b", cluster="cluster-b") for h in xen.hosts)),
        vms=(*esxi.vms, *(replace(v, id=f"{v.id}-b", cluster="cluster-b", host="host-1-b") for v in xen.vms)),
    )
    rules, platforms = policy(targets=(KVM, XCP)), load_platforms()
    first, second = decide(both, rules, platforms, route(both, rules, platforms), (), TODAY)
    assert (first.cluster, second.cluster, second.winner) == ("cluster-a", "cluster-b", XCP)
    assert second.strategy is Strategy.UPGRADE_IN_PLACE


HOSTS = st.builds(
    lambda number, flags, memory: host(number, cpu=Cpu(flags=flags), memory_bytes=memory),
    st.integers(1, 3),
    st.sampled_from([None, ("vmx",), ("svm", "npt"), ("vmx", "ept"), ("sse",)]),
    st.sampled_from([None, 2 * GIB, 64 * GIB]),
)
VMS = st.builds(
    lambda number, vcpus, nested, guest, power: vm(
        number, vcpus=vcpus, nested=nested, guest_os=guest, power=power
    ),
    st.integers(1, 6),
    st.sampled_from([None, 2, 48, 200, 400]),
    st.sampled_from([None, False, True]),
    st.sampled_from([None, "Debian GNU/Linux 12", "Microsoft Windows Server 2019", "FreeBSD 13"]),
    st.sampled_from([None, *PowerState]),
)
ESTATES = st.builds(
    lambda hosts, vms: estate(
        hosts={each.id: each for each in hosts}.values(), vms={each.id: each for each in vms}.values()
    ),
    st.lists(HOSTS, min_size=1, max_size=3),
    st.lists(VMS, max_size=5),
)
WEIGHTS = st.dictionaries(
    st.sampled_from(["conversion-effort", "existing-skills", "host-management"]), st.integers(0, 10)
)


@settings(deadline=None)
@given(ESTATES, WEIGHTS, st.permutations(load_platforms()))
def test_a_winner_is_never_vetoed_and_the_order_of_platforms_does_not_matter(subject, weights, platforms):
    rules = policy(weights=tuple(Criterion(id=name, weight=weight) for name, weight in weights.items()))
    routes = route(subject, rules, load_platforms())
    try:
        (decision,) = decide(subject, rules, load_platforms(), routes, (), TODAY)
    except InfeasibleError as error:
        refused = error
    else:
        refused = None
    if refused is not None:
        assert all(shortage.remedies for shortage in refused.shortages)
        return
    best = max(candidate.total for candidate in decision.candidates if not candidate.vetoes)
    first = decision.candidates[0]
    assert (first.platform, first.vetoes, first.total) == (decision.winner, (), best)
    (again,) = decide(subject, rules, tuple(platforms), routes[::-1], (), TODAY)
    assert again == decision


def test_deciding_twice_gives_the_same_bytes():
    assert to_json(decided(pool("8.2.1"), Policy())) == to_json(decided(pool("8.2.1"), Policy()))


def test_platform_names_are_the_ones_that_the_rest_uses():
    assert {KVM, KVM13, EL, EL10, XCP} == {platform.id for platform in load_platforms()}
