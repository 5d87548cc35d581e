"""The commands that docs/sources/libvirt.md shows do what it says, on libvirt's own stand-in for a host."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from planner.model.estate import Snapshot
from planner.model.kinds import HypervisorKind, PowerState
from planner.read.endpoint import parse_endpoint
from planner.read.libvirt import FORMATS, SCHEMES, read_libvirt
from planner.read.source import Sample
from planner.units import GIB

MANUAL = (Path(__file__).parents[3] / "docs" / "sources" / "libvirt.md").read_text(encoding="utf-8")
(DUMP,) = (block for block in re.findall(r"```sh\n(.*?)```", MANUAL, flags=re.DOTALL) if "virsh" in block)
(LIBVIRT,) = FORMATS
NODE = """
<node xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
  <domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
    <name>web 1</name>
    <uuid>11111111-2222-3333-4444-555555555555</uuid>
    <title>shop</title>
    <memory unit='GiB'>2</memory>
    <vcpu current='1'>2</vcpu>
    <os firmware='efi'><type>hvm</type></os>
    <devices>
      <disk type='file' device='disk'><source file='/pool/web 1.img'/><target dev='vda' bus='virtio'/></disk>
      <interface type='network'>
        <mac address='52:54:00:00:00:01'/><source network='office'/><model type='virtio'/>
      </interface>
    </devices>
    <test:domainsnapshot>
      <name>before / after</name><creationTime>1700000000</creationTime><state>running</state>
      <domain type='test'>
        <name>web 1</name>
        <uuid>11111111-2222-3333-4444-555555555555</uuid>
        <memory unit='GiB'>2</memory>
        <os><type>hvm</type></os>
      </domain>
      <active>1</active>
    </test:domainsnapshot>
  </domain>
  <domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
    <test:runstate>5</test:runstate>
    <name>off</name>
    <uuid>22222222-2222-3333-4444-555555555555</uuid>
    <memory unit='GiB'>1</memory>
    <os><type>hvm</type></os>
  </domain>
  <network><name>office</name><forward mode='bridge'/><bridge name='br120'/><vlan><tag id='7'/></vlan></network>
  <pool type='dir'>
    <name>images</name><uuid>99999999-2222-3333-4444-555555555555</uuid>
    <capacity unit='GiB'>100</capacity><available unit='GiB'>60</available>
    <target><path>/pool</path></target>
    <volume><name>web 1.img</name><capacity unit='GiB'>40</capacity><target><path>/pool/web 1.img</path></target></volume>
  </pool>
</node>
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    path = tmp_path_factory.mktemp("node") / "node.xml"
    path.write_text(NODE)
    return f"test://{path}"


@pytest.fixture(scope="module")
def dumped(node, tmp_path_factory):
    """What the commands of the manual leave behind, read."""
    folder = tmp_path_factory.mktemp("dump")
    done = subprocess.run(
        ["sh", "-e", "-c", DUMP],
        check=False,
        cwd=folder,
        env=os.environ | {"LIBVIRT_DEFAULT_URI": node},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    files = sorted((folder / "estate").rglob("*.xml"))
    assert [file.name for file in files if not LIBVIRT.recognises(Sample.of(file))] == []
    return LIBVIRT.read(files)


def test_the_files_hold_the_host_with_its_storage_and_networks(dumped):
    (host,), (pool,), (network,) = dumped.hosts, dumped.datastores, dumped.networks
    assert (host.name, host.hypervisor) == ("kvm1", HypervisorKind.KVM)
    assert (pool.name, pool.path, network.name, network.vlan) == ("images", "/pool", "office", 7)
    assert dumped.gaps == ()
    assert all(vm.host == host.id for vm in dumped.vms)


def test_the_files_tell_of_each_vm_what_the_daemon_tells(node, dumped):
    live = {vm.name: vm for vm in read_libvirt(parse_endpoint(node)).vms}
    found = {vm.name: vm for vm in dumped.vms}
    assert found.keys() == live.keys() == {"web 1", "off"}
    for name, vm in found.items():
        alike = replace(
            vm,
            cluster=live[name].cluster,
            host=live[name].host,
            origin=live[name].origin,
            # What only a daemon tells: that a VM is off, that it has no snapshots, what its host made of a disk.
            power=vm.power or PowerState.OFF,
            snapshots=vm.snapshots or (),
            disks=tuple(
                replace(
                    here,
                    capacity_bytes=there.capacity_bytes,
                    allocated_bytes=there.allocated_bytes,
                    datastore=there.datastore,
                )
                for here, there in zip(vm.disks, live[name].disks, strict=True)
            ),
            nics=tuple(
                replace(here, network=there.network)
                for here, there in zip(vm.nics, live[name].nics, strict=True)
            ),
        )
        assert alike == live[name]


def test_the_files_tell_snapshots_and_sizes(dumped):
    (web,) = (vm for vm in dumped.vms if vm.name == "web 1")
    assert web.snapshots == (Snapshot(name="before / after", created="2023-11-14T22:13:20+00:00"),)
    assert [disk.capacity_bytes for disk in web.disks] == [40 * GIB]


def test_collect_reads_the_stand_in():
    command = "planner collect test:///default"
    assert command in MANUAL
    _, *arguments = command.split()
    done = subprocess.run(
        [sys.executable, "-m", "planner", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 host, 1 VM" in done.stdout


def test_every_scheme_is_in_the_manual():
    assert [scheme for scheme in SCHEMES if f"{scheme}://" not in MANUAL] == []
