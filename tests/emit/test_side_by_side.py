"""An emitted bundle, run for real by several ansible-playbook processes at once: its inventory, plays, turns and plugins.

Only the roles are stand-ins: they take a short while, and fail or are killed where a test wants that.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import yaml

from planner.model.journal import Event
from planner.read.journal import read_journal
from tests.bundles import ROOT, plan_of, run, write_bundle

# Long enough that steps overlap where they may, and different for each.
WORK = {
    "name": "Work",
    "ansible.builtin.command": {
        "argv": [
            "{{ 'false' if inventory_hostname in bad | default([]) else 'sleep' }}",
            "{{ pause | default(0.2 + (inventory_hostname | hash('md5'))[:1] | int(base=16) / 10) }}",
        ]
    },
}


@pytest.fixture(scope="module")
def plan():
    return plan_of(ROOT / "inventories/esxi-free")


@pytest.fixture
def bundle(plan, tmp_path) -> Path:
    directory = tmp_path / "plan"
    write_bundle(plan, directory)
    for role in (directory / "roles").iterdir():
        shutil.rmtree(role)
        (role / "tasks").mkdir(parents=True)
        (role / "tasks/main.yml").write_text(yaml.safe_dump([WORK] if role.name in WORKING else []))
    return directory


WORKING = {"host_retire", "host_install", "kvm_host", "vm_move_kvm"}
LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}


def words(*books, **extra):
    names = [book if book.endswith(".yml") else f"waves/{book}.yml" for book in books]
    return ["ansible-playbook", *names, "-e", json.dumps(LOCAL | extra)]


def begin(bundle: Path, *books, arguments=(), **extra) -> subprocess.Popen:
    """A run in a terminal of its own, in which everybody else sees it by the time that this returns."""
    turns = bundle / "run/turns"
    before = set(turns.glob("*.run"))
    settings = {"ANSIBLE_HOME": str(bundle.parent / "ansible-home"), "ANSIBLE_NOCOLOR": "1"}
    process = subprocess.Popen(
        [*words(*books, **extra), *arguments],
        cwd=bundle,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    until(lambda: set(turns.glob("*.run")) - before or process.poll() is not None)
    return process


def until(holds, seconds=120):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.05)


def journal(bundle: Path):
    path = bundle / "journal.jsonl"
    return read_journal(path).entries if path.exists() else ()


def ends(bundle: Path) -> dict[str, Event]:
    """What the journal said last of each step."""
    return {entry.step: entry.event for entry in journal(bundle) if not entry.phase}


def turns_of(bundle: Path, wave: str) -> dict:
    return json.loads((bundle / f"turns/{wave}.json").read_text())["steps"]


def needed(bundle: Path) -> str:
    """The first step of the third wave that one of the fourth needs."""
    following = turns_of(bundle, "wave-004").values()
    return next(
        step for step in turns_of(bundle, "wave-003") if any(step in turn["needs"] for turn in following)
    )


def done_before(plan, bundle: Path, *waves: str) -> None:
    """Write down that waves are done."""
    at = "2027-02-06T19:00:00+00:00"
    lines = [
        {"step": step, "event": event, "at": at}
        for wave in plan.schedule.waves
        if wave.id in waves
        for step in wave.steps
        for event in ("begun", "done")
    ]
    (bundle / "journal.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def check(plan, bundle: Path) -> None:
    """By the journal alone: nothing began before what it needs was done, nor had anything more at once than its cap."""
    turns = {
        step: (turn, data["caps"])
        for data in (json.loads(path.read_text()) for path in (bundle / "turns").glob("*.json"))
        for step, turn in data["steps"].items()
    }
    steps = {step.id: step for step in plan.schedule.steps}
    waves = {wave.id: wave for wave in plan.schedule.waves}
    done, busy = set(), Counter()
    for entry in journal(bundle):
        turn, caps = turns[entry.step]
        if entry.event is Event.BEGUN:
            before = {step for wave in waves[steps[entry.step].wave].after for step in waves[wave].steps}
            assert {*steps[entry.step].needs, *before} <= done, entry
            busy.update(turn["takes"])
            assert all(busy[name] <= caps[name] for name in turn["takes"]), (entry, busy)
        else:
            busy.subtract(turn["takes"])
            done |= {entry.step} if entry.event is Event.DONE else set()


def test_waves_side_by_side_keep_to_their_order_and_share_their_caps(plan, bundle):
    """As many terminals as there are waves, begun in the plan's order and long before any is done."""
    runs = [begin(bundle, wave.id) for wave in plan.schedule.waves]
    told = [one.communicate(timeout=600)[0] for one in runs]
    assert [one.returncode for one in runs] == [0] * len(runs), "\n".join(told)
    check(plan, bundle)
    assert set(ends(bundle).values()) == {Event.DONE}
    assert len(ends(bundle)) == len(plan.schedule.steps)
    assert not list((bundle / "run/turns").glob("*.*"))


def test_one_run_of_everything_keeps_to_the_order_too(plan, bundle):
    done = run(*words("site.yml"), cwd=bundle)
    assert done.returncode == 0, done.stdout + done.stderr
    check(plan, bundle)
    assert len(ends(bundle)) == len(plan.schedule.steps)


def test_steps_of_a_wave_do_not_wait_for_the_longest(plan, bundle):
    """With room for two at once, a short VM that is done makes room while the long one travels on."""
    wave = plan.schedule.waves[2]
    done_before(plan, bundle, "wave-001", "wave-002")
    longest, *_ = turns_of(bundle, "wave-003")
    pause = f"{{{{ 15 if inventory_hostname == '{longest}' else 0 }}}}"
    done = run(*words(wave.id, pause=pause), cwd=bundle)
    assert done.returncode == 0, done.stdout + done.stderr
    check(plan, bundle)
    events = [(entry.event, entry.step) for entry in journal(bundle) if entry.step in wave.steps]
    assert events[0] == (Event.BEGUN, longest)
    meanwhile = [event for event, _ in events[1 : events.index((Event.DONE, longest))]]
    assert meanwhile[:4] == [Event.BEGUN, Event.DONE] * 2


def test_a_wave_alone_says_at_once_what_to_run_first(bundle):
    begun = time.monotonic()
    alone = run(*words("wave-002"), cwd=bundle)
    assert (alone.returncode, time.monotonic() - begun < 60) == (2, True)
    assert (
        "move-vm-old-crm-b262bc (wave-002) needs configure-host-spare1 of wave-001, which is not done: "
        "run waves/wave-001.yml first or beside it." in alone.stdout
    ), alone.stdout
    assert not journal(bundle)


def test_failures_beyond_the_budget_let_no_other_step_begin(plan, bundle):
    done_before(plan, bundle, "wave-001", "wave-002")
    steps = turns_of(bundle, "wave-003")
    bad = needed(bundle)
    failed = run(*words("wave-003", bad=[bad], pause=2), cwd=bundle)
    assert failed.returncode == 2
    of_wave = {step: event for step, event in ends(bundle).items() if step in steps}
    assert of_wave[bad] is Event.FAILED
    assert len(of_wave) < len(steps)
    assert set(of_wave.values()) <= {Event.FAILED, Event.DONE}
    assert f"more of its steps have failed ({bad}) than its failure budget of 0 allows" in failed.stdout
    later = run(*words("wave-004"), cwd=bundle)
    assert (later.returncode, "which has failed: look at it" in later.stdout) == (2, True), later.stdout
    again = run(*words("wave-003"), cwd=bundle)
    assert again.returncode == 0, again.stdout
    check(plan, bundle)
    assert {ends(bundle)[step] for step in steps} == {Event.DONE}


def test_a_killed_run_holds_no_slot_and_nobody_waits_for_it(plan, bundle):
    done_before(plan, bundle, "wave-001", "wave-002")
    killed = begin(
        bundle, "wave-003", pause=f"{{{{ 90 if inventory_hostname == '{needed(bundle)}' else 0 }}}}"
    )
    until(lambda: ends(bundle).get(needed(bundle)) is Event.BEGUN)
    waiting = begin(bundle, "wave-004")
    tickets = [bundle / f"run/turns/{step}.waits" for step in plan.schedule.waves[3].steps]
    until(lambda: any(ticket.exists() for ticket in tickets))
    killed.kill()
    killed.wait()
    killed.stdout.close()
    told, _ = waiting.communicate(timeout=120)
    assert waiting.returncode == 2
    assert "run waves/wave-003.yml again" in told, told
    again = run(*words("wave-003", "wave-004"), cwd=bundle)
    assert again.returncode == 0, again.stdout + again.stderr
    assert len(ends(bundle)) == sum(len(wave.steps) for wave in plan.schedule.waves[:4])
    assert set(ends(bundle).values()) == {Event.DONE}


def test_a_rehearsal_waits_for_nobody_and_writes_nothing(bundle):
    rehearsed = run(*words("wave-006"), "--check", cwd=bundle)
    assert rehearsed.returncode == 0, rehearsed.stdout
    assert not (bundle / "journal.jsonl").exists()
    assert not (bundle / "run").exists()


def test_one_step_alone_of_a_wave_is_run_when_what_it_needs_is_done(plan, bundle):
    done_before(plan, bundle, "wave-001")
    one, other = turns_of(bundle, "wave-002")
    alone = run(*words("wave-002", pause=0), "--limit", other, cwd=bundle)
    assert alone.returncode == 0, alone.stdout
    assert one not in ends(bundle)
    assert ends(bundle)[other] is Event.DONE
