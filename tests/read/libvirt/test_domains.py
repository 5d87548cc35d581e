"""What each part of a domain's document means."""

import pytest

from planner.model.estate import Attribute, Passthrough
from planner.model.kinds import (
    DiskKind,
    DiskMode,
    Firmware,
    HypervisorKind,
    PassthroughKind,
    PowerState,
    ToolsState,
)
from planner.read.gather import is_unplaced
from planner.units import GIB, KIB, MIB
from tests.read.libvirt.documents import DISK, domain

HVM = "<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>"
EFI = "<os firmware='efi'><type arch='x86_64'>hvm</type>{}</os>"
PFLASH = (
    "<os><type arch='x86_64'>hvm</type><loader {}type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader></os>"
)
LIBOSINFO = "http://libosinfo.org/xmlns/libvirt/domain/1.0"


@pytest.mark.parametrize(
    ("memory", "expected"),
    [
        ("<memory>1024</memory>", 1024 * KIB),
        ("<memory unit='KiB'>1024</memory>", 1024 * KIB),
        ("<memory unit='k'>1024</memory>", 1024 * KIB),
        ("<memory unit='KB'>1024</memory>", 1_024_000),
        ("<memory unit='b'>1048576</memory>", MIB),
        ("<memory unit='bytes'>1048576</memory>", MIB),
        ("<memory unit='M'>2</memory>", 2 * MIB),
        ("<memory unit='MB'>2</memory>", 2_000_000),
        ("<memory unit='GiB'>2</memory>", 2 * GIB),
        ("<memory unit='G'>2</memory>", 2 * GIB),
        ("<memory unit='TiB'>2</memory>", 2048 * GIB),
        ("<currentMemory unit='GiB'>2</currentMemory>", 2 * GIB),
        ("<memory unit='GiB'>4</memory><currentMemory unit='GiB'>2</currentMemory>", 4 * GIB),
        ("<vcpu>1</vcpu>", None),
    ],
)
def test_memory_is_what_the_vm_may_grow_to_in_any_unit(vm, memory, expected):
    assert vm(memory).memory_bytes == expected


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<memtune><min_guarantee unit='MiB'>512</min_guarantee></memtune>", 512 * MIB),
        ("<memory unit='GiB'>2</memory><memoryBacking><locked/></memoryBacking>", 2 * GIB),
        ("<memory unit='GiB'>2</memory><memoryBacking><hugepages/></memoryBacking>", 2 * GIB),
        ("<memory unit='GiB'>2</memory><memoryBacking><nosharepages/></memoryBacking>", None),
        ("<memory unit='GiB'>2</memory><memtune><hard_limit unit='GiB'>9</hard_limit></memtune>", None),
    ],
)
def test_memory_that_is_never_taken_away_is_reserved(vm, inside, expected):
    assert vm(inside).memory_reservation_bytes == expected


@pytest.mark.parametrize(
    ("inside", "vcpus", "hotplug", "cores"),
    [
        ("<vcpu>8</vcpu>", 8, False, None),
        ("<vcpu current='2'>8</vcpu>", 8, True, None),
        ("<vcpu current='8'>8</vcpu>", 8, False, None),
        ("<memory>1</memory>", 1, False, None),
        ("<vcpu>8</vcpu><cpu><topology sockets='2' cores='4' threads='1'/></cpu>", 8, False, 4),
        ("<vcpu>16</vcpu><cpu><topology sockets='2' dies='2' cores='4' threads='1'/></cpu>", 16, False, 8),
    ],
)
def test_processors(vm, inside, vcpus, hotplug, cores):
    found = vm(inside)
    assert (found.vcpus, found.cpu_hotplug, found.cores_per_socket) == (vcpus, hotplug, cores)


@pytest.mark.parametrize(
    ("system", "firmware", "secure"),
    [
        (HVM, Firmware.BIOS, False),
        ("<os firmware='bios'><type arch='x86_64'>hvm</type></os>", Firmware.BIOS, False),
        (
            "<os><type>hvm</type><loader type='rom'>/usr/share/ovmf/OVMF.fd</loader></os>",
            Firmware.UEFI,
            False,
        ),
        ("<os><type arch='aarch64'>hvm</type></os>", None, None),
        ("<os><type>linux</type><kernel>/vmlinuz</kernel></os>", None, None),
        (EFI.format(""), Firmware.UEFI, None),
        (EFI.format("<loader secure='yes'/>"), Firmware.UEFI, True),
        (EFI.format("<loader secure='no'/>"), Firmware.UEFI, False),
        (
            EFI.format("<firmware><feature enabled='yes' name='secure-boot'/></firmware>"),
            Firmware.UEFI,
            True,
        ),
        (
            EFI.format("<firmware><feature enabled='no' name='secure-boot'/></firmware>"),
            Firmware.UEFI,
            False,
        ),
        (
            EFI.format(
                "<firmware><feature enabled='no' name='enrolled-keys'/></firmware><loader secure='yes'/>"
            ),
            Firmware.UEFI,
            False,
        ),
        (PFLASH.format(""), Firmware.UEFI, False),
        (PFLASH.format("secure='yes' "), Firmware.UEFI, True),
    ],
)
def test_what_it_boots_with(vm, system, firmware, secure):
    found = vm(system)
    assert (found.firmware, found.secure_boot) == (firmware, secure)


@pytest.mark.parametrize(
    ("inside", "fact", "value"),
    [
        (HVM, "hardware_version", "pc-q35-7.2"),
        (HVM, "paravirtual", False),
        ("<os><type>linux</type></os>", "paravirtual", True),
        ("<maxMemory slots='4' unit='GiB'>64</maxMemory>", "memory_hotplug", True),
        ("<memory>1</memory>", "memory_hotplug", False),
        ("<cpu><feature policy='require' name='vmx'/></cpu>", "nested", True),
        ("<cpu><feature policy='disable' name='svm'/></cpu>", "nested", False),
        ("<cpu mode='host-passthrough'/>", "nested", None),
        ("<title>web</title><description>one\ntwo</description>", "annotation", "web\none\ntwo"),
        ("<resource><partition>/customers/one</partition></resource>", "resource_pool", "/customers/one"),
        ("<resource><partition>/machine</partition></resource>", "resource_pool", None),
        (
            (
                f"<metadata><l:libosinfo xmlns:l='{LIBOSINFO}'><l:os id='http://debian.org/debian/12'/>"
                "</l:libosinfo></metadata>"
            ),
            "guest_os",
            "http://debian.org/debian/12",
        ),
        ("<launchSecurity type='sev'/>", "attributes", (Attribute(name="launchSecurity", value="sev"),)),
    ],
)
def test_a_part_means(vm, inside, fact, value):
    assert getattr(vm(inside), fact) == value


@pytest.mark.parametrize(
    ("devices", "fact", "value"),
    [
        ("<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>", "vtpm", True),
        ("", "vtpm", False),
        (
            "<tpm><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>",
            "passthrough",
            (Passthrough(kind=PassthroughKind.PCI, description="TPM /dev/tpm0"),),
        ),
        (
            "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0' state='connected'/></channel>",
            "tools",
            ToolsState.RUNNING,
        ),
        (
            (
                "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0' state='disconnected'/>"
                "</channel>"
            ),
            "tools",
            ToolsState.NOT_RUNNING,
        ),
        (
            "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>",
            "tools",
            None,
        ),
    ],
)
def test_a_device_means(vm, devices, fact, value):
    assert getattr(vm(devices=devices), fact) == value


FILE = "/srv/images/a.qcow2"


@pytest.mark.parametrize(
    ("disk", "expected"),
    [
        (DISK, ("vda", FILE, "virtio", DiskKind.DISK)),
        (
            "<disk type='block' device='lun'><source dev='/dev/sdx'/><target dev='sda' bus='scsi'/></disk>",
            ("sda", "/dev/sdx", "scsi", DiskKind.LUN),
        ),
        (
            "<disk type='network'><source protocol='rbd' name='pool/a'/><target dev='vda'/></disk>",
            ("vda", "rbd:pool/a", "virtio", DiskKind.DISK),
        ),
        (
            "<disk type='volume'><source pool='images' volume='a'/><target dev='hda'/></disk>",
            ("hda", "images/a", "ide", DiskKind.DISK),
        ),
        (
            "<disk type='dir' device='floppy'><source dir='/srv/dos'/><target dev='fda'/></disk>",
            ("fda", "/srv/dos", "fdc", DiskKind.FLOPPY),
        ),
        (
            "<disk type='vhostuser'><source type='unix' path='/run/spdk'/><target dev='vda'/></disk>",
            ("vda", "/run/spdk", "virtio", DiskKind.DISK),
        ),
        (
            "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>",
            ("sda", None, "sata", DiskKind.CDROM),
        ),
        (
            DISK.replace("vda", "sda").replace("'virtio'", "'scsi'")
            + "<controller type='scsi' index='0' model='virtio-scsi'/>",
            ("sda", FILE, "virtio-scsi", DiskKind.DISK),
        ),
        (
            DISK.replace("vda", "sda").replace("'virtio'", "'scsi'")
            + "<controller type='scsi' index='0' model='lsilogic'/>",
            ("sda", FILE, "scsi", DiskKind.DISK),
        ),
        (
            (
                "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/>"
                "<address bus='0' target='3' unit='1'/></source></hostdev>"
            ),
            ("hostdev-1", "scsi_host0:0:3:1", "scsi", DiskKind.LUN),
        ),
    ],
)
def test_every_kind_of_disk(vm, disk, expected):
    (found,) = vm(devices=disk).disks
    assert (found.id, found.path, found.bus, found.kind) == expected


@pytest.mark.parametrize(
    ("inside", "fact", "value"),
    [
        ("", "shared", False),
        ("<shareable/>", "shared", True),
        ("", "mode", DiskMode.PERSISTENT),
        ("<transient/>", "mode", DiskMode.INDEPENDENT_NONPERSISTENT),
    ],
)
def test_a_disk_says(vm, inside, fact, value):
    (disk,) = vm(devices=DISK.replace("<target", f"{inside}<target")).disks
    assert getattr(disk, fact) == value


@pytest.mark.parametrize(
    ("disk", "encrypted"),
    [(DISK, False), (DISK.replace("<target", "<encryption format='luks'/><target"), True)],
)
def test_a_disk_that_libvirt_opens_with_a_key_makes_the_vm_encrypted(vm, disk, encrypted):
    assert vm(devices=disk).encrypted is encrypted


@pytest.mark.parametrize(
    ("device", "kind", "description"),
    [
        (
            (
                "<hostdev mode='subsystem' type='pci'><source>"
                "<address domain='0x0000' bus='0x06' slot='0x02' function='0x0'/></source></hostdev>"
            ),
            PassthroughKind.PCI,
            "PCI 0000:06:02.0",
        ),
        (
            "<hostdev mode='subsystem' type='usb'><source><vendor id='0x1234'/><product id='0xbeef'/></source></hostdev>",
            PassthroughKind.USB,
            "USB 0x1234 0xbeef",
        ),
        (
            "<hostdev mode='subsystem' type='usb'><source><address bus='1' device='7'/></source></hostdev>",
            PassthroughKind.USB,
            "USB bus 1 device 7",
        ),
        (
            "<hostdev mode='subsystem' type='mdev' model='vfio-pci'><source><address uuid='c2177883'/></source></hostdev>",
            PassthroughKind.VGPU,
            "mediated device vfio-pci c2177883",
        ),
        (
            (
                "<interface type='hostdev'><source><address type='pci' domain='0' bus='0x3b' slot='0x10' function='2'/>"
                "</source></interface>"
            ),
            PassthroughKind.SRIOV,
            "nic-1 is 0000:3b:10.2",
        ),
        (
            "<interface type='vdpa'><source dev='/dev/vhost-vdpa-0'/></interface>",
            PassthroughKind.SRIOV,
            "nic-1 is /dev/vhost-vdpa-0",
        ),
        (
            (
                "<disk type='nvme'><source type='pci' namespace='1'>"
                "<address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source><target dev='vda'/></disk>"
            ),
            PassthroughKind.PCI,
            "vda is NVMe 0000:01:00.0",
        ),
    ],
)
def test_devices_of_the_host(vm, device, kind, description):
    assert vm(devices=device).passthrough == (Passthrough(kind=kind, description=description),)


@pytest.mark.parametrize(
    ("card", "network"),
    [
        ("<interface type='bridge'><source bridge='br120'/></interface>", "br120"),
        ("<interface type='direct'><source dev='eth0' mode='bridge'/></interface>", "eth0"),
        ("<interface type='network'><source network='office'/></interface>", "office"),
        ("<interface type='network'><source network='ovs' portgroup='red'/></interface>", "ovs/red"),
        (
            "<interface type='bridge'><source bridge='ovs'/><vlan><tag id='42'/></vlan></interface>",
            "ovs (VLAN 42)",
        ),
        (
            (
                "<interface type='bridge'><source bridge='ovs'/><vlan trunk='yes'><tag id='42'/><tag id='43'/></vlan>"
                "</interface>"
            ),
            "ovs (VLAN 42+43)",
        ),
        ("<interface type='user'/>", None),
        ("<interface type='ethernet'><ip address='192.0.2.7'/></interface>", None),
    ],
)
def test_a_card_is_in_the_network_that_it_names(read, card, network):
    estate = read(domain(devices=card))
    assert [one.name for one in estate.networks] == ([network] if network else [])
    assert [nic.network for nic in estate.vms[0].nics] == ([one.id for one in estate.networks] or [None])


def test_a_card_has_its_mac_model_and_addresses_in_the_usual_form(vm):
    (nic,) = vm(
        devices="<interface type='user'><mac address='52:54:00:AA:bb:01'/><model type='virtio'/>"
        "<ip address='192.0.2.7' prefix='24'/></interface>"
    ).nics
    assert (nic.mac, nic.model, nic.addresses) == ("52:54:00:aa:bb:01", "virtio", ("192.0.2.7",))


@pytest.mark.parametrize(
    ("kind", "hypervisor"),
    [
        ("kvm", HypervisorKind.KVM),
        ("qemu", HypervisorKind.KVM),
        ("test", HypervisorKind.KVM),
        ("xen", HypervisorKind.XEN),
        ("vmware", HypervisorKind.ESXI),
        ("hyperv", HypervisorKind.HYPER_V),
    ],
)
def test_a_type_is_a_hypervisor(read, kind, hypervisor):
    (cluster,) = read(domain(kind=kind)).clusters
    assert (cluster.hypervisor, is_unplaced(cluster.id)) == (hypervisor, True)


@pytest.mark.parametrize(
    ("document", "power"),
    [
        (domain(), None),
        (domain().replace("<domain ", "<domain id='7' "), PowerState.ON),
        (f"<domstatus state='running' pid='7'>{domain()}</domstatus>", PowerState.ON),
        (f"<domstatus state='paused' pid='7'>{domain()}</domstatus>", PowerState.ON),
        (f"<domstatus state='crashed' pid='7'>{domain()}</domstatus>", PowerState.OFF),
    ],
)
def test_whether_it_runs(read, document, power):
    assert read(document).vms[0].power is power
