"""The bundle's callback plugin, in real runs of a small project: what it notes, and what it leaves alone."""

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
FAIL = {
    "name": "Fail",
    "ansible.builtin.command": {"argv": ["false"]},
    "when": "inventory_hostname in bad | default([])",
}


def mark(event):
    return {
        "name": f"Mark {event}",
        "ansible.builtin.debug": {"msg": event},
        "vars": {"planner_journal": event},
    }


def play(tasks, **more):
    return {
        "name": "Try",
        "hosts": "all",
        "gather_facts": False,
        "pre_tasks": [{"name": "Guard", "ansible.builtin.debug": {}, "tags": ["always"]}, mark("begun")],
        "tasks": tasks,
        "post_tasks": [mark("done")],
        "tags": ["move"],
        **more,
    }


class Project:
    """A directory like a bundle: its configuration and its plugin, an inventory, and a playbook of one's own."""

    def __init__(self, path: Path, hosts: list[str]) -> None:
        self.path = path
        (path / "inventory").mkdir(parents=True)
        (path / "callback_plugins").mkdir()
        shutil.copy(PLUGIN, path / "callback_plugins")
        plan = hand_made_plan()
        no_batches = {wave.id: () for wave in plan.schedule.waves}
        files = project_files(plan, no_batches, {}, conversion_host=False)
        (path / "ansible.cfg").write_text(files["ansible.cfg"])
        local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        inventory = {"all": {"vars": local, "hosts": dict.fromkeys(hosts)}}
        (path / "inventory/hosts.yml").write_text(yaml.safe_dump(inventory))

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
    return Project(tmp_path / "plan", ["move-vm-a", "move-vm-b"])


def test_what_fails_and_what_is_stopped_with_it_has_failed(project):
    rescued = {
        "name": "Try hard",
        "block": [{"name": "Stumble", "ansible.builtin.command": {"argv": ["false"]}}],
        "rescue": [{"name": "Recover", "ansible.builtin.debug": {"msg": "well"}}],
    }
    plays = [play([rescued]), play([FAIL, rescued], max_fail_percentage=0)]
    done = project.play("-e", '{"bad": ["move-vm-b"]}', plays=plays)
    assert done.returncode == 2, done.stdout + done.stderr
    both = ["begun", "done", "begun", "failed"]
    assert project.told == {"move-vm-a": both, "move-vm-b": both}


def test_what_stays_within_the_failure_budget_goes_on(project):
    project.play("-e", '{"bad": ["move-vm-b"]}', plays=[play([FAIL], max_fail_percentage=50)])
    assert project.told == {"move-vm-a": ["begun", "done"], "move-vm-b": ["begun", "failed"]}


def test_hosts_are_noted_by_the_names_of_their_steps_one_after_the_other(project):
    named = {"planner_steps": {"move-vm-a": "install-host-a", "move-vm-b": "install-host-b"}}
    done = project.play(plays=[play([FAIL], serial=1, vars=named)])
    assert done.returncode == 0, done.stdout + done.stderr
    assert project.told == {"install-host-a": ["begun", "done"], "install-host-b": ["begun", "done"]}
    entries = read_journal(project.journal).entries
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)


def test_own_time_is_told_without_waiting_for_the_slowest(project):
    pause = {
        "name": "Take time",
        "ansible.builtin.command": {"argv": ["sleep", "{{ 3 if inventory_hostname == 'move-vm-b' else 0 }}"]},
    }
    project.play(plays=[play([pause])])
    ends = {entry.step: entry for entry in read_journal(project.journal).entries if entry.event == "done"}
    assert ends["move-vm-b"].seconds >= 3
    assert ends["move-vm-a"].seconds < 2.5


@pytest.mark.parametrize(
    "arguments", [("--check",), ("--syntax-check",), ("--list-tasks",), ("--tags", "preflight")]
)
def test_what_only_looks_is_not_noted(project, arguments):
    done = project.play(*arguments, plays=[play([])])
    assert (done.returncode, "journal" in done.stderr) == (0, False)
    assert not project.journal.exists()


@pytest.mark.parametrize("arguments", [("--skip-tags", "convert"), ("--start-at-task", "Mark begun")])
def test_what_may_do_a_part_only_is_not_noted_and_says_so(project, arguments):
    done = project.play(*arguments, plays=[play([])])
    assert (done.returncode, project.journal.exists()) == (0, False)
    assert f"journal.jsonl is not written: with {arguments[0]} steps may be done in part only" in done.stderr


def test_plays_without_marks_are_not_noted(project):
    project.play(plays=[{"name": "Look", "hosts": "all", "gather_facts": False, "tasks": [FAIL]}])
    assert not project.journal.exists()


def test_a_journal_that_cannot_be_written_stops_nothing(project):
    project.journal.mkdir()
    done = project.play(plays=[play([FAIL])])
    assert (done.returncode, "ok=" in done.stdout) == (0, True)
    assert done.stderr.count("is not written any more: Is a directory") == 1


def test_a_line_that_a_killed_run_tore_stays_alone(project):
    project.journal.write_text('{"step": "move-vm-a", "eve')
    project.play(plays=[play([])])
    read = read_journal(project.journal)
    assert ([note.line for note in read.notes], len(read.entries)) == ([1], 4)


def test_two_runs_at_once_mix_no_lines(tmp_path):
    hosts = [f"move-vm-{number}" for number in range(12)]
    project = Project(tmp_path / "plan", hosts)
    with ThreadPoolExecutor() as both:
        done = list(both.map(lambda name: project.play(plays=[play([FAIL])] * 2, name=name), ("one", "two")))
    assert [one.returncode for one in done] == [0, 0]
    read = read_journal(project.journal)
    assert (len(read.entries), read.notes) == (2 * 2 * 2 * len(hosts), ())


def test_every_file_that_a_part_is_told_by_is_there():
    missing = [
        (role, name)
        for role, name in runpy.run_path(str(PLUGIN))["PARTS"]
        if not list((ROLES / role / "tasks").rglob(name))
    ]
    assert missing == []
