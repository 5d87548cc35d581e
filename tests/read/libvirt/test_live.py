"""libvirt that answers: its test driver, an estate of our own in it, and a daemon with QEMU."""

import sys

import libvirt
import pytest

from planner.errors import InputError
from planner.model.estate import DiskKind, HypervisorKind, ManagerKind, PowerState
from planner.read.endpoint import parse_endpoint
from planner.read.libvirt import SCHEMES, read_libvirt
from planner.units import GIB, MIB
from tests.read.libvirt.daemon import running

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
      <interface type='network'>
        <mac address='52:54:00:00:00:01'/><source network='office'/><model type='virtio'/>
      </interface>
    </devices>
  </domain>
  <network>
    <name>office</name><forward mode='bridge'/><bridge name='br120'/>
  </network>
  <pool type='dir'>
    <name>images</name><uuid>99999999-2222-3333-4444-555555555555</uuid>
    <capacity unit='GiB'>100</capacity><available unit='GiB'>60</available>
    <target><path>/pool</path></target>
  </pool>
</node>
"""
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


def test_an_estate_of_our_own(tmp_path):
    node = tmp_path / "node.xml"
    node.write_text(NODE)
    estate = read_libvirt(parse_endpoint(f"test://{node}"))
    (vm,), (pool,), (network,) = estate.vms, estate.datastores, estate.networks
    assert (vm.name, vm.vcpus, vm.memory_bytes) == ("Büro {{ 7 }}", 3, 768 * MIB)
    assert [(disk.path, disk.datastore) for disk in vm.disks] == [("/pool/one.img", pool.id)]
    assert [(nic.mac, nic.network) for nic in vm.nics] == [("52:54:00:00:00:01", network.id)]
    assert (pool.name, pool.path, pool.uuid) == ("images", "/pool", "99999999-2222-3333-4444-555555555555")
    assert network.name == "office"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    """A pool with a volume and a domain on it, in a daemon with QEMU."""
    folder = tmp_path_factory.mktemp("libvirt")
    images = folder / "images"
    images.mkdir()
    with running(folder):
        connection = libvirt.open("qemu:///system")
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
    estate = read_libvirt(parse_endpoint("qemu:///system"))
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


def test_the_host_is_this_machine(daemon):
    (host,) = read_libvirt(parse_endpoint("qemu:///system")).hosts
    assert host.version is not None
    assert host.version.startswith("QEMU ")
    assert (host.cpu.threads or 0) >= 1
    assert (host.memory_bytes or 0) > GIB


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("qemu+ssh://root@h/system?command=/tmp/x", "the parameter 'command', which may start a program"),
        ("qemu+ssh://root@h/system?netcat=/tmp/x", "the parameter 'netcat'"),
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
