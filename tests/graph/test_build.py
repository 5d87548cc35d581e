"""Which nodes and edges an estate gives, and where each edge says it comes from."""

import pytest

from planner.graph import Basis, Confidence, EdgeKind, NodeKind, groups
from planner.model.estate import Disk, HostId, Nic, VmId
from planner.model.kinds import DiskKind, ManagerKind, ServiceRole
from tests.graph.graph_estates import NIC, cluster, disk, graph, names, rule, vm


def edges_of(made, kind):
    return {
        (first, second): (data["evidence"], data["confidence"])
        for first, second, data in made.edges(data=True)
        if data["kind"] is kind
    }


def test_nodes_carry_kind_and_name():
    made = graph(
        vm("web", disks=(disk("x"),)), vm("db", disks=(disk("x"),)), rules=[rule("r", "apart", "web")]
    )
    kinds = {node: data["kind"] for node, data in made.nodes(data=True)}
    assert kinds["cluster-a"] is NodeKind.CLUSTER
    assert kinds["host-1"] is NodeKind.HOST
    assert kinds["ds-1"] is NodeKind.DATASTORE
    assert kinds["net-1"] is NodeKind.NETWORK
    assert kinds["vm-web"] is NodeKind.VM
    assert kinds["rule-r"] is NodeKind.GROUP
    assert made.nodes["vm-web"]["name"] == "web"
    bases = [data.get("basis") for _, data in made.nodes(data=True)]
    assert (bases.count(Basis.RULE), bases.count(Basis.SHARED_DISK)) == (1, 1)


DECLARED = Confidence.DECLARED
DERIVED = Confidence.DERIVED


@pytest.mark.parametrize(
    ("kind", "edge", "evidence"),
    [
        (EdgeKind.MEMBER_OF, ("host-1", "cluster-a"), ("the host's record", DECLARED)),
        (EdgeKind.USES_DATASTORE, ("host-1", "ds-1"), ("the host's record", DECLARED)),
        (EdgeKind.USES_NETWORK, ("host-2", "net-1"), ("the host's record", DECLARED)),
        (EdgeKind.MEMBER_OF, ("vm-web", "cluster-a"), ("the VM's record (hosts.yml:web)", DECLARED)),
        (EdgeKind.RUNS_ON, ("vm-web", "host-1"), ("the VM's record (hosts.yml:web)", DECLARED)),
        (EdgeKind.USES_DATASTORE, ("vm-web", "ds-1"), ("the VM's record (hosts.yml:web)", DECLARED)),
        (EdgeKind.USES_NETWORK, ("vm-web", "net-1"), ("the VM's record (hosts.yml:web)", DECLARED)),
        (EdgeKind.START_BEFORE, ("vm-db", "vm-web"), ("depends_on (hosts.yml:web)", DECLARED)),
        (EdgeKind.MOVE_TOGETHER, ("vm-web", "rule-t"), ("affinity rule (rules.yml:t)", DECLARED)),
        (EdgeKind.APART, ("vm-db", "rule-a"), ("affinity rule, a wish (rules.yml:a)", DECLARED)),
        (EdgeKind.PINNED_TO, ("vm-db", "host-2"), ("affinity rule (rules.yml:p)", DECLARED)),
        (
            EdgeKind.MANAGED_BY,
            ("cluster-a", "vm-db"),
            ("the only VM of the estate with the role vcenter", DERIVED),
        ),
    ],
)
def test_edges_and_their_evidence(kind, edge, evidence):
    made = graph(
        vm("web", "db", disks=(disk("web.vmdk"),), nics=(NIC,)),
        vm("db", roles=(ServiceRole.VCENTER,), cluster="cluster-b"),
        rules=[
            rule("t", "together", "web", "db"),
            rule("a", "apart", "web", "db", mandatory=False),
            rule("p", "pinned", "db", hosts=[2]),
        ],
        clusters=(cluster("a", manager=ManagerKind.VCENTER), cluster("b")),
    )
    assert edges_of(made, kind)[edge] == evidence


def test_references_to_nothing_make_no_node():
    made = graph(vm("web", "ghost", host=HostId("host-9"), disks=(disk("a", datastore="ds-9"),)))
    assert {"vm-ghost", "host-9", "ds-9"}.isdisjoint(made.nodes)


def test_pins_of_two_rules_to_one_host_are_both_kept():
    made = graph(
        vm("web"),
        rules=[rule("p", "pinned", "web", hosts=[1]), rule("q", "pinned", "web", hosts=[1, 2])],
    )
    pins = sorted(
        (host, data["rule"])
        for _, host, data in made.out_edges("vm-web", data=True)
        if data["kind"] is EdgeKind.PINNED_TO
    )
    assert pins == [("host-1", "rule-p"), ("host-1", "rule-q"), ("host-2", "rule-q")]


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (disk("[a] q.vmdk"), disk("[a] q.vmdk"), True),
        (
            disk("[a] q.vmdk", datastore=None, shared=True),
            disk("[a] q.vmdk", datastore=None, shared=True),
            True,
        ),
        (disk("[a] q.vmdk", shared=True), disk("[a] q.vmdk", datastore=None, shared=True), True),
        (disk("[a] q.vmdk"), disk("[a] r.vmdk"), False),
        (disk("[a] q.vmdk"), disk("[a] q.vmdk", datastore="ds-2"), False),
        (disk("[a] q.vmdk", datastore=None), disk("[a] q.vmdk", datastore=None), False),
        (disk("[a] x.iso", kind=DiskKind.CDROM), disk("[a] x.iso", kind=DiskKind.CDROM), False),
        (Disk(id="0", datastore="ds-1", shared=True), Disk(id="0", datastore="ds-1", shared=True), False),
    ],
)
def test_what_counts_as_a_shared_disk(one, other, shared):
    made = graph(vm("a", disks=(one,)), vm("b", disks=(other,)))
    together = edges_of(made, EdgeKind.MOVE_TOGETHER)
    assert bool(together) is shared
    assert all(confidence is DERIVED for _, confidence in together.values())


def test_disks_that_the_same_vms_share_are_one_group():
    both = (disk("[a] 1.vmdk"), Disk(id="1", path="[a] 2.vmdk", datastore="ds-1"))
    made = graph(vm("a", disks=both), vm("b", disks=both))
    assert sum(data["kind"] is NodeKind.GROUP for _, data in made.nodes(data=True)) == 1


VCENTER = (ServiceRole.VCENTER,)


@pytest.mark.parametrize(
    ("facts", "vms", "expected"),
    [
        (
            {"manager_address": "192.0.2.9"},
            [vm("v", nics=(Nic(id="0", addresses=("192.0.2.9/24",)),))],
            ["v"],
        ),
        ({"manager_address": "VC.example.org"}, [vm("v", hostname="vc.example.org")], ["v"]),
        ({"manager_address": "vc.example.org"}, [vm("v", hostname="db.example.org")], []),
        ({}, [vm("v", roles=VCENTER), vm("w", roles=VCENTER, cluster="cluster-b")], ["v"]),
        ({}, [vm("v", roles=VCENTER, cluster="cluster-b")], ["v"]),
        ({}, [vm("v", roles=VCENTER, cluster="cluster-b"), vm("w", roles=VCENTER, cluster="cluster-b")], []),
        ({}, [vm("v", roles=(ServiceRole.XEN_ORCHESTRA,))], []),
        ({"manager": ManagerKind.NONE}, [vm("v", roles=VCENTER)], []),
        ({"manager": ManagerKind.XAPI}, [vm("v", roles=(ServiceRole.XEN_ORCHESTRA,))], ["v"]),
    ],
)
def test_who_manages_a_cluster(facts, vms, expected):
    managed = cluster("a", **{"manager": ManagerKind.VCENTER, **facts})
    made = graph(*vms, clusters=(managed, cluster("b")))
    assert [VmId(f"vm-{name}") for name in expected] == [vm for _, vm in edges_of(made, EdgeKind.MANAGED_BY)]


GOLDEN = "[ds 1] golden/golden.vmdk"


@pytest.mark.parametrize(
    ("disks", "expected"),
    [
        pytest.param([disk("a", base=GOLDEN), disk("b", base=GOLDEN)], {GOLDEN: "one two"}, id="two clones"),
        pytest.param(
            [disk("a", base=GOLDEN), disk(GOLDEN)], {GOLDEN: "one two"}, id="a clone and its parent"
        ),
        pytest.param(
            [disk("a", base=GOLDEN), disk("b", "ds-2", base=GOLDEN)], {GOLDEN: "one two"}, id="it says where"
        ),
        pytest.param(
            [disk("a", base="/base"), disk("b", base="/base")], {"/base": "one two"}, id="one store"
        ),
        pytest.param([disk("a", base="/base"), disk("b", "ds-2", base="/base")], {}, id="two stores"),
        pytest.param([disk("a", base="/base"), disk("b", None, base="/base")], {}, id="who knows where"),
        pytest.param([disk("a", base=GOLDEN), disk("b")], {}, id="a chain of its own"),
    ],
)
def test_vms_on_one_image_are_told_and_bound_by_nothing(disks, expected):
    made = graph(vm("one", disks=(disks[0],)), vm("two", disks=(disks[1],)))
    found = {
        data["name"]: names(sorted(made.predecessors(node)))
        for node, data in made.nodes(data=True)
        if data.get("basis") is Basis.BASE_IMAGE
    }
    assert found == expected
    assert not any(len(group.vms) > 1 for group in groups(made))
