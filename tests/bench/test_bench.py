"""Made-up estates, what is measured on them, and the page that shows it."""

import json

import pytest

from benchmarks.performance import PAGE, RESULTS, WHOLE, page, plot
from planner.bench import family, measured
from planner.bench.anchors import STREAM_BYTES, anchors
from planner.model.kinds import HypervisorKind
from planner.model.plan import StepKind
from tests.bundles import run
from tests.plans import MINUTE, hand_made_plan

LOADS = (50, 65, 75, 85)


@pytest.mark.parametrize("load", LOADS)
def test_estates_are_as_full_as_was_asked(load):
    estate = family(600, load, seed=3)
    sources = [host for host in estate.hosts if host.hypervisor is not HypervisorKind.NONE]
    in_use = sum(vm.memory_bytes for vm in estate.vms) / sum(host.memory_bytes for host in sources)
    assert load - 5 < 100 * in_use <= load
    assert 500 < len(estate.vms) < 800


def test_another_seed_is_another_estate():
    assert family(60, 50, seed=1) == family(60, 50, seed=1) != family(60, 50, seed=2)


@pytest.mark.parametrize("load", LOADS)
def test_plans_of_made_up_estates_are_safe_and_no_shorter_than_their_bounds(load):
    found = measured(250, load, 2)
    assert found.broken == 0
    assert found.bound <= found.makespan
    assert len(found.gaps) == found.clusters
    assert found.gaps[0] >= 0


def test_what_others_would_take_for_a_plan_made_by_hand():
    plan = hand_made_plan()
    assert plan.policy.transfers.per_host == 2
    crossings = [step for step in plan.schedule.steps if step.kind is StepKind.MOVE]
    # Hosts esx1, esx2 and esx3 in two lanes each: db1 165 beside dns1 and vcenter; app1 and web1 64 beside win1; files1 240.
    # Then four installs of 80 minutes, three of them after a retirement of 15.
    assert anchors(plan).one_host_at_a_time == (165 + 64 + 240 + 4 * 80 + 3 * 15) * MINUTE
    assert anchors(plan).first_in_first_out == 240 * MINUTE
    stream = anchors(plan).one_stream * STREAM_BYTES
    assert 0 <= stream - sum(step.bytes for step in crossings) < STREAM_BYTES


def test_the_table_fits_a_terminal(tmp_path):
    done = run("planner", "bench", "--vms", 60, "--load", 50, "--load", 85, cwd=tmp_path, COLUMNS="80")
    assert done.returncode == 0, done.stderr
    head, *rows = done.stdout.splitlines()
    assert head.split()[:3] == ["VMs", "hosts", "load"]
    assert [row.split()[2] for row in rows] == ["50", "85"]
    assert max(map(len, (head, *rows))) <= 80


def test_the_page_shows_what_was_measured(tmp_path):
    results = json.loads(RESULTS.read_text("utf-8"))
    assert PAGE.read_text("utf-8") == page(results, json.loads(WHOLE.read_text("utf-8")))
    plot(results, tmp_path / "gaps.svg")
    assert (tmp_path / "gaps.svg").read_text().startswith("<?xml")
