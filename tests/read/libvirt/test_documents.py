"""Which documents belong together, what they say of each other, and what is refused."""

import pytest

from planner.errors import InputError
from planner.model.estate import Snapshot
from planner.model.kinds import DatastoreKind, PassthroughKind
from planner.read.gather import is_unplaced
from planner.units import GIB
from tests.read.libvirt.documents import CAPABILITIES, DISK, NETWORK, POOL, U1, VOLUME, domain


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


def card(network, **more):
    where = "".join(f" {key}='{value}'" for key, value in more.items())
    return f"<interface type='network'><source network='{network}'{where}/></interface>"


OVS = """
<network>
  <name>ovs</name><forward mode='bridge'/><bridge name='ovsbr0'/><virtualport type='openvswitch'/>
  <portgroup name='red' default='yes'><vlan><tag id='11'/></vlan></portgroup>
  <portgroup name='trunk'><vlan trunk='yes'><tag id='12'/><tag id='13'/></vlan></portgroup>
</network>
"""


@pytest.mark.parametrize(
    ("network", "devices", "vlans"),
    [
        (NETWORK, card("office"), {"office": None}),
        (OVS, card("ovs"), {"ovs": 11, "ovs/red": 11, "ovs/trunk": None}),
        (OVS, card("ovs", portgroup="trunk"), {"ovs": 11, "ovs/red": 11, "ovs/trunk": None}),
        (f"<networkstatus>{OVS}</networkstatus>", "", {"ovs": 11, "ovs/red": 11, "ovs/trunk": None}),
        (NETWORK.replace("<mtu", "<vlan><tag id='7'/></vlan><mtu"), card("office"), {"office": 7}),
    ],
)
def test_a_network_has_the_vlan_that_it_says(read, network, devices, vlans):
    estate = read(domain(devices=devices), network)
    assert {one.name: one.vlan for one in estate.networks} == vlans


@pytest.mark.parametrize("mode", ["nat", "route", "open"])
def test_a_network_that_ends_at_the_host_is_a_gap(read, mode):
    network = f"<network><name>inner</name><forward mode='{mode}'/><bridge name='virbr0'/></network>"
    estate = read(domain(devices=card("inner")), network)
    assert [gap.what for gap in estate.gaps] == ["the VLAN of the network 'inner'"]


def test_a_card_from_a_network_of_functions_is_a_device_of_the_host(read):
    network = "<network><name>fast</name><forward mode='hostdev'><pf dev='eth3'/></forward></network>"
    (held,) = read(domain(devices=card("fast")), network).vms[0].passthrough
    assert (held.kind, held.description) == (PassthroughKind.SRIOV, "nic-1 is a function of the host's card")


RBD = """
<pool type='rbd'>
  <name>ceph</name>
  <source><host name='mon1'/><name>vms</name></source>
</pool>
"""


@pytest.mark.parametrize(
    ("pool", "volume", "disk", "path"),
    [
        (POOL, VOLUME, DISK, "/srv/images/a.qcow2"),
        (f"<poolstate>{POOL}</poolstate>", VOLUME, DISK, "/srv/images/a.qcow2"),
        (
            POOL,
            VOLUME,
            "<disk type='volume'><source pool='images' volume='a.qcow2'/><target dev='vda'/></disk>",
            "/srv/images/a.qcow2",
        ),
        (
            RBD,
            VOLUME.replace("/srv/images", "vms"),
            "<disk type='network'><source protocol='rbd' name='vms/a.qcow2'/><target dev='vda'/></disk>",
            "rbd:vms/a.qcow2",
        ),
    ],
)
def test_a_disk_lies_in_the_pool_that_holds_its_volume(read, pool, volume, disk, path):
    estate = read(domain(devices=disk), pool, volume)
    (found,), (store,) = estate.vms[0].disks, estate.datastores
    assert (found.path, found.capacity_bytes, found.datastore) == (path, 40 * GIB, store.id)


SNAPSHOT = f"""
<domainsnapshot>
  <name>before</name><creationTime>1700000000</creationTime><domain><uuid>{U1}</uuid></domain>
</domainsnapshot>
"""


def test_snapshots_are_those_of_the_domain_that_they_name(read):
    other = domain(name="other").replace(U1, U1.replace("1", "2"))
    one, two = sorted(read(domain(), other, SNAPSHOT).vms, key=lambda vm: vm.name == "other")
    assert one.snapshots == (Snapshot(name="before", created="2023-11-14T22:13:20+00:00"),)
    # That no file of a snapshot is there does not mean that there is none.
    assert two.snapshots is None


SYSINFO = """
<sysinfo type='smbios'>
  <system>
    <entry name='manufacturer'>Dell Inc.</entry><entry name='product'>PowerEdge R740</entry>
    <entry name='uuid'>4C4C4544-0042-3510-8052-B4C04F4E4732</entry>
  </system>
  <processor><entry name='version'>Intel(R) Xeon(R) Gold 6130 CPU</entry></processor>
</sysinfo>
"""


def test_the_board_of_a_host(read):
    (host,) = read(kvm1=(CAPABILITIES, SYSINFO)).hosts
    assert (host.vendor, host.model) == ("Dell Inc.", "PowerEdge R740")
    assert host.uuid == "4c4c4544-0042-3510-8052-b4c04f4e4732"


def test_domains_of_another_hypervisor_do_not_stand_on_the_host(read):
    estate = read(
        kvm1=(CAPABILITIES, domain(), domain(name="old", kind="vmware").replace(U1, U1.replace("1", "3")))
    )
    assert {vm.name: vm.host is not None for vm in estate.vms} == {"vm": True, "old": False}


def test_what_belongs_to_nothing_is_said(read):
    assert read(SNAPSHOT, VOLUME, SYSINFO).notes == (
        "libvirt: 3 documents that belong to no domain or host of the source were left out",
    )


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
        (("<network><uuid/></network>",), "a network has no name"),
        (("<volume><name>x</name><target/></volume>",), "a volume has no target path"),
        (("<domainsnapshot><state/></domainsnapshot>",), "a snapshot has no name"),
        ((SNAPSHOT.replace("1700000000", "-1"),), "creationTime is '-1'"),
        (("<domstatus state='running'/>",), "domstatus holds no domain"),
        ((domain().replace(U1, "1-2-3"),), "'1-2-3' is no UUID"),
        (("<capabilities><host><uuid/></host></capabilities>",), "capabilities tell of no host"),
        (("<html/>",), "is XML with the root 'html': expected one of domain"),
        (("<domain type='kvm'><name>x</name>",), "0.xml:1: is no sound XML"),
    ],
)
def test_what_makes_no_sense_is_refused(read, documents, said):
    with pytest.raises(InputError) as raised:
        read(*documents)
    assert said in str(raised.value)
