"""An emitted bundle, run: preflight and the pilot wave move a VM from ESXi Free to KVM, whatever its name is.

The hypervisors' programs are stand-ins; inventory, playbooks, roles and variables are the bundle's own.
"""

import copy
import json
import sys
from pathlib import Path

import pytest
import yaml

from planner.files import changed_files
from planner.model.journal import Entry
from planner.read.journal import read_journal
from tests.bundles import plan_of, run, write_bundle
from tests.e2e.test_bundle_host import ESTATE, POLICY
from tests.playbooks.test_vm_roles import MAC, Esxi

NAMES = ["{{ lookup('pipe', 'touch pwned') }}", 'it\'s "web" $(touch pwned); `touch pwned` ünï', "0123"]


def estate_with(name: str) -> dict:
    """The small estate of the end-to-end test, with its VM called `name` and living where the stand-in has it."""
    estate = copy.deepcopy(ESTATE)
    vm = estate["all"]["children"]["lab"]["hosts"]["esx1"]["planner_vms"][0]
    vm |= {"name": name, "config_path": "[ds 1] web/web.vmx"}
    vm["disks"] = [{"capacity": "16 MiB", "datastore": "ds 1", "path": "[ds 1] web/web.vmdk"}]
    vm["nics"] = [{"mac": MAC, "network": "LAN"}]
    host = estate["all"]["children"]["lab"]["hosts"]["esx1"]["planner_host"]
    host["datastores"][0]["name"] = "ds 1"
    return estate


class Bundle:
    """A bundle for one VM, and the world of stand-ins that it runs in; the host that receives the VM is built."""

    def __init__(self, directory: Path, name: str) -> None:
        self.esxi = Esxi(directory, name=name)
        libvirt = {"domains": {}, "pools": {"local": {"path": str(self.esxi.pool), "available": 10**12}}}
        self.esxi.world.change(libvirt=libvirt)
        estate = directory / "estate"
        estate.mkdir()
        (estate / "hosts.yml").write_text(yaml.safe_dump(estate_with(name)))
        (estate / "policy.yml").write_text(yaml.safe_dump(POLICY))
        self.plan = plan_of(estate)
        self.path = directory / "plan"
        write_bundle(self.plan, self.path)
        (self.step,) = (step for step in self.plan.schedule.steps if step.vm)
        self.built()

    def built(self) -> None:
        """Write down that everything but the VM's step is done."""
        line = {"event": "done", "at": "2027-02-06T19:00:00+00:00"}
        others = (step.id for step in self.plan.schedule.steps if step.id != self.step.id)
        lines = [json.dumps({"step": step, **line}) for step in others]
        (self.path / "journal.jsonl").write_text("".join(f"{line}\n" for line in lines))

    def step_of(self, book: str, *arguments: str, **extra: object):
        return self.play(book, "--limit", self.step.id, *arguments, **extra)

    def play(self, book: str, *arguments: str, **extra: object):
        esxi = self.esxi
        settings = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "__vm_source_volumes": str(esxi.volumes),
            "vm_source_proof_pause": 0,
            "vm_source_shutdown_timeout": 5,
            "vm_move_kvm_settle": 0,
            "vm_move_kvm_poll": 1,
            "vm_move_kvm_state_dir": str(esxi.notes),
            "vm_move_kvm_tmp_dir": str(esxi.directory),
            "vm_rollback_state_dir": str(esxi.notes),
            "vm_preflight_state_dir": str(esxi.notes),
            "vm_preflight_bridges": [],  # this machine has none
            "vm_access_ssh_dir": str(esxi.directory / "ssh"),
            "vm_access_key": str(esxi.directory / "ssh/id_rsa"),
            "vm_access_sources": [],  # or this machine would let itself in
        }
        words = ("ansible-playbook", book, "-e", json.dumps(settings | extra), *arguments)
        return run(
            *words,
            cwd=self.path,
            PATH=f"{esxi.world.bin}:{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/sbin:/bin",
            STANDIN_STATE=str(esxi.world.file),
            ANSIBLE_ASYNC_DIR=str(esxi.directory / "async"),
            ANSIBLE_REMOTE_TEMP=str(esxi.directory / "remote"),
        )

    @property
    def journal(self) -> tuple[Entry, ...]:
        return tuple(
            entry for entry in read_journal(self.path / "journal.jsonl").entries if entry.step == self.step.id
        )

    @property
    def domain(self) -> dict:
        (domain,) = self.esxi.domains.values()
        return domain


@pytest.mark.parametrize("name", NAMES)
def test_a_vm_of_any_legal_name_is_moved_and_its_name_never_evaluated(tmp_path, name):
    bundle = Bundle(tmp_path, name)
    done = bundle.step_of(f"waves/{bundle.step.wave}.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (bundle.domain["state"], bundle.domain["description"]) == ("running", name)
    escaped = name.replace('"', "|22")  # as a .vmx writes it
    assert bundle.esxi.vm["name"] == f"{escaped}_migrated"
    assert list(tmp_path.rglob("pwned")) == []


def test_a_move_is_rehearsed_made_once_and_undone(tmp_path):
    bundle = Bundle(tmp_path, "web")
    wave = f"waves/{bundle.step.wave}.yml"
    rehearsed = bundle.step_of(wave, "--check")
    assert (rehearsed.returncode, bundle.esxi.vm["power"]) == (0, "on"), rehearsed.stdout + rehearsed.stderr
    assert bundle.journal == ()
    assert bundle.step_of(wave).returncode == 0
    moved = bundle.journal
    assert [(entry.event, entry.phase) for entry in moved] == [
        ("begun", None),
        ("begun", "shutdown"),
        ("begun", "convert"),
        ("begun", "verify"),
        ("begun", "cutover"),
        ("done", None),
    ]
    assert (moved[0].wave, bool(moved[0].run)) == (bundle.step.wave, True)
    assert set(moved[-1].parts) == {"shutdown", "convert", "verify", "cutover"}
    assert 0 < sum(moved[-1].parts.values()) <= moved[-1].seconds
    again = bundle.step_of(wave)
    assert (again.returncode, "changed=0" in again.stdout) == (0, True), again.stdout
    back = f"rollback/{bundle.step.wave}.yml"
    before = bundle.journal
    assert bundle.step_of(back).returncode == 2
    assert bundle.journal == before
    undone = bundle.step_of(back, confirm_rollback=[bundle.step.vm])
    assert undone.returncode == 0, undone.stdout + undone.stderr
    assert (bundle.esxi.domains, bundle.esxi.vm["name"], bundle.esxi.vm["power"]) == ({}, "web", "on")
    assert [(entry.event, entry.phase) for entry in bundle.journal[len(before) :]] == [("failed", "rollback")]
    assert changed_files(bundle.path) == ()


def test_a_look_alone_says_what_stands_in_the_way_and_begins_nothing(tmp_path):
    bundle = Bundle(tmp_path, "web")
    looked = bundle.step_of(
        f"waves/{bundle.step.wave}.yml", "--tags", "preflight", vm_preflight_pool="nowhere"
    )
    assert (looked.returncode, "The pool nowhere on" in looked.stdout) == (2, True), looked.stdout
    assert (bundle.journal, bundle.esxi.vm["power"]) == ((), "on")


def test_a_step_that_the_plan_knows_too_little_for_is_refused(tmp_path):
    bundle = Bundle(tmp_path, "web")
    refused = bundle.step_of(
        f"waves/{bundle.step.wave}.yml", planner_blockers=["The size of a disk is unknown."]
    )
    assert (refused.returncode, "The size of a disk is unknown." in refused.stdout) == (2, True)
    assert bundle.esxi.vm["power"] == "on"
    assert [entry.event for entry in bundle.journal] == ["begun", "failed"]


def test_a_plan_whose_waivers_have_expired_is_refused(tmp_path):
    bundle = Bundle(tmp_path, "web")
    old = [{"finding": "vm-vtpm", "who": "A. Example", "why": "test", "until": "2020-01-01"}]
    refused = bundle.play("preflight.yml", planner_waivers=old)
    assert (refused.returncode, "until a day that has passed" in refused.stdout) == (2, True), refused.stdout
