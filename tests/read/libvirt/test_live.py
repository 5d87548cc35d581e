"""libvirt that answers: its test driver, an estate of our own in it, and a daemon with QEMU."""

import sys
from functools import partial

import libvirt
import pytest

from planner.errors import InputError
from planner.model.estate import HostAdapter, HostNic, LocalDisk, Passthrough
from planner.model.kinds import DiskKind, HypervisorKind, ManagerKind, PassthroughKind, PowerState
from planner.read.endpoint import parse_endpoint
from planner.read.libvirt import SCHEMES, read_libvirt
from planner.units import GIB, MIB
from tests.read.libvirt.daemon import URI, running

NODE = """
<node>
  <domain type='test'>
    <name>Büro {{ 7 }}</name>
    <uuid>11111111-2222-3333-4444-555555555555</uuid>
    <memory unit='MiB'>768</memory>
    <vcpu>3</vcpu>
    <os><type>hvm</type></os>
    <devices>
      <disk type='file' device='disk'><source file='/pool/one.img'/><target dev='vda' bus='virtio'/></disk>
      <disk type='volume' device='disk'><source pool='images' volume='two.img'/><target dev='vdb'/></disk>
      <hostdev mode='subsystem' type='pci'>
        <source><address domain='0' bus='0x3b' slot='0' function='0'/></source>
      </hostdev>
      <interface type='network'>
        <mac address='52:54:00:00:00:01'/><source network='office'/><model type='virtio'/>
      </interface>
      <interface type='bridge'><mac address='52:54:00:00:00:02'/><source bridge='br7'/></interface>
      <interface type='network'><mac address='52:54:00:00:00:03'/><source network='nat'/></interface>
    </devices>
  </domain>
  <network><name>office</name><forward mode='bridge'/><bridge name='br120'/></network>
  <network>
    <name>nat</name><forward mode='nat'/><bridge name='virbr9'/><ip address='198.51.100.1' prefix='24'/>
  </network>
  <interface type='bridge' name='br120'>
    <start mode='onboot'/><mtu size='9000'/>
    <bridge>
      <interface type='vlan' name='bond0.120'><vlan tag='120'><interface name='bond0'/></vlan></interface>
      <interface type='ethernet' name='vnet3'/>
    </bridge>
  </interface>
  <network><name>both</name><forward mode='bridge'/><bridge name='br8'/></network>
  <network><name>bonded</name><forward mode='bridge'/><bridge name='br9'/></network>
  <interface type='bridge' name='br8'>
    <start mode='onboot'/>
    <bridge><interface type='ethernet' name='eth3'/><interface type='ethernet' name='eth4'/></bridge>
  </interface>
  <interface type='bridge' name='br9'>
    <start mode='onboot'/>
    <bridge>
      <interface type='bond' name='bond1'>
        <bond mode='802.3ad'><interface type='ethernet' name='eth5'/><interface type='ethernet' name='eth6'/></bond>
      </interface>
    </bridge>
  </interface>
  <interface type='bridge' name='br7'>
    <start mode='onboot'/>
    <bridge><interface type='ethernet' name='eth2'/></bridge>
  </interface>
  <pool type='dir'>
    <name>images</name><uuid>99999999-2222-3333-4444-555555555555</uuid>
    <capacity unit='GiB'>100</capacity><available unit='GiB'>60</available>
    <target><path>/pool</path></target>
    <volume>
      <name>one.img</name><capacity unit='GiB'>40</capacity><allocation unit='GiB'>7</allocation>
      <target><path>/pool/one.img</path></target>
    </volume>
    <volume>
      <name>two.img</name><capacity unit='GiB'>2</capacity><allocation>0</allocation>
      <target><path>/pool/two.img</path></target>
    </volume>
  </pool>
  <device>
    <name>net_eth2</name><parent>pci_0000_3b_00_1</parent>
    <capability type='net'>
      <interface>eth2</interface><address>02:00:00:00:00:02</address><link speed='10000' state='up'/>
      <capability type='80203'/>
    </capability>
  </device>
  <device>
    <name>net_lo</name><parent>computer</parent>
    <capability type='net'><interface>lo</interface><address>00:00:00:00:00:00</address></capability>
  </device>
  <device>
    <name>block_sda_S1</name><parent>computer</parent>
    <capability type='storage'>
      <block>/dev/sda</block><bus>ata</bus><drive_type>disk</drive_type><serial>S1</serial><size>480103981056</size>
    </capability>
  </device>
  <device>
    <name>pci_0000_3b_00_0</name><parent>computer</parent>
    <capability type='pci'>
      <class>0x030200</class>
      <domain>0</domain><bus>59</bus><slot>0</slot><function>0</function>
      <product id='0x1eb8'>TU104GL</product><vendor id='0x10de'>NVIDIA</vendor>
    </capability>
  </device>
  <device>
    <name>pci_0000_3b_00_1</name><parent>computer</parent>
    <capability type='pci'>
      <class>0x020000</class>
      <domain>0</domain><bus>59</bus><slot>0</slot><function>1</function>
      <product id='0x1003'>MT27500</product><vendor id='0x15b3'>Mellanox</vendor>
    </capability>
  </device>
  <device>
    <name>pci_0000_03_00_0</name><parent>computer</parent>
    <capability type='pci'>
      <class>0x010700</class>
      <domain>0</domain><bus>3</bus><slot>0</slot><function>0</function>
      <product id='0x0072'/><vendor id='0x1000'/>
    </capability>
  </device>
</node>
"""
# The test driver answers this for every disk: what the hypervisor says goes before what the pool saw long ago.
ANSWERED_BYTES = 1_099_506_450_432
DOMAIN = """
<domain type='qemu'>
  <name>probe {{ lookup('pipe', 'id') }}</name>
  <uuid>22222222-2222-3333-4444-555555555555</uuid>
  <memory unit='MiB'>64</memory>
  <vcpu>2</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/><source file='{pool}/disk.qcow2'/><target dev='vda' bus='virtio'/>
    </disk>
    <disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>
    <interface type='bridge'>
      <mac address='52:54:00:00:00:02'/><source bridge='br-test'/><model type='e1000e'/>
    </interface>
  </devices>
</domain>
"""

# Boots into a BIOS that finds nothing to start.
BARE = """
<domain type='qemu'>
  <name>bare</name>
  <uuid>33333333-2222-3333-4444-555555555555</uuid>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
</domain>
"""


def refusal(url):
    with pytest.raises(InputError) as raised:
        read_libvirt(parse_endpoint(url))
    return str(raised.value)


def test_the_default_of_the_test_driver():
    estate = read_libvirt(parse_endpoint("test:///default"))
    (vm,), (host,), (cluster,) = estate.vms, estate.hosts, estate.clusters
    assert (vm.name, vm.power, vm.memory_bytes, vm.vcpus) == ("test", PowerState.ON, 8 * GIB, 2)
    assert (vm.host, vm.source, vm.snapshots) == (host.id, "libvirt", ())
    assert (host.cpu.sockets, host.cpu.cores, host.connected) == (2, 16, True)
    assert (cluster.hypervisor, cluster.manager) == (HypervisorKind.KVM, ManagerKind.LIBVIRT)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """The estate of our own document of a host."""
    node = tmp_path_factory.mktemp("node") / "node.xml"
    node.write_text(NODE)
    return read_libvirt(parse_endpoint(f"test://{node}"))


def test_a_vm_of_our_own(own):
    (vm,), (pool,) = own.vms, own.datastores
    assert (vm.name, vm.vcpus, vm.memory_bytes) == ("Büro {{ 7 }}", 3, 768 * MIB)
    assert (vm.power, vm.snapshots, vm.host) == (PowerState.ON, (), own.hosts[0].id)
    assert [(disk.id, disk.path, disk.capacity_bytes, disk.datastore) for disk in vm.disks] == [
        ("vda", "/pool/one.img", ANSWERED_BYTES, pool.id),
        ("vdb", "/pool/two.img", ANSWERED_BYTES, pool.id),
    ]
    assert vm.passthrough == (
        Passthrough(kind=PassthroughKind.GPU, description="NVIDIA TU104GL at 0000:3b:00.0"),
    )


def test_a_pool_of_our_own(own):
    (pool,) = own.datastores
    assert (pool.name, pool.path, pool.uuid) == ("images", "/pool", "99999999-2222-3333-4444-555555555555")
    assert pool.capacity_bytes == 100 * GIB


def test_networks_of_our_own(own):
    names = {network.id: network.name for network in own.networks}
    assert {network.name: (network.vlan, network.mtu) for network in own.networks} == {
        "office": (120, 9000),
        "br7": (0, None),
        # Frames of several ports may be of several VLANs.
        "both": (None, None),
        "bonded": (0, None),
        "nat": (None, None),
    }
    assert [(nic.mac, names[nic.network]) for nic in own.vms[0].nics] == [
        ("52:54:00:00:00:01", "office"),
        ("52:54:00:00:00:02", "br7"),
        ("52:54:00:00:00:03", "nat"),
    ]
    (host,) = own.hosts
    assert {names[one.network]: (one.uplinks, one.bond) for one in host.networks or ()} == {
        "office": (("bond0",), None),
        "br7": (("eth2",), None),
        "both": (("eth3", "eth4"), None),
        "bonded": (("eth5", "eth6"), "802.3ad"),
        "nat": ((), None),
    }
    assert [gap.what for gap in own.gaps] == ["the VLAN of the network 'nat'"]


def test_the_hardware_of_a_host_of_our_own(own):
    (host,) = own.hosts
    assert host.nics == (
        HostNic(
            name="eth2",
            mac="02:00:00:00:00:02",
            speed_bytes=1_250_000_000,
            model="Mellanox MT27500",
            pci="15b3:1003",
        ),
    )
    assert host.adapters == (HostAdapter(name="pci_0000_03_00_0", pci="1000:0072"),)
    assert host.disks == (LocalDisk(id="ata-S1", capacity_bytes=480_103_981_056),)


SAN = """
<pool type='iscsi'>
  <name>{name}</name>
  <source><host name='{name}.example.net'/><device path='iqn.2020-01.net.example:{name}'/></source>
  <target><path>/dev/disk/by-path</path></target>
  <volume><name>{name}-lun-1</name><capacity unit='GiB'>5</capacity></volume>
</pool>
"""


def test_pools_that_share_a_folder_are_told_apart_by_their_volumes(tmp_path):
    disk = "<disk type='block'><source dev='/dev/disk/by-path/san2-lun-1'/><target dev='vda'/></disk>"
    vm = NODE[NODE.index("  <domain") : NODE.index("    <devices>")]
    pools = "".join(SAN.format(name=name) for name in ("san1", "san2"))
    node = tmp_path / "node.xml"
    node.write_text(f"<node>{vm}<devices>{disk}</devices></domain>{pools}</node>")
    estate = read_libvirt(parse_endpoint(f"test://{node}"))
    names = {store.id: store.name for store in estate.datastores}
    assert [names[one.datastore] for one in estate.vms[0].disks] == ["san2"]
    assert sorted(names.values()) == ["san1", "san2"]


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    """A pool with a volume and a domain on it, in a daemon with QEMU."""
    folder = tmp_path_factory.mktemp("libvirt")
    images = folder / "images"
    images.mkdir()
    with running(folder):
        connection = libvirt.open(URI)
        pool = connection.storagePoolDefineXML(
            f"<pool type='dir'><name>probe-pool</name><target><path>{images}</path></target></pool>"
        )
        pool.create()
        pool.createXML(
            "<volume><name>disk.qcow2</name><capacity unit='GiB'>3</capacity>"
            "<target><format type='qcow2'/></target></volume>"
        )
        domain = connection.defineXML(DOMAIN.replace("{pool}", str(images)))
        domain.setAutostart(1)
        domain.snapshotCreateXML("<domainsnapshot><name>before {{ x }}</name></domainsnapshot>")
        try:
            yield images
        finally:
            flags = libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
            domain.undefineFlags(flags)
            pool.destroy()
            pool.undefine()
            connection.close()


def test_a_daemon_with_qemu(daemon):
    estate = read_libvirt(parse_endpoint(URI))
    vm = next(vm for vm in estate.vms if vm.uuid == "22222222-2222-3333-4444-555555555555")
    pool = next(store for store in estate.datastores if store.name == "probe-pool")
    networks = {network.id: network.name for network in estate.networks}
    assert (vm.name, vm.power) == ("probe {{ lookup('pipe', 'id') }}", PowerState.OFF)
    assert (vm.vcpus, vm.memory_bytes) == (2, 64 * MIB)
    disk, drive = vm.disks
    assert (disk.path, disk.capacity_bytes, disk.datastore) == (f"{daemon}/disk.qcow2", 3 * GIB, pool.id)
    assert disk.allocated_bytes is not None
    assert disk.allocated_bytes < GIB
    assert (drive.kind, drive.path) == (DiskKind.CDROM, None)
    assert [(nic.mac, nic.model, networks[nic.network]) for nic in vm.nics] == [
        ("52:54:00:00:00:02", "e1000e", "br-test")
    ]
    assert [snapshot.name for snapshot in vm.snapshots or ()] == ["before {{ x }}"]
    assert pool.path == str(daemon)
    assert pool.capacity_bytes


def test_a_vm_that_runs_and_one_that_sleeps_on_disk(daemon):
    connection = libvirt.open(URI)
    domain = connection.defineXML(BARE)
    read = partial(of_uuid, domain.UUIDString())
    try:
        assert read().power is PowerState.OFF
        domain.create()
        assert read().power is PowerState.ON
        domain.suspend()
        # A paused VM keeps its memory.
        assert read().power is PowerState.ON
        domain.managedSave()
        assert read().power is PowerState.SUSPENDED
    finally:
        if domain.isActive():
            domain.destroy()
        domain.undefineFlags(libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE)
        connection.close()


def of_uuid(uuid):
    (vm,) = (vm for vm in read_libvirt(parse_endpoint(URI)).vms if vm.uuid == uuid)
    return vm


def test_the_host_is_this_machine(daemon):
    (host,) = read_libvirt(parse_endpoint(URI)).hosts
    assert host.version is not None
    assert host.version.startswith("QEMU ")
    assert (host.cpu.threads or 0) >= 1
    assert (host.memory_bytes or 0) > GIB


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("qemu+ssh://root@h/system?command=/tmp/x", "the parameter 'command', which may start a program"),
        ("qemu+ssh://root@h/system?netcat=/tmp/x", "the parameter 'netcat'"),
        ("qemu+ssh://root@h/system?known_hosts=/k", "libvirt does not hand to ssh"),
        ("qemu+ssh://root@h/system?socket=/tmp/x", "the parameter 'socket'"),
        ("qemu+tls://h/system?no_verify=1", "the parameter 'no_verify'"),
        ("qemu+ssh://root@-oProxyCommand=x/system", "names no host that could be one"),
        ("qemu+ssh://root@h/elsewhere", "has the path '/elsewhere'"),
        ("qemu://h/system", "names a host"),
        ("test:///no/such/file.xml", "leads to no file"),
        ("test://host/default", "names a host or a parameter"),
    ],
)
def test_urls_that_could_do_more_than_read_are_refused(url, said):
    assert said in refusal(url)


def test_nobody_there_is_said_with_what_to_try():
    said = refusal("qemu+ssh://nobody@127.0.0.1:1/system")
    assert "cannot be read" in said
    assert "virsh -r -c" in said


def test_without_the_binding_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "libvirt", None)
    assert "pip install 'hypervisor-exit-planner[libvirt]'" in refusal("test:///default")


def test_every_scheme_has_a_meaning():
    assert {scheme.partition("+")[0] for scheme in SCHEMES} == {"qemu", "libvirt", "xen", "test"}
