"""The replay itself: order of events, the capacity trace against another reckoning, what it cannot know."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.model.estate import Cpu, HostId, NetworkId, VmId
from planner.model.plan import StepId, StepKind
from planner.units import GIB
from planner.verify import verify
from planner.verify.replay import moments
from planner.verify.state import MOVES
from tests.plan_estate import LAB, PRODUCTION
from tests.plans import (
    changed_host,
    changed_placement,
    changed_step,
    changed_vm,
    hand_made_plan,
    with_steps,
)

K = StepKind
PLAN = hand_made_plan()


def test_ends_come_before_starts_and_instant_steps_between():
    first, second, third = PLAN.schedule.steps[:3]
    steps = (
        replace(third, start=60, duration=30),
        replace(first, start=0, duration=60),
        replace(second, start=60, duration=0),
    )
    assert [
        (moment.time, *(tuple(s.id for s in steps) for steps in moment[1:])) for moment in moments(steps)
    ] == [
        (0, (), (), (first.id,)),
        (60, (first.id,), (second.id,), (third.id,)),
        (90, (third.id,), (), ()),
    ]


def resident(plan, vm, time):
    """The hosts that have room taken by a VM at a time: told from the intervals of its moves alone."""
    moves = sorted(
        (s for s in plan.schedule.steps if s.vm == vm.id and s.kind in MOVES), key=lambda s: s.start
    )
    if not moves:
        return {vm.host}
    hosts = {vm.host} if time < moves[0].end else set()
    for move, following in zip(moves, [*moves[1:], None], strict=True):
        if move.start <= time and (following is None or time < following.end):
            hosts.add(move.destination)
    return hosts


def test_the_capacity_trace_agrees_with_a_reckoning_by_intervals():
    for point in verify(PLAN).capacity:
        for load in point.hosts:
            there = [vm for vm in PLAN.estate.vms if load.host in resident(PLAN, vm, point.time)]
            assert load.memory_bytes == sum(vm.memory_bytes for vm in there)
            assert load.vcpus == sum(vm.vcpus for vm in there)
            assert load.vms == len(there)


def test_points_tell_everything_at_first_and_then_what_has_changed():
    seen = {}
    for point in verify(PLAN).capacity:
        of_cluster = {host.id for host in PLAN.estate.hosts if host.cluster == point.cluster}
        loads = {load.host: load for load in point.hosts}
        assert set(loads) == of_cluster if point.cluster not in seen else set(loads) <= of_cluster
        seen.setdefault(point.cluster, {}).update(loads)
        for host, load in seen[point.cluster].items():
            there = [vm for vm in PLAN.estate.vms if host in resident(PLAN, vm, point.time)]
            assert load.memory_bytes == sum(vm.memory_bytes for vm in there)


def test_the_trace_has_a_point_a_moment_and_cluster():
    points = verify(PLAN).capacity
    times = {(s.cluster, time) for s in PLAN.schedule.steps for time in (s.start, s.end)}
    assert {(point.cluster, point.time) for point in points} == times
    assert len(points) == len(times)


def test_sides_change_as_hosts_are_built():
    points = [point for point in verify(PLAN).capacity if point.cluster == PRODUCTION]
    sides = {load.host: load.side for point in points for load in point.hosts}
    last = points[-1]
    assert set(sides.values()) == {"target"}
    assert last.source_free_bytes is None
    assert last.target_free_bytes == (3 * 252 - 212) * GIB


def test_storage_in_use_is_the_data_of_the_copies():
    points = [point for point in verify(PLAN).capacity if point.cluster == PRODUCTION]
    used = {load.storage: load.used_bytes for point in points for load in point.storages}
    assert used["storage-nfs-new"] == (160 + 800 + 8 + 4 * 100 - 100 + 300) * GIB
    assert used["storage-hv4-local"] == 1200 * GIB


@given(order=st.permutations(PLAN.schedule.steps))
@settings(max_examples=25, deadline=None)
def test_the_order_in_which_steps_are_written_does_not_matter(order):
    found = verify(with_steps(PLAN, order))
    assert found.accepted
    assert [p.target_free_bytes for p in found.capacity] == [
        p.target_free_bytes for p in verify(PLAN).capacity
    ]


@given(seconds=st.integers(1, 10**6))
@settings(max_examples=25, deadline=None)
def test_a_plan_that_starts_later_is_as_good(seconds):
    later = with_steps(PLAN, (replace(step, start=step.start + seconds) for step in PLAN.schedule.steps))
    assert verify(later).accepted


@given(
    moved=st.sampled_from(PLAN.schedule.steps),
    start=st.integers(0, 10**5),
    duration=st.integers(0, 10**5),
    destination=st.sampled_from([None, *(host.id for host in PLAN.estate.hosts)]),
)
@settings(max_examples=200, deadline=None)
def test_no_plan_makes_the_replay_fail_and_loads_never_fall_below_nothing(
    moved, start, duration, destination
):
    changed = replace(
        moved,
        start=start,
        duration=duration,
        destination=destination if moved.kind in MOVES else None,
    )
    found = verify(with_steps(PLAN, (changed if s.id == moved.id else s for s in PLAN.schedule.steps)))
    for point in found.capacity:
        assert all(load.memory_bytes >= 0 and load.vcpus >= 0 and load.vms >= 0 for load in point.hosts)
        assert all(load.used_bytes >= 0 for load in point.storages)


@given(moved=st.sampled_from([s for s in PLAN.schedule.steps if s.needs]), early=st.integers(1, 600))
@settings(max_examples=50, deadline=None)
def test_starting_before_its_needs_is_always_seen(moved, early):
    ends = {step.id: step.end for step in PLAN.schedule.steps}
    start = max(ends[need] for need in moved.needs) - early
    changed = (replace(s, start=start) if s.id == moved.id else s for s in PLAN.schedule.steps)
    assert "needs" in {violation.constraint for violation in verify(with_steps(PLAN, changed)).violations}


def test_unknown_figures_are_listed_and_not_made_up():
    plan = changed_vm(PLAN, "db1", memory_bytes=None, power=None)
    plan = changed_vm(plan, "app1", vcpus=None)
    plan = changed_host(plan, "esx1", networks=None, cpu=Cpu())
    plan = changed_placement(
        plan,
        PRODUCTION,
        hosts=tuple(
            replace(host, networks=None, cores=None) if host.host == "host-esx1" else host
            for host in PLAN.placements[1].hosts
        ),
    )
    found = verify(plan)
    assert found.accepted
    assert found.unknowns == (
        "The power state of db1 is unknown: counted as running",
        "The memory of db1 is unknown: not counted",
        "The vCPUs of app1 are unknown: not counted",
        "The cores of host esx1 are unknown: vCPUs not checked",
        "The networks of host esx1 are unknown: reach not checked",
    )


def test_long_lists_are_cut():
    plan = PLAN
    for name in ("app1", "db1", "dns1", "web1", "web2", "win1", "vcenter"):
        plan = changed_vm(plan, name, vcpus=None)
    assert verify(plan).unknowns == (
        "The vCPUs of app1, db1, dns1, vcenter, web1 and 2 more are unknown: not counted",
    )


def test_what_was_wrong_before_is_named_and_forgiven_until_it_gets_worse():
    overfull = changed_host(PLAN, "esx1", memory_bytes=90 * GIB)
    place = PLAN.placements[1]
    overfull = changed_placement(
        overfull,
        PRODUCTION,
        hosts=tuple(
            replace(host, memory_bytes=86 * GIB) if host.host == "host-esx1" else host for host in place.hosts
        ),
    )
    found = verify(overfull)
    assert found.unknowns == ("Already so at the start: running VMs of esx1 exceed its memory by 2 GiB",)
    assert {(v.constraint, v.subject) for v in found.violations} >= {("memory", "esx1")}
    elsewhere = changed_step(overfull, K.RELOCATE, "web2", destination=HostId("host-esx2"))
    assert "memory" not in {violation.constraint for violation in verify(elsewhere).violations}


def test_a_vm_whose_host_is_unknown_is_settled_by_its_first_move():
    plan = changed_vm(PLAN, "web2", host=None)
    assert "needs" in {v.constraint for v in verify(plan).violations}
    settled = verify(changed_step(plan, K.RELOCATE, "web2", source=None))
    assert settled.accepted
    assert settled.unknowns == ("The host of web2 is unknown: not counted",)


def test_names_that_lead_nowhere_are_all_reported_and_stop_the_replay():
    plan = changed_step(PLAN, K.MOVE, "db1", destination=HostId("host-x"), needs=(StepId("nothing"),))
    plan = changed_placement(plan, LAB, swing=(HostId("host-y"),))
    found = verify(plan)
    assert [violation.detail for violation in found.violations] == [
        "names the host host-x, which does not exist",
        "names the step nothing, which does not exist",
        "names the host host-y, which does not exist",
    ]
    assert found.capacity == ()
    assert found.events == 0


def test_dangling_references_inside_the_estate_are_seen():
    plan = changed_vm(PLAN, "db1", host=HostId("host-z"), depends_on=(VmId("vm-z"),))
    nic = replace(PLAN.estate.vms[0].nics[0], network=NetworkId("net-z"))
    plan = changed_vm(plan, "app1", nics=(nic,))
    assert len(verify(plan).violations) == 3
