"""Steps, waves, times and bounds of small plans."""

from dataclasses import replace

import pytest

from planner.model.estate import AffinityRule, Datastore, DatastoreId, Disk, HostNic, VmId
from planner.model.kinds import (
    AffinityKind,
    Criticality,
    DatastoreKind,
    HypervisorKind,
    ManagerKind,
    PowerState,
)
from planner.model.plan import Group, StepKind, Transport
from planner.model.policy import Parking, Policy, SharedStorage, TimingPolicy, TransferPolicy, WavePolicy
from planner.place import place
from planner.schedule import schedule
from planner.units import GIB
from tests.strategies import UPGRADE, make_cluster, make_estate, make_host, make_vm, problem

SPARE = HypervisorKind.NONE
NO_PILOT = WavePolicy(pilot_vms=0)
FAST = TimingPolicy(
    shutdown=10, convert_linux=20, convert_windows=60, verify=5, live_migration=7,
    retire_host=100, install_host=200, configure_host=50, upgrade_host=400,
)  # fmt: skip
POLICY = Policy(timing=FAST, waves=NO_PILOT)
LINUX, WINDOWS = "Debian GNU/Linux 12 (64-bit)", "Microsoft Windows Server 2022 (64-bit)"
GIGABIT = (HostNic(name="eth0", speed_bytes=125_000_000),)


def timed(case):
    placements = place(case.estate, case.policy, case.platforms, case.decisions, case.routes, case.groups)
    return schedule(case.estate, case.policy, case.decisions, case.routes, placements, case.groups)


def to_new_host(*vms, policy=POLICY, host=None, groups=(), transport=Transport.ESXI_SSH, datastores=()):
    hosts = [make_host("esx1", 64, **(host or {})), make_host("new", 64, hypervisor=SPARE)]
    case = problem(make_estate((make_cluster(),), hosts, vms, (), datastores), policy, transport=transport)
    return replace(case, groups=groups) if groups else case


def step(found, step_id):
    return next(step for step in found.steps if step.id == step_id)


def disks(size):
    return (Disk(id="d", capacity_bytes=size),)


def starts(found, kind=StepKind.MOVE):
    return {step.vm[3:]: (step.start, step.end) for step in found.steps if step.kind is kind}


@pytest.mark.parametrize(
    ("vm", "seconds", "downtime", "bottleneck"),
    [
        ({"guest_os": LINUX, "disks": disks(8_000_000_000)}, 100 + 35, 135, "rate of esxi-ssh (80 MB/s)"),
        (
            {"guest_os": WINDOWS, "disks": disks(800_000_000)},
            10 + 75,
            85,
            "fixed work: shutdown, conversion, checks",
        ),
        ({"guest_os": None, "disks": disks(0)}, 75, 75, "fixed work: shutdown, conversion, checks"),
        (
            {"guest_os": LINUX, "disks": disks(8_000_000_000), "power": PowerState.OFF},
            125,
            0,
            "rate of esxi-ssh (80 MB/s)",
        ),
        ({"guest_os": LINUX, "disks": disks(None)}, 35, 35, "fixed work: shutdown, conversion, checks"),
    ],
    ids=["linux", "windows", "unknown guest counts as windows", "powered off", "unknown size"],
)
def test_how_long_a_vm_takes(vm, seconds, downtime, bottleneck):
    move = step(timed(to_new_host(make_vm("a", 4, "esx1", **vm))), "move-vm-a")
    assert (move.duration, move.downtime, move.bottleneck) == (seconds, downtime, bottleneck)
    assert move.p90 == -(-seconds * 150 // 100)


def test_a_link_is_shared_by_as_many_transfers_as_may_run():
    vm = make_vm("a", 4, "esx1", guest_os=LINUX, disks=disks(6_250_000_000))
    move = step(timed(to_new_host(vm, host={"nics": GIGABIT})), "move-vm-a")
    assert move.duration == 100 + 35
    assert move.bottleneck == "source link of host-esx1 (125 MB/s for 2 transfers)"


def test_a_live_crossing_has_no_downtime():
    case = to_new_host(make_vm("a", 4, "esx1", disks=disks(800_000_000)), transport=Transport.LIBVIRT_MIGRATE)
    live = replace(case, routes=tuple(replace(route, live=True) for route in case.routes))
    move = step(timed(live), "move-vm-a")
    assert (move.duration, move.downtime) == (10 + 7 + 5, 0)
    assert move.way_back.startswith("migrate vm-a back to host-esx1")


def test_no_host_takes_part_in_more_transfers_than_allowed():
    policy = replace(POLICY, transfers=TransferPolicy(per_host=1))
    vms = [make_vm(name, 4, "esx1", guest_os=LINUX, disks=disks(0)) for name in "abc"]
    found = starts(timed(to_new_host(*vms, policy=policy)))
    assert sorted(found.values()) == [(250, 285), (285, 320), (320, 355)]


def test_a_vm_moves_after_what_it_depends_on():
    needs = {"depends_on": (VmId("vm-z"),)}
    found = timed(to_new_host(make_vm("a", 4, "esx1", **needs), make_vm("z", 4, "esx1")))
    assert starts(found)["a"][0] == starts(found)["z"][1]
    assert step(found, "move-vm-a").needs == ("configure-host-new", "move-vm-z")


def test_it_also_waits_for_what_it_needs_through_a_vm_that_stays_put():
    between = make_vm("m", 4, "d1", "d", depends_on=(VmId("vm-z"),))
    estate = make_estate(
        (make_cluster(), make_cluster("d")),
        [
            make_host("esx1", 64),
            make_host("new", 64, hypervisor=SPARE),
            make_host("d1", 64, "d"),
            make_host("d2", 64, "d"),
        ],
        [make_vm("a", 4, "esx1", depends_on=(VmId("vm-m"),)), make_vm("z", 4, "esx1"), between],
    )
    found = timed(problem(estate, POLICY))
    assert starts(found)["a"][0] == starts(found)["z"][1]


def test_vms_that_need_each_other_move_without_order():
    vms = [make_vm(a, 4, "esx1", depends_on=(VmId(f"vm-{b}"),)) for a, b in ("ab", "ba")]
    found = timed(to_new_host(*vms))
    assert starts(found)["a"] == starts(found)["b"]


def test_a_group_that_only_a_rule_closes_to_a_circle_moves_in_the_order_of_its_needs():
    """`a` and `c` belong together, and between them stands `b`."""
    needs = {"a": (), "b": (VmId("vm-a"),), "c": (VmId("vm-a"), VmId("vm-b"))}
    vms = [make_vm(name, 4, "esx1", depends_on=wanted) for name, wanted in needs.items()]
    group = Group(vms=tuple(vm.id for vm in vms), reason="a rule keeps them together", cycle=True)
    found = starts(timed(to_new_host(*vms, groups=(group,))))
    assert found["a"][1] <= found["b"][0]
    assert found["b"][1] <= found["c"][0]


def test_a_group_starts_together_in_one_wave():
    vms = [make_vm(name, 4, "esx1", guest_os=LINUX) for name in "abcd"]
    policy = replace(POLICY, waves=WavePolicy(pilot_vms=0, max_vms=3))
    group = Group(vms=(VmId("vm-c"), VmId("vm-d")), reason="they share a disk")
    found = timed(to_new_host(*vms, policy=policy, groups=(group,)))
    assert starts(found)["c"][0] == starts(found)["d"][0]
    assert step(found, "move-vm-c").wave == step(found, "move-vm-d").wave


def test_a_group_larger_than_a_wave_is_a_wave_and_says_so():
    vms = [make_vm(name, 4, "esx1") for name in "abc"]
    policy = replace(POLICY, waves=WavePolicy(pilot_vms=0, max_vms=2))
    group = Group(vms=tuple(vm.id for vm in vms), reason="they share a disk")
    waves = [
        wave
        for wave in timed(to_new_host(*vms, policy=policy, groups=(group,))).waves
        if "move" in wave.title
    ]
    assert [len(wave.steps) for wave in waves] == [3]
    assert "must move together" in waves[0].reason


@pytest.mark.parametrize(
    ("kept_apart", "mandatory", "most", "waves"),
    [
        ("", True, 9, 1),
        ("ab", True, 9, 2),
        ("ac", True, 9, 2),
        ("abc", True, 9, 3),
        ("bc", True, 2, 2),
        ("abc", False, 9, 1),
    ],
)
@pytest.mark.parametrize("pilot", [0, 3])
def test_what_a_rule_keeps_out_of_one_wave_moves_in_several(kept_apart, mandatory, most, waves, pilot):
    policy = replace(POLICY, waves=WavePolicy(pilot_vms=pilot, max_vms=most))
    case = to_new_host(*(make_vm(name, 4, "esx1", disks=disks(0)) for name in "abc"), policy=policy)
    rule = AffinityRule(
        id="rule-1",
        name="one at a time",
        kind=AffinityKind.WAVES_APART,
        vms=tuple(VmId(f"vm-{name}") for name in kept_apart),
        mandatory=mandatory,
    )
    made = timed(replace(case, estate=replace(case.estate, affinity_rules=(rule,))))
    moved = {wave.id: [] for wave in made.waves}
    for one in sorted(made.steps, key=lambda step: step.id):
        if one.kind is StepKind.MOVE:
            moved[one.wave].append(one.vm[3:])
    together = [set(vms) for vms in moved.values() if vms]
    assert sorted(vm for vms in together for vm in vms) == ["a", "b", "c"]
    assert len(together) == waves
    assert all(len(vms.intersection(kept_apart)) <= 1 for vms in together if mandatory)
    told = [wave.reason for wave in made.waves if "out of one wave" in wave.reason]
    assert len(told) == (waves if waves > 1 else 0)


def in_place(*vms, policy=POLICY, rules=()):
    hosts = [make_host("esx1", 64), make_host("esx2", 64), make_host("new", 128, hypervisor=SPARE)]
    return problem(make_estate((make_cluster(),), hosts, vms, rules), policy)


def test_waves_of_a_stream_overlap_but_for_what_a_rule_keeps_apart():
    policy = replace(POLICY, waves=WavePolicy(pilot_vms=0, max_vms=1))
    vms = [make_vm(name, 4, host, disks=disks(GIB)) for name, host in (("a", "esx1"), ("b", "esx2"))]
    rule = AffinityRule(
        id="r", name="r", kind=AffinityKind.WAVES_APART, vms=tuple(vm.id for vm in vms), mandatory=True
    )
    (first, second), (earlier, later) = (
        sorted(starts(timed(in_place(*vms, policy=policy, rules=rules))).values()) for rules in ((), (rule,))
    )
    assert first[0] == second[0]
    assert earlier[1] <= later[0]


def test_a_host_is_rebuilt_while_others_still_send():
    policy = replace(POLICY, waves=WavePolicy(pilot_vms=0))
    vms = [make_vm("a", 4, "esx1", disks=disks(GIB)), make_vm("b", 4, "esx2", disks=disks(40 * GIB))]
    found = timed(in_place(*vms, policy=policy))
    (wave,) = (wave for wave in found.waves if wave.title == "move 2 VMs to the target")
    retired = step(found, "retire-host-esx1")
    assert retired.needs == ("move-vm-a",)
    assert (
        step(found, "move-vm-a").end
        == retired.start
        < step(found, "move-vm-b").end
        == wave.start + wave.duration
    )


def test_waves_follow_each_other_and_soak():
    policy = replace(
        POLICY, timing=replace(FAST, soak=1000), waves=WavePolicy(pilot_vms=1, max_vms=2, failure_budget=1)
    )
    vms = [make_vm(name, 4, "esx1", guest_os=LINUX, disks=disks(0)) for name in "abcd"]
    found = timed(to_new_host(*vms, policy=policy))
    assert [(wave.id, wave.title, wave.pilot, wave.start, wave.duration) for wave in found.waves] == [
        ("wave-001", "build host-new", False, 0, 250),
        ("wave-002", "pilot: move 1 VM to the target", True, 250, 35),
        ("wave-003", "move 2 VMs to the target", False, 1285, 35),
        ("wave-004", "move 1 VM to the target", False, 2320, 35),
        ("wave-005", "build host-esx1", False, 3355, 350),
    ]
    assert found.makespan == 3705
    assert found.makespan_p90 == 375 + 53 + 1000 + 53 + 1000 + 53 + 1000 + 525
    assert all(wave.reason for wave in found.waves)
    assert {wave.failure_budget for wave in found.waves} == {1}


def test_every_step_belongs_to_one_wave_and_lies_inside_it():
    found = timed(to_new_host(*(make_vm(name, 4, "esx1") for name in "abcde")))
    assert sorted(step for wave in found.waves for step in wave.steps) == sorted(
        step.id for step in found.steps
    )
    waves = {wave.id: wave for wave in found.waves}
    for done in found.steps:
        wave = waves[done.wave]
        assert wave.start <= done.start
        assert done.end <= wave.start + wave.duration
        assert done.p90 <= wave.p90


def test_ids_outlive_additions():
    few = timed(to_new_host(make_vm("a", 4, "esx1")))
    more = timed(to_new_host(make_vm("a", 4, "esx1"), make_vm("b", 4, "esx1")))
    assert {step.id for step in few.steps} < {step.id for step in more.steps}


def test_a_second_relocation_of_a_vm_has_a_number():
    hosts = [make_host(f"xs{n}", 32, coordinator=n == 1) for n in (1, 2, 3)]
    vms = [make_vm("a", 20, "xs1"), make_vm("b", 4, "xs2"), make_vm("c", 24, "xs3")]
    cluster = make_cluster(hypervisor=HypervisorKind.XENSERVER, live_migration=True, manager=ManagerKind.XAPI)
    estate = make_estate((cluster,), hosts, vms)
    found = timed(problem(estate, POLICY, {cluster.id: UPGRADE}))
    twice = [done.id for done in found.steps if done.vm == "vm-a" and done.kind is StepKind.RELOCATE]
    assert twice[:2] == ["relocate-vm-a", "relocate-vm-a-2"]
    assert step(found, "relocate-vm-a-2").needs[0] == "relocate-vm-a"
    upgrades = [done for done in found.steps if done.kind is StepKind.UPGRADE]
    assert all("upgrade-host-xs1" in done.needs for done in upgrades[1:])


def test_a_host_is_retired_after_everything_that_left_it():
    found = timed(to_new_host(*(make_vm(name, 4, "esx1") for name in "ab")))
    assert step(found, "retire-host-esx1").needs == ("move-vm-a", "move-vm-b")
    assert step(found, "install-host-esx1").needs == ("retire-host-esx1",)
    assert step(found, "configure-host-esx1").needs == ("install-host-esx1",)


@pytest.mark.parametrize(
    ("shared", "says"),
    [
        (False, "the disks of host-esx1 are erased, and with them the source copies of 1 VMs (vm-a)"),
        (True, "the former hypervisor on host-esx1 and its configuration are erased; no VM's source copy"),
    ],
)
def test_the_point_of_no_return_is_the_install(shared, says):
    store = Datastore(id=DatastoreId("ds-1"), name="ds1", kind=DatastoreKind.VMFS, shared=shared)
    vm = make_vm("a", 4, "esx1", disks=(Disk(id="d", capacity_bytes=GIB, datastore=store.id),))
    found = timed(to_new_host(vm, datastores=[store]))
    assert step(found, "install-host-esx1").point_of_no_return.startswith(says)
    assert step(found, "retire-host-esx1").point_of_no_return is None
    assert step(found, "move-vm-a").point_of_no_return is None
    assert "its disks are untouched until that host is rebuilt" in step(found, "move-vm-a").way_back


def test_every_step_says_its_reason_and_its_way_back():
    found = timed(to_new_host(make_vm("a", 4, "esx1")))
    assert all(done.reason and done.way_back and done.bottleneck for done in found.steps)


def test_a_parked_vm_is_off_until_it_is_started_again():
    san = SharedStorage(name="new-san", kind=DatastoreKind.NFS, capacity_bytes=100 * GIB)
    policy = replace(POLICY, shared_storage=(san,), parking=Parking(storage="new-san"))
    vm = make_vm("a", 20, "esx1", criticality=Criticality.LOW, guest_os=LINUX, disks=disks(0))
    found = timed(problem(make_estate((make_cluster(),), [make_host("esx1", 32)], [vm]), policy))
    park, unpark = step(found, "park-vm-a"), step(found, "unpark-vm-a")
    assert (park.duration, unpark.duration) == (10 + 20, 5)
    assert park.downtime + unpark.downtime == unpark.end - park.start


def test_bounds_name_what_binds():
    hosts = [make_host(f"esx{n}", 64, nics=GIGABIT) for n in (1, 2)] + [
        make_host("new", 64, hypervisor=SPARE)
    ]
    vms = [
        make_vm(f"{host}{n}", 8, f"esx{host}", guest_os=LINUX, disks=disks(12_500_000_000))
        for host in (1, 2)
        for n in (1, 2, 3)
    ]
    found = timed(problem(make_estate((make_cluster(),), hosts, vms), POLICY))
    whole, *kinds = found.bounds
    assert whole.cluster is None
    assert whole.seconds == max(bound.seconds for bound in kinds) <= found.makespan
    said = {bound.binding: bound.seconds for bound in kinds}
    assert said["bytes out of host-esx2 over its link"] == 300
    busiest = -(-6 * 235 // 2)
    assert said["1 round of rebuilding"] == 350
    assert (
        said["6 crossings (24 min), 2 at once a host, on at most 1 of 3 hosts"]
        == 250 + -(-6 * 235 // 2) + 350
    )
    assert said["transfers of host-new, 2 at once and the work on it (5 min)"] == busiest + 250
    assert said["vm-23: a host built, its move, and its own host rebuilt"] == 250 + 235 + 350


def test_the_bound_of_the_estate_is_that_of_its_slowest_cluster():
    hosts = [make_host(f"{name}{n}", 64, name) for name in "cd" for n in (1, 2)]
    vms = [make_vm(name, 8, f"{name}1", name) for name in "cd"]
    found = timed(problem(make_estate((make_cluster("c"), make_cluster("d")), hosts, vms), POLICY))
    largest = max(bound.seconds for bound in found.bounds if bound.cluster)
    assert found.bounds[0].cluster is None
    assert found.bounds[0].seconds == largest <= found.makespan


def test_nothing_to_do_takes_no_time():
    case = problem(make_estate((), [], []), POLICY)
    assert timed(case).makespan == 0
    assert timed(case).bounds == ()
