"""Each constraint: one plan that breaks exactly it, and one that comes close and does not."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from planner.model.constraint import CONSTRAINTS, ConstraintId
from planner.model.estate import Cpu, Flow, HostId, HostNetwork, Passthrough, VmId
from planner.model.kinds import Bond, Criticality, PassthroughKind, PowerState
from planner.model.plan import Group, Loan, StepKind
from planner.model.policy import ClusterPolicy, Freeze, Parking, TransferPolicy, Uplink, Weekday, Window
from planner.units import GIB, TIB
from planner.verify import verify
from planner.verify.checks import checked
from tests.plan_estate import LAB, LAN, POLICY, PRODUCTION, needs
from tests.plans import (
    DMZ,
    NFS,
    changed_cluster,
    changed_datastore,
    changed_host,
    changed_policy,
    changed_step,
    changed_vm,
    hand_made_plan,
    local_pool,
    step_of,
    without_step,
)
from tests.verify.changes import (
    borrowed,
    borrowed_and_emptied,
    budgeted,
    claim,
    claim_storage,
    copied_as_it_is,
    cutovers,
    dated,
    given_back,
    grouped,
    half_done,
    in_different_waves,
    moved_before,
    on_storage,
    one_at_a_time,
    parked,
    seen,
    share_kept_free,
    shared_storage,
    side_by_side,
    there,
    through_vcenter,
    told_of_db1,
    turned,
    vcenter_beside_web2,
    vcpu_ratio,
    with_uplink,
    without_pilot,
    without_reserve,
)
from tests.verify.gaps import GAPS, WHOLE

K, C = StepKind, ConstraintId
MINUTE = 60


BREAKS = {
    "db1 and its neighbours need more memory than hv4 has": (
        C.MEMORY,
        lambda plan: changed_vm(without_reserve(plan), "db1", memory_bytes=200 * GIB),
    ),
    "a VM is relocated to a host in maintenance": (
        C.MEMORY,
        lambda plan: changed_host(without_reserve(plan), "esx2", maintenance=True),
    ),
    "the plan promises the hypervisor's own memory to VMs": (
        C.MEMORY,
        lambda plan: claim(plan, "hv4", memory_bytes=256 * GIB),
    ),
    "the plan promises memory of a host whose memory is unknown": (
        C.MEMORY,
        lambda plan: changed_host(plan, "hv4", memory_bytes=None),
    ),
    "five VMs have more vCPUs than half a vCPU a core allows": (C.VCPU, lambda plan: vcpu_ratio(plan, 0.5)),
    "the plan promises cores that the host has not": (C.VCPU, lambda plan: claim(plan, "esx1", cores=64)),
    "when both remaining hosts may fail, nothing may run": (
        C.RESERVE,
        lambda plan: changed_policy(plan, clusters=(ClusterPolicy(cluster="Production", reserve_hosts=2),)),
    ),
    "the target side cannot keep most of its memory free": (
        C.RESERVE,
        lambda plan: share_kept_free(plan, 58),
    ),
    "one source host is too small for all VMs": (
        C.RESERVE,
        lambda plan: changed_vm(plan, "vcenter", memory_bytes=90 * GIB),
    ),
    "the new export is too small for all copies": (C.STORAGE, lambda plan: shared_storage(plan, TIB)),
    "the plan promises more than the export has": (
        C.STORAGE,
        lambda plan: claim_storage(plan, NFS, capacity_bytes=8 * TIB),
    ),
    "the plan promises a storage that the policy does not know": (
        C.STORAGE,
        lambda plan: claim_storage(plan, NFS, name="nfs-other"),
    ),
    "a copy goes into the pool of another host": (
        C.STORAGE,
        lambda plan: changed_step(plan, K.MOVE, "win1", disks=on_storage("win1", local_pool("hv4"))),
    ),
    "a copy goes to the VMFS datastore of the source": (
        C.STORAGE,
        lambda plan: claim_storage(plan, NFS, datastore="ds-san", capacity_bytes=TIB),
    ),
    "a VM is relocated away from the datastore of its disks": (
        C.STORAGE,
        lambda plan: changed_host(plan, "esx2", datastores=("ds-lab-sr",)),
    ),
    "a disk is forgotten": (C.STORAGE, lambda plan: changed_step(plan, K.MOVE, "db1", disks=())),
    "a VM is moved away from its disk in a local pool": (
        C.STORAGE,
        lambda plan: changed_step(plan, K.MOVE, "web2", disks=on_storage("web2", local_pool("hv4"))),
    ),
    "esx2 lacks the DMZ and the policy does not map it": (
        C.NETWORK,
        lambda plan: claim(
            changed_host(changed_policy(plan, network_map=()), "esx2", networks=(HostNetwork(network=LAN),)),
            "esx2",
            networks=(LAN,),
        ),
    ),
    "the plan promises a network that a host is not known to carry": (
        C.NETWORK,
        lambda plan: changed_host(plan, "hv4", networks=None),
    ),
    "the web servers meet on hv4": (
        C.APART,
        lambda plan: changed_step(plan, K.MOVE, "web1", destination=HostId("host-hv4")),
    ),
    "app1 ends elsewhere than db1": (
        C.TOGETHER,
        lambda plan: changed_step(plan, K.MOVE, "app1", destination=HostId("host-esx3")),
    ),
    "win1 ends on an unlicensed host": (
        C.PINNED,
        lambda plan: changed_step(plan, K.MOVE, "win1", destination=HostId("host-hv4")),
    ),
    "app1 is started while db1 is still down": (
        C.ORDER,
        lambda plan: changed_step(plan, K.MOVE, "app1", start=540 * MINUTE, needs=()),
    ),
    "web2 crosses twice": (
        C.CROSS_ONCE,
        lambda plan: changed_step(plan, K.REBALANCE, "web2", kind=K.MOVE, disks=on_storage("web2", NFS)),
    ),
    "a relocation leads to a target host": (
        C.CROSS_ONCE,
        lambda plan: changed_step(
            without_reserve(without_step(plan, K.MOVE, "web2")),
            K.RELOCATE,
            "web2",
            destination=HostId("host-hv4"),
        ),
    ),
    "a VM of an upgraded pool is converted": (
        C.CROSS_ONCE,
        lambda plan: changed_step(plan, K.RELOCATE, "ldap1", kind=K.MOVE),
    ),
    "web2 is still on esx3 when it is retired": (
        C.EMPTY_BEFORE_REBUILD,
        lambda plan: changed_step(
            changed_step(plan, K.RELOCATE, "web2", duration=20 * MINUTE), K.RETIRE, "esx3", needs=()
        ),
    ),
    "a VM is sent to a host that is not built yet": (
        C.EMPTY_BEFORE_REBUILD,
        lambda plan: changed_step(plan, K.REBALANCE, "web2", start=800 * MINUTE, needs=()),
    ),
    "a retired host holds the only disk of a VM that runs elsewhere": (
        C.EMPTY_BEFORE_REBUILD,
        lambda plan: changed_datastore(
            changed_host(plan, "esx3", datastores=("ds-san",)), "san", shared=False
        ),
    ),
    "three transfers leave esx1 at once": (
        C.TRANSFERS,
        lambda plan: changed_policy(plan, transfers=TransferPolicy(per_host=1)),
    ),
    "nine copies go to one export, two at once": (
        C.TRANSFERS,
        lambda plan: changed_policy(plan, transfers=TransferPolicy(per_datastore=1)),
    ),
    "two copies run at once in the estate": (
        C.TRANSFERS,
        lambda plan: changed_policy(plan, transfers=TransferPolicy(at_once=1)),
    ),
    "two copies cross the uplink of a rack at once": (
        C.UPLINKS,
        lambda plan: with_uplink(plan, Uplink(name="rack", hosts=("esx3", "hv4"), at_once=1)),
    ),
    "one host converts two VMs at once": (
        C.CONVERSIONS,
        lambda plan: vcenter_beside_web2(plan, conversions_per_host=1),
    ),
    "the memory that a host keeps is for one conversion": (
        C.CONVERSIONS,
        lambda plan: changed_policy(
            vcenter_beside_web2(plan),
            capacity=replace(plan.policy.capacity, host_memory_bytes=3 * GIB),
        ),
    ),
    "two running VMs are cut over at once": (
        C.CUTOVERS,
        lambda plan: cutovers(plan, 1),
    ),
    "db1 is off for longer than its owner allows, and nobody says so": (
        C.DOWNTIME,
        lambda plan: changed_vm(plan, "db1", max_downtime=165 * 90 - 1),
    ),
    "a broken budget blocks by the policy, and the finding only warns": (
        C.DOWNTIME,
        lambda plan: budgeted(told_of_db1(plan), "critical", normal=120),
    ),
    "two hosts are installed at once": (
        C.INSTALLS,
        lambda plan: changed_policy(plan, install=replace(plan.policy.install, at_once=1)),
    ),
    "vCenter is read through itself": (C.MANAGER_LAST, lambda plan: through_vcenter(plan, "vcenter")),
    "vCenter goes down while web2 is still read through it": (
        C.MANAGER_LAST,
        lambda plan: changed_step(
            through_vcenter(plan, "web2"), K.MOVE, "vcenter", start=640 * MINUTE, needs=()
        ),
    ),
    "a borrowed host is not given back": (C.SWING_RETURNED, borrowed),
    "a borrowed host is given back with VMs on it": (
        C.SWING_RETURNED,
        lambda plan: given_back(borrowed_and_emptied(plan), 1030),
    ),
    "a step starts before what it needs": (
        C.NEEDS,
        lambda plan: changed_step(plan, K.CONFIGURE, "hv4", start=59 * MINUTE),
    ),
    "a host is configured that nobody installs": (
        C.NEEDS,
        lambda plan: without_step(plan, K.INSTALL, "esx1"),
    ),
    "a host is installed and left like that": (
        C.NEEDS,
        lambda plan: without_step(plan, K.CONFIGURE, "esx1"),
    ),
    "a host is installed that was not retired": (
        C.NEEDS,
        lambda plan: without_step(plan, K.RETIRE, "esx1"),
    ),
    "a VM is moved from where it is not": (
        C.NEEDS,
        lambda plan: changed_step(plan, K.MOVE, "files1", source=HostId("host-esx1")),
    ),
    "relocation without live migration": (
        C.LIVE_MIGRATION,
        lambda plan: changed_cluster(plan, "Production", live_migration=None),
    ),
    "relocation of a VM with a device of its host": (
        C.LIVE_MIGRATION,
        lambda plan: changed_vm(plan, "files1", passthrough=(Passthrough(kind=PassthroughKind.PCI),)),
    ),
    "parking without permission": (
        C.PARKING,
        lambda plan: parked(changed_policy(plan, parking=None), "web1"),
    ),
    "a critical VM is parked": (
        C.PARKING,
        lambda plan: parked(changed_vm(plan, "web1", criticality=Criticality.CRITICAL), "web1"),
    ),
    "infrastructure is parked": (
        C.PARKING,
        lambda plan: parked(changed_vm(plan, "web1", roles=("ntp",)), "web1"),
    ),
    "a VM is parked elsewhere": (
        C.PARKING,
        lambda plan: parked(changed_policy(plan, parking=Parking(storage="other")), "web1"),
    ),
    "the coordinator is upgraded second": (
        C.COORDINATOR_FIRST,
        lambda plan: changed_host(changed_host(plan, "xs1", coordinator=False), "xs2", coordinator=True),
    ),
    "VMs that must move together leave in two waves": (
        C.ONE_WAVE,
        lambda plan: grouped(plan, "win1", "db1"),
    ),
    "VMs that the policy binds leave in two waves": (
        C.ONE_WAVE,
        lambda plan: grouped(plan, "win1", "db1", bond=Bond.BIND),
    ),
    "two VMs that a rule keeps out of one wave": (
        C.WAVES_APART,
        lambda plan: in_different_waves(plan, "app1", "dns1"),
    ),
    "two VMs that a rule keeps out of one wave are in two that overlap": (
        C.WAVES_APART,
        lambda plan: in_different_waves(side_by_side(plan), "dns1", "wiki1"),
    ),
    "a wave begins before the one that it comes after": (
        C.WAVES_IN_TURN,
        lambda plan: turned(plan, "wave-05", after="wave-04", earlier=10 * MINUTE),
    ),
    "a pool is upgraded while the pilot still runs": (
        C.PILOT_FIRST,
        lambda plan: turned(plan, "wave-05", after="wave-01", earlier=500 * MINUTE),
    ),
    "there is no pilot": (C.PILOT_FIRST, without_pilot),
    "a wave runs beyond its window at p90": (
        C.WINDOWS,
        lambda plan: dated(plan, Window(opens="20:00", closes="12:00")),
    ),
    "a wave runs on a frozen day": (
        C.WINDOWS,
        lambda plan: dated(plan, freezes=(Freeze(first="2027-02-07", last="2027-02-07", why="stocktaking"),)),
    ),
    "a plan with windows has no date": (
        C.WINDOWS,
        lambda plan: replace(dated(plan, Window(opens="00:00", closes="00:00")), start=None),
    ),
    "a VM is backed up by one that does not exist": (
        C.REFERENCES,
        lambda plan: changed_vm(plan, "db1", backed_up_by=VmId("vm-nobody")),
    ),
    "traffic with a VM that does not exist": (
        C.REFERENCES,
        lambda plan: seen(plan, Flow(source=None, destination=VmId("vm-nobody"), port=1, size_bytes=1)),
    ),
    "a step moves a VM that does not exist": (
        C.REFERENCES,
        lambda plan: changed_step(plan, K.MOVE, "dns1", vm=VmId("vm-nobody")),
    ),
    "a host is said to be built and retired": (
        C.PROGRESS,
        lambda plan: half_done(plan, retired=(HostId("host-esx3"),)),
    ),
    "a host is said to be borrowed and was never built": (
        C.PROGRESS,
        lambda plan: half_done(plan, lent=(Loan(host=HostId("host-esx1"), cluster=PRODUCTION),)),
    ),
    "a VM has crossed, its disk is in the pool of another host": (
        C.PROGRESS,
        lambda plan: moved_before(plan, there("files1", "hv4", local_pool("esx3"))),
    ),
    "a VM is on a target host and is said not to have crossed": (
        C.PROGRESS,
        lambda plan: moved_before(plan, replace(there("win1", "esx3", NFS), crossed=False)),
    ),
    "a VM was never moved, and its host is the target's": (
        C.PROGRESS,
        lambda plan: changed_vm(half_done(plan), "old1", host=HostId("host-esx3")),
    ),
    "progress names a VM that does not exist": (
        C.REFERENCES,
        lambda plan: moved_before(plan, there("nobody", "hv4", NFS)),
    ),
    "a VM that crossed before leaves too little memory for the others": (
        C.MEMORY,
        lambda plan: changed_vm(without_reserve(half_done(plan)), "files1", memory_bytes=200 * GIB),
    ),
    "a copy that was made before leaves too little room for the others": (
        C.STORAGE,
        lambda plan: half_done(shared_storage(plan, 12 * TIB // 10)),
    ),
}

KEEPS = {
    "the plan goes on after its second wave": half_done,
    "VMs that crossed before, and the others, fit into the export": lambda plan: half_done(
        shared_storage(plan, 2 * TIB)
    ),
    "the plan as it is": lambda plan: plan,
    "db1 grows as far as the reserve allows": lambda plan: changed_vm(
        without_reserve(plan), "db1", memory_bytes=148 * GIB
    ),
    "a big VM that is off takes no memory": lambda plan: changed_vm(
        plan, "win1", memory_bytes=900 * GIB, power=PowerState.OFF
    ),
    "one vCPU a core is enough": lambda plan: vcpu_ratio(plan, 1.0),
    "a share of each side is free": lambda plan: share_kept_free(plan, 57),
    "the last VM takes what the reserve leaves": lambda plan: changed_vm(
        plan, "vcenter", memory_bytes=(24 + 40) * GIB
    ),
    "the export is just large enough": lambda plan: shared_storage(plan, 1743 * GIB),
    "a removable medium needs no storage": lambda plan: changed_vm(
        plan,
        "dns1",
        disks=tuple(
            disk
            for vm in plan.estate.vms
            if vm.name == "dns1"
            for disk in (*vm.disks, replace(vm.disks[0], id="cd", kind="cdrom"))
        ),
    ),
    "traffic with machines outside the estate": lambda plan: seen(
        plan, Flow(source=None, destination=VmId("vm-db1"), port=1, size_bytes=1)
    ),
    "two VMs in different waves": lambda plan: in_different_waves(plan, "files1", "dns1"),
    "a wish that they move in different waves": lambda plan: in_different_waves(
        plan, "app1", "dns1", mandatory=False
    ),
    "a wish that VMs move in one wave": lambda plan: grouped(plan, "win1", "db1", bond=Bond.WISH),
    "VMs that the policy binds leave in one wave": lambda plan: grouped(plan, "app1", "db1", bond=Bond.BIND),
    "a group has no choice of waves": lambda plan: replace(
        in_different_waves(plan, "app1", "db1"), groups=(Group(vms=needs("app1", "db1"), reason="a disk"),)
    ),
    "an unmapped network that the host carries": lambda plan: changed_policy(plan, network_map=()),
    "a network that only the policy brings": lambda plan: changed_host(
        plan, "hv4", networks=(HostNetwork(network=DMZ),)
    ),
    "two VMs that depend on each other are started in any order": lambda plan: changed_step(
        changed_vm(plan, "db1", depends_on=needs("app1")), K.MOVE, "app1", start=420 * MINUTE, needs=()
    ),
    "a dependency that is off at the source does not count": lambda plan: changed_step(
        changed_vm(plan, "db1", power=PowerState.OFF), K.MOVE, "app1", start=500 * MINUTE, needs=()
    ),
    "vCenter goes down after web2 was read through it": lambda plan: through_vcenter(plan, "web2"),
    "two transfers at once where two are allowed": lambda plan: changed_policy(
        plan, transfers=TransferPolicy(per_host=2)
    ),
    "three copies at once where three are allowed": lambda plan: changed_policy(
        plan, transfers=TransferPolicy(at_once=3, per_datastore=3)
    ),
    "two copies cross an uplink where two are allowed": lambda plan: with_uplink(
        plan, Uplink(name="rack", hosts=("esx3", "hv4"), at_once=2)
    ),
    "a whole cluster is behind one uplink": lambda plan: with_uplink(
        plan, Uplink(name="site", clusters=("Production",), at_once=1)
    ),
    "two conversions where the kept memory is for two": vcenter_beside_web2,
    "a copy beside a conversion": lambda plan: copied_as_it_is(
        vcenter_beside_web2(plan, conversions_per_host=1), "vcenter"
    ),
    "two cutovers at once where two are allowed": lambda plan: cutovers(plan, 2),
    "a VM that is off is no cutover": lambda plan: cutovers(one_at_a_time(plan), 1),
    "db1 is off for no longer than its owner allows": lambda plan: changed_vm(
        plan, "db1", max_downtime=165 * 90
    ),
    "a finding says that db1 may be off for too long": lambda plan: changed_vm(
        told_of_db1(plan), "db1", max_downtime=60
    ),
    "nobody is off for longer than the policy allows": lambda plan: budgeted(
        plan, "critical", low=240 * 90, normal=165 * 90, high=165 * 90, critical=165 * 90
    ),
    "a VM that migrates live may never be off": lambda plan: changed_vm(plan, "wiki1", max_downtime=0),
    "two installs at once where two are allowed": lambda plan: changed_policy(
        plan, install=replace(plan.policy.install, at_once=2)
    ),
    "a pool is upgraded beside another cluster": side_by_side,
    "windows at any time": lambda plan: dated(plan, Window(opens="00:00", closes="00:00")),
    "a window for each day on which the plan runs": lambda plan: dated(
        plan, Window(opens="20:00", closes="20:00", days=(Weekday.SAT, Weekday.SUN))
    ),
    "a window of another cluster": lambda plan: dated(
        plan, Window(opens="20:00", closes="21:00", clusters=("Elsewhere",))
    ),
    "a freeze after the plan": lambda plan: dated(
        plan, freezes=(Freeze(first="2027-02-09", last="2027-02-20", why="stocktaking"),)
    ),
    "no pilot where none is wanted": lambda plan: changed_policy(
        without_pilot(plan), waves=replace(plan.policy.waves, pilot_vms=0)
    ),
    "a borrowed host is given back empty": lambda plan: given_back(borrowed_and_emptied(plan), 1200),
    "a VM of normal criticality is parked": lambda plan: parked(
        plan, "web1", needs=(step_of(plan, K.MOVE, "app1").id,)
    ),
    "a VM that is off stays on the host that is upgraded": lambda plan: without_step(
        without_step(changed_vm(plan, "wiki1", power=PowerState.OFF), K.RELOCATE, "wiki1"),
        K.RELOCATE,
        "wiki1",
    ),
    "a host in maintenance that nobody uses": lambda plan: changed_host(plan, "hv4", maintenance=True),
    "cores that are unknown are not checked": lambda plan: claim(
        changed_host(plan, "hv4", cpu=Cpu()), "hv4", cores=None
    ),
}


BREAKS |= GAPS
KEEPS |= WHOLE


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_plan_is_refused_for_its_constraint(name):
    constraint, broken = BREAKS[name]
    verification = verify(broken(hand_made_plan()))
    assert not verification.accepted
    assert {violation.constraint for violation in verification.violations} == {constraint}


@pytest.mark.parametrize("name", KEEPS)
def test_a_plan_that_only_comes_close_is_accepted(name):
    assert verify(KEEPS[name](hand_made_plan())).violations == ()


def test_every_constraint_has_a_checker_and_a_case():
    assert {constraint.id for constraint in CONSTRAINTS} == set(ConstraintId)
    assert checked() | {C.REFERENCES} == set(ConstraintId)
    assert {constraint for constraint, _ in BREAKS.values()} == set(ConstraintId)


def test_the_page_has_every_constraint():
    page = (Path(__file__).parents[2] / "docs/verification.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    assert sorted(re.findall("`(.*?)`", " ".join(rows))) == sorted(ConstraintId)


def test_a_violation_says_who_when_and_by_how_much():
    plan = changed_vm(without_reserve(hand_made_plan()), "db1", memory_bytes=200 * GIB)
    violation = verify(plan).violations[0]
    assert violation.subject == "hv4"
    assert violation.step == step_of(plan, K.MOVE, "app1").id
    assert violation.time == 584 * MINUTE
    assert violation.detail == "running VMs need 264 GiB of memory, 252 GiB are there: 12 GiB short"


def test_the_lab_pool_is_one_side():
    """While xs1 is out, xs2 carries all 56 GiB; a reserve of one host would leave nothing."""
    plan = changed_cluster(hand_made_plan(), "lab", ha_enabled=True)
    found = verify(plan).violations
    assert {violation.constraint for violation in found} == {C.RESERVE}
    assert {violation.subject for violation in found} == {"lab"}
    assert all(step.cluster == LAB for step in plan.schedule.steps if step.id in {v.step for v in found})
    assert POLICY.capacity.reserve_hosts == 1
