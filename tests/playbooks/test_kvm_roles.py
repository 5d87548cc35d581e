"""The KVM roles as a whole: their contract, the play to run by hand, and its rehearsal on this machine."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
ROLES = ("kvm_host", "kvm_network", "kvm_storage", "host_retire", "host_install")


def load(role: str, *parts: str) -> Any:
    return yaml.safe_load(PLAYBOOKS.joinpath("roles", role, *parts).read_text("utf-8"))


def ansible_playbook(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "0"} | variables
    return subprocess.run(
        ["ansible-playbook", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("role", ROLES)
def test_defaults_are_those_that_the_contract_promises(role: str) -> None:
    options = load(role, "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]
    promised = {name: option["default"] for name, option in options.items() if "default" in option}
    assert load(role, "defaults", "main.yml") == promised


@pytest.mark.parametrize("role", ROLES)
def test_every_variable_is_prefixed_and_described(role: str) -> None:
    options = load(role, "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]
    assert all(name.startswith(f"{role}_") for name in options)
    assert all(option["description"] for option in options.values())


@pytest.mark.parametrize("role", ROLES)
def test_no_variable_outside_the_contract_is_read(role: str) -> None:
    options = load(role, "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]
    texts = [
        path.read_text("utf-8")
        for folder in ("tasks", "templates", "vars")
        for path in (PLAYBOOKS / "roles" / role / folder).glob("*.*")
    ]
    read = {name for text in texts for name in re.findall(rf"(?<![\w/]){role}_\w+", text)}
    filters = {
        "kvm_network_links",
        "kvm_network_nics",
        "kvm_network_files",
        "kvm_network_pairs",
        "kvm_network_without",
    } | {
        "kvm_storage_content",
        "kvm_storage_paths",
        "kvm_storage_pool",
    }
    assert read - filters <= set(options)


def test_a_token_has_no_default_where_a_disk_is_erased() -> None:
    options = load("host_install", "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]
    tokens = {name: option for name, option in options.items() if name.endswith("_token")}
    assert len(tokens) == 2
    assert all(option["required"] and "default" not in option for option in tokens.values())


def test_the_play_rehearses_on_this_machine(tmp_path: Path) -> None:
    host = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "/usr/bin/python3",
        "ansible_become": False,
        "kvm_host_require_hardware_virtualisation": False,
        "kvm_storage_pools": [{"name": "images", "type": "dir", "path": str(tmp_path / "images")}],
    }
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(yaml.safe_dump({"kvm_hosts": {"hosts": {"here": host}}}))
    done = ansible_playbook("-i", inventory, PLAYBOOKS / "kvm.yml", "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (tmp_path / "images").exists()


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({"kvm_storage_pools": [{"name": "a b", "type": "dir", "path": "/srv/a"}]}, "A pool is named with"),
        ({"kvm_storage_pools": [{"name": "a", "type": "dir", "path": "srv/a"}]}, "its path is absolute"),
        (
            {"kvm_storage_pools": [{"name": "a", "type": "dir", "path": "/srv/a", "devices": ["/dev/sdb"]}]},
            "named /dev/disk/by-id/",
        ),
        (
            {"kvm_storage_pools": [{"name": "a", "type": "netfs", "path": "/srv/a"}]},
            "netfs, which needs both",
        ),
        (
            {"kvm_storage_pools": [{"name": "a", "type": "zfs", "path": "/srv/a"}]},
            "must be one of: dir, netfs",
        ),
    ],
)
def test_a_wrong_pool_is_refused_before_anything_happens(
    tmp_path: Path, variables: dict[str, Any], complaint: str
) -> None:
    host = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable} | variables
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": {"here": host}}}))
    play = tmp_path / "play.yml"
    roles = [{"role": str(PLAYBOOKS / "roles" / "kvm_storage")}]
    play.write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False, "roles": roles}]))
    done = ansible_playbook("-i", inventory, play)
    assert done.returncode == 2
    assert complaint in done.stdout
    assert "changed=0" in done.stdout


@pytest.mark.parametrize("seed", range(4))
def test_what_is_on_a_disk_is_told_in_the_same_order_in_every_run(tmp_path: Path, seed: int) -> None:
    """Ansible's filter `difference` hands out a set, whose order hangs on the hash seed of the process."""
    volume = {"path": "/dev/mapper/v", "type": "lvm", "fstype": "xfs", "mountpoints": ["/srv"]}
    disk = {"path": "/dev/sdb", "type": "disk", "fstype": "LVM2_member", "children": [volume]}
    host = {
        "ansible_connection": "local",
        "kvm_storage_expected_token": "erase",
        "kvm_storage_erase_token": "erase",
        "__kvm_storage_pool": {"name": "a", "devices": ["/dev/disk/by-id/b"], "replaces": ["xfs"]},
        "__kvm_storage_lsblk": {"stdout": json.dumps({"blockdevices": [disk]})},
    }
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": {"here": host}}}))
    play = tmp_path / "play.yml"
    role = {"name": str(PLAYBOOKS / "roles" / "kvm_storage"), "tasks_from": "format"}
    task = {"ansible.builtin.include_role": role}
    play.write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False, "tasks": [task]}]))
    done = ansible_playbook("-i", inventory, play, PYTHONHASHSEED=str(seed))
    assert done.returncode == 2
    assert "there is LVM2_member, in use by lvm, mounted at /srv, which the pool a" in done.stdout, (
        done.stdout
    )


def test_no_order_hangs_on_a_set() -> None:
    """A filter that hands out a set may only be counted: `reject('in', ...)` keeps the order that was given."""
    sets = re.compile(r"\|\s*(?:difference|intersect|union|symmetric_difference)\(")
    loose = [
        f"{path.relative_to(PLAYBOOKS)}: {line.strip()}"
        for path in sorted(PLAYBOOKS.rglob("*.*"))
        if path.suffix in {".yml", ".j2"}
        for line in path.read_text("utf-8").splitlines()
        if sets.search(line) and not line.endswith("| length == 0")
    ]
    assert loose == []
