"""Proxmox VE: configurations and answers of pvesh, joined by node and guest number."""

import pytest

from planner.errors import InputError
from planner.model.estate import Disk, HostNetwork, Nic, Passthrough, Snapshot
from planner.model.kinds import DiskKind, DiskMode, Firmware, PassthroughKind, PowerState
from planner.read.clouds.proxmox import read_proxmox
from planner.read.clouds.proxmox_config import looks_like_config, parse_size
from planner.units import GIB, MIB, TIB
from tests.read.clouds.samples import PROXMOX, PVE_CONF, write


@pytest.fixture
def estate(tmp_path):
    return read_proxmox(write(tmp_path, PROXMOX))


def one(estate, name):
    (found,) = (vm for vm in estate.vms if vm.name == name)
    return found


def guest(tmp_path, text, path="nodes/pve1/qemu-server/101.conf"):
    (vm,) = read_proxmox(write(tmp_path, {path: text})).vms
    return vm


def refusal(tmp_path, files):
    with pytest.raises(InputError) as raised:
        read_proxmox(write(tmp_path, files))
    return str(raised.value).replace(f"{tmp_path}/", "")


def test_a_guest_is_read_as_it_is_now(estate):
    web = one(estate, "web")
    assert (web.uuid, web.moref) == ("53704878-ec92-4e5e-9387-d2826499f8bf", "lab/qemu/101")
    assert (web.vcpus, web.cores_per_socket, web.memory_bytes) == (8, 4, 4096 * MIB)
    assert (web.firmware, web.secure_boot, web.vtpm) == (Firmware.UEFI, True, True)
    assert (web.cpu_hotplug, web.memory_hotplug) == (True, False)
    assert (web.power, web.tags, web.resource_pool) == (PowerState.ON, ("prod", "front"), "shop")
    assert web.annotation == "front: end\nsecond line"
    assert web.guest_os == "Linux 2.6 or newer Kernel"
    assert web.snapshots == (Snapshot(name="before", created="2023-11-14T22:15:00+00:00"),)
    assert web.passthrough == (
        Passthrough(kind=PassthroughKind.GPU, description="0000:01:00.0,pcie=1,x-vga=1"),
        Passthrough(kind=PassthroughKind.USB, description="host=0bc2:2038"),
    )


def test_disks_are_those_with_data_and_know_their_storage(estate):
    tank, iso = (
        next(s.id for s in estate.datastores if s.name == name and s.id in estate.hosts[0].datastores)
        for name in ("tank", "local")
    )
    assert one(estate, "web").disks == (
        Disk(
            id="ide2",
            capacity_bytes=600 * MIB,
            datastore=iso,
            path="local:iso/debian.iso",
            bus="ide",
            kind=DiskKind.CDROM,
        ),
        Disk(
            id="scsi0", capacity_bytes=32 * GIB, datastore=tank, path="tank:vm-101-disk-0", bus="virtio-scsi"
        ),
        Disk(
            id="scsi1",
            capacity_bytes=TIB,
            path="/dev/disk/by-id/wwn-0x5000",
            bus="virtio-scsi",
            kind=DiskKind.LUN,
        ),
    )


def test_cards_of_both_spellings_are_on_their_bridge_and_vlan(estate):
    names = {network.id: (network.name, network.vlan, network.mtu) for network in estate.networks}
    cards = [(nic.mac, nic.model, names[nic.network]) for nic in one(estate, "web").nics]
    assert cards == [
        ("bc:24:11:00:00:01", "virtio", ("vmbr0 tag 20", 20, 9000)),
        ("bc:24:11:00:00:02", "e1000", ("vmbr1", 30, None)),
    ]
    assert ("vmbr0", 0, 9000) in names.values()


def test_the_order_of_start_makes_dependencies(estate):
    assert one(estate, "web").depends_on == (one(estate, "{{ db }}").id,)
    assert one(estate, "{{ db }}").depends_on == ()


def test_a_guest_without_configuration_is_what_the_list_says(estate):
    bare = one(estate, "bare")
    assert (bare.power, bare.vcpus, bare.memory_bytes, bare.host) == (
        PowerState.SUSPENDED,
        2,
        2 * GIB,
        "host-pve2",
    )
    assert [gap.what for gap in estate.gaps] == [
        "disks, network cards and firmware of 1 guests",
        "hardware and bridges of 1 nodes",
    ]


def test_nodes_are_hosts_of_the_named_cluster(estate):
    first, second = estate.hosts
    assert [cluster.name for cluster in estate.clusters] == ["lab"]
    assert (first.version, first.firmware, first.memory_bytes) == ("8.2.4", Firmware.UEFI, 34_000_000_000)
    assert (first.cpu.sockets, first.cpu.cores, first.cpu.threads) == (2, 8, 16)
    assert (first.connected, second.connected, second.cpu.threads) == (True, False, 8)
    assert {(carried.uplinks, carried.bond) for carried in first.networks} == {
        (("eno1", "eno2"), "802.3ad"),
        (("eno3",), None),
    }
    assert all(isinstance(carried, HostNetwork) for carried in first.networks)
    assert second.networks is None


def test_local_storages_are_one_for_each_node_and_shared_ones_are_one(estate):
    known = sorted(
        (s.name, s.shared, s.capacity_bytes, s.free_bytes, s.server)
        for s in estate.datastores
        if s.name != "local"
    )
    assert known == [
        ("nas", True, 5000, 4000, "192.0.2.9"),
        ("tank", False, 1000, 600, None),
        ("tank", False, 2000, 0, None),
    ]


def test_what_is_left_out_is_counted(estate):
    assert estate.notes == (
        "containers (LXC) are no VMs and were left out: 1",
        "volumes that are attached to no guest (`unused0` and so on) were left out: 1",
    )


def test_the_api_s_configuration_says_the_same_as_the_file(tmp_path):
    current = PVE_CONF.partition("\n[PENDING]")[0].splitlines()
    options = dict(line.split(": ", 1) for line in current if not line.startswith("#"))
    answer = options | {"digest": "d1", "description": "front: end\nsecond line\n", "memory": "current=4096"}
    listed = [{"name": "current", "digest": "d1"}, {"name": "before", "snaptime": 1700000100}]
    files = {"nodes/pve1/qemu/101/config.json": answer, "nodes/pve1/qemu/101/snapshot.json": listed}
    from_api = read_proxmox(write(tmp_path / "api", files)).vms[0]
    from_file = guest(tmp_path / "file", PVE_CONF)
    fields = [name for name in from_file.__dataclass_fields__ if name != "origin"]
    assert [getattr(from_api, name) for name in fields] == [getattr(from_file, name) for name in fields]


@pytest.mark.parametrize(
    ("line", "fact", "value"),
    [
        ("memory: 2048", "memory_bytes", 2 * GIB),
        ("memory: current=2048", "memory_bytes", 2 * GIB),
        ("cores: 2", "memory_bytes", 512 * MIB),
        ("vcpus: 3", "vcpus", 3),
        ("bios: seabios", "secure_boot", False),
        ("lock: suspended", "power", PowerState.SUSPENDED),
        ("template: 1", "template", True),
        ("hotplug: 0", "cpu_hotplug", False),
        ("ostype: other", "guest_os", None),
        ("args: -uuid f160a786-2bc4-4dfd-a031-b979a9aad519", "uuid", "f160a786-2bc4-4dfd-a031-b979a9aad519"),
        ("scsi0: tank:v,size=8G,snapshot=1", "disks", DiskMode.INDEPENDENT_NONPERSISTENT),
        ("scsi0: none,media=cdrom", "disks", None),
        ("net0: e1000=BC:24:11:00:00:09", "nics", "bc:24:11:00:00:09"),
    ],
)
def test_options_mean_what_the_manual_says(line, fact, value, tmp_path):
    found = getattr(
        guest(
            tmp_path,
            f"ostype: l26\nname: a\nboot: c\n{line}\n".replace(
                "ostype: l26\n", "" if "ostype" in line else "ostype: l26\n"
            ),
        ),
        fact,
    )
    if isinstance(found, tuple):
        (device,) = found
        found = device.mac if isinstance(device, Nic) else device.mode
    assert found == value


def test_a_path_without_a_node_leaves_the_place_open(tmp_path):
    vm = guest(tmp_path, PVE_CONF, "101.conf")
    assert (vm.cluster, vm.host) == ("cluster-unplaced-proxmox", None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("memory: 4096", "memory: 0"), "101.conf: memory: '0' is not a memory size in MiB"),
        (("memory: 4096", "memory: 99999999999999"), "is not a memory size in MiB"),
        (("cores: 4", "cores: -4"), "101.conf: cores: '-4' is not 1 to 10000"),
        (("cores: 4", "cores: 9999"), "makes at most 10000 processors"),
        (("size=32G", "size=32X"), "is not a drive with a size such as 32G"),
        (("tag=20", "tag=5000"), "is not a network card with a VLAN tag of 1 to 4094"),
        (("numa: 0", "{{ numa"), "101.conf:18: '{{ numa' is not `key: value`"),
        (("snaptime: 1700000100", "snaptime: soon"), "[before].snaptime: 'soon' is not a whole number"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(change, said, tmp_path):
    text = PVE_CONF.replace(*change)
    assert text != PVE_CONF
    assert said in refusal(tmp_path, {"nodes/pve1/qemu-server/101.conf": text})


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a/nodes/x/qemu-server/1.conf": PVE_CONF, "b/nodes/y/qemu-server/1.conf": PVE_CONF}, "guest 1 is there twice"),
        ({"web.conf": PVE_CONF}, "name the file after the guest's number"),
        ({"status.json": PROXMOX["nodes/pve1/status.json"]}, "does not say which node it is of"),
        ({"a.json": [{"id": "qemu/1", "type": "qemu", "vmid": 1, "node": "x"}], "b.json": [{"id": "qemu/1", "type": "qemu", "vmid": 1, "node": "y"}]}, "guest 1 is on 'x' and on 'y'"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_joined_are_refused(files, said, tmp_path):
    assert said in refusal(tmp_path, files)


def test_a_configuration_is_known_by_what_only_proxmox_writes():
    assert looks_like_config("memory: 1\ncores: 1\nvirtio0: tank:vm-1-disk-0,size=1G\n")
    assert not looks_like_config("memory: 1\ncores: 1\nname: web\n")
    assert not looks_like_config("memory: 1\ncores: 1\nostype: l26\n- item\nend: 1\n")


@pytest.mark.parametrize(
    ("text", "size"), [("1.5G", 1536 * MIB), ("0", 0), ("G", None), ("1.5.5G", None), ("", None)]
)
def test_sizes_are_of_1024s(text, size):
    assert parse_size(text) == size
