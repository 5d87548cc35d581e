"""What to drop of rules that contradict each other, against every set of rules that there is."""

from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.graph import build_graph, contradictions, repair
from planner.model.estate import AffinityRule, Cluster, ClusterId, Estate, Host, HostId, VirtualMachine, VmId
from planner.model.kinds import AffinityKind
from planner.model.kinds import HypervisorKind as Kind
from planner.model.policy import Policy

VMS = tuple(VmId(f"vm-{letter}") for letter in "abcd")
HOSTS = tuple(HostId(f"host-{number}") for number in (1, 2))
HOME = ClusterId("cluster-a")


def rule(number, kind, vms, hosts=()):
    return AffinityRule(id=f"rule-{number}", name=f"rule {number}", kind=kind, vms=vms, hosts=hosts)


def estate(rules):
    return Estate(
        clusters=(Cluster(id=HOME, name="Alpha", hypervisor=Kind.ESXI),),
        hosts=tuple(Host(id=host, name=host, hypervisor=Kind.ESXI, cluster=HOME) for host in HOSTS),
        vms=tuple(VirtualMachine(id=vm, name=vm, cluster=HOME) for vm in VMS),
        affinity_rules=tuple(rules),
    )


def is_sound(rules):
    return not contradictions(build_graph(estate(rules), Policy()))


several = st.sets(st.sampled_from(VMS), min_size=2, max_size=3).map(lambda vms: tuple(sorted(vms)))
drawn = st.one_of(
    st.tuples(
        st.sampled_from([AffinityKind.TOGETHER, AffinityKind.APART, AffinityKind.WAVES_APART]),
        several,
        st.just(()),
    ),
    st.tuples(
        st.just(AffinityKind.PINNED),
        st.sampled_from(VMS).map(lambda vm: (vm,)),
        st.sampled_from(HOSTS).map(lambda host: (host,)),
    ),
)


@settings(deadline=None)
@given(st.lists(drawn, max_size=7))
def test_no_smaller_set_of_rules_would_do(found):
    rules = [rule(number, *parts) for number, parts in enumerate(found)]
    told = repair(build_graph(estate(rules), Policy()))
    assert told.smallest
    assert is_sound([one for one in rules if one.id not in told.rules])
    smaller = combinations(rules, len(told.rules) - 1) if told.rules else ()
    assert not any(is_sound([one for one in rules if one not in some]) for some in smaller)


def test_wishes_are_never_dropped():
    together = rule(1, AffinityKind.TOGETHER, VMS[:2])
    apart = replace(rule(2, AffinityKind.APART, VMS[:2]), mandatory=False)
    assert repair(build_graph(estate([together, apart]), Policy())).rules == ()


def test_many_conflicts_that_hang_together_are_solved_without_trying_every_set():
    """One pair is to be together by one rule, and apart by thirty others."""
    rules = [rule(0, AffinityKind.TOGETHER, VMS[:2])]
    rules += [rule(number, AffinityKind.APART, VMS[:2]) for number in range(1, 31)]
    told = repair(build_graph(estate(rules), Policy()))
    assert (told.rules, told.smallest) == (("rule-0",), False)
