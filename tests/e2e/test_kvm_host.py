"""The KVM host play, for real: a fresh Debian 12 machine becomes a KVM host, and stays as it is the second time.

`PLANNER_E2E_PLAYBOOK` names another playbook to run, for instance one of an emitted bundle.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.image import cached_image
from tests.e2e.machine import DATA_DISK, UPLINK_MAC, Machine, booted
from tests.e2e.play import inventory, play

REPOSITORY = Path(__file__).parents[2]
PLAYBOOK = Path(os.environ.get("PLANNER_E2E_PLAYBOOK", REPOSITORY / "playbooks" / "kvm.yml"))
TOKEN = "erase-kvm-test-91c2"
VARIABLES: dict[str, Any] = {
    "kvm_host_require_hardware_virtualisation": False,
    "kvm_host_conversion_tools": False,
    "kvm_host_migration_peers": ["kvm-test"],
    "kvm_network_rollback_seconds": 300,
    "kvm_network_reconnect_seconds": 200,
    "kvm_network_bridges": [
        {"name": "br-isolated"},
        {"name": "br120", "uplinks": [{"mac": UPLINK_MAC}], "vlan": 120},
    ],
    "kvm_storage_pools": [
        {"name": "images", "type": "dir", "path": "/srv/images & more"},
        {"name": "storage-kvm-test-local", "type": "dir", "path": "/srv/vms", "devices": [DATA_DISK]},
    ],
    "kvm_storage_expected_token": TOKEN,
}

pytestmark = pytest.mark.e2e


def role_packages() -> list[str]:
    """Return the Debian packages that the roles install in this test."""
    roles = REPOSITORY / "playbooks" / "roles"
    host = yaml.safe_load((roles / "kvm_host" / "vars" / "debian.yml").read_text("utf-8"))
    storage = yaml.safe_load((roles / "kvm_storage" / "vars" / "main.yml").read_text("utf-8"))
    of_machine = host["__kvm_host_machine_packages"]["x86_64"]
    disks = storage["__kvm_storage_packages"]["Debian"]["disks"]
    return sorted({*host["__kvm_host_packages"], *of_machine, *disks})


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    image = cached_image(role_packages())
    with booted(image, tmp_path_factory.mktemp("machine")) as machine:
        yield machine


@pytest.fixture(scope="module")
def first_run(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    values = VARIABLES | {"kvm_storage_erase_token": TOKEN}
    return play(PLAYBOOK, inventory(machine, values, tmp_path_factory.mktemp("first")))


def changed(run: subprocess.CompletedProcess[str]) -> int:
    recap = re.search(r"changed=(\d+)", run.stdout)
    assert recap, run.stdout + run.stderr
    return int(recap.group(1))


def test_the_first_run_changes_the_machine(first_run: subprocess.CompletedProcess[str]) -> None:
    assert first_run.returncode == 0, first_run.stdout + first_run.stderr
    assert changed(first_run) > 0


def test_the_second_run_changes_nothing(
    first_run: subprocess.CompletedProcess[str], machine: Machine, tmp_path: Path
) -> None:
    assert first_run.returncode == 0
    again = play(PLAYBOOK, inventory(machine, VARIABLES, tmp_path))
    assert again.returncode == 0, again.stdout + again.stderr
    assert changed(again) == 0, again.stdout


def test_libvirt_answers(first_run: subprocess.CompletedProcess[str], machine: Machine) -> None:
    assert first_run.returncode == 0
    assert "Running hypervisor: QEMU" in machine.run("virsh --connect qemu:///system version")
    assert machine.run("systemctl is-enabled libvirtd.socket libvirtd.service").split() == [
        "enabled",
        "enabled",
    ]


def test_the_pools_are_active_and_start_with_the_host(
    first_run: subprocess.CompletedProcess[str], machine: Machine
) -> None:
    assert first_run.returncode == 0
    rows = [line.split() for line in machine.run("virsh pool-list --all").splitlines()[2:] if line.strip()]
    assert rows == [["images", "active", "yes"], ["storage-kvm-test-local", "active", "yes"]]
    assert "<path>/srv/images &amp; more</path>" in machine.run("virsh pool-dumpxml images")
    assert machine.run("findmnt --noheadings --output FSTYPE /srv/vms").strip() == "xfs"
    machine.run("virsh vol-create-as storage-kvm-test-local probe.qcow2 64M --format qcow2")


def test_the_bridges_exist_and_the_vlan_is_a_port(
    first_run: subprocess.CompletedProcess[str], machine: Machine
) -> None:
    assert first_run.returncode == 0
    links = {link["ifname"]: link for link in json.loads(machine.run("ip -json -details link"))}
    assert links["br-isolated"]["linkinfo"]["info_kind"] == "bridge"
    assert links["vlan120"]["master"] == "br120"
    assert links["vlan120"]["linkinfo"]["info_data"]["id"] == 120
    assert machine.run("systemctl list-timers --all --no-legend 'kvm-network-*'") == "", (
        "the way back is still armed"
    )


def test_a_peer_may_migrate_without_a_question(
    first_run: subprocess.CompletedProcess[str], machine: Machine
) -> None:
    assert first_run.returncode == 0
    there = "qemu+ssh://vmmigrate@127.0.0.1/system"
    assert "Running hypervisor: QEMU" in machine.run(f"virsh --connect {there} version </dev/null")


def test_a_disk_in_use_is_refused_even_with_the_token_and_its_content_named(
    first_run: subprocess.CompletedProcess[str], machine: Machine, tmp_path: Path
) -> None:
    assert first_run.returncode == 0
    pool = {
        "name": "other",
        "type": "dir",
        "path": "/srv/other",
        "devices": [DATA_DISK],
        "replaces": ["LVM2_member", "xfs"],
    }
    values = VARIABLES | {"kvm_storage_pools": [pool], "kvm_storage_erase_token": TOKEN}
    refused = play(PLAYBOOK, inventory(machine, values, tmp_path), "--tags", "storage")
    assert refused.returncode == 2
    assert (
        "there is in use by lvm, mounted at /srv/vms, which the pool other does not list" in refused.stdout
    ), refused.stdout
    assert machine.run("findmnt --noheadings --output FSTYPE /srv/vms").strip() == "xfs"


def test_a_network_change_that_cuts_the_host_off_is_undone_by_the_host(
    first_run: subprocess.CompletedProcess[str], machine: Machine, tmp_path: Path
) -> None:
    assert first_run.returncode == 0
    address = machine.run("cat /sys/class/net/eth0/address").strip()
    wrong = {"uplinks": [{"mac": address}], "addressing": "static", "addresses": ["10.99.0.9/24"]}
    values = VARIABLES | {
        "kvm_network_bridges": [{"name": "br-wrong"} | wrong],
        "kvm_network_rollback_seconds": 90,
        "kvm_network_reconnect_seconds": 45,
    }
    failed = play(PLAYBOOK, inventory(machine, values, tmp_path), "--tags", "network")
    assert failed.returncode == 2
    assert "did not work and has been undone" in failed.stdout, failed.stdout
    assert machine.answers()
    assert "br-wrong" not in machine.run("ip -brief link; ls /etc/systemd/network")
