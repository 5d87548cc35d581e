"""What `xl list -l` and `xl info` say, in the forms of Xen 4.4 and of today."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InputError
from planner.model.kinds import DiskKind, Firmware, HypervisorKind, PassthroughKind, PowerState
from planner.read.gather import is_unplaced
from planner.read.source import Sample
from planner.read.xen.listing import XL_LIST
from planner.units import GIB, MIB

UUID = "8a2f2e4c-6d0f-4b63-9c0a-1f0f2d5f6a11"
INFO = """\
host                   : xen1.example.org
release                : 6.1.0-18-amd64
nr_cpus                : 16
nr_nodes               : 2
cores_per_socket       : 4
threads_per_core       : 2
virt_caps              : pv hvm hvm_directio hap
total_memory           : 131037
free_memory            : 90000
xen_major              : 4
xen_minor              : 17
xen_extra              : .3
xen_version            : 4.17.3
"""
DOMAIN = {
    "domid": 3,
    "config": {
        "c_info": {"type": "hvm", "name": "web", "uuid": UUID},
        "b_info": {
            "max_vcpus": 4,
            "avail_vcpus": [0, 1],
            "max_memkb": 2097152,
            "type.hvm": {"bios": "ovmf", "nested_hvm": "True"},
        },
        "disks": [
            {"pdev_path": "/dev/vg/web", "vdev": "xvda", "backend": "phy", "format": "raw", "readwrite": 1},
            {"pdev_path": "", "vdev": "hdc", "is_cdrom": 1, "removable": 1},
        ],
        "nics": [{"devid": 0, "mac": "00:16:3e:00:00:01", "model": "e1000", "bridge": "xenbr0"}],
        "pcidevs": [{"dev": 16, "bus": 6, "func": 1}],
        "usbdevs": [{"type.hostdev.hostbus": 1, "type.hostdev.hostaddr": 3}],
    },
}
DOMAIN_0 = {"domid": 0, "config": {"c_info": {"type": "pv", "name": "Domain-0"}, "b_info": {}}}


@pytest.fixture
def read(tmp_path: Path):
    def of(*listings: object, info: tuple[str, ...] = ()):
        for number, listing in enumerate(listings):
            (tmp_path / f"list-{number}.json").write_text(json.dumps(listing))
        for number, text in enumerate(info):
            (tmp_path / f"info-{number}.txt").write_text(text)
        files = sorted(tmp_path.iterdir())
        assert all(XL_LIST.recognises(Sample.of(file)) for file in files)
        return XL_LIST.read(files)

    return of


def test_a_domain_with_its_devices(read):
    (vm,) = read([DOMAIN_0, DOMAIN]).vms
    assert (vm.name, vm.uuid, vm.power, vm.source) == ("web", UUID, PowerState.ON, "xl-list")
    assert (vm.vcpus, vm.memory_bytes, vm.firmware) == (2, 2 * GIB, Firmware.UEFI)
    assert (vm.nested, vm.paravirtual) == (True, False)
    assert [(disk.id, disk.path, disk.bus, disk.kind) for disk in vm.disks] == [
        ("xvda", "/dev/vg/web", "xen", DiskKind.DISK),
        ("hdc", None, "ide", DiskKind.CDROM),
    ]
    assert [(nic.mac, nic.model) for nic in vm.nics] == [("00:16:3e:00:00:01", "e1000")]
    assert [(device.kind, device.description) for device in vm.passthrough] == [
        (PassthroughKind.PCI, "0000:06:10.1"),
        (PassthroughKind.USB, "bus 1, address 3"),
    ]


def test_old_versions_keep_what_is_special_elsewhere(read):
    config = DOMAIN["config"] | {
        "b_info": {"max_vcpus": 4, "max_memkb": 1024, "u": {"hvm": {"bios": "seabios"}}}
    }
    (vm,) = read([{"domid": 3, "config": config}]).vms
    assert (vm.vcpus, vm.memory_bytes, vm.firmware) == (4, MIB, Firmware.BIOS)


def test_without_a_host_beside_them_domains_are_unplaced(read):
    (vm,) = read([DOMAIN]).vms
    assert (vm.host, is_unplaced(vm.cluster)) == (None, True)


def test_the_host_beside_them_is_theirs(read):
    estate = read([DOMAIN], info=(INFO,))
    (vm,), (host,), (cluster,) = estate.vms, estate.hosts, estate.clusters
    assert (vm.host, vm.cluster, host.cluster) == (host.id, cluster.id, cluster.id)
    assert (host.name, host.version, cluster.hypervisor) == (
        "xen1.example.org",
        "4.17.3",
        HypervisorKind.XEN,
    )
    assert (host.cpu.sockets, host.cpu.cores, host.cpu.threads) == (2, 8, 16)
    assert host.memory_bytes == 131037 * MIB


def test_of_two_hosts_nothing_says_which_is_theirs(read):
    estate = read([DOMAIN], info=(INFO, INFO.replace("xen1", "xen2")))
    assert (len(estate.hosts), is_unplaced(estate.vms[0].cluster)) == (2, True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"c_info": {"uuid": UUID}}, "list-0.json: [0].config.c_info.name: is no name of a domain"),
        (
            {"b_info": {"max_vcpus": 1, "max_memkb": -1}},
            "list-0.json: [0].config.max_memkb: is -1: expected a whole number from 1",
        ),
        ({"disks": [{"vdev": 7}]}, "list-0.json: [0].config.disks[0]: is no disk"),
        (
            {"disks": [{"vdev": "xvda"}, {"vdev": "xvda"}]},
            "list-0.json: [0].config.disks: 2 disks are 'xvda': give each a vdev of its own",
        ),
        (
            {"b_info": {"avail_vcpus": [0] * 10001}},
            "list-0.json: [0].config.avail_vcpus: has 10001 vCPUs: expected 10000 at most",
        ),
        ({"nics": [{"mac": "x"}]}, "list-0.json: [0].config.nics[0]: 'x' is no MAC address"),
    ],
)
def test_what_makes_no_sense_is_refused(read, changes, said):
    with pytest.raises(InputError) as raised:
        read([{"domid": 1, "config": DOMAIN["config"] | changes}])
    assert said in str(raised.value)


def test_a_host_that_makes_no_sense_is_refused(read):
    with pytest.raises(InputError, match="total_memory: is 'much': expected a whole number"):
        read(info=(INFO.replace("131037", "much"),))


@pytest.mark.parametrize("number", [None, True, -1, "3", 1.5])
def test_an_entry_without_the_number_of_a_domain_is_refused(read, number):
    with pytest.raises(InputError, match="is no domain: expected domid and config"):
        read([DOMAIN | {"domid": number}])


def places(value: object, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places of all values below one."""
    yield place
    within = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in within:
        yield from places(item, (*place, key))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def read_or_refused(file: Path) -> set[str | None]:
    """The files of which something was read, or refused."""
    try:
        # Whatever says that it is Domain-0 is no VM.
        return {vm.origin for vm in XL_LIST.read((file,)).vms} or {"Domain-0"}
    except InputError as error:
        return {problem.file for problem in error.problems}


@given(place=st.sampled_from([place for place in places([DOMAIN]) if place]), value=ANYTHING)
def test_whatever_stands_where_it_does_not_belong_is_read_or_refused(tmp_path_factory, place, value):
    listing: list[object] = [copy.deepcopy(DOMAIN)]
    held: object = listing
    for key in place[:-1]:
        held = held[key]  # type: ignore[index]
    held[place[-1]] = value  # type: ignore[index]
    file = tmp_path_factory.mktemp("listing") / "list.json"
    file.write_text(json.dumps(listing))
    assert read_or_refused(file) in ({str(file)}, {"Domain-0"})
