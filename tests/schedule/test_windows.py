"""Waves keep to the windows of their clusters; what fits into none is refused."""

from dataclasses import replace
from datetime import datetime

import pytest

from planner.errors import InfeasibleError, InputError
from planner.model.kinds import HypervisorKind
from planner.model.plan import StepKind
from planner.model.policy import Policy, TimingPolicy, WavePolicy, Window, WindowPolicy
from planner.place import place
from planner.schedule import schedule
from tests.strategies import make_cluster, make_estate, make_host, make_vm, problem

HOUR = 3600
TIMING = TimingPolicy(
    shutdown=0, convert_linux=0, convert_windows=HOUR, verify=0, live_migration=0,
    retire_host=0, install_host=HOUR, configure_host=0, spread_percent=150,
)  # fmt: skip
START = datetime.fromisoformat("2026-11-24T20:00")


def timed(windows, *, vms="abcd", start=START, names="c"):
    """Clusters with an old and a new host, and VMs that take an hour each (1.5 h at p90), two at once."""
    policy = Policy(timing=TIMING, waves=WavePolicy(pilot_vms=0), windows=windows)
    hosts = [make_host(f"old-{name}", 64, name) for name in names]
    hosts += [make_host(f"new-{name}", 64, name, hypervisor=HypervisorKind.NONE) for name in names]
    machines = [make_vm(vm + name, 4, f"old-{name}", name, disks=()) for name in names for vm in vms]
    case = problem(make_estate(tuple(make_cluster(name) for name in names), hosts, machines), policy)
    placements = place(case.estate, case.policy, case.platforms, case.decisions, case.routes, case.groups)
    return schedule(case.estate, case.policy, case.decisions, case.routes, placements, case.groups, start)


def night(opens, closes, *clusters):
    return WindowPolicy(
        timezone="Europe/Vienna", open=(Window(opens=opens, closes=closes, clusters=clusters),)
    )


def hours(found):
    return [(wave.title, wave.start / HOUR, wave.p90 / HOUR) for wave in found.waves]


def test_a_wave_begins_when_it_can_be_done_before_the_window_closes():
    assert hours(timed(night("22:00", "02:00"))) == [
        ("build host-new-c", 2, 1.5),
        ("move 4 VMs to the target", 3, 3),
        ("build host-old-c", 26, 1.5),
    ]


def test_a_wave_longer_than_any_window_is_cut():
    found = timed(night("22:00", "00:00"))
    assert hours(found) == [
        ("build host-new-c", 2, 1.5),
        ("move 2 VMs to the target", 26, 1.5),
        ("move 2 VMs to the target", 50, 1.5),
        ("build host-old-c", 74, 1.5),
    ]
    cut = [wave.reason for wave in found.waves if wave.title.startswith("move")]
    assert all(reason.endswith(" (no longer than its window)") for reason in cut)


def test_a_cluster_keeps_to_its_own_windows_and_others_do_not():
    found = timed(night("22:00", "02:00", "d"), names="cd")
    first = {wave.cluster: wave.start for wave in reversed(found.waves)}
    assert first == {"cluster-c": 0, "cluster-d": 2 * HOUR}


def test_what_fits_into_no_window_is_refused_with_what_it_takes():
    with pytest.raises(InfeasibleError) as refused:
        timed(night("22:00", "23:00"))
    (short,) = refused.value.shortages
    assert short.what == (
        "no window is long enough: to build host-new-c takes 1:30 h at p90, the longest window is 1:00 h"
    )
    assert short.remedies == ("a window of 1:30 h for c",)
    assert timed(night("22:00", "23:30")).makespan


def test_windows_want_a_date():
    with pytest.raises(InputError, match="--start"):
        timed(night("22:00", "06:00"), start=None)


def test_the_pessimistic_end_keeps_to_the_windows_too():
    found = timed(night("22:00", "02:00"), vms="ab")
    assert found.makespan == 6 * HOUR - HOUR
    assert found.makespan_p90 == 26 * HOUR + 1.5 * HOUR
    assert [step.start for step in found.steps if step.kind is StepKind.MOVE] == [3 * HOUR] * 2


def test_no_windows_no_calendar():
    assert timed(WindowPolicy()) == timed(replace(WindowPolicy(), timezone="Asia/Tokyo"), start=None)
