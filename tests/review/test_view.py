"""The view: what is counted, ordered and drawn of a plan."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.model.estate import HostId
from planner.model.plan import Schedule, StepId, StepKind
from planner.model.policy import Strategy
from planner.model.verification import CapacityPoint, Verification
from planner.review.build import view
from planner.review.capacity import charts, low_water, readings
from planner.review.gantt import LEFT, WIDTH
from planner.review.markdown import code, fenced, prose, text
from planner.review.moments import clock, offset, tick_step
from planner.review.names import book
from planner.review.terminal import render
from planner.units import GIB
from planner.verify import verify
from tests.plan_estate import PRODUCTION
from tests.plans import changed_step, changed_vm, hand_made_plan, without_step
from tests.review.test_golden import printed
from tests.verify.changes import half_done

PLAN = hand_made_plan()
VIEW = view(PLAN, verify(PLAN))


def cluster(shown, name):
    return next(found for found in shown.clusters if found.name == name)


def named(things, name):
    return next(thing for thing in things if thing.name == name)


def test_counts_are_those_of_the_steps():
    assert VIEW.closing == (
        "Plan: 4 hosts to install, 2 hosts to upgrade, 8 VMs to move, 0 to park, 1 VM not touched; "
        "3 warnings, 1 waived. Nothing has been touched."
    )
    assert VIEW.totals.bytes == sum(step.bytes for step in PLAN.schedule.steps)
    assert VIEW.totals.relocations == 9


def test_the_gap_compares_the_makespan_with_the_bound_of_the_whole():
    assert (VIEW.bounds.lower, VIEW.bounds.gap_percent) == (790 * 60, 20)
    unbound = replace(PLAN, schedule=replace(PLAN.schedule, bounds=()))
    assert view(unbound, verify(unbound)).bounds.gap_percent is None


def test_clusters_come_in_the_order_of_their_conversion():
    assert [shown.name for shown in VIEW.clusters] == ["Production", "lab", "archive"]
    assert [shown.kept for shown in VIEW.clusters] == [False, False, True]


def test_hosts_come_in_the_order_of_their_conversion():
    production = cluster(VIEW, "Production")
    assert production.order == ("hv4", "esx3", "esx1", "esx2")
    assert named(production.hosts, "esx3").out.offset == "+1:24"
    assert named(production.hosts, "esx3").out_seconds == 95 * 60
    assert named(production.hosts, "esx2").vms_after == ("web2",)


def test_a_borrowed_host_is_shown_with_the_cluster_that_borrows_it():
    hosts = tuple(replace(h, cluster=None) if h.name == "hv4" else h for h in PLAN.estate.hosts)
    plan = replace(
        PLAN,
        estate=replace(PLAN.estate, hosts=hosts),
        placements=tuple(
            replace(p, swing=(HostId("host-hv4"),)) for p in PLAN.placements if p.cluster == PRODUCTION
        ),
    )
    shown = named(cluster(view(plan, verify(plan)), "Production").hosts, "hv4")
    assert shown.borrowed


@pytest.mark.parametrize(
    ("hosts", "at_least", "told"),
    [
        (("hv4",), 1, "1 swing host, proved to be the fewest"),
        (("hv4", "esx2"), 1, "2 swing hosts, at least 1 needed"),
        (("hv4",), 0, "1 swing host, that it takes any is not proved"),
        ((), 0, None),
    ],
)
def test_a_cluster_says_how_many_hosts_it_borrows_and_how_many_are_needed(hosts, at_least, told):
    lent = {"swing": tuple(HostId(f"host-{name}") for name in hosts), "swing_at_least": at_least}
    plan = replace(PLAN, placements=tuple(replace(placed, **lent) for placed in PLAN.placements))
    assert cluster(view(plan, verify(PLAN)), "Production").borrowing == told


def test_a_vms_journey_tells_where_it_ends_and_how_long_it_is_down():
    web2 = named(VIEW.vms, "web2")
    assert (web2.before, web2.after, web2.wave) == ("esx3", "esx2", "wave-03")
    assert web2.downtime == 32 * 60
    assert len(web2.steps) == 3
    assert named(VIEW.vms, "build1").live
    assert named(VIEW.vms, "old1").start is None


def test_least_memory_is_where_the_replay_has_least_left():
    low = cluster(VIEW, "Production").low_water
    assert [(mark.side, mark.free_bytes // GIB, mark.when.offset) for mark in low] == [
        ("source side", 44, "+1:24"),
        ("target side", 40, "+10:48"),
    ]
    assert [mark.side for mark in cluster(VIEW, "lab").low_water] == ["pool"]


def test_waived_findings_do_not_block_and_blocking_ones_come_first():
    assert [rule.standing for rule in VIEW.rules] == ["waived", "warning", "warning", "information"]
    blocked = replace(PLAN, findings=tuple(replace(f, waiver=None) for f in PLAN.findings))
    shown = view(blocked, verify(blocked))
    assert shown.rules[0].standing == "blocks"
    assert "1 blocking" in shown.closing


def test_a_refused_plan_says_so_everywhere():
    plan = changed_vm(PLAN, "vcenter", memory_bytes=90 * GIB)
    shown = view(plan, verify(plan))
    assert not shown.accepted
    assert "✗ reserve: Production" in printed(render(shown), 120)


def test_a_plan_without_steps_has_no_timeline():
    nothing = Schedule(waves=(), steps=(), makespan=0, makespan_p90=0, bounds=())
    kept = tuple(
        replace(d, strategy=Strategy.KEEP, winner=None, runner_up=None, candidates=()) for d in PLAN.decisions
    )
    plan = replace(PLAN, schedule=nothing, decisions=kept, routes=(), placements=())
    shown = view(plan, verify(plan))
    assert shown.overview is None
    assert shown.closing.startswith("Plan: 0 hosts to install, 0 VMs to move, 0 to park, 12 VMs not touched;")
    assert "Waves" not in printed(render(shown), 100)


def test_bars_stay_inside_the_chart_and_never_cover_each_other():
    for shown in VIEW.clusters[:2]:
        bars = [bar for row in shown.gantt.rows for bar in row.bars]
        assert len(bars) == sum(step.cluster.endswith(shown.name.lower()) for step in PLAN.schedule.steps)
        for bar in bars:
            assert bar.x >= LEFT
            assert bar.x + bar.width <= WIDTH
            assert bar.y + bar.height <= shown.gantt.height
        for one, other in combinations(bars, 2):
            apart = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert apart or one.y != other.y


def test_a_parked_vm_is_drawn_where_it_leaves():
    plan = changed_step(PLAN, StepKind.MOVE, "web1", kind=StepKind.PARK, destination=None)
    shown = cluster(view(plan, verify(plan)), "Production")
    esx2 = next(row for row in shown.gantt.rows if row.label == "esx2")
    assert "parked" in {bar.style for bar in esx2.bars}


def test_wave_counts_leave_out_what_goes_without_saying():
    assert VIEW.waves[0].counts == "2 VMs relocated, 1 host retired, 2 hosts installed"
    unfinished = without_step(PLAN, StepKind.CONFIGURE, "hv4")
    assert (
        view(unfinished, verify(unfinished)).waves[0].counts.endswith("2 hosts installed, 1 host configured")
    )


@given(free=st.lists(st.integers(0, 100), min_size=1, max_size=400))
def test_a_chart_of_many_points_keeps_its_lowest(free):
    points = tuple(
        CapacityPoint(
            time=number,
            cluster=PRODUCTION,
            step=StepId(f"s{number}"),
            hosts=(),
            storages=(),
            source_free_bytes=left * GIB,
            target_free_bytes=None,
            source_limit_bytes=128 * GIB,
        )
        for number, left in enumerate(free)
    )
    verification = Verification(violations=(), capacity=points, events=0, unknowns=())
    index = book(PLAN)
    (chart,) = charts(index, PRODUCTION, verification)
    assert f"V{chart.low_y} " in chart.load
    (low,) = low_water(index, readings(index, verification, PRODUCTION))
    assert low.free_bytes == min(free) * GIB


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "+0:00"), (59, "+0:00"), (3660, "+1:01"), (86400 * 3 + 7200, "+3 d 2:00")]
)
def test_offsets(seconds, shown):
    assert offset(seconds) == shown


def test_dates_need_a_start():
    assert clock(None, "Etc/UTC")(60).date is None
    assert clock("2027-02-28T23:30", "Etc/UTC")(3600).date == "Mon 2027-03-01 00:30"


@given(st.integers(1, 10**8), st.integers(2, 20))
def test_marks_on_an_axis_are_few(span, most):
    assert span / tick_step(span, most) <= most


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (text("- item"), "\\- item"),
        (text("1. item"), "\\1. item"),
        (text("a_b*c"), "a\\_b\\*c"),
        (text("&amp;"), "&amp;amp;"),
        (code("a`b|c"), "``a`b\\|c``"),
        (code("`x`"), "`` `x` ``"),
        (fenced("```\nx"), "````\n```\nx\n````"),
        (prose("set `a_b` to *x*"), "set `a_b` to \\*x\\*"),
    ],
)
def test_markdown_escapes(shown, expected):
    assert str(shown) == expected


def test_what_was_done_before_is_told_and_not_counted_again():
    plan = half_done(
        PLAN,
        begun=(StepId("production-12"),),
        failed=(StepId("gone-1"),),
        notes=("On another host than the one moved to: the inventory is believed: a\x1b[31mb",),
    )
    shown = view(plan, verify(plan))
    assert shown.before == (
        "9 steps of earlier plans are done: 2 hosts (esx3, hv4) rebuilt, 2 VMs (files1, win1) crossed.",
        "Begun and not done: production-12 (app1). Counted as not done; see what is left of it before it is run again.",
        "Failed: gone-1. Counted as not done; see what is left of it before it is run again.",
        "On another host than the one moved to: the inventory is believed: a\\x1b[31mb",
    )
    assert (shown.totals.there, shown.totals.untouched) == (2, VIEW.totals.untouched)
    assert "2 VMs there already" in shown.closing
    assert shown.closing.endswith("Nothing more has been touched.")
    files1 = named(shown.vms, "files1")
    assert (files1.before, files1.after) == ("hv4", "stays")
    hv4 = named(cluster(shown, "Production").hosts, "hv4")
    assert (hv4.order, hv4.after) == (None, "KVM on Debian 12, already")
    assert "files1" in hv4.vms_before
