"""What somebody set in oVirt: each fact alone, and what every VM has without anybody having set it."""

import copy

import pytest

from planner.model.estate import Passthrough
from planner.model.kinds import PassthroughKind
from planner.read.clouds.ovirt import read_ovirt
from tests.read.clouds.samples import ID, OVIRT, write

USUAL = {
    "memory_policy": {"guaranteed": "4294967296", "ballooning": "true"},
    "placement_policy": {"affinity": "migratable"},
    "storage_error_resume_behaviour": "auto_resume",
    "cpu_shares": "0",
    "cpu_pinning_policy": "none",
    "io": {"threads": "1"},
    "display": {"type": "vnc"},
    "high_availability": {"enabled": "false", "priority": "1"},
    "bios": {"type": "q35_ovmf", "boot_menu": {"enabled": "false"}},
}
PINS = {"vcpu_pins": {"vcpu_pin": [{"vcpu": "0", "cpu_set": "2-3"}]}}
TOPOLOGY = {"sockets": "1", "cores": "1"}
CASES = [
    ({}, []),
    ({"cpu": {"topology": TOPOLOGY, "cpu_tune": PINS}}, [("cpu-affinity", "0: 2-3")]),
    ({"cpu_pinning_policy": "isolate_threads"}, [("cpu-affinity", "isolate_threads")]),
    ({"custom_cpu_model": "Haswell"}, [("cpu-model", "Haswell")]),
    ({"cpu_shares": "512"}, [("cpu-shares", "512")]),
    (
        {
            "numa_tune_mode": "strict",
            "numa_nodes": {"vm_numa_node": [{"numa_node_pins": {"numa_node_pin": [{"index": "0"}]}}]},
        },
        [("numa-affinity", "strict")],
    ),
    (
        {"memory_policy": {"guaranteed": "1073741824", "ballooning": "true"}},
        [("dynamic-memory", "1073741824 of 4294967296 bytes guaranteed")],
    ),
    ({"bios": {"boot_menu": {"enabled": "true"}}}, [("boot-menu", None)]),
    ({"display": {"type": "spice"}}, [("spice-display", None)]),
    (
        {"watchdogs": {"watchdog": [{"model": "i6300esb", "action": "reset"}]}},
        [("watchdog", "i6300esb reset")],
    ),
    ({"status": "image_locked"}, [("uncertain-state", "image_locked")]),
    ({"high_availability": {"enabled": "true"}}, [("high-availability", None)]),
    ({"placement_policy": {"affinity": "pinned"}}, [("placement", "pinned")]),
    ({"storage_error_resume_behaviour": "kill"}, [("storage-errors", "kill")]),
    ({"io": {"threads": "4"}}, [("io-threads", "4")]),
    (
        {"custom_properties": {"custom_property": [{"name": "sap_agent", "value": "true"}]}},
        [("custom-properties", "sap_agent")],
    ),
    (
        {
            "snapshots": {
                "snapshot": [
                    {"description": "a", "snapshot_type": "regular", "persist_memorystate": "true"},
                    {"description": "b", "snapshot_type": "regular", "persist_memorystate": "false"},
                    {"description": "now", "snapshot_type": "active", "persist_memorystate": "true"},
                ]
            }
        },
        [("memory-snapshot", "a")],
    ),
    ({"nics": {"nic": [{"id": ID(61), "name": "nic1", "plugged": "false"}]}}, [("nic-unplugged", "nic1")]),
    ({"nics": {"nic": [{"id": ID(61), "name": "nic1", "linked": "false"}]}}, [("nic-unplugged", "nic1")]),
    ({"nics": {"nic": [{"id": ID(61), "plugged": "true", "linked": "true"}]}}, []),
    (
        {
            "disk_attachments": {
                "disk_attachment": [
                    {
                        "id": ID(41),
                        "uses_scsi_reservation": "true",
                        "disk": {"id": ID(41), "alias": "d", "status": "locked", "provisioned_size": "1"},
                    }
                ]
            }
        },
        [("disk-status", "d locked"), ("scsi-reservation", "d")],
    ),
]
PROFILES = [
    ({}, []),
    ({"network_filter": {"id": ID(5), "name": "vdsm-no-mac-spoofing"}}, []),
    ({"network_filter": {"id": ID(5), "name": "clean-traffic"}}, [("nic-filter", "clean-traffic")]),
    ({"port_mirroring": "true"}, [("nic-mirroring", "nic1")]),
    ({"qos": {"id": ID(6)}}, [("nic-limit", "nic1")]),
    ({"custom_properties": {"custom_property": [{"name": "queues"}]}}, [("custom-properties", "queues")]),
]


def read(tmp_path, vm=None, profile=None, cluster=None):
    files = copy.deepcopy(OVIRT)
    machine = files["vms.json"]["vm"][0]
    machine.update({key: value for key, value in machine.items() if key not in USUAL})
    machine.pop("snapshots", None)
    machine.update(USUAL | (vm or {}))
    if profile is not None:
        machine["nics"] = {"nic": [{"id": ID(61), "name": "nic1", "vnic_profile": {"id": ID(77)}}]}
        link = f"/ovirt-engine/api/vnicprofiles/{ID(77)}"
        files["profiles.json"] = {"vnic_profile": [{"id": ID(77), "href": link, "name": "p", **profile}]}
    files["clusters.json"]["cluster"][0].update(cluster or {})
    return read_ovirt(write(tmp_path, files))


def settings_of(estate):
    (found,) = (vm for vm in estate.vms if vm.name == "Büro {{ 7 }}")
    return [(str(setting.kind), setting.value) for setting in found.settings]


@pytest.mark.parametrize(("facts", "expected"), CASES)
def test_what_is_set_on_a_vm(tmp_path, facts, expected):
    assert settings_of(read(tmp_path, vm=facts)) == expected


@pytest.mark.parametrize(("profile", "expected"), PROFILES)
def test_what_is_set_on_the_profile_of_a_card(tmp_path, profile, expected):
    assert settings_of(read(tmp_path, profile=profile)) == expected


def test_a_virtual_function_is_a_device_of_the_host(tmp_path):
    estate = read(tmp_path, profile={"pass_through": {"mode": "enabled"}})
    (found,) = (vm for vm in estate.vms if vm.name == "Büro {{ 7 }}")
    assert found.passthrough == (Passthrough(kind=PassthroughKind.SRIOV, description="nic1"),)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"ksm": {"enabled": "false"}, "ha_reservation": "false"}, []),
        ({"ksm": {"enabled": "true"}}, ["page-merging"]),
        ({"ha_reservation": "true"}, ["reserved-for-failure"]),
    ],
)
def test_what_is_set_on_a_cluster(tmp_path, facts, expected):
    (cluster,) = read(tmp_path, cluster=facts).clusters
    assert [str(setting.kind) for setting in cluster.settings] == expected
