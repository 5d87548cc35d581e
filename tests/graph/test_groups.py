"""Groups, cycles, order, impact and contradictions on small estates, as tables."""

import pytest

from planner.graph import EdgeKind, contradictions, cycles, groups, impact, start_order
from planner.model.kinds import ManagerKind, ServiceRole
from tests.graph.graph_estates import cluster, disk, graph, names, rule, vm

SHARED = {"disks": (disk("[a] quorum.vmdk"),)}


@pytest.mark.parametrize(
    ("vms", "rules", "expected"),
    [
        pytest.param([vm("a"), vm("b", "a")], [], [], id="a chain is no group"),
        pytest.param(
            [vm("a"), vm("b"), vm("c")],
            [rule("t", "together", "a", "b")],
            [("a b", "a rule keeps them together", False)],
            id="a rule",
        ),
        pytest.param(
            [vm("a"), vm("b")],
            [rule("t", "together", "a", "b", mandatory=False)],
            [],
            id="a wish is no group",
        ),
        pytest.param(
            [vm("a", **SHARED), vm("b", **SHARED)], [], [("a b", "they share a disk", False)], id="a disk"
        ),
        pytest.param(
            [vm("a", **SHARED), vm("b", **SHARED), vm("c")],
            [rule("t", "together", "b", "c")],
            [("a b c", "a rule keeps them together; they share a disk", False)],
            id="rule and disk overlap",
        ),
        pytest.param(
            [vm("a", "c"), vm("b", "a"), vm("c", "b"), vm("d", "c")],
            [],
            [("a b c", "they depend on each other in a circle", True)],
            id="a circle",
        ),
        pytest.param(
            [vm("a"), vm("b", "c"), vm("c", "a")],
            [rule("t", "together", "a", "b")],
            [("a b c", "a rule keeps them together; they depend on each other in a circle", True)],
            id="a circle through a team",
        ),
        pytest.param(
            [vm("a", "b"), vm("b", "a")],
            [rule("t", "together", "a", "b")],
            [("a b", "a rule keeps them together; they depend on each other in a circle", True)],
            id="a circle inside a team",
        ),
        pytest.param([vm("a", "a")], [], [], id="alone it is no group"),
    ],
)
def test_groups(vms, rules, expected):
    found = groups(graph(*vms, rules=rules))
    assert [(names(group.vms), group.reason, group.cycle) for group in found] == expected


@pytest.mark.parametrize(
    ("vms", "rules", "expected"),
    [
        pytest.param([vm("a"), vm("b", "a"), vm("c", "a", "b")], [], [], id="no circle"),
        pytest.param([vm("a", "b"), vm("b", "a")], [], [("a b", ["a<b"])], id="two"),
        pytest.param([vm("a", "a")], [], [("a", ["a<a"])], id="itself"),
        pytest.param(
            # Two circles that share one dependency: it alone has to go.
            [vm("a", "c", "d"), vm("b", "a"), vm("c", "b"), vm("d", "b")],
            [],
            [("a b c d", ["a<b"])],
            id="the shared one",
        ),
        pytest.param(
            [vm("a"), vm("b", "c"), vm("c", "a")],
            [rule("t", "together", "a", "b")],
            [("a b c", ["a<c"])],
            id="through a team",
        ),
        pytest.param(
            [vm("a", "b"), vm("b", "a"), vm("c", "d"), vm("d", "c")],
            [],
            [("a b", ["a<b"]), ("c d", ["c<d"])],
            id="two circles",
        ),
    ],
)
def test_cycles(vms, rules, expected):
    found = cycles(graph(*vms, rules=rules))
    assert [
        (names(cycle.vms), [f"{cut.before[3:]}<{cut.after[3:]}" for cut in cycle.cut]) for cycle in found
    ] == expected
    assert all(cycle.exact for cycle in found)
    assert all(cut.evidence.startswith("depends_on (hosts.yml:") for cycle in found for cut in cycle.cut)


@pytest.mark.parametrize(
    ("vms", "rules", "asked", "expected"),
    [
        pytest.param([vm("a"), vm("b", "a"), vm("c", "a")], [], "a b c", ["a", "b c"], id="fan"),
        pytest.param([vm("a"), vm("b", "a"), vm("c", "b")], [], "a c", ["a", "c"], id="through others"),
        pytest.param([vm("a", "b"), vm("b", "a"), vm("c", "b")], [], "a b c", ["a b", "c"], id="a circle"),
        pytest.param(
            [vm("a"), vm("b"), vm("c", "b")],
            [rule("t", "together", "a", "b")],
            "a b c",
            ["a b", "c"],
            id="teams go as one",
        ),
        pytest.param(
            [vm("a"), vm("b", "a"), vm("c", "a")],
            [rule("t", "together", "a", "b")],
            "a b c",
            ["a", "b", "c"],
            id="in a team by need",
        ),
    ],
)
def test_start_order(vms, rules, asked, expected):
    order = start_order(graph(*vms, rules=rules), [f"vm-{name}" for name in asked.split()])
    assert [names(generation) for generation in order] == expected


def test_start_order_takes_only_vms():
    with pytest.raises(KeyError):
        start_order(graph(vm("a")), ["host-1"])


WORLD = graph(
    vm("db", disks=(disk("db.vmdk"),)),
    vm("app", "db", host="host-2"),
    vm("web", "app", host="host-2"),
    vm("vc", roles=(ServiceRole.VCENTER,), host="host-2"),
    clusters=(cluster("a", manager=ManagerKind.VCENTER), cluster("b")),
)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ("host-1", ["vm-db runs-on host-1", "vm-app start-before vm-db", "vm-web start-before vm-app"]),
        ("ds-1", ["vm-db uses-datastore ds-1", "vm-app start-before vm-db", "vm-web start-before vm-app"]),
        ("vm-app", ["vm-web start-before vm-app"]),
        ("vm-vc", ["cluster-a managed-by vm-vc"]),
        ("vm-web", []),
        ("net-1", []),
        (
            "cluster-a",
            [
                "vm-app member-of cluster-a",
                "vm-db member-of cluster-a",
                "vm-vc member-of cluster-a",
                "vm-web member-of cluster-a",
            ],
        ),
    ],
)
def test_impact(node, expected):
    effects = impact(WORLD, node)
    assert [f"{effect.node} {effect.kind} {effect.cause}" for effect in effects] == expected


def test_impact_follows_a_circle_once():
    circle = graph(vm("a", "b"), vm("b", "a"))
    assert [(effect.node, effect.kind) for effect in impact(circle, "vm-a")] == [
        ("vm-b", EdgeKind.START_BEFORE)
    ]


def test_impact_of_nothing():
    with pytest.raises(KeyError):
        impact(WORLD, "vm-ghost")


APART = "one rule keeps them apart, others keep them together"
CLUSTERS = "they are to be together and are in different clusters"
NOWHERE = "they are pinned to hosts that have none in common"
ONE_HOST = "a rule keeps them apart and both are pinned to the same host"


@pytest.mark.parametrize(
    ("vms", "rules", "expected"),
    [
        pytest.param(
            "a b c",
            [rule("t", "together", "a", "b"), rule("u", "together", "b", "c"), rule("x", "apart", "a", "c")],
            [("a c", "t u x", APART)],
            id="together by way of another",
        ),
        pytest.param(
            "a b",
            [rule("t", "together", "a", "b", mandatory=False), rule("x", "apart", "a", "b")],
            [],
            id="a wish gives way",
        ),
        pytest.param("a b", [rule("x", "apart", "a", "b")], [], id="apart alone"),
        pytest.param(
            "a b",
            [rule("p", "pinned", "a", hosts=[1]), rule("q", "pinned", "a", hosts=[2])],
            [("a", "p q", NOWHERE)],
            id="pinned twice",
        ),
        pytest.param(
            "a b",
            [
                rule("t", "together", "a", "b"),
                rule("p", "pinned", "a", hosts=[1]),
                rule("q", "pinned", "b", hosts=[2]),
            ],
            [("a b", "p q t", NOWHERE)],
            id="together, pinned elsewhere",
        ),
        pytest.param(
            "a b",
            [rule("p", "pinned", "a", hosts=[1, 2]), rule("q", "pinned", "a", hosts=[2])],
            [],
            id="one host left",
        ),
        pytest.param(
            "a b",
            [rule("p", "pinned", "a", "b", hosts=[1]), rule("x", "apart", "a", "b")],
            [("a b", "p x", ONE_HOST)],
            id="apart, pinned to one host",
        ),
    ],
)
def test_contradictions(vms, rules, expected):
    made = graph(*(vm(name) for name in vms.split()), rules=rules)
    found = [
        (names(one.vms), " ".join(rule.removeprefix("rule-") for rule in one.rules), one.reason)
        for one in contradictions(made)
    ]
    assert found == expected


def test_a_shared_disk_does_not_contradict_apart():
    made = graph(vm("a", **SHARED), vm("b", **SHARED), rules=[rule("x", "apart", "a", "b")])
    assert contradictions(made) == ()


def test_together_in_two_clusters_is_a_contradiction():
    made = graph(vm("a"), vm("b", cluster="cluster-b"), rules=[rule("t", "together", "a", "b")])
    assert [(one.vms, one.reason) for one in contradictions(made)] == [(("vm-a", "vm-b"), CLUSTERS)]
