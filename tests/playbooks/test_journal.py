"""The bundle's callback plugin, in real runs of a small project: what it notes, and what it leaves alone."""

import json
import runpy
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from planner.emit.project import project_files
from planner.read.journal import read_journal
from tests.bundles import run
from tests.plans import hand_made_plan
from tests.playbooks.world import ROLES, ROOT

PLUGIN = ROOT / "playbooks/callback_plugins/planner_journal.py"
PLUGINS = ("action_plugins", "callback_plugins", "plugin_utils")
WAVE = "wave-001"
FAIL = {
    "name": "Fail",
    "ansible.builtin.command": {"argv": ["false"]},
    "when": "inventory_hostname in bad | default([])",
}


def mark(event, **more):
    return {
        "name": f"Mark {event}",
        "ansible.builtin.debug": {"msg": event},
        "vars": {"planner_journal": event},
        **more,
    }


def play(tasks, wave=WAVE, **more):
    """A play of a wave, as bundles have them."""
    step = {
        "name": "Move",
        "tags": ["move"],
        "block": [
            {"name": "Take the turn", "planner_turn": {"wave": wave, "kind": "move"}},
            {"name": "Guard", "ansible.builtin.debug": {}, "tags": ["always"]},
            *tasks,
            {"name": "Flush", "ansible.builtin.meta": "flush_handlers"},
            mark("done"),
        ],
        "rescue": [
            mark("failed", tags=["always"]),
            {"name": "Give up", "ansible.builtin.fail": {}, "tags": ["always"]},
        ],
    }
    return {
        "name": "Try",
        "hosts": "all",
        "gather_facts": False,
        "strategy": "ansible.builtin.host_pinned",
        "vars": {"planner_wave": wave},
        "tasks": [step],
        **more,
    }


def turn(host, *, needs=(), takes=(), kind="move"):
    return {"on": host, "kind": kind, "start": 0, "needs": dict.fromkeys(needs, WAVE), "takes": list(takes)}


class Project:
    """A directory like a bundle: its configuration and its plugins, an inventory, and playbooks of one's own."""

    def __init__(self, path: Path, hosts: list[str]) -> None:
        self.path = path
        (path / "inventory").mkdir(parents=True)
        for plugins in PLUGINS:
            shutil.copytree(ROOT / "playbooks" / plugins, path / plugins)
        plan = hand_made_plan()
        no_sections = {wave.id: () for wave in plan.schedule.waves}
        files = project_files(plan, no_sections, {}, conversion_host=False)
        (path / "ansible.cfg").write_text(files["ansible.cfg"])
        self.wave(**{host: turn(host) for host in hosts})
        local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        inventory = {"all": {"vars": local, "hosts": dict.fromkeys(hosts)}}
        (path / "inventory/hosts.yml").write_text(yaml.safe_dump(inventory))

    def wave(self, name=WAVE, budget=0, after=None, caps=None, **steps):
        """Write the file of turns of a wave."""
        (self.path / "turns").mkdir(exist_ok=True)
        data = {"wave": name, "budget": budget, "after": after or {}, "caps": caps or {}, "steps": steps}
        (self.path / f"turns/{name}.json").write_text(json.dumps(data))

    @property
    def journal(self) -> Path:
        return self.path / "journal.jsonl"

    def play(
        self, *arguments: str, plays: list[dict], name: str = "play"
    ) -> subprocess.CompletedProcess[str]:
        (self.path / "waves").mkdir(exist_ok=True)
        (self.path / f"waves/{name}.yml").write_text(yaml.safe_dump(plays, sort_keys=False))
        return run("ansible-playbook", f"waves/{name}.yml", *arguments, cwd=self.path)

    @property
    def told(self) -> dict[str, list[str]]:
        """Events by step, in the order of the file."""
        found: dict[str, list[str]] = {}
        for entry in read_journal(self.journal).entries:
            found.setdefault(entry.step, []).append(entry.event.value)
        return found


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path / "plan", ["a", "b"])


def test_what_fails_is_noted_at_once_and_what_is_rescued_has_not_failed(project):
    rescued = {
        "name": "Try hard",
        "block": [{"name": "Stumble", "ansible.builtin.command": {"argv": ["false"]}}],
        "rescue": [{"name": "Recover", "ansible.builtin.debug": {"msg": "well"}}],
    }
    slow = {
        "name": "Take time",
        "ansible.builtin.command": {"argv": ["sleep", "{{ 0 if inventory_hostname in bad else 4 }}"]},
    }
    done = project.play("-e", '{"bad": ["b"]}', plays=[play([rescued, slow, FAIL])])
    assert done.returncode == 2, done.stdout + done.stderr
    assert project.told == {"a": ["begun", "done"], "b": ["begun", "failed"]}
    ends = {entry.step: entry.at for entry in read_journal(project.journal).entries if entry.event != "begun"}
    assert (ends["a"] - ends["b"]).total_seconds() > 2


UNREACHABLE = {
    "name": "Lose it",
    "ansible.builtin.ping": {},
    "vars": {
        "ansible_connection": "{{ 'ssh' if inventory_hostname == 'b' else 'local' }}",
        "ansible_host": "192.0.2.1",
        "ansible_ssh_common_args": "-o ProxyCommand=false",
    },
}
BAD_HANDLER = {
    "name": "Change",
    "ansible.builtin.command": {"argv": ["true"]},
    "when": "inventory_hostname == 'b'",
    "notify": "Fail late",
}


@pytest.mark.parametrize("tasks", [[UNREACHABLE], [BAD_HANDLER]], ids=["unreachable", "handler"])
def test_nobody_waits_for_a_step_whose_end_nothing_rescues(project, tasks):
    project.wave(budget=1, a=turn("a", needs=["b"]), b=turn("b"))
    handler = {"name": "Fail late", "ansible.builtin.command": {"argv": ["false"]}}
    done = project.play(plays=[play(tasks, handlers=[handler])])
    assert done.returncode != 0
    assert project.told == {"b": ["begun", "failed"]}
    assert f"a ({WAVE}) needs b of {WAVE}, which has failed" in done.stdout, done.stdout


def test_hosts_are_noted_by_the_names_of_their_steps_one_after_the_other(project):
    caps = {"installs": 1}
    steps = {f"install-{host}": turn(host, takes=["installs"]) for host in ("a", "b")}
    project.wave(caps=caps, **steps)
    done = project.play(plays=[play([FAIL])])
    assert done.returncode == 0, done.stdout + done.stderr
    assert project.told == {"install-a": ["begun", "done"], "install-b": ["begun", "done"]}
    events = [entry.event for entry in read_journal(project.journal).entries]
    assert events == ["begun", "done"] * 2


def test_own_time_is_told_without_waiting_for_the_slowest(project):
    pause = {
        "name": "Take time",
        "ansible.builtin.command": {"argv": ["sleep", "{{ 3 if inventory_hostname == 'b' else 0 }}"]},
    }
    project.play(plays=[play([pause])])
    ends = {entry.step: entry for entry in read_journal(project.journal).entries if entry.event == "done"}
    assert ends["b"].seconds >= 3
    assert ends["a"].seconds < 2.5


@pytest.mark.parametrize(
    "arguments", [("--check",), ("--syntax-check",), ("--list-tasks",), ("--tags", "preflight")]
)
def test_what_only_looks_is_not_noted(project, arguments):
    done = project.play(*arguments, plays=[play([])])
    assert (done.returncode, "journal" in done.stderr) == (0, False)
    assert not project.journal.exists()


@pytest.mark.parametrize("arguments", [("--skip-tags", "convert"), ("--start-at-task", "Guard")])
def test_what_may_do_a_part_only_is_not_noted_and_says_so(project, arguments):
    done = project.play(*arguments, plays=[play([])])
    assert (done.returncode, project.journal.exists()) == (0, False)
    assert f"no step waits for its turn: with {arguments[0]} steps may be done in part only" in done.stderr


def test_plays_without_marks_are_not_noted(project):
    project.play(plays=[{"name": "Look", "hosts": "all", "gather_facts": False, "tasks": [FAIL]}])
    assert not project.journal.exists()


def test_without_a_journal_no_step_begins_and_none_is_stopped(project):
    project.journal.mkdir()
    done = project.play(plays=[play([FAIL])])
    assert done.returncode == 2
    assert "journal.jsonl: Is a directory. The step has not begun" in done.stdout, done.stdout


def test_what_has_begun_goes_on_when_the_journal_is_lost(project):
    lose = {
        "name": "Lose the journal",
        "ansible.builtin.shell": f"rm -f {project.journal} && mkdir -p {project.journal}",
    }
    done = project.play("--limit", "a", plays=[play([lose, FAIL])])
    assert (done.returncode, done.stdout.count("ok=")) == (0, 1), done.stdout + done.stderr
    assert done.stderr.count("is not written any more: Is a directory") == 1


def test_a_line_that_a_killed_run_tore_stays_alone(project):
    project.journal.write_text('{"step": "a", "eve')
    project.play(plays=[play([])])
    read = read_journal(project.journal)
    assert ([note.line for note in read.notes], len(read.entries)) == ([1], 4)


def test_two_runs_at_once_mix_no_lines(tmp_path):
    hosts = [f"vm-{number}" for number in range(12)]
    project = Project(tmp_path / "plan", hosts)
    waves = ("wave-001", "wave-002")
    for wave in waves:
        project.wave(wave, **{f"move-{host}-{wave}": turn(host) for host in hosts})
    with ThreadPoolExecutor() as both:
        done = list(both.map(lambda wave: project.play(plays=[play([FAIL], wave)] * 2, name=wave), waves))
    assert [one.returncode for one in done] == [0, 0], done[0].stdout + done[1].stdout
    read = read_journal(project.journal)
    assert (len(read.entries), read.notes) == (2 * 2 * 2 * len(hosts), ())


def test_every_file_that_a_part_is_told_by_is_there():
    missing = [
        (role, name)
        for role, name in runpy.run_path(str(PLUGIN))["PARTS"]
        if not list((ROLES / role / "tasks").rglob(name))
    ]
    assert missing == []
