"""Reading dumps: the pools' records against the data model, and each fact that is mapped."""

import json
from pathlib import Path

import pytest

from planner.errors import InputError
from planner.model.estate import Attribute, Estate, HostNetwork, Snapshot, VirtualMachine
from planner.model.kinds import (
    DatastoreKind,
    DiskKind,
    Firmware,
    HypervisorKind,
    ManagerKind,
    PassthroughKind,
    PowerState,
    ToolsState,
)
from planner.read.source import Sample
from planner.read.xapi import FORMATS
from tests.read.xapi.pools import DUMPS, GIB, ref
from tests.read.xapi.server import dump
from tests.read.xapi.xenapi_model import MODEL

FOLDER = Path(__file__).parent
DUMP = next(one for one in FORMATS if one.kind == "xapi-dump")


@pytest.fixture(scope="module")
def estate() -> Estate:
    return DUMP.read([FOLDER / "pool-8.3.json"])


def named(estate: Estate, name: str) -> VirtualMachine:
    return next(vm for vm in estate.vms if vm.name == name)


def changed(tmp_path: Path, of: str, name: str, **fields) -> Path:
    """The pool's dump with fields of one record changed; None takes the field out."""
    records = dump("pool-8.3.json")
    one = records[of][ref(of, name)]
    for field, value in fields.items():
        if value is None:
            del one[field]
        else:
            one[field] = value
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    return path


@pytest.mark.skipif(not MODEL.is_file(), reason="the data model of ../shared/corpora is not here")
@pytest.mark.parametrize("name", DUMPS)
def test_the_dumps_are_made_from_the_data_model(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == DUMPS[name]().json()


def test_recognised():
    for name in DUMPS:
        assert [one.kind for one in FORMATS if one.recognises(Sample.of(FOLDER / name))] == ["xapi-dump"]


def test_the_pool(estate):
    (cluster,) = estate.clusters
    assert (cluster.name, cluster.hypervisor, cluster.manager) == (
        "Büro {{ 7 }}",
        HypervisorKind.XCPNG,
        ManagerKind.XAPI,
    )
    assert (cluster.manager_address, cluster.live_migration, cluster.ha_enabled) == ("127.0.0.1", True, True)


def test_hosts(estate):
    one, two = estate.hosts
    assert (one.name, one.version, one.edition, one.vendor, one.model) == (
        "xcp1",
        "8.3.0",
        "xcp-ng",
        "Dell Inc.",
        "PowerEdge R640",
    )
    assert (one.coordinator, one.maintenance, two.coordinator, two.maintenance) == (True, False, False, True)
    assert one.memory_bytes == 128 * GIB
    assert (one.cpu.vendor, one.cpu.model) == ("GenuineIntel", "Intel(R) Xeon(R) Gold 6130")
    assert (one.cpu.sockets, one.cpu.cores, one.cpu.threads) == (2, 16, 32)
    assert [(nic.name, nic.mac, nic.speed_bytes) for nic in one.nics] == [
        ("eth0", "00:1e:67:00:00:00", 1_250_000_000),
        ("eth1", "00:1e:67:00:00:01", 1_250_000_000),
    ]


@pytest.mark.parametrize(
    ("flags", "capabilities", "known"),
    [
        ("fpu sse4_2", ["hvm-3.0-x86_64"], None),
        ("fpu vmx", ["hvm-3.0-x86_64"], None),
        ("fpu vmx ept", ["hvm-3.0-x86_64"], ("ept", "fpu", "vmx")),
        ("fpu svm npt", [], ("fpu", "npt", "svm")),
        ("fpu", ["xen-3.0-x86_64"], ("fpu",)),
        ("fpu", [], None),
        ("", ["hvm-3.0-x86_64"], None),
    ],
)
def test_flags_are_known_only_when_all_are(tmp_path, flags, capabilities, known):
    path = changed(tmp_path, "host", "xcp1", cpu_info={"flags": flags}, capabilities=capabilities)
    assert DUMP.read([path]).hosts[0].cpu.flags == known


def test_networks_and_how_hosts_carry_them(estate):
    found = {network.name: network for network in estate.networks}
    assert {name: (one.vlan, one.mtu) for name, one in found.items()} == {
        "LAN": (0, 9000),
        "DMZ": (120, 1500),
        "private": (0, 1500),
        "Pool-wide network associated with eth0": (0, 1500),
    }
    for host in estate.hosts:
        assert set(host.networks or ()) == {
            HostNetwork(network=found["LAN"].id, uplinks=("eth0", "eth1"), bond="active-backup"),
            HostNetwork(network=found["DMZ"].id, uplinks=("eth0", "eth1"), bond="active-backup"),
            HostNetwork(network=found["private"].id),
        }


def test_storage(estate):
    found = {(one.name, one.kind, one.shared, one.server, one.export) for one in estate.datastores}
    assert found == {
        ("Local storage", DatastoreKind.EXT, False, None, None),
        ("NFS {{ vms }}", DatastoreKind.NFS, True, "10.0.0.9", "/export/vms"),
        ("ISOs", DatastoreKind.ISO, True, "10.0.0.9", "/export/iso"),
        ("LUNs", DatastoreKind.HBA, True, None, None),
    }
    nfs = next(one for one in estate.datastores if one.kind is DatastoreKind.NFS)
    assert (nfs.capacity_bytes, nfs.free_bytes) == (1000 * GIB, 600 * GIB)
    assert nfs.path == f"/run/sr-mount/{nfs.uuid}"
    assert [len(host.datastores) for host in estate.hosts] == [4, 4]
    assert "must not be kept" not in str(estate)


def test_a_vm(estate):
    vm = named(estate, "wéb {% raw %}")
    assert (vm.power, vm.host, vm.vcpus, vm.cores_per_socket) == (PowerState.ON, "host-xcp2", 4, 2)
    assert (vm.memory_bytes, vm.memory_reservation_bytes) == (8 * GIB, 4 * GIB)
    assert (vm.firmware, vm.secure_boot, vm.vtpm, vm.nested) == (Firmware.UEFI, True, True, True)
    assert (vm.guest_os, vm.hostname) == ("Debian GNU/Linux 12 (bookworm)", "web01")
    assert (vm.tools, vm.paravirtual, vm.changed_block_tracking) == (ToolsState.RUNNING, False, True)
    assert vm.uuid == vm.instance_uuid
    assert vm.moref == f"127.0.0.1/{vm.uuid}"
    assert vm.annotation == "first line\nsecond line"
    assert vm.tags == ("prod", "web")
    assert vm.snapshots == (Snapshot(name="before upgrade", created="2026-01-02T03:04:05Z"),)
    assert vm.depends_on == (named(estate, "db").id,)
    assert vm.attributes == (
        Attribute(name="folder", value="/shop"),
        Attribute(name="owner", value="ops"),
    )


def test_disks_and_cards(estate):
    vm = named(estate, "wéb {% raw %}")
    names = {one.id: one.name for one in (*estate.datastores, *estate.networks)}
    assert [(one.id, one.kind, one.capacity_bytes, names[one.datastore], one.shared) for one in vm.disks] == [
        ("disk-0", DiskKind.DISK, 40 * GIB, "NFS {{ vms }}", False),
        ("disk-1", DiskKind.LUN, 100 * GIB, "LUNs", True),
        ("disk-3", DiskKind.CDROM, 600 * 1024**2, "ISOs", False),
    ]
    assert vm.disks[2].path == "debian-12.iso"
    assert [(one.mac, names[one.network], one.model, one.addresses) for one in vm.nics] == [
        ("fa:16:3e:00:00:01", "DMZ", "netfront", ("10.0.0.50",)),
        ("fa:16:3e:00:00:02", "private", "netfront", ("192.0.2.5",)),
    ]
    empty = named(estate, "db").disks[1]
    assert (empty.kind, empty.capacity_bytes, empty.path) == (DiskKind.CDROM, None, None)


def test_which_machines_there_are_and_where(estate):
    placed = {vm.name: (vm.host, vm.template, vm.power) for vm in estate.vms}
    assert placed == {
        "wéb {% raw %}": ("host-xcp2", False, PowerState.ON),
        "db": ("host-xcp1", False, PowerState.OFF),  # its disk is local
        "legacy": ("host-xcp1", False, PowerState.SUSPENDED),  # it prefers this host
        "render": ("host-xcp1", False, PowerState.ON),
        "golden": (None, True, PowerState.OFF),
    }
    legacy = named(estate, "legacy")
    assert (legacy.paravirtual, legacy.firmware, legacy.tools) == (True, None, None)


def test_devices_of_the_host(estate):
    assert [(one.kind, one.description) for one in named(estate, "render").passthrough] == [
        (PassthroughKind.PCI, "Broadcom SAS3008 0000:04:00.0"),
        (PassthroughKind.PCI, "0000:05:00.0"),
        (PassthroughKind.VGPU, "NVIDIA GRID T4-2Q"),
        (PassthroughKind.USB, "SafeNet HASP"),
    ]


def test_preferred_hosts_are_wishes(estate):
    assert [(rule.name, rule.mandatory, rule.hosts) for rule in estate.affinity_rules] == [
        ("home server xcp1", False, ("host-xcp1",)),
        ("home server xcp2", False, ("host-xcp2",)),
    ]


def test_anti_affinity_groups(tmp_path):
    records = dump("pool-8.3.json")
    members = [ref("VM", "web"), ref("VM", "db")]
    records["VM_group"] = {
        "OpaqueRef:1": {"uuid": "1", "name_label": "spread", "placement": "anti_affinity", "VMs": members},
        "OpaqueRef:2": {"uuid": "2", "name_label": "any", "placement": "normal", "VMs": members},
    }
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    rules = [rule for rule in DUMP.read([path]).affinity_rules if rule.kind == "apart"]
    assert [(rule.name, len(rule.vms), rule.mandatory) for rule in rules] == [("spread", 2, False)]


@pytest.mark.parametrize(
    ("fields", "fact", "value"),
    [
        ({"HVM_boot_params": {"firmware": "bios"}}, "firmware", Firmware.BIOS),
        ({"HVM_boot_params": {"firmware": "bios"}}, "secure_boot", False),
        ({"HVM_boot_params": None}, "firmware", None),
        ({"domain_type": "pvh"}, "firmware", None),
        ({"domain_type": "pvh"}, "paravirtual", False),
        ({"domain_type": "pv_in_pvh"}, "paravirtual", True),
        ({"domain_type": "unspecified", "HVM_boot_policy": ""}, "paravirtual", True),
        ({"domain_type": None, "HVM_boot_policy": None}, "paravirtual", None),
        ({"platform": {"secureboot": "auto"}}, "secure_boot", None),
        ({"platform": {}}, "nested", False),
        ({"platform": None}, "nested", None),
        ({"VTPMs": []}, "vtpm", False),
        ({"VTPMs": None}, "vtpm", None),
        ({"guest_metrics": "OpaqueRef:NULL"}, "tools", ToolsState.NOT_INSTALLED),
        ({"guest_metrics": "OpaqueRef:NULL"}, "guest_os", "Debian Bookworm 12"),
        ({"power_state": "Halted"}, "tools", None),
        ({"power_state": "Paused"}, "power", PowerState.ON),
        ({"power_state": None}, "power", None),
        ({"snapshots": []}, "snapshots", (Snapshot(name="before upgrade", created="2026-01-02T03:04:05Z"),)),
        ({"resident_on": "OpaqueRef:gone"}, "host", None),
        ({"VCPUs_max": None}, "vcpus", None),
    ],
)
def test_facts_of_a_vm(tmp_path, fields, fact, value):
    estate = DUMP.read([changed(tmp_path, "VM", "web", **fields)])
    assert getattr(named(estate, "wéb {% raw %}"), fact) == value


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"PV_drivers_detected": False}, ToolsState.NOT_INSTALLED),
        ({"live": False}, ToolsState.NOT_RUNNING),
        ({"PV_drivers_up_to_date": False}, ToolsState.RUNNING),
        ({"PV_drivers_detected": None, "PV_drivers_up_to_date": False}, ToolsState.OUTDATED),
        ({"PV_drivers_detected": None, "PV_drivers_version": {}}, ToolsState.NOT_INSTALLED),
    ],
)
def test_tools(tmp_path, fields, state):
    estate = DUMP.read([changed(tmp_path, "VM_guest_metrics", "web", **fields)])
    assert named(estate, "wéb {% raw %}").tools is state


def test_networks_and_storage_of_one_name_are_told_apart(tmp_path):
    records = dump("pool-8.3.json")
    records["network"][ref("network", "vlan")]["name_label"] = "LAN"
    records["SR"][ref("SR", "LUNs")]["name_label"] = "NFS {{ vms }}"
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    estate = DUMP.read([path])
    assert {one.name for one in estate.networks} >= {"LAN (xapi0)", "LAN (xapi1)"}
    assert sum(one.name.startswith("NFS {{ vms }} (") for one in estate.datastores) == 2


@pytest.mark.parametrize(
    "fields", [{"is_tools_sr": True}, {"is_tools_sr": None, "other_config": {"xenserver_tools_sr": "true"}}]
)
def test_the_tools_that_come_with_the_product_are_no_storage(tmp_path, fields):
    estate = DUMP.read([changed(tmp_path, "SR", "ISOs", **fields)])
    assert "ISOs" not in {one.name for one in estate.datastores}
    cdrom = named(estate, "wéb {% raw %}").disks[2]
    assert (cdrom.datastore, cdrom.path) == (None, "debian-12.iso")


def test_a_card_that_is_a_virtual_function_of_a_port(tmp_path):
    path = changed(tmp_path, "PIF", "vlan-0", sriov_logical_PIF_of=["OpaqueRef:sriov"])
    held = named(DUMP.read([path]), "wéb {% raw %}").passthrough
    assert [(one.kind, one.description) for one in held] == [(PassthroughKind.SRIOV, "DMZ")]


@pytest.mark.parametrize(
    ("config", "kind"),
    [({"class_name": "VGA compatible controller"}, PassthroughKind.GPU), ({}, PassthroughKind.PCI)],
)
def test_a_pci_device_that_is_a_gpu(tmp_path, config, kind):
    held = named(DUMP.read([changed(tmp_path, "PCI", "card", **config)]), "render").passthrough
    assert held[0].kind is kind


@pytest.mark.parametrize(
    ("of", "name", "fields", "said"),
    [
        ("VM", "web", {"memory_static_max": "-1"}, "memory_static_max: '-1' is no whole number"),
        ("VM", "web", {"memory_static_max": str(2**63)}, "is no whole number from 1 to 1125899906842624"),
        ("VM", "web", {"VCPUs_max": 0}, "VCPUs_max: 0 is no whole number from 1 to 10000"),
        ("VM", "web", {"VCPUs_max": True}, "True is no whole number"),
        ("VM", "web", {"power_state": "Melted"}, "'Melted' is none of"),
        ("VM", "web", {"is_a_template": "perhaps"}, "neither true nor false"),
        ("VM", "web", {"name_label": ["x"]}, "is no text"),
        ("VM", "web", {"platform": [1]}, "is no map"),
        ("VM", "web", {"tags": 7}, "is no set"),
        ("VM", "web", {"name_label": "a\u2028b"}, "control character"),
        ("VDI", "web-0", {"virtual_size": str(2**61)}, "virtual_size"),
        ("VBD", "web-0", {"type": "Tape"}, "'Tape' is none of Disk, CD, Floppy"),
        ("VIF", "web-0", {"MAC": "nonsense"}, "is no MAC address"),
        ("PIF", "vlan-0", {"VLAN": "4095"}, "'4095' is no whole number from -1 to 4094"),
        ("network", "lan", {"MTU": "70000"}, "MTU"),
        ("host", "xcp1", {"cpu_info": {"cpu_count": "-4"}}, "cpu_count is '-4'"),
        ("host", "xcp1", {"name_label": "xcp2"}, "is there twice"),
    ],
)
def test_refused(tmp_path, of, name, fields, said):
    path = changed(tmp_path, of, name, **fields)
    with pytest.raises(InputError) as caught:
        DUMP.read([path])
    assert said in str(caught.value)
    assert all(problem.file == str(path) for problem in caught.value.problems)


def test_all_problems_of_all_files_are_told(tmp_path):
    bad = changed(tmp_path, "VM", "web", VCPUs_max="x", memory_static_max="y")
    broken = tmp_path / "broken.json"
    broken.write_text('{"VM": {"OpaqueRef:1": ', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        DUMP.read([bad, broken])
    assert len(caught.value.problems) == 3
    assert {problem.file for problem in caught.value.problems} == {str(bad), str(broken)}


@pytest.mark.parametrize(
    "text", ['{"VM": {}}x', "[]", '{"VM": {"1": {}}}', '{"a": 1}', '{"VM": {"OpaqueRef:1": 5}}']
)
def test_other_json_is_refused(tmp_path, text):
    path = tmp_path / "dump.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"dump\.json"):
        DUMP.read([path])


def test_classes_that_are_missing_are_gaps(tmp_path):
    records = dump("pool-8.3.json")
    del records["SR"], records["VUSB"]
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    estate = DUMP.read([path])
    assert [(gap.what, gap.why) for gap in estate.gaps] == [("storage repositories", "the dump has no SR")]


@pytest.mark.parametrize(
    ("parents", "base"),
    [
        ({}, None),
        ({"web": "gone"}, "gone"),
        ({"web": "db", "db": "golden"}, "golden"),
        ({"web": "db", "db": "web"}, "web"),
    ],
    ids=["whole", "a parent that was not read", "the last of a chain", "a circle"],
)
def test_the_image_that_a_clone_stands_on(tmp_path, parents, base):
    records = dump("pool-8.3.json")
    disks = {name: records["VDI"][ref("VDI", f"{name}-0")] for name in ("web", "db")}
    uuids = {name: disk["uuid"] for name, disk in disks.items()}
    for name, parent in parents.items():
        disks[name]["sm_config"] = {"vhd-parent": uuids.get(parent, parent)}
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    disks_read = (disk for vm in DUMP.read([path]).vms for disk in vm.disks)
    found = [disk.base for disk in disks_read if disk.path == uuids["web"]]
    assert found == [uuids.get(base, base)]
