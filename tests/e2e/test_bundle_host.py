"""The host play of an emitted bundle, for real: its inventory, its playbook, its roles, on a booted Debian 12.

The machine plays the spare of a small ESXi Free estate. Its own management card becomes a bridge on the way.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.bundles import plan_of, run, write_bundle
from tests.e2e.image import cached_image
from tests.e2e.machine import DATA_DISK, UPLINK_MAC, Machine, booted
from tests.e2e.test_kvm_host import changed, role_packages

MANAGEMENT_MAC = "52:54:00:12:34:56"  # what QEMU gives its first card
SPARE = "host-spare1"
NETWORKS = [{"network": "LAN", "uplinks": ["eth0"]}, {"network": "DMZ", "uplinks": ["eth1"]}]
ESTATE = {
    "all": {
        "children": {
            "lab": {
                "vars": {
                    "planner_cluster": {"name": "lab", "hypervisor": "esxi", "live_migration": False},
                    "planner_networks": [{"name": "LAN", "vlan": 0}, {"name": "DMZ", "vlan": 20}],
                },
                "hosts": {
                    "esx1": {
                        "ansible_host": "192.0.2.11",
                        "planner_host": {
                            "hypervisor": "esxi",
                            "version": "8.0.3",
                            "edition": "free",
                            "cpu": {"vendor": "Intel", "sockets": 1, "cores": 4, "flags": ["vmx", "ept"]},
                            "memory": "16 GiB",
                            "nics": [{"name": "vmnic0", "mac": "00:00:5e:00:53:01"}],
                            "disks": [{"id": "scsi-esx1", "capacity": "500 GiB", "boot": True}],
                            "datastores": [
                                {
                                    "name": "ds1",
                                    "kind": "vmfs",
                                    "shared": False,
                                    "capacity": "400 GiB",
                                    "free": "300 GiB",
                                }
                            ],
                            "networks": ["LAN", "DMZ"],
                        },
                        "planner_vms": [
                            {
                                "name": "web",
                                "uuid": "564d1172-1c2b-4a3d-9e8f-5f3a9c11a0aa",
                                "power": "on",
                                "vcpus": 1,
                                "memory": "1 GiB",
                                "guest_os": "Debian GNU/Linux 12 (64-bit)",
                                "firmware": "bios",
                                "snapshots": [],
                                "tools": "running",
                                "config_path": "[ds1] web/web.vmx",
                                "disks": [
                                    {
                                        "capacity": "8 MiB",
                                        "allocated": "4 MiB",
                                        "datastore": "ds1",
                                        "path": "[ds1] web/web.vmdk",
                                    }
                                ],
                                "nics": [{"mac": "00:0c:29:00:00:01", "network": "LAN"}],
                            }
                        ],
                    },
                    "spare1": {
                        "ansible_host": "10.0.2.15",
                        "planner_host": {
                            "hypervisor": "none",
                            "cpu": {"vendor": "Intel", "sockets": 1, "cores": 4, "flags": ["vmx", "ept"]},
                            "memory": "16 GiB",
                            "nics": [
                                {"name": "eth0", "mac": MANAGEMENT_MAC},
                                {"name": "eth1", "mac": UPLINK_MAC},
                            ],
                            "disks": [
                                {"id": "virtio-system", "capacity": "64 GiB", "boot": True},
                                {"id": Path(DATA_DISK).name, "capacity": "2 GiB", "boot": False},
                            ],
                            "networks": NETWORKS,
                        },
                    },
                },
            }
        }
    }
}
POLICY = {
    "decision": {"targets": ["kvm-debian-12"]},
    "install": {
        "source_url": "http://192.0.2.2/install",
        "gateway": "10.0.2.2",
        "prefix": 24,
        "dns": ["10.0.2.3"],
    },
}
# What an emulated machine cannot have, and what would take long there: said by the operator, as a user would.
OPERATOR = {
    "kvm_host_require_hardware_virtualisation": False,
    "kvm_host_conversion_tools": False,
    "kvm_network_rollback_seconds": 300,
    "kvm_network_reconnect_seconds": 200,
}

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    estate = tmp_path_factory.mktemp("estate")
    (estate / "hosts.yml").write_text(yaml.safe_dump(ESTATE), "utf-8")
    (estate / "policy.yml").write_text(yaml.safe_dump(POLICY), "utf-8")
    directory = tmp_path_factory.mktemp("bundle") / "plan"
    write_bundle(plan_of(estate), directory)
    # The machine is installed already, by other means: only its configuration is left.
    installed = {"step": f"install-{SPARE}", "event": "done", "at": "2027-02-06T19:00:00+00:00"}
    (directory / "journal.jsonl").write_text(json.dumps(installed) + "\n", "utf-8")
    return directory


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    image = cached_image(role_packages())
    with booted(image, tmp_path_factory.mktemp("machine")) as machine:
        yield machine


def host_play(bundle: Path, machine: Machine) -> subprocess.CompletedProcess[str]:
    """The plays that configure the spare, out of the wave that holds them, over the forwarded port."""
    token = yaml.safe_load((bundle / f"inventory/host_vars/{SPARE}.yml").read_text().replace("!unsafe ", ""))
    (wave,) = (path for path in (bundle / "waves").glob("*.yml") if _configures(bundle, path))
    connection = {
        "ansible_host": "127.0.0.1",
        "ansible_port": machine.port,
        "ansible_ssh_private_key_file": str(machine.key),
        "ansible_ssh_common_args": " ".join(machine.ssh_options),
        "erase_tokens": {SPARE: token["planner_erase_token"]},
    }
    return run(
        *("ansible-playbook", wave, "--tags", "configure", "--limit", SPARE),
        *("-e", json.dumps(connection | OPERATOR)),
        cwd=bundle,
        timeout=2400,
        ANSIBLE_TIMEOUT="30",
    )


def _configures(bundle: Path, wave: Path) -> bool:
    turns = json.loads((bundle / f"turns/{wave.stem}.json").read_text())["steps"].values()
    return any((turn["kind"], turn["on"]) == ("configure", SPARE) for turn in turns)


@pytest.fixture(scope="module")
def first_run(bundle: Path, machine: Machine) -> subprocess.CompletedProcess[str]:
    return host_play(bundle, machine)


def test_the_first_run_makes_the_host_that_was_planned(first_run, machine):
    assert first_run.returncode == 0, first_run.stdout + first_run.stderr
    assert changed(first_run) > 0
    links = {link["ifname"]: link for link in json.loads(machine.run("ip -json -details address"))}
    assert links["eth0"]["master"] == "br0"
    assert [found["local"] for found in links["br0"]["addr_info"] if found["family"] == "inet"] == [
        "10.0.2.15"
    ]
    assert links["br20"]["linkinfo"]["info_kind"] == "bridge"
    pools = machine.run("virsh --connect qemu:///system pool-list --all")
    assert re.search(r"local\s+active\s+yes", pools)
    assert machine.run("findmnt --noheadings --output FSTYPE /srv/vmstore").strip() == "xfs"


def test_the_second_run_changes_nothing(first_run, bundle, machine):
    assert first_run.returncode == 0
    again = host_play(bundle, machine)
    assert again.returncode == 0, again.stdout + again.stderr
    assert changed(again) == 0, again.stdout
