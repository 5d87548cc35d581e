"""What conversions look like, phase by phase, in estates small enough to check by eye."""

from dataclasses import replace

import pytest

from planner.errors import InfeasibleError, InputError
from planner.model.estate import (
    AffinityRule,
    Datastore,
    DatastoreId,
    Disk,
    Estate,
    HostNetwork,
    LocalDisk,
    Network,
    NetworkId,
    Nic,
    Passthrough,
    VmId,
)
from planner.model.kinds import (
    AffinityKind,
    Criticality,
    DatastoreKind,
    HypervisorKind,
    ManagerKind,
    PassthroughKind,
    PowerState,
    ServiceRole,
)
from planner.model.plan import Group
from planner.model.policy import CapacityPolicy, Parking, Policy, SharedStorage, Strategy, WavePolicy
from planner.place import place
from planner.place.cases import build_case
from planner.place.choice import spread
from planner.place.conversion import conversions
from planner.place.search import Manner, Stuck, search
from planner.units import GIB
from tests.strategies import MOVE, UPGRADE, make_cluster, make_estate, make_host, make_vm, problem

NO_PILOT = Policy(waves=WavePolicy(pilot_vms=0))
SPARE = HypervisorKind.NONE
LIVE = {"live_migration": True, "manager": ManagerKind.VCENTER}
SAN = SharedStorage(name="new-san", kind=DatastoreKind.NFS, capacity_bytes=1000 * GIB)


def placed(case):
    return place(case.estate, case.policy, case.platforms, case.decisions, case.routes, case.groups)


def lines(case) -> list[str]:
    """Every phase in a line: `cross web: esx1 > esx2`, `build esx1 esx2`."""
    return [
        f"{phase.kind} {' '.join(_short(host) for host in phase.hosts)}".strip()
        if phase.hosts
        else f"{phase.kind} "
        + ", ".join(f"{m.vm[3:]}: {_short(m.source)} > {_short(m.destination)}" for m in phase.moves)
        for placement in placed(case)
        for phase in placement.phases
    ]


def _short(host) -> str:
    return "?" if host is None else host.removeprefix("host-")


def one(hosts, vms, policy=NO_PILOT, rules=(), strategy=Strategy.CONVERT_IN_PLACE, **cluster):
    estate = make_estate((make_cluster(**cluster),), hosts, vms, rules)
    return problem(estate, policy, {estate.clusters[0].id: strategy})


def test_standalone_hosts_hand_their_vms_straight_to_a_converted_one():
    case = one(
        [make_host("esx1", 32), make_host("esx2", 32), make_host("new", 32, hypervisor=SPARE)],
        [make_vm("a", 16, "esx1"), make_vm("b", 20, "esx2")],
    )
    assert lines(case) == [
        "build new", "cross a: esx1 > new", "retire esx1", "build esx1",
        "cross b: esx2 > esx1", "retire esx2", "build esx2",
    ]  # fmt: skip


def test_a_single_host_borrows_a_swing_host_and_gives_it_back():
    case = one(
        [make_host("esx1", 32), make_host("swing", 32, None, hypervisor=SPARE)], [make_vm("a", 16, "esx1")]
    )
    assert lines(case) == [
        "build swing", "cross a: esx1 > swing", "retire esx1", "build esx1", "rebalance a: swing > esx1", "return swing",
    ]  # fmt: skip
    assert placed(case)[0].swing == ("host-swing",)


def test_the_smallest_swing_host_that_is_enough_is_borrowed():
    swings = [make_host(f"swing{size}", size, None, hypervisor=SPARE) for size in (16, 24, 64)]
    case = one([make_host("esx1", 32), *swings], [make_vm("a", 16, "esx1")])
    assert placed(case)[0].swing == ("host-swing24",)


def test_a_cluster_with_live_migration_empties_its_lightest_host_first():
    case = one(
        [make_host("esx1", 32), make_host("esx2", 32)],
        [make_vm("a", 8, "esx1"), make_vm("b", 4, "esx2")],
        **LIVE,
    )
    assert lines(case) == [
        "relocate b: esx2 > esx1", "retire esx2", "build esx2",
        "cross a: esx1 > esx2", "cross b: esx1 > esx2", "retire esx1", "build esx1",
    ]  # fmt: skip


def test_a_reserve_wants_two_target_hosts_before_anything_crosses():
    hosts = [make_host(f"esx{n}", 32) for n in range(1, 5)]
    case = one(hosts, [make_vm(f"v{n}", 6, f"esx{n}") for n in range(1, 5)], ha_enabled=True, **LIVE)
    kinds = [line.split()[0] for line in lines(case)]
    before = lines(case)[: kinds.index("cross")]
    assert len({host for line in before if line.startswith("build") for host in line.split()[1:]}) == 2
    assert kinds.count("build") == kinds.count("retire")


def test_an_upgrade_begins_with_the_coordinator_and_brings_vms_home():
    case = one(
        [make_host("xs1", 32), make_host("xs2", 32, coordinator=True)],
        [make_vm("a", 8, "xs1"), make_vm("b", 4, "xs2"), make_vm("archive", 8, "xs2", power=PowerState.OFF)],
        strategy=UPGRADE,
        live_migration=True,
        hypervisor=HypervisorKind.XENSERVER,
        manager=ManagerKind.XAPI,
    )
    assert lines(case) == [
        "relocate b: xs2 > xs1", "upgrade xs2", "relocate a: xs1 > xs2, b: xs1 > xs2", "upgrade xs1",
        "rebalance a: xs2 > xs1",
    ]  # fmt: skip
    assert placed(case)[0].storages == ()


def test_a_move_to_new_hosts_retires_the_old_ones():
    case = one(
        [make_host("old1", 32), make_host("old2", 32), make_host("new", 64, hypervisor=SPARE)],
        [make_vm("a", 16, "old1"), make_vm("b", 20, "old2")],
        strategy=MOVE,
    )
    assert lines(case) == ["build new", "cross b: old2 > new, a: old1 > new", "retire old1 old2"]
    assert [target.host for target in placed(case)[0].hosts] == ["host-new"]


def test_the_vm_that_manages_crosses_last_and_alone():
    hosts = [make_host("esx1", 64), make_host("esx2", 64), make_host("new", 64, hypervisor=SPARE)]
    vcenter = make_vm("vc", 8, "esx1", roles=(ServiceRole.VCENTER,))
    case = one(hosts, [vcenter, make_vm("a", 4, "esx1"), make_vm("b", 4, "esx2")])
    crossed = [line for line in lines(case) if line.startswith("cross")]
    assert [line.split(":")[0] for line in crossed] == ["cross a", "cross b", "cross vc"]


def test_two_managers_on_two_standalone_hosts_wait_for_everything_else():
    hosts = [make_host("esx1", 64), make_host("esx2", 64), make_host("new", 64, hypervisor=SPARE)]
    managers = [make_vm(f"vc{n}", 8, f"esx{n}", roles=(ServiceRole.VCENTER,)) for n in (1, 2)]
    case = one(hosts, [*managers, make_vm("a", 4, "esx1"), make_vm("b", 4, "esx2")])
    assert lines(case)[:3] == [
        "build new", "cross a: esx1 > new", "cross b: esx2 > new",
    ]  # fmt: skip


def test_parking_keeps_a_vm_off_until_its_host_is_rebuilt():
    policy = replace(NO_PILOT, shared_storage=(SAN,), parking=Parking(storage="new-san"))
    case = one([make_host("esx1", 32)], [make_vm("a", 16, "esx1", criticality=Criticality.LOW)], policy)
    assert lines(case) == ["park a: esx1 > ?", "retire esx1", "build esx1", "unpark a: ? > esx1"]
    park, unpark = (phase.moves[0] for phase in placed(case)[0].phases if phase.moves)
    assert [disk.storage for disk in park.disks] == ["storage-new-san"]
    assert unpark.disks == ()


@pytest.mark.parametrize(
    "vm",
    [
        {"criticality": Criticality.CRITICAL},
        {"criticality": None},
        {"criticality": Criticality.LOW, "roles": (ServiceRole.DNS,)},
    ],
    ids=["too critical", "criticality unknown", "infrastructure"],
)
def test_what_may_not_be_parked_is_not(vm):
    policy = replace(NO_PILOT, shared_storage=(SAN,), parking=Parking(storage="new-san"))
    with pytest.raises(InfeasibleError):
        placed(one([make_host("esx1", 32)], [make_vm("a", 16, "esx1", **vm)], policy))


def test_whatever_depends_on_a_parked_vm_is_parked_with_it():
    policy = replace(NO_PILOT, shared_storage=(SAN,), parking=Parking(storage="new-san"))
    low = {"criticality": Criticality.LOW}
    web = make_vm("web", 4, "esx1", depends_on=(VmId("vm-db"),), **low)
    case = one([make_host("esx1", 32)], [make_vm("db", 16, "esx1", **low), web], policy)
    assert lines(case)[0] == "park db: esx1 > ?, web: esx1 > ?"


def test_vms_of_unknown_host_are_settled_first():
    case = one(
        [make_host("esx1", 32), make_host("esx2", 32)],
        [make_vm("a", 8, None), make_vm("b", 4, "esx2")],
        **LIVE,
    )
    assert lines(case)[0] == "relocate a: ? > esx2"


def test_the_only_host_is_where_a_vm_of_unknown_host_runs():
    case = one([make_host("esx1", 32), make_host("new", 32, hypervisor=SPARE)], [make_vm("a", 8, None)])
    assert lines(case)[1] == "cross a: ? > new"


@pytest.mark.parametrize("kind", [HypervisorKind.XEN, HypervisorKind.ORACLE_VM])
def test_where_no_playbook_moves_a_running_vm_none_is_moved_aside(kind):
    """Plain Xen and Oracle VM migrate, but nothing that is emitted asks them to."""
    hosts = [make_host("xen1", 32, hypervisor=kind), make_host("xen2", 32, hypervisor=kind)]
    vms = [make_vm("a", 8, "xen1"), make_vm("b", 8, "xen2")]
    with pytest.raises(InfeasibleError, match="no live migration that playbooks can ask for"):
        placed(one(hosts, vms, hypervisor=kind, live_migration=True))


def test_no_phase_moves_a_vm_twice():
    """A VM that stepped aside steps aside again: one after the other, in phases of their own."""

    def on_san(name, memory, host, **facts):
        disk = Disk(id="disk-1", capacity_bytes=10 * GIB, datastore=DatastoreId("ds-san"))
        return make_vm(name, memory, host, disks=(disk,), **facts)

    def after(*names):
        return {"depends_on": tuple(VmId(f"vm-{name}") for name in names)}

    def boots_from(size):
        return {
            "disks": (LocalDisk(id="wwn-1", capacity_bytes=size * GIB, boot=True),),
            "datastores": (DatastoreId("ds-san"),),
        }

    hosts = [
        make_host("c0", 16, **boots_from(140)),
        make_host("c1", 24, **boots_from(190)),
        make_host("c2", 48, maintenance=True, **boots_from(40)),
        make_host("swing0", 16, None, hypervisor=SPARE),
    ]
    vms = [
        on_san("0", None, "c0", vcpus=8, **after("4")),
        on_san("1", None, "c1"),
        on_san("2", 16, "c2", vcpus=8),
        on_san("3", None, "c0"),
        on_san("4", 16, "c2", **after("3")),
        on_san("5", None, "c1", vcpus=8, **after("0", "1")),
        on_san("6", None, "c0", **after("5")),
    ]
    rule = AffinityRule(id="r", name="r", kind=AffinityKind.TOGETHER, vms=(VmId("vm-3"), VmId("vm-6")))
    san = Datastore(id=DatastoreId("ds-san"), name="san", kind=DatastoreKind.VMFS, shared=True)
    estate = make_estate((make_cluster(**LIVE),), hosts, vms, (rule,), (san,))
    policy = Policy(
        capacity=CapacityPolicy(vcpu_per_core=1, reserve_hosts=0),
        waves=WavePolicy(pilot_vms=0, max_vms=1),
        shared_storage=(replace(SAN, capacity_bytes=40 * GIB),),
    )
    given = problem(estate, policy, {estate.clusters[0].id: Strategy.CONVERT_IN_PLACE})
    (conversion,) = conversions(
        given.estate, given.policy, given.platforms, given.decisions, given.routes, given.groups
    )
    found = search(build_case(conversion, conversion.swings), Manner(spread), 240)
    moved = [
        [move.vm for move in phase.moves]
        for phase in (found.ledger if isinstance(found, Stuck) else found).phases
    ]
    assert sum(vms.count(VmId("vm-4")) for vms in moved) > 2
    assert all(len(vms) == len({*vms}) for vms in moved)


def test_a_vm_of_unknown_host_cannot_be_settled_without_live_migration():
    hosts = [make_host("esx1", 32), make_host("esx2", 32), make_host("new", 64, hypervisor=SPARE)]
    with pytest.raises(InfeasibleError) as refusal:
        placed(one(hosts, [make_vm("a", 8, None)]))
    assert refusal.value.shortages[0].remedies == (
        "say in the inventory on which host a run, or power them off",
    )


def test_kept_clusters_are_left_out():
    assert placed(one([make_host("esx1", 32)], [make_vm("a", 8, "esx1")], strategy=Strategy.KEEP)) == ()


def test_an_empty_host_is_rebuilt_at_once():
    case = one([make_host("esx1", 32), make_host("esx2", 32)], [make_vm("a", 8, "esx1")])
    assert lines(case)[:3] == ["retire esx2", "build esx2", "cross a: esx1 > esx2"]


@pytest.mark.parametrize(
    "vm",
    [
        {"passthrough": (Passthrough(kind=PassthroughKind.PCI),)},
        {"disks": (Disk(id="d", datastore=DatastoreId("ds-local")),)},
    ],
    ids=["device of the host", "local datastore"],
)
def test_a_vm_that_cannot_move_aside_crosses_from_its_own_host(vm):
    local = Datastore(id=DatastoreId("ds-local"), name="local", shared=False)
    hosts = [make_host("esx1", 32), make_host("esx2", 32)]
    estate = make_estate(
        (make_cluster(**LIVE),), hosts, [make_vm("a", 2, "esx1", **vm), make_vm("b", 8, "esx2")], (), [local]
    )
    assert lines(problem(estate, NO_PILOT)) == [
        "relocate b: esx2 > esx1", "retire esx2", "build esx2",
        "cross a: esx1 > esx2", "cross b: esx1 > esx2", "retire esx1", "build esx1",
    ]  # fmt: skip


def test_hosts_that_lack_a_network_take_no_vm_of_it():
    dmz, carries = NetworkId("net-dmz"), (HostNetwork(network=NetworkId("net-dmz")),)
    hosts = [
        make_host("esx1", 32, networks=carries),
        make_host("new1", 64, hypervisor=SPARE, networks=()),
        make_host("new2", 24, hypervisor=SPARE, networks=carries),
    ]
    vm = make_vm("a", 8, "esx1", nics=(Nic(id="n", network=dmz),))
    estate = make_estate((make_cluster(),), hosts, [vm], networks=[Network(id=dmz, name="dmz", vlan=7)])
    assert lines(problem(estate, NO_PILOT))[1] == "cross a: esx1 > new2"


def rule(kind, *vms, hosts=(), mandatory=True):
    return AffinityRule(
        id="rule-1",
        name="rule",
        kind=kind,
        vms=tuple(f"vm-{vm}" for vm in vms),
        hosts=hosts,
        mandatory=mandatory,
    )


def ends(case) -> dict[str, str]:
    at = {vm.id: vm.host for vm in case.estate.vms}
    for placement in placed(case):
        for phase in placement.phases:
            at |= {move.vm: move.destination for move in phase.moves}
    return {vm[3:]: _short(host) for vm, host in at.items()}


def three_hosts(*vms, rules=(), policy=NO_PILOT):
    hosts = [make_host("esx1", 64), make_host("esx2", 64), make_host("new", 64, hypervisor=SPARE)]
    return one(hosts, vms, policy, rules, **LIVE)


def test_vms_that_belong_apart_end_apart():
    case = three_hosts(
        make_vm("a", 4, "esx1"), make_vm("b", 4, "esx2"), rules=[rule(AffinityKind.APART, "a", "b")]
    )
    assert len(set(ends(case).values())) == 2


@pytest.mark.parametrize("mandatory", [True, False])
def test_vms_that_belong_together_end_together(mandatory):
    case = three_hosts(
        make_vm("a", 4, "esx1"),
        make_vm("b", 4, "esx2"),
        rules=[rule(AffinityKind.TOGETHER, "a", "b", mandatory=mandatory)],
    )
    assert len(set(ends(case).values())) == 1


@pytest.mark.parametrize("mandatory", [True, False])
def test_pinned_vms_end_on_their_host(mandatory):
    pins = rule(AffinityKind.PINNED, "a", hosts=("host-esx2",), mandatory=mandatory)
    assert ends(three_hosts(make_vm("a", 4, "esx1"), make_vm("b", 4, "esx2"), rules=[pins]))["a"] == "esx2"


def test_vms_of_a_group_cross_in_one_phase_to_one_host():
    case = three_hosts(make_vm("a", 4, "esx1"), make_vm("b", 40, "esx2"))
    group = Group(vms=(VmId("vm-a"), VmId("vm-b")), reason="they share a disk")
    crossing = [line for line in lines(replace(case, groups=(group,))) if line.startswith("cross")]
    assert crossing == ["cross a: esx1 > new, b: esx2 > new"]


def test_the_pilot_is_the_first_crossing_and_of_low_criticality():
    vms = [
        make_vm("a", 4, "esx1", criticality=Criticality.HIGH),
        make_vm("b", 4, "esx1", criticality=Criticality.LOW, guest_os="Debian"),
        make_vm("c", 4, "esx1", criticality=Criticality.LOW, guest_os="Debian"),
        make_vm("d", 4, "esx1", criticality=Criticality.LOW, guest_os="Windows"),
    ]
    case = one([make_host("esx1", 32), make_host("new", 32, hypervisor=SPARE)], vms, Policy())
    assert lines(case)[1:4] == [
        "cross b: esx1 > new, d: esx1 > new", "cross c: esx1 > new", "cross a: esx1 > new",
    ]  # fmt: skip
    assert placed(case)[0].phases[1].reason.startswith("the pilot")


def two_clusters(first, second) -> Estate:
    hosts = [make_host(f"{name}{n}", 32, name) for name in "cd" for n in (1, 2)]
    return make_estate(
        (make_cluster("c", **LIVE, manager_address="vc.example.org"), make_cluster("d", **LIVE)),
        hosts,
        [make_vm("c", 4, "c1", "c", **first), make_vm("d", 4, "d1", "d", **second)],
    )


@pytest.mark.parametrize(
    ("first", "second", "order"),
    [
        ({}, {}, "cd"),
        ({"criticality": Criticality.HIGH}, {"criticality": Criticality.LOW}, "dc"),
        ({"roles": (ServiceRole.DNS,)}, {"criticality": Criticality.CRITICAL}, "dc"),
        (
            {"roles": (ServiceRole.VCENTER,)},
            {"roles": (ServiceRole.VCENTER, ServiceRole.DNS), "hostname": "vc.example.org"},
            "cd",
        ),
    ],
    ids=[
        "by id",
        "low criticality first",
        "infrastructure last",
        "the manager's cluster after those it manages",
    ],
)
def test_the_order_of_clusters(first, second, order):
    placements = placed(problem(two_clusters(first, second), NO_PILOT))
    assert "".join(placement.cluster[-1] for placement in placements) == order


def test_what_one_cluster_takes_of_a_shared_storage_the_next_does_not_have():
    san = replace(SAN, capacity_bytes=20 * GIB)
    disk = {"disks": (Disk(id="d", capacity_bytes=15 * GIB),)}
    case = problem(two_clusters(disk, disk), replace(NO_PILOT, shared_storage=(san,)))
    used = [
        {disk.storage for phase in placement.phases for move in phase.moves for disk in move.disks}
        for placement in placed(case)
    ]
    assert used == [{"storage-new-san"}, {"storage-host-d2-local"}]


def test_a_parking_storage_that_does_not_exist_is_bad_input():
    case = one([make_host("esx1", 32)], [], replace(NO_PILOT, parking=Parking(storage="nowhere")))
    with pytest.raises(InputError, match=r"policy.yml: parking.storage: 'nowhere' is no target storage"):
        placed(case)


def test_memory_that_the_hypervisor_keeps_is_not_given_away():
    hosts = [make_host("esx1", 32), make_host("new", 32, hypervisor=SPARE)]
    tight = Policy(capacity=CapacityPolicy(host_memory_bytes=8 * GIB), waves=WavePolicy(pilot_vms=0))
    assert placed(one(hosts, [make_vm("a", 24, "esx1")], tight))
    with pytest.raises(InfeasibleError):
        placed(one(hosts, [make_vm("a", 25, "esx1")], tight))


def test_a_vm_that_went_along_with_one_that_made_room_for_it_stays_where_it_is():
    """`vc` fits nowhere; making room on `a` takes the VMs across that belong together with it, and itself."""
    circle = {"x": ("y",), "y": ("x", "vc"), "vc": ("x",)}
    needs = {name: tuple(VmId(f"vm-{need}") for need in wanted) for name, wanted in circle.items()}
    case = one(
        [make_host("a", 16), make_host("b", 16), make_host("new", 32, hypervisor=SPARE)],
        [
            make_vm("x", None, "a", depends_on=needs["x"]),
            make_vm("w", 4, "a"),
            make_vm("y", 4, "a", depends_on=needs["y"]),
            make_vm("vc", 16, "b", depends_on=needs["vc"], roles=(ServiceRole.VCENTER,)),
            make_vm("z", None, "b"),
        ],
        **LIVE,
    )
    crossed = [line for line in lines(case) if line.startswith(("cross", "relocate")) and "vc:" in line]
    assert len(crossed) == 1


def test_nothing_is_moved_aside_once_a_manager_has_crossed():
    """`vc2` must move with VMs that do not fit beside `vc1`: were `vc1` first, nobody could move those aside."""
    circle = {"x": "vc2", "y": "x", "vc2": "y"}
    needs = {name: (VmId(f"vm-{need}"),) for name, need in circle.items()}
    manages = {"roles": (ServiceRole.VCENTER,)}
    case = one(
        [make_host("a", 16), make_host("b", 16), make_host("c", 16)],
        [
            make_vm("v", 2, "a"),
            make_vm("vc1", 8, "a", **manages),
            make_vm("x", 4, "a", depends_on=needs["x"]),
            make_vm("vc2", 4, "a", depends_on=needs["vc2"], **manages),
            make_vm("y", 2, "b", depends_on=needs["y"]),
        ],
        **LIVE,
    )
    told = lines(case)
    first = next(n for n, line in enumerate(told) if line.startswith("cross") and "vc" in line)
    aside = [line for line in told[first + 1 :] if line.startswith("relocate")]
    assert [line for line in aside if "x:" in line or "y:" in line] == []
