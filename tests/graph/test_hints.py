"""What is guessed from names, notes and traffic, what it is told with, and that it binds nothing."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.graph import (
    Basis,
    Confidence,
    EdgeKind,
    build_graph,
    contradictions,
    cycles,
    groups,
    impact,
    start_order,
)
from planner.model.estate import Attribute, Flow, Network, NetworkId, Nic, VmId
from planner.model.kinds import PowerState, ServiceRole
from planner.model.policy import Policy
from planner.model.setting import Setting, SettingKind
from planner.pipeline import analyse, estate_digest, make_plan, settle
from tests.graph.graph_estates import cluster, disk, estate, graph, names, rule, vm
from tests.plan_estate import ESTATE, POLICY
from tests.today import TODAY

DECLARED, DERIVED, HINTED = Confidence
GIB = 1024**3
DEBIAN = {"guest_os": "Debian GNU/Linux 12 (64-bit)"}


def told(made, kind):
    """`first>second` with evidence and confidence."""
    return {
        f"{made.nodes[first]['name']}>{made.nodes[second]['name']}": (data["evidence"], data["confidence"])
        for first, second, data in made.edges(data=True)
        if data["kind"] is kind
    }


@pytest.mark.parametrize(
    ("vms", "expected"),
    [
        pytest.param([vm("web1", **DEBIAN), vm("web2", **DEBIAN)], {"web#": "web1 web2"}, id="a pair"),
        pytest.param([vm("DC01", **DEBIAN), vm("dc02", **DEBIAN)], {"dc#": "DC01 dc02"}, id="in any case"),
        pytest.param(
            [vm("web1-a", **DEBIAN), vm("web2-a", **DEBIAN)], {"web#-a": "web1-a web2-a"}, id="inside"
        ),
        pytest.param([vm("web1", **DEBIAN), vm("web2", guest_os="Windows")], {}, id="other guests"),
        pytest.param([vm("web1"), vm("web2")], {}, id="unknown guests"),
        pytest.param([vm("web1", **DEBIAN), vm("app2", **DEBIAN)], {}, id="other names"),
        pytest.param([vm("1", **DEBIAN), vm("2", **DEBIAN)], {}, id="only numbers"),
        pytest.param([vm("web1", **DEBIAN), vm("web2", template=True, **DEBIAN)], {}, id="a template"),
        pytest.param([vm("web1", **DEBIAN), vm("web2", power=PowerState.OFF, **DEBIAN)], {}, id="one is off"),
        pytest.param([vm(f"vdi{number}", **DEBIAN) for number in range(5)], {}, id="a series"),
    ],
)
def test_which_vms_stand_in_for_each_other_by_their_names(vms, expected):
    made = graph(*vms)
    found = {}
    for edge, (_, confidence) in told(made, EdgeKind.NOT_IN_ONE_WAVE).items():
        assert confidence is HINTED
        first, _, group = edge.partition(">")
        found.setdefault(group, []).append(first)
    assert {group: " ".join(sorted(members)) for group, members in found.items()} == expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule("w", "waves-apart", "web1", "web2")], {"web1>w": DECLARED, "web2>w": DECLARED}),
        ([rule("a", "apart", "web1", "web2")], {"web1>a": HINTED, "web2>a": HINTED}),
        ([rule("a", "apart", "web1", "web2", mandatory=False)], {"web1>web#": HINTED, "web2>web#": HINTED}),
    ],
)
def test_a_rule_is_told_instead_of_a_guess(rules, expected):
    made = graph(vm("web1", **DEBIAN), vm("web2", **DEBIAN), rules=rules)
    found = told(made, EdgeKind.NOT_IN_ONE_WAVE)
    assert {edge: confidence for edge, (_, confidence) in found.items()} == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"roles": (ServiceRole.DNS, ServiceRole.NTP)}, ("roles: dns, ntp (hosts.yml:x)", DECLARED)),
        ({"hostname": "dc01.example.org"}, ("looks like directory: dc01", HINTED)),
        ({"tags": ("DHCP server",)}, ("looks like dhcp: DHCP server", HINTED)),
        ({"attributes": (Attribute(name="Role", value="NTP"),)}, ("looks like ntp: Role: NTP", HINTED)),
        (
            {"annotation": "old box\nthe FlexLM for CAD"},
            ("looks like licence: the FlexLM for CAD", HINTED),
        ),
        (
            {"roles": (ServiceRole.DNS,), "hostname": "dc01"},
            ("roles: dns (hosts.yml:x); looks like directory: dc01", DECLARED),
        ),
        ({"roles": (ServiceRole.VCENTER,)}, None),
        ({"hostname": "vcsa01"}, None),
        ({"hostname": "dc01", "template": True}, None),
        ({}, None),
    ],
)
def test_who_serves_its_cluster(facts, expected):
    assert told(graph(vm("x", **facts)), EdgeKind.SERVES).get("x>A") == expected


def on(network):
    return {"nics": (Nic(id="0", network=NetworkId(network)),)}


@pytest.mark.parametrize(
    ("other", "servers", "expected"),
    [
        (Network(id=NetworkId("net-2"), name="lan"), 1, {"dc1>A", "dc1>B"}),
        (Network(id=NetworkId("net-2"), name="lan", vlan=7), 1, {"dc1>A"}),
        (Network(id=NetworkId("net-2"), name="dmz"), 1, {"dc1>A"}),
        (Network(id=NetworkId("net-2"), name="lan"), 5, {f"dc{number}>A" for number in range(1, 6)}),
    ],
)
def test_who_serves_another_cluster_over_a_network_of_one_name(other, servers, expected):
    vms = [vm(f"dc{number}", **on("net-1")) for number in range(1, servers + 1)]
    made = estate(*vms, vm("far", cluster="cluster-b", **on("net-2")))
    made = build_graph(replace(made, networks=(*made.networks, other)), Policy())
    assert set(told(made, EdgeKind.SERVES)) == expected


def test_a_role_that_is_declared_makes_a_service_elsewhere_a_conclusion():
    made = estate(
        vm("x", roles=(ServiceRole.DNS,), **on("net-1")), vm("far", cluster="cluster-b", **on("net-2"))
    )
    other = Network(id=NetworkId("net-2"), name="lan")
    found = told(build_graph(replace(made, networks=(*made.networks, other)), Policy()), EdgeKind.SERVES)
    assert [found["x>A"][1], found["x>B"][1]] == [DECLARED, DERIVED]


BACKUP = {"roles": (ServiceRole.BACKUP,)}
VEEAM = (Attribute(name="Notes", value="Veeam Backup: Job name: [J], Backup host: [VBR01], Time: [1]"),)


@pytest.mark.parametrize(
    ("vms", "expected"),
    [
        pytest.param(
            [vm("web", backed_up_by=VmId("vm-b")), vm("b")],
            {"web>b": ("backed_up_by (hosts.yml:web)", DECLARED)},
            id="declared",
        ),
        pytest.param(
            [vm("web", tags=("backup",)), vm("b", **BACKUP)],
            {"web>b": ("its notes tell of a backup: backup", DERIVED)},
            id="a tag, and one server",
        ),
        pytest.param([vm("web", tags=("backup",)), vm("b")], {}, id="nobody has the role"),
        pytest.param([vm("web", tags=("no backup",)), vm("b", **BACKUP)], {}, id="excluded"),
        pytest.param([vm("web"), vm("b", **BACKUP)], {}, id="no trace"),
        pytest.param([vm("b", tags=("backup",), **BACKUP)], {}, id="itself"),
        pytest.param(
            [vm("web", tags=("backup",)), vm("b", **BACKUP), vm("c", cluster="cluster-b", **BACKUP)],
            {"web>b": ("its notes tell of a backup: backup", DERIVED)},
            id="that of its cluster",
        ),
        pytest.param(
            [vm("web", tags=("backup",)), vm("b", **BACKUP), vm("c", **BACKUP)], {}, id="one of two"
        ),
        pytest.param(
            [vm("web", attributes=VEEAM), vm("x", hostname="vbr01.example.org"), vm("c", **BACKUP)],
            {"web>x": (f"its notes tell of a backup: Notes: {VEEAM[0].value}", DERIVED)},
            id="the one that the trace names",
        ),
    ],
)
def test_who_is_backed_up_by_whom(vms, expected):
    assert told(graph(*vms), EdgeKind.BACKED_UP_BY) == expected


def flow(first, second, size, port=443):
    ends = (VmId(f"vm-{name}") if name else None for name in (first, second))
    return Flow(source=next(ends), destination=next(ends), port=port, size_bytes=size)


def with_flows(made, *flows):
    return build_graph(replace(made, flows=flows), Policy())


def test_traffic_is_told_by_its_amount_the_most_first():
    made = with_flows(
        estate(vm("a"), vm("b"), vm("c")),
        flow("a", "c", 5000, None),
        flow("a", "b", GIB, 443),
        flow("a", "b", 2 * GIB, 5432),
        flow("a", None, 9 * GIB),
        flow(None, "a", 9 * GIB),
    )
    assert list(told(made, EdgeKind.TALKS_TO).items()) == [
        ("a>b", ("3 GiB on ports 5432, 443 (flows.csv)", HINTED)),
        ("a>c", ("5 KiB (flows.csv)", HINTED)),
    ]


def test_what_may_suffer_stands_after_what_is_down_and_is_not_followed():
    made = with_flows(
        estate(
            vm("db"),
            vm("app", "db"),
            vm("web"),
            vm("proxy"),
            vm("saved", backed_up_by=VmId("vm-db")),
            vm("after", "saved"),
        ),
        flow("web", "app", 5),
        flow("proxy", "web", 5),
        flow("app", "db", 5),
    )
    found = impact(made, "vm-db")
    assert [(effect.node, str(effect.kind), effect.down, effect.hinted) for effect in found] == [
        ("vm-app", "start-before", True, False),
        ("vm-saved", "backed-up-by", False, False),
        ("vm-web", "talks-to", False, True),
    ]


def test_a_cluster_lacks_the_service_of_a_vm_that_is_down():
    (effect,) = impact(graph(vm("dc01")), "vm-dc01")
    assert (effect.node, effect.kind, effect.hinted, effect.down) == (
        "cluster-a",
        EdgeKind.SERVES,
        True,
        False,
    )


SIX = "abcdef"
pairs = st.tuples(st.sampled_from(SIX), st.sampled_from(SIX))
bearing = st.sampled_from(sorted({*EdgeKind} - {EdgeKind.MEMBER_OF, EdgeKind.RUNS_ON}))


@settings(max_examples=200, deadline=None)
@given(
    needs=st.sets(pairs, max_size=8),
    company=st.lists(st.tuples(st.sampled_from(["together", "apart", "waves-apart"]), pairs), max_size=4),
    hints=st.lists(st.tuples(bearing, pairs), max_size=20),
)
def test_hints_never_bind(needs, company, hints):
    """Whatever is hinted between whatever VMs, rules and hosts: no answer that a plan is made from changes."""
    rules = [rule(f"r{number}", kind, *dict.fromkeys(pair)) for number, (kind, pair) in enumerate(company)]
    made = graph(
        *(vm(name, *sorted(one for one, other in needs if other == name and one != name)) for name in SIX),
        rules=rules,
    )
    asked = [f"vm-{name}" for name in SIX]

    def answers():
        return groups(made), cycles(made), contradictions(made), start_order(made, asked)

    before = answers()
    for number, (kind, (first, second)) in enumerate(hints):
        target = {EdgeKind.PINNED_TO: "host-1", EdgeKind.MANAGED_BY: f"vm-{second}"}.get(kind)
        if (
            target is None
            and rules
            and kind in {EdgeKind.MOVE_TOGETHER, EdgeKind.APART, EdgeKind.NOT_IN_ONE_WAVE}
        ):
            target = rules[number % len(rules)].id
        made.add_edge(
            f"vm-{first}",
            target or f"vm-{second}",
            f"hint {number}",
            kind=kind,
            evidence="a guess",
            confidence=HINTED,
            mandatory=False,
            rule="rule-hint",
        )
    assert answers() == before


@settings(max_examples=50, deadline=None)
@given(
    flows=st.lists(st.tuples(pairs, st.integers(1, 10**12)), max_size=12),
    tags=st.lists(st.sampled_from(["dc", "dns", "backup", "licence", "x"]), min_size=6, max_size=6),
)
def test_every_guess_of_the_graph_says_that_it_is_one(flows, tags):
    vms = [vm(f"{name}1", tags=(tag,), **DEBIAN) for name, tag in zip(SIX, tags, strict=True)]
    made = with_flows(
        estate(*vms, vm("a2", **DEBIAN), rules=[rule("x", "apart", "b1", "c1")]),
        *(flow(f"{one}1", f"{other}1", size) for (one, other), size in flows),
    )
    for *_, data in made.edges(data=True):
        assert (data["confidence"] is HINTED) <= (data["mandatory"] is False)
    guessed = {data["kind"] for *_, data in made.edges(data=True) if data["confidence"] is HINTED}
    assert guessed <= {EdgeKind.SERVES, EdgeKind.TALKS_TO, EdgeKind.NOT_IN_ONE_WAVE}


def test_hints_change_no_placement_and_no_schedule():
    plain = ESTATE
    hinted = replace(
        plain,
        vms=tuple(replace(one, tags=("domain controller", "dns")) for one in plain.vms),
        flows=tuple(
            Flow(source=one.id, destination=other.id, port=443, size_bytes=10**12)
            for one in plain.vms
            for other in plain.vms
            if one is not other
        ),
    )
    plans = [make_plan(settle(analyse(one, POLICY, TODAY)), None) for one in (plain, hinted)]
    first, second = ((plan.groups, plan.decisions, plan.placements, plan.schedule) for plan in plans)
    assert first == second
    assert build_graph(hinted, POLICY).number_of_edges() > build_graph(plain, POLICY).number_of_edges() + 50


def test_flows_make_no_plan_stale():
    made = estate(vm("a"), vm("b"))
    assert estate_digest(replace(made, flows=(flow("a", "b", 1),))) == estate_digest(made)


@pytest.mark.parametrize(
    ("vms", "rules", "expected"),
    [
        ([vm("a"), vm("b")], [rule("w", "waves-apart", "a", "b")], []),
        ([vm("a"), vm("b")], [rule("w", "waves-apart", "a", "b"), rule("t", "together", "a", "b")], ["t w"]),
        (
            [vm("a", disks=(disk("[a] q"),)), vm("b", disks=(disk("[a] q"),))],
            [rule("w", "waves-apart", "a", "b")],
            ["w"],
        ),
        ([vm("a", "b"), vm("b", "a")], [rule("w", "waves-apart", "a", "b")], ["w"]),
        ([vm("a", "b"), vm("b", "a")], [rule("w", "waves-apart", "a", "b", mandatory=False)], []),
        ([vm("a", "b"), vm("b", "a")], [rule("x", "apart", "a", "b")], []),
    ],
)
def test_what_must_move_together_cannot_be_kept_out_of_one_wave(vms, rules, expected):
    found = contradictions(graph(*vms, rules=rules))
    assert [" ".join(one.removeprefix("rule-") for one in found_one.rules) for found_one in found] == expected
    assert all(
        one.reason == "one rule keeps them out of one wave, and they must move together" for one in found
    )


def test_twenty_thousand_vms_with_names_notes_and_flows_take_seconds():
    import time

    vms = [
        vm(f"app{number // 2:05}-{number % 2 + 1}", tags=("backup",), **DEBIAN) for number in range(20_000)
    ]
    flows = tuple(
        Flow(source=one.id, destination=vms[(number * 7 + step) % 20_000].id, port=443, size_bytes=step + 1)
        for number, one in enumerate(vms)
        for step in range(3)
    )
    began = time.process_time()
    made = build_graph(replace(estate(*vms, vm("b", **BACKUP)), flows=flows), Policy())
    assert time.process_time() - began < 10
    assert len(told(made, EdgeKind.NOT_IN_ONE_WAVE)) == 20_000
    assert cluster().id in made


@pytest.mark.parametrize(
    ("vms", "expected"),
    [
        pytest.param(
            [vm("rac1"), vm("rac2")], {"Oracle RAC, rac#": ("move-together", "rac1 rac2")}, id="RAC"
        ),
        pytest.param(
            [vm("db1", annotation="Galera node"), vm("db2", tags=("galera",))],
            {"Galera, db#": ("not-in-one-wave", "db1 db2")},
            id="by notes",
        ),
        pytest.param([vm("rac1"), vm("web1")], {}, id="one node"),
        pytest.param([vm("rac1"), vm("rac2", template=True)], {}, id="a template"),
        pytest.param([vm("track1"), vm("track2")], {}, id="another word"),
    ],
)
def test_what_looks_like_a_guest_cluster(vms, expected):
    built = graph(*vms)
    found = {
        data["name"]: (
            " ".join({edge["kind"] for _, _, edge in built.in_edges(node, data=True)}),
            names(sorted(built.predecessors(node))),
        )
        for node, data in built.nodes(data=True)
        if data.get("basis") is Basis.GUEST_CLUSTER
    }
    assert found == expected
    assert not any(len(group.vms) > 1 for group in groups(built))


def test_the_vms_of_a_vapp_are_told_by_the_source_and_are_no_firm_group():
    inside = (Setting(kind=SettingKind.VAPP, value="shop"),)
    machines = [replace(vm(name), settings=inside) for name in ("db", "web")]
    built = graph(*machines, vm("else"))
    (vapp,) = (node for node, data in built.nodes(data=True) if data.get("basis") is Basis.VAPP)
    found = [
        (name, data["confidence"], data["mandatory"]) for name, _, data in built.in_edges(vapp, data=True)
    ]
    assert sorted(found) == [(one.id, Confidence.DERIVED, False) for one in machines]
    assert not any(len(group.vms) > 1 for group in groups(built))
