"""Facts that Ansible kept: what its own `setup` prints, its cache, and machines that are guests."""

import json
import subprocess
from dataclasses import replace

import pytest

from planner.errors import InputError
from planner.model.estate import Cpu, HostNic, LocalDisk
from planner.model.kinds import Firmware, HypervisorKind
from planner.read.ansible_facts import is_facts, read_facts
from planner.read.source import Sample
from planner.units import MIB

COMMON = {"ansible_hostname": "kvm1", "ansible_machine": "x86_64", "ansible_distribution": "Debian"}
HOST = COMMON | {
    "ansible_distribution_version": "12.5",
    "ansible_virtualization_role": "host",
    "ansible_virtualization_type": "kvm",
    "ansible_system_vendor": "Example Inc.",
    "ansible_product_name": "R1",
    "ansible_product_uuid": "4C4C4544-0042-0001-8001-000000000001",
    "ansible_default_ipv4": {"address": "192.0.2.31"},
    "ansible_processor": ["0", "GenuineIntel", "Xeon", "1", "GenuineIntel", "Xeon"],
    "ansible_processor_count": 2,
    "ansible_processor_cores": 8,
    "ansible_processor_vcpus": 32,
    "ansible_flags": ["fpu", "vmx", "ept"],
    "ansible_memtotal_mb": 65536,
    "ansible_efi_boot": True,
    "ansible_interfaces": ["lo", "eno1", "br0", "bond-0"],
    "ansible_lo": {"device": "lo", "type": "loopback"},
    "ansible_eno1": {
        "device": "eno1",
        "type": "ether",
        "macaddress": "52:54:00:AA:00:01",
        "pciid": "0000:01:00.0",
        "module": "bnx2x",
        "speed": 10000,
    },
    "ansible_br0": {"device": "br0", "type": "bridge", "macaddress": "52:54:00:aa:00:01"},
    "ansible_bond_0": {"device": "bond-0", "type": "bonding", "macaddress": "52:54:00:aa:00:01"},
    "ansible_devices": {
        "sda": {
            "links": {"ids": ["scsi-3600", "wwn-0x600"]},
            "sectors": 1000,
            "sectorsize": "4096",
            "removable": "0",
            "virtual": 0,
        },
        "sdb": {"links": {"ids": []}, "sectors": 1000, "sectorsize": "512", "removable": "0", "virtual": 0},
        "sr0": {"links": {"ids": ["ata-DVD"]}, "sectors": 10, "sectorsize": "512", "removable": "1"},
    },
}
GUEST = COMMON | {
    "ansible_virtualization_role": "guest",
    "ansible_virtualization_type": "VMware",
    "ansible_product_uuid": "564D7C1E-0000-4000-8000-000000000001",
    "ansible_distribution_version": "11",
    "ansible_fqdn": "db1.example.org",
    "ansible_processor_vcpus": 4,
    "ansible_interfaces": ["ens192"],
    "ansible_ens192": {
        "device": "ens192",
        "type": "ether",
        "macaddress": "00:50:56:00:00:01",
        "ipv4": {"address": "198.51.100.21"},
    },
}


def cached(path, facts):
    path.write_text(json.dumps(facts))
    return path


def test_a_machine_that_hosts_vms_is_a_host(tmp_path):
    estate = read_facts([cached(tmp_path / "kvm1", HOST)])
    (host,) = estate.hosts
    assert replace(host, id="", origin=None) == type(host)(
        id="",
        name="kvm1",
        hypervisor=HypervisorKind.KVM,
        cluster=estate.clusters[0].id,
        address="192.0.2.31",
        version="Debian 12.5",
        vendor="Example Inc.",
        model="R1",
        firmware=Firmware.UEFI,
        cpu=Cpu(vendor="GenuineIntel", model="Xeon", sockets=2, cores=16, threads=32, flags=("ept", "vmx")),
        memory_bytes=65536 * MIB,
        nics=(HostNic(name="eno1", mac="52:54:00:aa:00:01", speed_bytes=1_250_000_000, driver="bnx2x"),),
        disks=(LocalDisk(id="wwn-0x600", capacity_bytes=4_096_000),),
        uuid="4c4c4544-0042-0001-8001-000000000001",
    )


@pytest.mark.parametrize(
    ("links", "mounts", "expected"),
    [
        (["usb-SanDisk_Ultra-0:0"], [{"mount": "/", "device": "/dev/sdc2"}], ["usb-SanDisk_Ultra-0:0"]),
        (
            ["usb-SanDisk_Ultra-0:0"],
            [{"mount": "/boot/efi", "device": "/dev/sdc1"}],
            ["usb-SanDisk_Ultra-0:0"],
        ),
        (["usb-SanDisk_Ultra-0:0"], [{"mount": "/mnt", "device": "/dev/sdc1"}], []),
        (["usb-SanDisk_Ultra-0:0"], [{"mount": "/", "device": "/dev/sda1"}], []),
        (["ata-Example_SSD"], [{"mount": "/", "device": "/dev/sdc1"}], []),
        (["usb-SanDisk_Ultra-0:0"], None, []),
    ],
)
def test_a_system_on_a_usb_disk_boots_from_there(tmp_path, links, mounts, expected):
    stick = {"links": {"ids": links}, "partitions": {"sdc1": {}, "sdc2": {}}, "removable": "1"}
    changes = {"ansible_devices": {"sdc": stick}, "ansible_mounts": mounts}
    (host,) = read_facts([cached(tmp_path / "kvm1", HOST | changes)]).hosts
    assert [(one.kind, one.value) for one in host.settings] == [("usb-boot", link) for link in expected]


def test_any_other_machine_is_a_spare(tmp_path):
    estate = read_facts([cached(tmp_path / "new1.json", COMMON | {"ansible_virtualization_role": "NA"})])
    assert [(host.name, host.hypervisor, host.cluster) for host in estate.hosts] == [
        ("new1", HypervisorKind.NONE, None)
    ]
    assert estate.clusters == ()


def test_a_guest_is_a_vm_that_others_may_know(tmp_path):
    (vm,) = read_facts([cached(tmp_path / "db1", GUEST)]).vms
    assert (vm.name, vm.uuid, vm.vcpus) == ("db1", "564d7c1e-0000-4000-8000-000000000001", 4)
    assert (vm.guest_os, vm.hostname, vm.memory_bytes) == ("Debian 11", "db1.example.org", None)
    assert [(nic.mac, nic.addresses) for nic in vm.nics] == [("00:50:56:00:00:01", ("198.51.100.21",))]


@pytest.mark.parametrize(
    "wrapped",
    [
        HOST,
        {"ansible_facts": HOST, "changed": False},
        {"__payload__": json.dumps(HOST)},
    ],
    ids=["cache", "setup", "payload"],
)
def test_facts_are_known_however_they_are_wrapped(tmp_path, wrapped):
    path = cached(tmp_path / "kvm1", wrapped)
    assert is_facts(Sample.of(path))
    assert [host.name for host in read_facts([path]).hosts] == ["kvm1"]


@pytest.mark.parametrize(
    "other", [[], {}, {"ansible_hostname": "a"}, {"vms": []}, {"__payload__": "x"}, "text"]
)
def test_other_data_is_no_facts(tmp_path, other):
    assert not is_facts(Sample.of(cached(tmp_path / "file", other)))


def test_a_file_without_facts_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"odd: holds no facts of Ansible"):
        read_facts([cached(tmp_path / "odd", {"a": 1})])


def test_what_setup_prints_here_is_read(tmp_path):
    subprocess.run(
        ["ansible", "localhost", "-c", "local", "-m", "setup", "--tree", tmp_path],
        check=True,
        capture_output=True,
    )
    (path,) = tmp_path.iterdir()
    assert is_facts(Sample.of(path))
    estate = read_facts([path])
    assert len(estate.hosts) + len(estate.vms) == 1


def test_an_esxi_host_that_its_api_told_of_is_left_to_another_reader(tmp_path):
    file = tmp_path / "esx1"
    file.write_text(json.dumps(HOST | {"ansible_os_type": "vmnix-x86"}))
    assert not is_facts(Sample.of(file))
