"""inventories/datacentre is what its script writes, and what its README says."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from planner.model.kinds import HypervisorKind, PowerState
from planner.read.collect import read_estate
from planner.read.policy import read_policy

INVENTORY = Path(__file__).parents[2] / "inventories" / "datacentre"


@pytest.fixture(scope="module")
def estate():
    return read_estate(INVENTORY)


def files(directory):
    kept = [directory / "hosts.yml", *directory.glob("*_vars/**/*.yml")]
    return {path.relative_to(directory).as_posix(): path.read_text(encoding="utf-8") for path in kept}


def test_the_script_writes_what_is_committed(tmp_path):
    subprocess.run(
        [sys.executable, INVENTORY / "generate.py", tmp_path],
        check=True,
        timeout=60,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert files(tmp_path) == files(INVENTORY)


def test_its_size(estate):
    assert Counter(host.hypervisor for host in estate.hosts) == {
        HypervisorKind.ESXI: 20,
        HypervisorKind.KVM: 4,
        HypervisorKind.XEN: 1,
        HypervisorKind.NONE: 2,
    }
    assert len(estate.vms) == 220


def test_every_host_of_a_cluster_carries_its_networks_and_none_is_overloaded(estate):
    for cluster in estate.clusters:
        hosts = [host for host in estate.hosts if host.cluster == cluster.id]
        assert len({tuple(network.network for network in host.networks) for host in hosts}) == 1
        for host in hosts:
            running = [vm for vm in estate.vms if vm.host == host.id and vm.power is PowerState.ON]
            assert 0.3 < sum(vm.memory_bytes for vm in running) / host.memory_bytes < 0.75


def test_the_policy_maps_every_network_and_holds_every_disk(estate):
    policy = read_policy(INVENTORY)
    assert {mapping.source for mapping in policy.network_map} == {network.name for network in estate.networks}
    disks = sum(disk.capacity_bytes for vm in estate.vms for disk in vm.disks)
    assert disks < sum(storage.capacity_bytes for storage in policy.shared_storage)


def test_no_rule_is_broken_at_the_start(estate):
    place = {vm.id: vm.host for vm in estate.vms}
    assert estate.affinity_rules
    for rule in estate.affinity_rules:
        assert len({place[vm] for vm in rule.vms}) == len(rule.vms)
