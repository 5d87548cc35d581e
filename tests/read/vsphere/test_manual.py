"""The commands that docs/sources/vsphere.md shows do what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from planner import cli
from planner.read import select
from planner.read.source import Sample
from planner.read.vsphere import read_vsphere
from planner.read.vsphere.ansible import ANSIBLE
from tests.read.vsphere.simulators import PASSWORD, USER, administrator

ROOT = Path(__file__).parents[3]
MANUAL = (ROOT / "docs" / "sources" / "vsphere.md").read_text(encoding="utf-8")
(LIVE,) = re.findall(r"```sh\n(.*?)```", MANUAL, flags=re.DOTALL)
(PLAY,) = re.findall(r"```yaml\n(.*?)```", MANUAL, flags=re.DOTALL)


def test_the_live_command_of_the_manual(vcenter, tmp_path, monkeypatch):
    """The command runs as it stands, but for the address, and for who vouches for the certificate."""
    monkeypatch.setitem(select.LIVE, "vsphere", select.Live(read=read_vsphere, password=True))
    monkeypatch.setenv("PLANNER_PASSWORD", PASSWORD)
    monkeypatch.chdir(tmp_path)
    program, *words = LIVE.replace("vsphere://reader@vc1.example.net", vcenter.endpoint.url).split()
    assert program == "planner"
    monkeypatch.setattr(sys, "argv", [program, *words, "--ca-file", str(vcenter.ca_file)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    assert len([*(tmp_path / "estate" / "host_vars").iterdir()]) == 14


def test_the_play_of_the_manual(vcenter, tmp_path):
    """Ansible asks the simulator itself; the ids are those of the live server."""
    play = tmp_path / "play.yml"
    play.write_text(PLAY, encoding="utf-8")
    with administrator(vcenter) as admin:
        admin.attribute("DC0_C0_RP0_VM3", "owner", "me")
    server = {
        "VMWARE_HOST": "127.0.0.1",
        "VMWARE_PORT": vcenter.address.rpartition(":")[2],
        "VMWARE_USER": USER,
        "VMWARE_PASSWORD": PASSWORD,
        "SSL_CERT_FILE": str(vcenter.ca_file),
        "ANSIBLE_LOCALHOST_WARNING": "0",
    }
    done = subprocess.run(
        ["ansible-playbook", "-c", "local", "-e", f"ansible_python_interpreter={sys.executable}", str(play)],
        env=os.environ | server,
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    files = [tmp_path / "datastores.json", tmp_path / "vms.json"]
    assert all(ANSIBLE.recognises(Sample.of(file)) for file in files)
    found, live = ANSIBLE.read(files), read_vsphere(vcenter.endpoint)
    for kind in ("clusters", "hosts", "datastores", "vms"):
        assert [one.id for one in getattr(found, kind)] == [one.id for one in getattr(live, kind)]
    for one, other in zip(found.vms, live.vms, strict=True):
        assert (one.host, one.cluster, one.power) == (other.host, other.cluster, other.power)
        assert (one.uuid, one.instance_uuid) == (other.uuid, other.instance_uuid)
        assert [nic.mac for nic in one.nics] == [nic.mac for nic in other.nics]
        assert one.attributes == other.attributes
    assert [(one.manager, one.datacentre) for one in found.clusters] == [
        (one.manager, one.datacentre) for one in live.clusters
    ]
    assert [gap.what for gap in found.gaps] == ["disks, firmware and devices of VMs"]
