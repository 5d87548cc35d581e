"""Running a playbook against a machine of the end-to-end tests."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.machine import Machine


def inventory(
    machine: Machine,
    variables: Mapping[str, Any],
    directory: Path,
    group: str = "kvm_hosts",
    name: str = "kvm-test",
) -> Path:
    """Write an inventory with the machine as the only host of `group`, and return its path."""
    host = {
        "ansible_host": "127.0.0.1",
        "ansible_port": machine.port,
        "ansible_user": "root",
        "ansible_ssh_private_key_file": str(machine.key),
        "ansible_ssh_common_args": " ".join(machine.ssh_options),
        "ansible_python_interpreter": "/usr/bin/python3",
    }
    path = directory / "inventory.yml"
    hosts = {"all": {"children": {group: {"hosts": {name: host | dict(variables)}}}}}
    path.write_text(yaml.safe_dump(hosts), "utf-8")
    return path


def play(playbook: Path, inventory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a playbook and return what it printed; a log of it stays beside the inventory."""
    done = subprocess.run(
        ["ansible-playbook", "-i", inventory, playbook, *arguments],
        cwd=playbook.parent,
        env=os.environ | {"ANSIBLE_PIPELINING": "1", "ANSIBLE_NOCOLOR": "1", "ANSIBLE_TIMEOUT": "30"},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    inventory.with_name("play.log").write_text(done.stdout + done.stderr, "utf-8")
    return done
