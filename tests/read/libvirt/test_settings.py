"""What of a domain's document is a setting, and what libvirt writes into every domain by itself."""

import pytest

from planner.model.setting import Setting, SettingKind
from planner.read.libvirt.live import page_merging
from tests.read.libvirt.documents import U1, domain

QEMU = (
    "<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><q:arg value='-x'/></q:commandline>"
)
CHAIN = (
    "<disk type='file' device='{}'><source file='/a'/><backingStore type='file'>{}</backingStore>"
    "<target dev='vda' bus='virtio'/></disk>"
)
CARD = "<interface type='bridge'><source bridge='br0'/>{}</interface>"
SERIAL = "<serial type='{}'>{}</serial>"
DISK = "<disk type='block' device='lun'>{}<source dev='/dev/sdx'>{}</source><target dev='sda' bus='scsi'/></disk>"
SNAPSHOT = (
    "<domainsnapshot><name>before</name>{}<domain type='kvm'><uuid>"
    + U1
    + "</uuid></domain></domainsnapshot>"
)


@pytest.fixture
def told(vm):
    """The settings of a domain, as pairs."""

    def of(*arguments, **more):
        return [(setting.kind.value, setting.value) for setting in vm(*arguments, **more).settings]

    return of


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<vcpu cpuset='0-3'>2</vcpu>", [("cpu-affinity", "0-3")]),
        (
            "<cputune><vcpupin vcpu='0' cpuset='4'/><vcpupin vcpu='1' cpuset='5'/></cputune>",
            [("cpu-affinity", "4"), ("cpu-affinity", "5")],
        ),
        (
            "<vcpu cpuset='4'>1</vcpu><cputune><vcpupin vcpu='0' cpuset='4'/></cputune>",
            [("cpu-affinity", "4")],
        ),
        ("<vcpu placement='static'>2</vcpu>", []),
        (
            "<numatune><memory mode='preferred' nodeset='1'/></numatune>",
            [("numa-affinity", "preferred 1")],
        ),
        (
            "<numatune><memnode cellid='0' mode='strict' nodeset='2'/></numatune>",
            [("numa-affinity", "strict 2")],
        ),
        ("<numatune><memory placement='auto'/></numatune>", [("numa-affinity", "strict auto")]),
        ("<numatune/>", []),
        ("<cputune><shares>2048</shares></cputune>", [("cpu-shares", "2048")]),
        ("<cputune><shares>1024</shares></cputune>", []),
        ("<cputune><shares>100</shares></cputune>", []),
        (
            "<cputune><period>100000</period><quota>50000</quota></cputune>",
            [("cpu-limit", "50000 of 100000 µs")],
        ),
        ("<cputune><global_quota>50000</global_quota></cputune>", [("cpu-limit", "50000 µs")]),
        ("<cputune><period>100000</period><quota>-1</quota></cputune>", []),
        ("<cpu mode='host-passthrough'/>", [("cpu-model", "host-passthrough")]),
        ("<cpu match='exact'><model>Nehalem</model></cpu>", [("cpu-model", "Nehalem")]),
        ("<cpu mode='custom' check='full'><model>Nehalem</model></cpu>", []),
        ("<cpu mode='custom' check='none'><model fallback='forbid'>qemu64</model></cpu>", []),
        ("<cpu mode='host-model' check='partial'/>", []),
        ("<cpu><topology sockets='1' cores='2' threads='1'/></cpu>", []),
        ("<os><type>hvm</type><bootmenu enable='yes' timeout='3000'/></os>", [("boot-menu", None)]),
        ("<os><type>hvm</type><bootmenu enable='no'/></os>", []),
        ("<os><type>hvm</type><kernel>/boot/vmlinuz</kernel></os>", [("direct-kernel", "/boot/vmlinuz")]),
        ("<os><type>linux</type><kernel>/usr/lib/xen/boot/pv-grub-x86_64.gz</kernel></os>", []),
        (
            "<memory unit='GiB'>4</memory><currentMemory unit='GiB'>2</currentMemory>",
            [("dynamic-memory", "2 GiB of 4 GiB")],
        ),
        ("<memory unit='GiB'>4</memory><currentMemory unit='MiB'>4096</currentMemory>", []),
        ("<memory unit='GiB'>4</memory><currentMemory>0</currentMemory>", []),
        ("<iothreads>4</iothreads>", [("io-threads", "4")]),
        ("<iothreads>1</iothreads>", []),
        ("<memoryBacking><hugepages/></memoryBacking>", [("huge-pages", None)]),
        ("<memoryBacking><nosharepages/></memoryBacking>", []),
        (QEMU, [("qemu-arguments", "1 arguments or variables")]),
    ],
)
def test_a_part_sets(told, inside, expected):
    assert told(inside) == expected


@pytest.mark.parametrize(
    ("devices", "expected"),
    [
        ("<watchdog model='i6300esb' action='poweroff'/>", [("watchdog", "i6300esb poweroff")]),
        ("<watchdog model='i6300esb'/>", [("watchdog", "i6300esb reset")]),
        ("<watchdog model='itco' action='reset'/>", []),
        ("<watchdog model='itco' action='pause'/>", [("watchdog", "itco pause")]),
        ("<graphics type='spice'/><graphics type='vnc'/>", [("spice-display", None)]),
        ("<graphics type='vnc'/>", []),
        (CARD.format("<filterref filter='clean-traffic'/>"), [("nic-filter", "clean-traffic")]),
        (
            CARD.format(
                "<bandwidth><inbound average='100'/><outbound average='128' peak='256'/></bandwidth>"
            ),
            [("nic-limit", "nic-1 inbound 100 KiB/s"), ("nic-limit", "nic-1 outbound 128 KiB/s")],
        ),
        (CARD.format("") + CARD.format("<link state='down'/>"), [("nic-unplugged", "nic-2")]),
        (CARD.format("<link state='up'/>"), []),
        (CHAIN.format("disk", "<source file='/base'/>"), [("backing-chain", "vda on /base")]),
        (CHAIN.format("disk", ""), []),
        (CHAIN.format("cdrom", "<source file='/base'/>"), []),
        (
            "<filesystem type='mount'><source dir='/srv/share'/><target dir='share'/></filesystem>",
            [("shared-folder", "/srv/share share")],
        ),
        ("<filesystem type='mount'/>", [("shared-folder", None)]),
        (SERIAL.format("pty", ""), []),
        (SERIAL.format("dev", "<source path='/dev/ttyS0'/>"), [("serial-port", "dev /dev/ttyS0")]),
        (
            SERIAL.format("tcp", "<source mode='connect' host='::1' service='4555'/>"),
            [("serial-port", "tcp ::1 4555")],
        ),
        ("<parallel type='dev'><source path='/dev/lp0'/></parallel>", [("serial-port", "dev /dev/lp0")]),
        (DISK.format("", "<reservations managed='yes'/>"), [("scsi-reservation", "sda")]),
        (DISK.format("", "<reservations enabled='no'/>"), []),
        (DISK.format("<driver name='qemu' error_policy='report'/>", ""), [("storage-errors", "report")]),
        (DISK.format("<driver name='qemu' error_policy='stop'/>", ""), []),
    ],
)
def test_a_device_sets(told, devices, expected):
    assert told(devices=devices) == expected


@pytest.mark.parametrize(
    ("inside", "kind"),
    [
        ("<cpu mode='host-passthrough'><feature policy='disable' name='vmx'/></cpu>", "xen"),
        ("<cputune><shares>2000</shares></cputune>", "vmware"),
    ],
)
def test_what_another_hypervisor_always_has_is_no_setting(told, inside, kind):
    assert told(inside, kind=kind) == []


@pytest.mark.parametrize(
    ("memory", "expected"),
    [
        ("<memory snapshot='internal'/>", ("before",)),
        ("<memory snapshot='external' file='/m'/>", ("before",)),
        ("<memory snapshot='no'/>", ()),
        ("", ()),
    ],
)
def test_a_snapshot_that_holds_memory(read, memory, expected):
    (vm,) = read(domain(), SNAPSHOT.format(memory)).vms
    kept = [one.value for one in vm.settings if one.kind is SettingKind.MEMORY_SNAPSHOT]
    assert (tuple(kept), len(vm.snapshots)) == (expected, 1)


@pytest.mark.parametrize(
    ("memory", "expected"),
    [
        ({"shm_pages_sharing": 4096, "shm_merge_across_nodes": 1}, ("4096 pages",)),
        ({"shm_pages_sharing": 0, "shm_pages_to_scan": 100}, ()),
        ({}, ()),
        (None, ()),
    ],
)
def test_a_host_whose_kernel_has_merged_pages(memory, expected):
    settings = tuple(Setting(kind=SettingKind.PAGE_MERGING, value=value) for value in expected)
    assert page_merging(memory) == settings


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ("", None),
        ("<source file='/base'/>", "/base"),
        (
            "<source file='/middle'/><backingStore type='block'><source dev='/dev/vg/base'/></backingStore>",
            "/dev/vg/base",
        ),
        ("<source file='/base'/><backingStore/>", "/base"),
    ],
)
def test_the_image_at_the_bottom_of_a_chain(vm, below, expected):
    assert [disk.base for disk in vm(devices=CHAIN.format("disk", below)).disks] == [expected]
