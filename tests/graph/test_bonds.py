"""What the policy binds beside rules and shared disks: what is kept of it, and why not more."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.graph import Basis, Confidence, EdgeKind, bonds, build_graph, groups
from planner.model.estate import ClusterId, Disk
from planner.model.kinds import AffinityKind, Bond, ManagerKind, ServiceRole
from planner.model.policy import Policy, TogetherPolicy
from planner.model.setting import Setting, SettingKind
from tests.graph.graph_estates import cluster, disk, estate, names, rule, vm

BIND, WISH, SHOW = Bond.BIND, Bond.WISH, Bond.SHOW
SHARED_BUS = (Setting(kind=SettingKind.BUS_SHARING, value="SCSI 1: physical"),)
QUORUM = {"disks": (disk("[a] quorum.vmdk"),)}


def inside(vapp, name, *needs, **facts):
    return vm(name, *needs, settings=(Setting(kind=SettingKind.VAPP, value=vapp),), **facts)


def clone(name, *needs, **facts):
    """A VM whose disk holds the differences to one image."""
    own = Disk(id="0", path=f"{name}.vhd", datastore="ds-1", base="gold.vhd")
    return replace(vm(name, *needs, disks=(own,)), **facts)


def found(*vms, rules=(), clusters=None, most=20, **together):
    """What is made of it: VMs, bond, and why it is not more."""
    made = build_graph(
        estate(*vms, rules=rules, clusters=clusters), Policy(together=TogetherPolicy(**together))
    )
    return [(names(group.vms), group.bond, group.relaxed) for group in bonds(made, most)]


@pytest.mark.parametrize(
    ("vms", "expected"),
    [
        pytest.param([inside("shop", "a"), inside("shop", "b"), vm("c")], [("a b", BIND)], id="a vApp"),
        pytest.param([inside("shop", "a"), inside("else", "b")], [], id="two vApps of one VM each"),
        pytest.param([clone("a"), clone("b"), vm("c")], [("a b", WISH)], id="one image"),
        pytest.param([clone("a"), vm("b", **QUORUM)], [], id="an image of one"),
        pytest.param(
            [vm("wsfc1", settings=SHARED_BUS), vm("wsfc2", settings=SHARED_BUS)],
            [("wsfc1 wsfc2", BIND)],
            id="a guest cluster whose nodes share a bus",
        ),
        pytest.param(
            [vm(f"rac{number}", disks=(Disk(id="0", path=f"{number}", shared=True),)) for number in (1, 2)],
            [("rac1 rac2", BIND)],
            id="a guest cluster with a multi-writer disk each",
        ),
        pytest.param(
            [vm("wsfc1", settings=SHARED_BUS), vm("wsfc2")], [], id="one node without: only a name says so"
        ),
        pytest.param([vm("wsfc1"), vm("wsfc2")], [], id="a guest cluster by name only"),
        pytest.param(
            [vm("galera1", settings=SHARED_BUS), vm("galera2", settings=SHARED_BUS)],
            [],
            id="one that serves while a node is down",
        ),
        pytest.param(
            [inside("shop", "a", **QUORUM), vm("b", **QUORUM), inside("shop", "c")],
            [("a b c", BIND)],
            id="a vApp takes along what shares a disk",
        ),
        pytest.param([inside("shop", "a", **QUORUM), inside("shop", "b", **QUORUM)], [], id="firm already"),
        pytest.param(
            [inside("shop", "a", disks=clone("a").disks), inside("shop", "b"), clone("c")],
            [("a b", BIND), ("a b c", WISH)],
            id="a wish holds what binds",
        ),
    ],
)
def test_what_belongs_together(vms, expected):
    assert found(*vms) == [(*one, None) for one in expected]


@pytest.mark.parametrize(
    ("together", "expected"),
    [
        ({"vapps": WISH}, [("a b", WISH), ("c d", WISH)]),
        ({"vapps": SHOW}, [("c d", WISH)]),
        ({"linked_clones": BIND}, [("a b", BIND), ("c d", BIND)]),
        ({"linked_clones": SHOW}, [("a b", BIND)]),
        ({"likely_guest_clusters": WISH}, [("a b", BIND), ("c d", WISH), ("wsfc1 wsfc2", WISH)]),
        ({"likely_guest_clusters": BIND}, [("a b", BIND), ("wsfc1 wsfc2", BIND), ("c d", WISH)]),
        ({"guest_clusters": SHOW}, [("a b", BIND), ("c d", WISH)]),
    ],
)
def test_the_policy_says_how_firmly(together, expected):
    vms = [inside("shop", "a"), inside("shop", "b"), clone("c"), clone("d"), vm("wsfc1"), vm("wsfc2")]
    assert found(*vms, **together) == [(*one, None) for one in expected]


def test_what_the_policy_says_of_proven_guest_clusters():
    nodes = [vm(name, settings=SHARED_BUS) for name in ("wsfc1", "wsfc2")]
    assert found(*nodes, guest_clusters=WISH) == [("wsfc1 wsfc2", WISH, None)]
    assert found(*nodes, guest_clusters=SHOW) == []


MANAGED = (cluster("a", manager=ManagerKind.VCENTER, manager_address="vc"), cluster("b"))


@pytest.mark.parametrize(
    ("vms", "more", "because"),
    [
        pytest.param(
            [inside("shop", name) for name in "abc"], {"most": 2}, "3 VMs, and a wave has 2", id="wave"
        ),
        pytest.param(
            [inside("shop", "a", **QUORUM), vm("b", **QUORUM), inside("shop", "c")],
            {"most": 2},
            "3 VMs, and a wave has 2",
            id="with what shares a disk it is larger than a wave",
        ),
        pytest.param(
            [inside("shop", "a"), inside("shop", "c"), inside("x", "b", "a"), inside("x", "d"), vm("c2")],
            {"rules": [rule("r", "together", "a", "b")]},
            None,
            id="vApps that a rule ties are one",
        ),
        pytest.param(
            [inside("shop", "a"), vm("b", "a"), inside("shop", "c", "b")],
            {},
            "something between them has to be up first",
            id="a circle through another",
        ),
        pytest.param(
            [inside("shop", "a"), inside("shop", "b")],
            {"rules": [rule("w", "waves-apart", "a", "b")]},
            "a rule keeps some of them out of one wave",
            id="one at a time",
        ),
        pytest.param(
            [inside("shop", "vc", roles=(ServiceRole.VCENTER,)), inside("shop", "b")],
            {"clusters": MANAGED},
            "one of them manages a cluster",
            id="the manager",
        ),
        pytest.param(
            [vm("x", cluster=ClusterId("cluster-b")), inside("shop", "b"), inside("shop", "c")],
            {"rules": [rule("r", "together", "b", "x")]},
            "they are in different clusters",
            id="clusters",
        ),
    ],
)
def test_nothing_firmer_is_broken(vms, more, because):
    made = found(*vms, **more)
    if because is None:
        assert [bond for _, bond, _ in made] == [BIND]
    else:
        ((_, bond, relaxed),) = made
        assert bond is SHOW
        assert because in relaxed


def test_two_vapps_that_would_wait_for_each_other_are_not_both_bound():
    vms = [inside("x", "a"), inside("x", "b", "d"), inside("y", "c", "a"), inside("y", "d")]
    (kept, shown) = found(*vms)
    assert (kept[0], kept[1], shown[0], shown[1]) == ("a b", BIND, "c d", SHOW)


def test_a_wish_gives_way_to_what_seems_redundant_and_a_bond_does_not():
    same = {"guest_os": "Debian"}
    ((_, bond, relaxed),) = found(clone("web1", **same), clone("web2", **same))
    assert (bond, "stand in for each other" in relaxed) == (SHOW, True)
    bound = found(clone("web1", **same), clone("web2", **same), linked_clones=BIND)
    assert bound == [("web1 web2", BIND, None)]


def test_edges_have_evidence_confidence_and_bond():
    vms = [inside("shop", "a"), inside("shop", "b"), clone("c"), clone("d"), vm("rac1"), vm("rac2")]
    made = build_graph(estate(*vms, rules=[rule("r", "together", "a", "c")]), Policy())
    told = {
        made.nodes[group]["basis"]: (data["confidence"], data["bond"], data["mandatory"], data["evidence"])
        for _, group, data in made.edges(data=True)
        if data["kind"] is EdgeKind.MOVE_TOGETHER
    }
    assert told == {
        Basis.RULE: (Confidence.DECLARED, Bond.FIRM, True, "affinity rule (rules.yml:r)"),
        Basis.VAPP: (Confidence.DERIVED, BIND, False, "they are in one vApp"),
        Basis.BASE_IMAGE: (
            Confidence.DERIVED,
            WISH,
            False,
            "their disks hold the differences to it, or are it",
        ),
        Basis.GUEST_CLUSTER: (
            Confidence.HINTED,
            SHOW,
            False,
            "by their names or notes they are nodes of Oracle RAC",
        ),
    }


NINE = "abcdefghi"
pairs = st.sets(st.tuples(st.sampled_from(NINE), st.sampled_from(NINE)), max_size=8)
some = st.lists(st.sets(st.sampled_from(NINE), min_size=2, max_size=4), max_size=3)


@settings(max_examples=200, deadline=None)
@given(pairs, some, some, some, st.integers(1, 6))
def test_bonds_are_disjoint_whole_and_close_no_circle(needs, firm, vapps, apart, most):
    rules = [rule(f"t{number}", "together", *sorted(one)) for number, one in enumerate(firm)]
    rules += [rule(f"w{number}", AffinityKind.WAVES_APART, *sorted(one)) for number, one in enumerate(apart)]
    vms = [
        replace(
            vm(name, *sorted(before for before, after in needs if after == name)),
            settings=tuple(
                Setting(kind=SettingKind.VAPP, value=str(number))
                for number, one in enumerate(vapps)
                if name in one
            ),
            disks=clone(name).disks if name in "aei" else (),
        )
        for name in NINE
    ]
    made = build_graph(estate(*vms, rules=rules), Policy())
    fixed, asked = groups(made), bonds(made, most)
    of = {bond: [set(one.vms) for one in asked if one.bond is bond] for bond in Bond}
    of[Bond.FIRM] = [set(one.vms) for one in fixed if len(one.vms) > 1]
    for level, firmer in ((BIND, of[Bond.FIRM]), (WISH, of[Bond.FIRM] + of[BIND])):
        assert sum(map(len, of[level])) == len(set().union(*of[level]))
        assert all(len(one) <= most for one in of[level])
        assert all(inner <= one or not inner & one for one in of[level] for inner in firmer)
        as_rules = [
            rule(f"n{number}", "together", *(name.removeprefix("vm-") for name in sorted(one)))
            for number, one in enumerate(of[level])
        ]
        closed = groups(build_graph(estate(*vms, rules=[*rules, *as_rules]), Policy()))
        assert {frozenset(one.vms) for one in closed if len(one.vms) > 1} >= {
            frozenset(one) for one in of[level]
        }
    assert all((one.relaxed is None) is (one.bond is not SHOW) for one in asked)


def test_twenty_thousand_vms_in_vapps_take_seconds():
    many = [
        inside(f"{number // 5}", f"{number:05}", *([f"{number - 7:05}"] if number % 10 else []))
        for number in range(7, 20_007)
    ]
    made = build_graph(estate(*many), Policy())
    began = time.process_time()
    assert bonds(made, 20)
    assert time.process_time() - began < 10
