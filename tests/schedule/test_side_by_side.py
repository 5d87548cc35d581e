"""Clusters are converted side by side, but for what one needs of the other."""

from dataclasses import replace
from itertools import pairwise

import pytest

from planner.model.estate import AffinityRule, Datastore, DatastoreId, Disk, VmId
from planner.model.kinds import (
    AffinityKind,
    Criticality,
    DatastoreKind,
    HypervisorKind,
    ManagerKind,
    PowerState,
    ServiceRole,
)
from planner.model.plan import StepKind
from planner.model.policy import (
    InstallPolicy,
    Parking,
    Policy,
    SharedStorage,
    TimingPolicy,
    TransferPolicy,
    WavePolicy,
)
from planner.model.waves import step_by_step
from planner.place import place
from planner.schedule import schedule
from planner.units import GIB
from tests.strategies import make_cluster, make_estate, make_host, make_vm, problem

SPARE = HypervisorKind.NONE
LINUX = "Debian GNU/Linux 12 (64-bit)"
TIMING = TimingPolicy(
    shutdown=10, convert_linux=20, convert_windows=60, verify=5, live_migration=7,
    retire_host=100, install_host=200, configure_host=50, upgrade_host=400,
)  # fmt: skip
POLICY = Policy(timing=TIMING, waves=WavePolicy(pilot_vms=0))
SLOW = replace(TIMING, shutdown=3600)
NAMES = "cde"


def clusters(policy=POLICY, *, names=NAMES, vm=None, rules=(), hosts=(), datastores=(), each=None):
    """One cluster a name, each with a host, a new host, and a VM of its name; `vm` has facts of single VMs."""
    given = [
        *(make_host(f"old-{name}", 64, name) for name in names),
        *(make_host(f"new-{name}", 64, name, hypervisor=SPARE) for name in names),
        *hosts,
    ]
    facts = {name: {"guest_os": LINUX, **(each or {}), **(vm or {}).get(name, {})} for name in names}
    vms = [make_vm(name, 8, f"old-{name}", name, **facts[name]) for name in names]
    estate = make_estate(tuple(make_cluster(name) for name in names), given, vms, rules, datastores)
    return timed(problem(estate, policy))


def timed(case):
    placements = place(case.estate, case.policy, case.platforms, case.decisions, case.routes, case.groups)
    return schedule(case.estate, case.policy, case.decisions, case.routes, placements, case.groups)


def spans(found, kind):
    """Start and end of the steps of a kind, by machine."""
    return {
        (step.vm or step.host).rpartition("-")[2]: (step.start, step.end)
        for step in found.steps
        if step.kind is kind
    }


def overlap(one, other):
    return one[0] < other[1] and other[0] < one[1]


def test_clusters_that_share_nothing_are_converted_at_once():
    together, alone = clusters(), clusters(names="c")
    assert together.makespan == alone.makespan
    assert len(set(spans(together, StepKind.MOVE).values())) == 1


def test_the_waves_of_a_cluster_name_the_one_before():
    found = clusters()
    for name in NAMES:
        own = [wave for wave in found.waves if wave.cluster == f"cluster-{name}"]
        beside = step_by_step(found)
        assert own[0].after == ()
        assert all(one.id in {*other.after, *beside.get(other.id, ())} for one, other in pairwise(own))
        assert all(one.start + one.duration <= other.start for one, other in pairwise(own))


def test_nothing_but_new_hosts_comes_before_the_pilot():
    found = clusters(replace(POLICY, waves=WavePolicy(pilot_vms=1)))
    pilot = next(wave for wave in found.waves if wave.pilot)
    done = pilot.start + pilot.duration
    others = [wave for wave in found.waves if wave.cluster != pilot.cluster]
    assert [wave.start for wave in others if wave.title.startswith("build new")] == []
    assert {wave.title for wave in others if wave.start < done} == {"build host-new-d", "build host-new-e"}
    assert all(pilot.id in wave.after for wave in others if wave.title.startswith("move"))


@pytest.mark.parametrize(
    ("policy", "kind"),
    [
        (replace(POLICY, transfers=TransferPolicy(at_once=1)), StepKind.MOVE),
        (replace(POLICY, install=InstallPolicy(at_once=1)), StepKind.INSTALL),
        (replace(POLICY, waves=WavePolicy(pilot_vms=0, cutovers_at_once=1)), StepKind.MOVE),
    ],
)
def test_what_the_policy_caps_is_capped_for_the_whole_estate(policy, kind):
    found = sorted(spans(clusters(policy), kind).values())
    assert len(found) >= len(NAMES)
    assert all(one[1] <= other[0] for one, other in pairwise(found))


def test_a_vm_that_is_off_is_nobodys_cutover():
    policy = replace(POLICY, waves=WavePolicy(pilot_vms=0, cutovers_at_once=1))
    off = {name: {"power": PowerState.OFF} for name in "cd"}
    found = spans(clusters(policy, vm=off), StepKind.MOVE)
    assert overlap(found["c"], found["d"])
    assert overlap(found["c"], found["e"])


def test_the_bound_of_the_estate_knows_what_people_can_look_after():
    found = clusters(replace(POLICY, waves=WavePolicy(pilot_vms=0, cutovers_at_once=1), timing=SLOW))
    estate = next(bound for bound in found.bounds if bound.cluster is None)
    assert estate.binding == "3 cutovers, waves.cutovers_at_once"
    assert estate.seconds == sum(step.duration for step in found.steps if step.kind is StepKind.MOVE)
    assert estate.seconds <= found.makespan


def test_a_shared_datastore_serves_no_more_transfers_than_allowed():
    nfs = Datastore(
        id=DatastoreId("ds-nfs"), name="nfs", kind=DatastoreKind.NFS, shared=True, free_bytes=900 * GIB
    )
    disk = Disk(id="d", capacity_bytes=10 * GIB, datastore=nfs.id)
    policy = replace(POLICY, transfers=TransferPolicy(per_datastore=2, datastore_bytes=20_000_000))
    found = clusters(policy, each={"disks": (disk,)}, datastores=[nfs])
    moves = [step for step in found.steps if step.kind is StepKind.MOVE]
    assert {step.bottleneck for step in moves} == {"ds-nfs (20 MB/s for 2 transfers)"}
    for step in moves:
        assert sum(other.start <= step.start < other.end for other in moves) <= 2
    assert len({step.start for step in moves}) == 2


def test_a_vm_and_what_it_needs_do_not_travel_at_once():
    found = spans(clusters(vm={"c": {"depends_on": (VmId("vm-d"),)}}), StepKind.MOVE)
    assert not overlap(found["c"], found["d"])
    assert overlap(found["c"], found["e"]) or overlap(found["d"], found["e"])


@pytest.mark.parametrize(("mandatory", "most"), [(True, 1), (False, 3)])
def test_what_a_rule_keeps_out_of_one_wave_does_not_travel_at_once(mandatory, most):
    rule = AffinityRule(
        id="rule-1",
        name="one at a time",
        kind=AffinityKind.WAVES_APART,
        vms=tuple(VmId(f"vm-{name}") for name in NAMES),
        mandatory=mandatory,
    )
    found = spans(clusters(rules=[rule]), StepKind.MOVE).values()
    assert max(sum(other[0] <= one[0] < other[1] for other in found) for one in found) == most


def test_a_manager_goes_when_all_that_it_manages_have_gone():
    managed = make_cluster("d", manager=ManagerKind.VCENTER, manager_address="c")
    hosts = [make_host(f"{part}-{name}", 64, name, **more) for name in "cd" for part, more in PARTS.items()]
    vms = [
        make_vm("c", 8, "old-c", roles=(ServiceRole.VCENTER,), hostname="c", guest_os=LINUX),
        make_vm("d", 8, "old-d", "d", guest_os=LINUX),
    ]
    found = timed(problem(make_estate((make_cluster("c"), managed), hosts, vms), POLICY))
    last = max(wave.start + wave.duration for wave in found.waves if wave.cluster == "cluster-d")
    assert spans(found, StepKind.MOVE)["c"][0] >= last


PARTS = {"old": {}, "new": {"hypervisor": SPARE}}


def test_a_borrowed_host_serves_one_cluster_after_the_other():
    hosts = [
        *(make_host(f"old-{name}", 64, name) for name in "cd"),
        make_host("lent", 64, None, hypervisor=SPARE),
    ]
    vms = [make_vm(name, 8, f"old-{name}", name, guest_os=LINUX) for name in "cd"]
    found = timed(problem(make_estate((make_cluster("c"), make_cluster("d")), hosts, vms), POLICY))
    installs = [step for step in found.steps if step.kind is StepKind.INSTALL and step.host == "host-lent"]
    returns = [step for step in found.steps if step.kind is StepKind.RETURN]
    assert len(installs) == len(returns) == 2
    assert installs[1].start >= returns[0].end
    assert returns[0].id in installs[1].needs


@pytest.mark.parametrize("needs", [(), (VmId("vm-c"),)])
def test_a_cluster_waits_for_what_another_has_parked(needs):
    export = SharedStorage(name="new-san", kind=DatastoreKind.NFS, capacity_bytes=100 * GIB)
    policy = replace(POLICY, shared_storage=(export,), parking=Parking(storage="new-san"))
    hosts = [
        make_host("old-c", 32),
        make_host("old-d", 32, "d"),
        make_host("new-d", 32, "d", hypervisor=SPARE),
    ]
    vms = [
        make_vm("c", 20, "old-c", criticality=Criticality.LOW, guest_os=LINUX),
        make_vm("d", 8, "old-d", "d", guest_os=LINUX, depends_on=needs, criticality=Criticality.HIGH),
    ]
    found = timed(problem(make_estate((make_cluster("c"), make_cluster("d")), hosts, vms), policy))
    off = spans(found, StepKind.PARK)["c"][0], spans(found, StepKind.UNPARK)["c"][1]
    assert overlap(off, spans(found, StepKind.MOVE)["d"]) == (not needs)
