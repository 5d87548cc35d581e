"""What each part of a document means, and which documents belong to one host."""

import pytest

from planner.errors import InputError
from planner.model.estate import (
    DatastoreKind,
    DiskKind,
    Firmware,
    HypervisorKind,
    PassthroughKind,
    PowerState,
)
from planner.read.gather import is_unplaced
from planner.read.libvirt.files import LIBVIRT
from planner.units import GIB, KIB, MIB

U1 = "11111111-2222-3333-4444-555555555555"
CAPABILITIES = """
<capabilities>
  <host>
    <uuid>aaaaaaaa-2222-3333-4444-555555555555</uuid>
    <cpu>
      <arch>x86_64</arch><model>Skylake-Server</model><vendor>Intel</vendor>
      <topology sockets='2' dies='1' cores='8' threads='2'/>
    </cpu>
    <topology><cells num='1'><cell id='0'><memory unit='KiB'>67108864</memory></cell></cells></topology>
  </host>
  <guest><os_type>hvm</os_type><arch name='x86_64'><domain type='kvm'/></arch></guest>
</capabilities>
"""
POOL = "<pool type='dir'><name>images</name><target><path>/srv/images</path></target></pool>"
VOLUME = """
<volume type='file'>
  <name>a.qcow2</name><capacity unit='GiB'>40</capacity><allocation unit='GiB'>7</allocation>
  <target><path>/srv/images/a.qcow2</path><format type='qcow2'/></target>
</volume>
"""
NETWORK = (
    "<network><name>office</name><forward mode='bridge'/><bridge name='br120'/><mtu size='9000'/></network>"
)
DISK = "<disk type='file' device='disk'><source file='/srv/images/a.qcow2'/><target dev='vda' bus='virtio'/></disk>"


def domain(inside="", devices="", kind="kvm", name="vm"):
    return (
        f"<domain type='{kind}'><name>{name}</name><uuid>{U1}</uuid>"
        f"{inside or '<memory>1048576</memory><vcpu>1</vcpu>'}<devices>{devices}</devices></domain>"
    )


@pytest.fixture
def read(tmp_path):
    """The estate of documents in one folder, or in folders, by their paths."""

    def of(*documents, **folders):
        for number, text in enumerate(documents):
            (tmp_path / f"{number}.xml").write_text(text)
        for folder, texts in folders.items():
            (tmp_path / folder).mkdir()
            for number, text in enumerate(texts):
                (tmp_path / folder / f"{number}.xml").write_text(text)
        return LIBVIRT.read(sorted(tmp_path.rglob("*.xml")))

    return of


@pytest.fixture
def vm(read):
    def of(*arguments, **more):
        (one,) = read(domain(*arguments, **more)).vms
        return one

    return of


@pytest.mark.parametrize(
    ("inside", "fact", "value"),
    [
        ("<memory>1024</memory>", "memory_bytes", 1024 * KIB),
        ("<memory unit='GiB'>2</memory>", "memory_bytes", 2 * GIB),
        ("<memory unit='MB'>2</memory>", "memory_bytes", 2_000_000),
        ("<memory unit='b'>1048576</memory>", "memory_bytes", MIB),
        ("<vcpu>8</vcpu>", "vcpus", 8),
        ("<vcpu current='2'>8</vcpu>", "cpu_hotplug", True),
        ("<os><type>hvm</type></os>", "firmware", Firmware.BIOS),
        ("<os firmware='efi'><type>hvm</type></os>", "firmware", Firmware.UEFI),
        (
            "<os><type>hvm</type><loader type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader></os>",
            "firmware",
            Firmware.UEFI,
        ),
        (
            "<os firmware='efi'><type>hvm</type><loader secure='yes' type='pflash'>/x</loader></os>",
            "secure_boot",
            True,
        ),
        (
            "<memtune><min_guarantee unit='MiB'>512</min_guarantee></memtune>",
            "memory_reservation_bytes",
            512 * MIB,
        ),
        ("<description>one\ntwo</description>", "annotation", "one\ntwo"),
    ],
)
def test_a_part_means(vm, inside, fact, value):
    assert getattr(vm(inside), fact) == value


@pytest.mark.parametrize(
    ("devices", "fact", "value"),
    [
        ("<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>", "vtpm", True),
        ("", "vtpm", False),
    ],
)
def test_a_device_means(vm, devices, fact, value):
    assert getattr(vm(devices=devices), fact) == value


@pytest.mark.parametrize(
    ("disk", "expected"),
    [
        (DISK, ("vda", "/srv/images/a.qcow2", "virtio", DiskKind.DISK, False)),
        (
            DISK.replace("<target", "<shareable/><target"),
            ("vda", "/srv/images/a.qcow2", "virtio", DiskKind.DISK, True),
        ),
        (
            "<disk type='block' device='lun'><source dev='/dev/sdx'/><target dev='sda' bus='scsi'/></disk>",
            ("sda", "/dev/sdx", "scsi", DiskKind.LUN, False),
        ),
        (
            "<disk type='network' device='disk'><source protocol='rbd' name='pool/a'/><target dev='vda'/></disk>",
            ("vda", "rbd:pool/a", "virtio", DiskKind.DISK, False),
        ),
        (
            "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>",
            ("sda", None, "sata", DiskKind.CDROM, False),
        ),
        (
            "<disk type='file' device='floppy'><target dev='fda'/></disk>",
            ("fda", None, "fdc", DiskKind.FLOPPY, False),
        ),
        (
            DISK.replace("vda", "sda").replace("'virtio'", "'scsi'")
            + "<controller type='scsi' index='0' model='virtio-scsi'/>",
            ("sda", "/srv/images/a.qcow2", "virtio-scsi", DiskKind.DISK, False),
        ),
    ],
)
def test_every_kind_of_disk(vm, disk, expected):
    (found,) = vm(devices=disk).disks
    assert (found.id, found.path, found.bus, found.kind, found.shared) == expected


def test_devices_of_the_host(vm):
    held = vm(
        devices="<hostdev mode='subsystem' type='pci'><source>"
        "<address domain='0x0000' bus='0x06' slot='0x02' function='0x0'/></source></hostdev>"
        "<hostdev mode='subsystem' type='usb'><source><vendor id='0x1234'/><product id='0xbeef'/></source></hostdev>"
    ).passthrough
    assert [device.kind for device in held] == [PassthroughKind.PCI, PassthroughKind.USB]
    assert "0000:06:02.0" in (held[0].description or "")


@pytest.mark.parametrize(
    ("kind", "hypervisor"),
    [("qemu", HypervisorKind.KVM), ("xen", HypervisorKind.XEN), ("vmware", HypervisorKind.ESXI)],
)
def test_a_type_is_a_hypervisor(read, kind, hypervisor):
    (cluster,) = read(domain(kind=kind)).clusters
    assert (cluster.hypervisor, is_unplaced(cluster.id)) == (hypervisor, True)


def test_sizes_come_from_the_volume_at_the_path(read):
    estate = read(domain(devices=DISK), POOL, VOLUME)
    (disk,), (pool,) = estate.vms[0].disks, estate.datastores
    assert (disk.capacity_bytes, disk.allocated_bytes, disk.datastore) == (40 * GIB, 7 * GIB, pool.id)
    assert (pool.kind, pool.path) == (DatastoreKind.DIR, "/srv/images")
    assert estate.gaps == ()


def test_without_a_volume_the_size_is_a_gap(read):
    estate = read(domain(devices=DISK))
    assert estate.vms[0].disks[0].capacity_bytes is None
    assert [gap.what for gap in estate.gaps] == ["the sizes of 1 disk"]


def test_capabilities_are_the_host_of_their_folder(read):
    card = (
        "<interface type='network'><mac address='52:54:00:00:00:01'/><source network='office'/></interface>"
    )
    estate = read(kvm1=(CAPABILITIES, domain(devices=card), NETWORK), kvm2=(domain(name="other"),))
    (host,) = estate.hosts
    placed, loose = sorted(estate.vms, key=lambda vm: vm.host is None)
    assert (host.name, host.memory_bytes, host.cpu.model) == ("kvm1", 64 * GIB, "Skylake-Server")
    assert (host.cpu.sockets, host.cpu.cores) == (2, 16)
    assert (placed.name, placed.host) == ("vm", host.id)
    assert (loose.name, is_unplaced(loose.cluster)) == ("other", True)
    (network,) = estate.networks
    assert (network.name, network.mtu, placed.nics[0].network) == ("office", 9000, network.id)


def test_what_libvirt_keeps_of_a_running_domain_tells_that_it_runs(read):
    (vm,) = read(f"<domstatus state='running' pid='7'>{domain()}</domstatus>").vms
    assert vm.power is PowerState.ON


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        ((domain().replace("<name>vm</name>", ""),), "0.xml:1: a domain has no name"),
        ((domain(kind="lxc"),), "a domain is of the type 'lxc'"),
        ((domain("<memory unit='parsec'>1</memory>"),), "memory"),
        ((domain("<memory>much</memory>"),), "memory is 'much'"),
        ((domain("<memory>1</memory><vcpu current='9'>2</vcpu>"),), "the current vcpu is '9'"),
        ((domain(devices="<disk device='disk'><source file='/a'/></disk>"),), "a disk has no target dev"),
        ((domain(devices=DISK + DISK),), "two disks have the target 'vda'"),
        ((domain(devices="<interface type='bridge'><mac address='x'/></interface>"),), "is no MAC address"),
        ((domain(), domain()), "is there twice"),
        ((CAPABILITIES, CAPABILITIES), "holds 2 files of capabilities"),
        ((POOL, POOL.replace("/srv/images", "/elsewhere")), "the pool 'images' is another than that of"),
        (("<pool type='magic'><name>x</name><uuid/></pool>",), "a pool is of the type 'magic'"),
        (("<domain type='kvm'><name>x</name>",), "0.xml:1: is no sound XML"),
    ],
)
def test_what_makes_no_sense_is_refused(read, documents, said):
    with pytest.raises(InputError) as raised:
        read(*documents)
    assert said in str(raised.value)
