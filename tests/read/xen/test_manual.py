"""The commands that docs/sources/xen.md shows do what it says: with an `ssh` and an `scp` that never leave here."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from planner.model.kinds import HypervisorKind
from planner.read.collect import read_estate
from planner.read.gather import unplaced_cluster
from tests.read.xen.test_configurations import ORACLE, REPOSITORY
from tests.read.xen.test_listing import DOMAIN, DOMAIN_0, INFO, UUID

ROOT = Path(__file__).parents[3]
MANUAL = (ROOT / "docs" / "sources" / "xen.md").read_text(encoding="utf-8")
XEN, ORACLE_VM, COLLECT = re.findall(r"```sh\n(.*?)```", MANUAL, flags=re.DOTALL)
NAMED = f"""\
name = 'web'
uuid = '{UUID}'
type = 'hvm'
bios = 'ovmf'
memory = 2048
vcpus = 2
disk = ['/dev/vg/web,raw,xvda,w', ',,hdc,r,cdrom']
"""
STOPPED = "name = 'stopped'\nmemory = 512\nvif = ['mac=00:16:3e:00:00:02,bridge=xenbr0']\n"


@pytest.fixture
def shell(tmp_path):
    """Runs a block of the manual; what it finds on the hosts stands in the folder `host`."""
    programs, host = tmp_path / "bin", tmp_path / "host"
    programs.mkdir()
    within = f"cd {host} && PATH={host}/bin:$PATH"
    (programs / "ssh").write_text(f'#!/bin/sh\n{within} exec sh -c "$(echo "$2" | sed "s# /# #g")"\n')
    (programs / "scp").write_text(f'#!/bin/sh\ncp {host}/${{1#*:/}} "$2"\n')
    (programs / "planner").write_text(f'#!/bin/sh\nexec {sys.executable} -m planner "$@"\n')
    for program in programs.iterdir():
        program.chmod(0o755)
    found = {"PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    def run(block: str) -> None:
        done = subprocess.run(
            ["sh", "-e", "-c", block],
            cwd=tmp_path,
            env=os.environ | found,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    return run


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_host_of_xen(shell, tmp_path):
    host = tmp_path / "host"
    listed = written(host / "list", json.dumps([DOMAIN_0, DOMAIN]))
    info = written(host / "info", INFO)
    xl = written(
        host / "bin" / "xl", f'#!/bin/sh\ncase "$*" in "list -l") cat {listed};; info) cat {info};; esac\n'
    )
    xl.chmod(0o755)
    written(host / "etc" / "xen" / "web.cfg", NAMED)
    written(host / "etc" / "xen" / "stopped.cfg", STOPPED)
    shell(XEN)
    shell(COLLECT)
    estate = read_estate(tmp_path / "inventory")
    (known,) = estate.hosts
    places = {vm.name: (vm.host, vm.cluster) for vm in estate.vms}
    unplaced = unplaced_cluster(HypervisorKind.XEN).id
    assert places == {"web": (known.id, known.cluster), "stopped": (None, unplaced)}


def test_a_pool_of_oracle_vm(shell, tmp_path):
    machines = tmp_path / "host" / REPOSITORY[1:] / "VirtualMachines"
    written(machines / "0004fb00000600001234567890abcdef" / "vm.cfg", ORACLE)
    shell(ORACLE_VM)
    shell(COLLECT)
    estate = read_estate(tmp_path / "inventory")
    assert [vm.name for vm in estate.vms] == ["Büro {{ 7 }}"]
    assert {vm.cluster for vm in estate.vms} == {unplaced_cluster(HypervisorKind.ORACLE_VM).id}
