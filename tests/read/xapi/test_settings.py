"""What XAPI's records have set beyond the ordinary."""

import json

import pytest

from planner.read.xapi import FORMATS
from tests.read.xapi.pools import GIB, ref
from tests.read.xapi.server import dump

DUMP = next(one for one in FORMATS if one.kind == "xapi-dump")
ALWAYS = [("high-availability", "restart"), ("vapp", "shop")]
"""What is set on the VM of the dump."""


@pytest.fixture
def read(tmp_path):
    """The pool's dump with fields of some records changed, by class and name."""

    def of(changes):
        records = dump("pool-8.3.json")
        plain = {("VM", "web"): {"memory_dynamic_min": str(8 * GIB)}}
        for (kind, name), fields in [*plain.items(), *changes.items()]:
            records[kind][ref(kind, name)] |= fields
        path = tmp_path / "dump.json"
        path.write_text(json.dumps(records), encoding="utf-8")
        return DUMP.read([path])

    return of


def pairs(bearer):
    return [(setting.kind.value, setting.value) for setting in bearer.settings]


VM, VIF, NETWORK, SNAPSHOT = ("VM", "web"), ("VIF", "web-0"), ("network", "vlan"), ("VM", "web-snapshot")
ALLOWED = {"ipv4_allowed": ["10.0.0.5"], "ipv6_allowed": ["fd00::5"]}


@pytest.mark.parametrize(
    ("of", "fields", "expected"),
    [
        (VM, {}, []),
        (VM, {"VCPUs_params": {"mask": "1,2"}}, [("cpu-affinity", "1,2")]),
        (
            VM,
            {"VCPUs_params": {"weight": "512", "cap": "100"}},
            [("cpu-shares", "512"), ("cpu-limit", "100")],
        ),
        (VM, {"VCPUs_params": {"weight": "256", "cap": "0", "mask": ""}}, []),
        (VM, {"memory_dynamic_min": str(2 * GIB)}, [("dynamic-memory", "2 GiB to 8 GiB")]),
        (VM, {"domain_type": "pv", "PV_kernel": "/boot/vmlinuz"}, [("direct-kernel", "/boot/vmlinuz")]),
        (VM, {"PV_kernel": "/boot/vmlinuz"}, []),
        (VM, {"platform": {"hvm_serial": "tcp:10.0.0.1:7001"}}, [("serial-port", "tcp:10.0.0.1:7001")]),
        (VM, {"other_config": {"hvm_serial": "/dev/ttyS0"}}, [("serial-port", "/dev/ttyS0")]),
        (VM, {"platform": {"hvm_serial": "pty"}}, []),
        (
            VM,
            {"blocked_operations": {"hard_shutdown": "", "clean_shutdown": "", "destroy": ""}},
            [("operations-blocked", "clean_shutdown, hard_shutdown")],
        ),
        (VM, {"blocked_operations": {"destroy": "true"}}, []),
        (VM, {"snapshot_schedule": "OpaqueRef:daily"}, [("snapshot-schedule", None)]),
        (VM, {"protection_policy": "OpaqueRef:old"}, [("snapshot-schedule", None)]),
        (SNAPSHOT, {"suspend_VDI": "OpaqueRef:memory"}, [("memory-snapshot", "before upgrade")]),
        (SNAPSHOT, {"power_state": "Suspended"}, [("memory-snapshot", "before upgrade")]),
        (
            VIF,
            {"locking_mode": "locked", **ALLOWED},
            [("nic-filter", "nic-0 locked to 10.0.0.5, fd00::5")],
        ),
        (VIF, {"locking_mode": "disabled"}, [("nic-filter", "nic-0 disabled")]),
        (VIF, {"locking_mode": "unlocked", **ALLOWED}, []),
        (NETWORK, {"default_locking_mode": "disabled"}, [("nic-filter", "nic-0 disabled")]),
        (
            VIF,
            {"qos_algorithm_type": "ratelimit", "qos_algorithm_params": {"kbps": "1024"}},
            [("nic-limit", "nic-0 1024 KiB/s")],
        ),
        (VIF, {"qos_algorithm_params": {"kbps": "1024"}}, []),
        (VIF, {"currently_attached": False}, [("nic-unplugged", "nic-0")]),
        (VIF, {"other_config": {"promiscuous": "on"}}, [("nic-mirroring", "nic-0")]),
    ],
)
def test_a_record_sets(read, of, fields, expected):
    (vm,) = (vm for vm in read({of: fields}).vms if vm.name.startswith("wéb"))
    assert sorted(pairs(vm)) == sorted(expected + ALWAYS)


def test_a_card_of_a_vm_that_is_off_is_attached_when_it_starts(read):
    (vm,) = (
        vm
        for vm in read({VM: {"power_state": "Halted"}, VIF: {"currently_attached": False}}).vms
        if vm.name.startswith("wéb")
    )
    assert pairs(vm) == ALWAYS


@pytest.mark.parametrize(
    ("vm", "pool", "expected"),
    [
        ({"ha_restart_priority": ""}, {}, []),
        ({"ha_restart_priority": "best-effort"}, {}, [("high-availability", "best-effort")]),
        ({}, {"ha_enabled": False}, []),
    ],
)
def test_ha_is_set_where_the_pool_has_it_and_the_vm_takes_part(read, vm, pool, expected):
    estate = read({VM: {"appliance": "OpaqueRef:NULL"} | vm, ("pool", "pool"): pool})
    assert [pair for one in estate.vms if one.name.startswith("wéb") for pair in pairs(one)] == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"ha_host_failures_to_tolerate": "1"}, [("reserved-for-failure", "1 host failures")]),
        ({"ha_host_failures_to_tolerate": "0"}, []),
        ({"ha_host_failures_to_tolerate": "1", "ha_enabled": False}, []),
    ],
)
def test_hosts_that_a_pool_keeps_free(read, fields, expected):
    (cluster,) = read({("pool", "pool"): fields}).clusters
    assert pairs(cluster) == expected


def test_what_is_set_on_other_vms_is_not_set_on_these(read):
    assert {vm.name: pairs(vm) for vm in read({}).vms if vm.settings and not vm.name.startswith("wéb")} == {
        "db": [("vapp", "shop")]
    }
