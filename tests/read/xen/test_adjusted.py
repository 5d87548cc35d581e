"""What a configuration, and a listing, has set beyond the ordinary."""

import json

import pytest

from planner.read.xen.configurations import ORACLE_VM, XL
from planner.read.xen.listing import XL_LIST

ARGUMENTS = "device_model_args = ['-x', 'secret']\ndevice_model_args_hvm = ['-y']"


def pairs(vm):
    return [(setting.kind.value, setting.value) for setting in vm.settings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("cpus = '2-3'", [("cpu-affinity", "2-3")]),
        ("cpus = ['2', '3']", [("cpu-affinity", "2,3")]),
        ("cpus = [2, 3]", [("cpu-affinity", "2,3")]),
        ("cpus = 'all'", []),
        ("cpus = ''", []),
        ("cpus = 'nodes:0'", [("numa-affinity", "nodes:0")]),
        ("cpus_soft = '4'", [("cpu-affinity", "4")]),
        ("cpu_weight = 512", [("cpu-shares", "512")]),
        ("cpu_weight = 256", []),
        ("cpu_weight = 27500\ncpu_cap = 0", []),
        ("cap = 50", [("cpu-limit", "50")]),
        ("cap = 0", []),
        ("cpuid = 'host,tm=0'", [("cpu-model", "host,tm=0")]),
        ("memory = 512\nmaxmem = 1024", [("dynamic-memory", "512 MiB of 1 GiB")]),
        ("memory = 1024\nmaxmem = 1024", []),
        ("maxmem = 1024", []),
        ("kernel = '/boot/vmlinuz-6.1-xen'", [("direct-kernel", "/boot/vmlinuz-6.1-xen")]),
        ("kernel = '/usr/lib/xen/boot/hvmloader'\nbuilder = 'hvm'", []),
        ("kernel = '/usr/lib/grub-xen/grub-x86_64-xen.bin'", []),
        ("bootloader = '/usr/bin/pygrub'", []),
        (ARGUMENTS, [("qemu-arguments", "3 arguments")]),
        ("device_model_args = []", []),
        ("serial = 'pty'", []),
        ("serial = 0\ncpus = [[1], '2']", [("cpu-affinity", "2"), ("serial-port", "0")]),
        ("serial = 'none'\nparallel = 'none'", []),
        (
            "serial = ['pty', '/dev/ttyS0']\nparallel = 'tcp:127.0.0.1:7777'",
            [("serial-port", "/dev/ttyS0"), ("serial-port", "tcp:127.0.0.1:7777")],
        ),
        ("spice = 1", [("spice-display", None)]),
        ("spice = 0", []),
        ("driver_domain = 1", [("driver-domain", None)]),
        ("OVM_high_availability = True", [("high-availability", None)]),
        ("OVM_high_availability = False", []),
        (
            "disk = ['vdev=xvda,backend=storage,target=/dev/vg/a', 'phy:/dev/vg/b,xvdb,w']",
            [("backend-domain", "xvda by storage")],
        ),
        ("disk = ['vdev=xvda,backend=0,target=/dev/vg/a']", []),
        (
            "vif = ['bridge=br0,backend=Domain-0', 'bridge=br0,backend=net']",
            [("backend-domain", "nic-2 by net")],
        ),
        ("vif = ['bridge=br0,rate=10MB/s']", [("nic-limit", "nic-1 10MB/s")]),
    ],
)
@pytest.mark.parametrize("kind", [XL, ORACLE_VM], ids=lambda kind: kind.kind)
def test_a_configuration_sets(tmp_path, kind, text, expected):
    (tmp_path / "vm.cfg").write_text(f"name = 'vm'\n{text}\n")
    (vm,) = kind.read((tmp_path / "vm.cfg",)).vms
    assert pairs(vm) == expected


def listing(created=None, built=None, special=None, **devices):
    config = {
        "c_info": {"type": "hvm", "name": "vm", **(created or {})},
        "b_info": {"max_memkb": 4096, "type.hvm": special or {}, **(built or {})},
        **devices,
    }
    return [{"domid": 1, "config": config}]


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        (listing(), []),
        (listing(created={"driver_domain": "True"}), [("driver-domain", None)]),
        (listing(created={"driver_domain": "False"}), []),
        (
            listing(built={"sched_params": {"weight": 512, "cap": 50}}),
            [("cpu-shares", "512"), ("cpu-limit", "50")],
        ),
        (listing(built={"sched_params": {"weight": 256, "cap": 0}}), []),
        (listing(built={"sched_params": {"weight": -1, "cap": -1}}), []),
        (listing(built={"sched_params": None}), []),
        (listing(built={"target_memkb": 2048}), [("dynamic-memory", "2 MiB of 4 MiB")]),
        (listing(built={"target_memkb": 3072, "video_memkb": 1024}), []),
        (listing(built={"kernel": "/boot/vmlinuz"}), [("direct-kernel", "/boot/vmlinuz")]),
        (listing(special={"kernel": "/usr/lib/xen/boot/hvmloader"}), []),
        (listing(built={"extra_hvm": ["-x", "secret"]}), [("qemu-arguments", "2 arguments")]),
        (listing(special={"serial": "pty"}), []),
        (listing(special={"serial_list": ["pty", "/dev/ttyS0"]}), [("serial-port", "/dev/ttyS0")]),
        (listing(special={"spice": {"enable": "True"}}), [("spice-display", None)]),
        (listing(special={"spice": {"enable": "False"}}), []),
        (
            listing(disks=[{"vdev": "xvda", "backend_domname": "storage", "pdev_path": "/dev/vg/a"}]),
            [("backend-domain", "xvda by storage")],
        ),
        (listing(disks=[{"vdev": "xvda", "backend_domid": 0, "backend_domname": "0"}]), []),
        (listing(nics=[{"bridge": "br0", "backend_domid": 4}]), [("backend-domain", "nic-1 by 4")]),
        (
            listing(nics=[{"bridge": "br0", "rate_bytes_per_interval": 500, "rate_interval_usecs": 50}]),
            [("nic-limit", "nic-1 500 bytes in 50 µs")],
        ),
        (listing(nics=[{"bridge": "br0", "rate_bytes_per_interval": 0}]), []),
    ],
)
def test_a_listing_sets(tmp_path, domain, expected):
    (tmp_path / "list.json").write_text(json.dumps(domain))
    (vm,) = XL_LIST.read((tmp_path / "list.json",)).vms
    assert pairs(vm) == expected
