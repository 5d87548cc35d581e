"""Answer files, judged by the installers' own checkers where one exists."""

import subprocess
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from pykickstart.parser import KickstartParser
from pykickstart.version import makeVersion

from planner.emit.answers import answer_files
from planner.emit.machine import ROOT_PASSWORD_HASH, Machine
from planner.model.estate import Host, HostId, HostNic
from planner.model.kinds import HypervisorKind
from planner.model.plan import TargetHost
from planner.model.platform import OsFamily, Platform
from planner.model.policy import InstallPolicy

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ops@example.org"
INSTALL = InstallPolicy(
    source_url="http://192.0.2.2/install/",
    domain="example.org",
    timezone="Europe/Berlin",
    dns=("192.0.2.53", "192.0.2.54"),
    ntp=("192.0.2.123",),
    gateway="192.0.2.1",
    prefix=24,
    ssh_keys=(KEY,),
)


EMITTED = [OsFamily.DEBIAN, OsFamily.EL, OsFamily.XCPNG]


def machine(family: OsFamily, **changes) -> Machine:
    platform = Platform(
        id=f"target-{family}",
        title=f"A target of family {family}",
        hypervisor=HypervisorKind.KVM,
        os_family=family,
        os_name="os",
        os_version="1",
        supported_until="2030-01-01",
        max_vcpus=None,
        max_memory_bytes=None,
        max_disk_bytes=None,
        max_disks=None,
        max_nics=None,
        max_host_nics=None,
        min_host_memory_bytes=0,
        min_host_disk_bytes=0,
        required_cpu_flags=(),
        nested=True,
        vgpu=False,
        ha_built_in=False,
        sources=(),
    )
    nic = HostNic(name="vmnic0", mac="00:25:90:aa:00:01")
    host = Host(
        id=HostId("host-esx1"), name="esx1", hypervisor=HypervisorKind.ESXI, address="192.0.2.11", nics=(nic,)
    )
    target = TargetHost(
        host=host.id,
        cluster="cluster-a",
        platform=platform.id,
        memory_bytes=None,
        cores=None,
        storages=(),
        networks=None,
        install_disk="ata-INTEL_SSD_1",
    )
    whole = Machine(host=host, target=target, platform=platform, install=INSTALL, management=nic)
    return replace(whole, **changes)


@pytest.mark.parametrize("version", ["RHEL9", "RHEL10"])
def test_kickstart_is_accepted_by_ksvalidator(version):
    text = answer_files(machine(OsFamily.EL))["ks.cfg"]
    KickstartParser(makeVersion(version)).readKickstartFromString(text)
    assert "--device=00:25:90:aa:00:01 --ip=192.0.2.11 --netmask=255.255.255.0" in text
    assert "ignoredisk --only-use=disk/by-id/ata-INTEL_SSD_1" in text


def test_ksvalidator_would_refuse_a_bad_kickstart():
    text = answer_files(machine(OsFamily.EL))["ks.cfg"].replace("skipx", "skipxx")
    with pytest.raises(Exception, match="Unknown command"):
        KickstartParser(makeVersion("RHEL9")).readKickstartFromString(text)


def test_preseed_is_accepted_by_debconf(tmp_path):
    preseed = tmp_path / "preseed.cfg"
    preseed.write_text(answer_files(machine(OsFamily.DEBIAN))["preseed.cfg"])
    checked = subprocess.run(
        ["debconf-set-selections", "--checkonly", preseed], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "netcfg/get_ipaddress string 192.0.2.11" in preseed.read_text()


def test_xcpng_answerfile_has_only_elements_that_its_installer_reads():
    root = ET.fromstring(answer_files(machine(OsFamily.XCPNG))["answerfile.xml"])
    known = {
        "admin-interface",
        "hostname",
        "keymap",
        "name-server",
        "ntp",
        "primary-disk",
        "root-password",
        "script",
        "source",
        "timezone",
    }
    assert {child.tag for child in root} <= known
    assert root.attrib == {"mode": "fresh", "sr-type": "ext"}
    interface = root.find("admin-interface")
    assert interface.attrib == {"hwaddr": "00:25:90:aa:00:01", "proto": "static"}
    assert interface.findtext("subnet-mask") == "255.255.255.0"
    assert root.findtext("primary-disk") == "/dev/disk/by-id/ata-INTEL_SSD_1"
    assert root.findtext("root-password") == ROOT_PASSWORD_HASH


@pytest.mark.parametrize("family", EMITTED)
def test_without_a_gateway_the_installer_asks_dhcp(family):
    files = answer_files(machine(family, install=replace(INSTALL, gateway=None)))
    text = "".join(files.values())
    assert "192.0.2.11" not in text
    assert "None" not in text


@pytest.mark.parametrize("family", EMITTED)
def test_no_answer_file_may_choose_a_disk_by_itself(family):
    for disk in (None, "ata-X\nd-i evil", "-x"):
        target = replace(machine(family).target, install_disk=disk)
        assert answer_files(machine(family, target=target)) == {}


@pytest.mark.parametrize("family", EMITTED)
def test_no_answer_file_without_an_install_server(family):
    assert answer_files(machine(family, install=replace(INSTALL, source_url=None))) == {}


@pytest.mark.parametrize("family", EMITTED)
def test_answer_files_read_as_they_are_written_down(family, file_regression):
    files = answer_files(machine(family))
    text = "".join(f"### {name}\n{files[name]}" for name in sorted(files))
    file_regression.check(text, extension=".txt")
