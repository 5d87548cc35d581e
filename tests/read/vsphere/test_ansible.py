"""What Ansible's VMware collections write: the same VMs and hosts as the live server has."""

import json
from pathlib import Path

import pytest

from planner.errors import InputError
from planner.model.estate import Attribute
from planner.model.kinds import DatastoreKind, ManagerKind, PowerState, ToolsState
from planner.read.ansible_facts import is_facts
from planner.read.source import Sample
from planner.read.vsphere import FORMATS, read_vsphere
from planner.read.vsphere.ansible import ANSIBLE
from planner.units import MIB
from tests.read.vsphere.dialects import as_ansible, every_object
from tests.read.vsphere.simulators import administrator

GUEST = {
    "instance": {
        "hw_name": "web {{ 1 }}",
        "moid": "vm-42",
        "hw_product_uuid": "4207072C-0000",
        "instance_uuid": "5007769d-0000",
        "hw_power_status": "poweredOff",
        "hw_processor_count": 2,
        "hw_cores_per_socket": 1,
        "hw_memtotal_mb": 1024,
        "hw_is_template": False,
        "hw_version": "vmx-19",
        "hw_guest_full_name": "Debian GNU/Linux 12 (64-bit)",
        "hw_esxi_host": "esx1",
        "hw_cluster": "prod",
        "hw_folder": "/DC1/vm/web",
        "hw_datastores": ["ds1"],
        "hw_files": ["[ds1] web/web.vmx", "[ds1] web/web.vmdk"],
        "hw_eth0": {"macaddress": "00:50:56:87:A5:9A", "summary": "VM Network", "portgroup_key": None},
        "hw_eth1": {"macaddress": "00:50:56:87:A5:9B", "summary": "DVSwitch: 50", "portgroup_key": "pg-1"},
        "hw_eth2": {"macaddress": None},
        "guest_tools_status": "guestToolsRunning",
        "guest_consolidation_needed": True,
        "annotation": "note",
        "customvalues": {"owner": "me"},
        "snapshots": [{"name": "a", "creation_time": "2026-01-02T03:04:05"}],
        "tags": ["backup"],
    }
}
HOST = {
    "ansible_facts": {
        "ansible_distribution": "VMware ESXi",
        "ansible_os_type": "vmnix-x86",
        "ansible_distribution_version": "8.0.3",
        "ansible_hostname": "esx1",
        "ansible_host_connection_state": "connected",
        "ansible_in_maintenance_mode": False,
        "ansible_memtotal_mb": 4096,
        "ansible_processor": "AMD EPYC 9354P",
        "ansible_processor_cores": 32,
        "ansible_processor_count": 1,
        "ansible_processor_vcpus": 64,
        "ansible_product_name": "PowerEdge R7615",
        "ansible_system_vendor": "Dell Inc.",
        "ansible_uuid": "4C4C4544-0052",
        "ansible_vmk0": {"device": "vmk0", "ipv4": {"address": "10.0.0.11"}},
        "ansible_datastore": [{"name": "ds1", "free": "1.00 GB", "total": "2.00 GB"}],
        "cluster": "prod",
    }
}
STORES = {
    "datastores": [
        {
            "name": "ds1",
            "type": "VMFS",
            "capacity": 200,
            "freeSpace": 50,
            "accessible": True,
            "vmfs_uuid": "5a",
        },
        {"name": "nas", "type": "NFS", "capacity": 9, "freeSpace": 1, "nfs_server": "nas1", "nfs_path": "/v"},
    ]
}
CLUSTERS = {
    "clusters": {
        "prod": {"datacenter": "DC1", "enabled_drs": True, "enable_ha": True, "hosts": [{"name": "esx1"}]}
    }
}


def write(folder, **documents):
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    return sorted(folder.glob("*.json"))


def test_what_the_inventory_of_vmware_vmware_writes(vcenter, tmp_path):
    """Its plugin asks for properties that the simulator does not have; its encoder wrote these of the others."""
    variables = {}
    with administrator(vcenter) as admin:
        objects = list(every_object(admin))
        names = {reference: found["name"] for reference, found in objects}
        for reference, found in objects:
            if reference._wsdlName != "VirtualMachine":
                continue
            host = found["runtime"].host
            home = next(one["parent"] for other, one in objects if other == host)
            ours = {"moid": reference._moId, "path": "/DC0/vm", "customValue": {"owner": "me"}}
            ours["esxi_host"] = {"name": names[host], "moid": host._moId}
            ours["cluster"] = {"name": names[home] if home._wsdlName.startswith("Cluster") else ""}
            ours["vmware_inventory_tags"] = {"urn:1": "backed up"}
            variables[found["name"]] = as_ansible(found) | ours
    (file,) = write(tmp_path, inventory={"_meta": {"hostvars": variables}, "all": {"children": []}})
    assert ANSIBLE.recognises(Sample.of(file))
    found, live = ANSIBLE.read([file]), read_vsphere(vcenter.endpoint)
    assert [vm.id for vm in found.vms] == [vm.id for vm in live.vms]
    for one, other in zip(found.vms, live.vms, strict=True):
        assert one.host == other.host
        assert (one.vcpus, one.memory_bytes, one.firmware) == (
            other.vcpus,
            other.memory_bytes,
            other.firmware,
        )
        shape = [(disk.id, disk.path, disk.capacity_bytes, disk.bus) for disk in one.disks]
        assert shape == [(disk.id, disk.path, disk.capacity_bytes, disk.bus) for disk in other.disks]
        assert [(nic.mac, nic.model) for nic in one.nics] == [(nic.mac, nic.model) for nic in other.nics]
        assert one.settings == other.settings
        assert one.attributes == (Attribute(name="owner", value="me"),)
        assert one.tags == ("backed up",)
    assert found.gaps == ()


def test_hosts_of_the_inventory_and_flattened_properties(tmp_path):
    host = {
        "moid": "host-9",
        "path": "/DC1/host/prod",
        "management_ip": "10.0.0.11",
        "vmware_inventory_name": "esx1",
        "summary.hardware.numCpuCores": 8,
        "runtime": {"inMaintenanceMode": True},
    }
    vm = {"moid": "vm-1", "path": "/DC1/vm", "name": "web", "config.hardware.numCPU": 2, "tags": {"u": "t"}}
    files = write(tmp_path, inventory={"_meta": {"hostvars": {"esx1": host, "web": vm, "other": {"a": 1}}}})
    found = ANSIBLE.read(files)
    assert [(one.name, one.cpu.cores, one.maintenance) for one in found.hosts] == [("esx1", 8, True)]
    assert [(one.name, one.vcpus, one.host, one.tags) for one in found.vms] == [("web", 2, None, ("t",))]
    assert {"hosts of VMs"} <= {gap.what for gap in found.gaps}


def test_single_results_together(tmp_path):
    files = write(tmp_path, clusters=CLUSTERS, guest={"results": [GUEST]}, host=HOST, stores=STORES)
    assert all(ANSIBLE.recognises(Sample.of(file)) for file in files)
    assert not any(FORMATS[0].recognises(Sample.of(file)) for file in files)
    found = ANSIBLE.read(files)
    (cluster,), (host,), (vm,) = found.clusters, found.hosts, found.vms
    assert (cluster.name, cluster.ha_enabled, cluster.drs_enabled) == ("prod", True, True)
    assert cluster.datacentre == "DC1"
    assert (host.version, host.address, host.memory_bytes) == ("8.0.3", "10.0.0.11", 4096 * MIB)
    assert (host.cpu.vendor, host.cpu.sockets, host.cpu.threads) == ("AMD", 1, 64)
    assert (host.uuid, host.networks, host.moref) == ("4c4c4544-0052", None, None)
    assert [(one.name, one.kind, one.server) for one in found.datastores] == [
        ("ds1", DatastoreKind.VMFS, None),
        ("nas", DatastoreKind.NFS, "nas1"),
    ]
    assert (vm.name, vm.host, vm.power) == ("web {{ 1 }}", host.id, PowerState.OFF)
    assert (vm.vcpus, vm.memory_bytes, vm.tools) == (2, 1024 * MIB, ToolsState.RUNNING)
    assert [snapshot.name for snapshot in vm.snapshots] == ["a"]
    networks = {network.id: network.name for network in found.networks}
    assert [(nic.mac, networks.get(nic.network)) for nic in vm.nics] == [
        ("00:50:56:87:a5:9a", "VM Network"),
        ("00:50:56:87:a5:9b", None),
    ]
    assert (vm.config_path, vm.tags) == ("[ds1] web/web.vmx", ("backup",))


def test_a_host_without_a_vcenter(tmp_path):
    """Its local datastores are not taken: other hosts have some of the same name."""
    files = write(tmp_path, host={"ansible_facts": HOST["ansible_facts"] | {"cluster": None}})
    found = ANSIBLE.read(files)
    assert [(one.name, one.manager) for one in found.clusters] == [("esx1", ManagerKind.NONE)]
    assert found.datastores == ()


def test_facts_of_esxi_are_told_from_facts_of_machines(tmp_path):
    machine = {"ansible_facts": {"ansible_distribution": "Debian", "ansible_hostname": "a"}}
    (file,) = write(tmp_path, machine=machine)
    assert is_facts(Sample.of(file))
    assert not ANSIBLE.recognises(Sample.of(file))


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"virtual_machines": []}, "holds neither VMs nor hosts"),
        (
            {"instance": {**GUEST["instance"], "hw_processor_count": -1}},
            "config.hardware.numCPU: -1 is no whole",
        ),
        ({"instance": {**GUEST["instance"], "hw_power_status": 3}}, "runtime.powerState: 3 is no text"),
        ({"instance": {**GUEST["instance"], "hw_name": "a\u0007"}}, "control character"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, document, said):
    (file,) = write(tmp_path, document=document)
    with pytest.raises(InputError) as caught:
        ANSIBLE.read([file])
    assert Path(caught.value.problems[0].file) == file
    assert said in str(caught.value)
