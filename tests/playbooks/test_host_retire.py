"""host_retire against stand-ins for each hypervisor's own commands, which print what the real ones print."""

import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml

ROLES = Path(__file__).parents[2] / "playbooks" / "roles"
HOSTILE = "{{ lookup('pipe', 'touch PWNED') }}\"; touch PWNED; '"

# A program is the body of a shell script. $STATE is a directory: `running` holds what runs, `sealed` exists
# once the host starts no VM any more, and `calls` is what was asked.
ESXCLI = """
case "$*" in
  "vm process list") cat "$STATE/running" ;;
  "system maintenanceMode get") if [ -e "$STATE/sealed" ]; then echo Enabled; else echo Disabled; fi ;;
  "system maintenanceMode set --enable=true --timeout="*) : > "$STATE/sealed" ;;
  *) echo "$*" ;;
esac
"""
VIM_CMD = """
case "$*" in
  hostsvc/firmware/sync_config) : ;;
  hostsvc/firmware/backup_config) echo "Bundle can be downloaded at : http://*/downloads/52c/configBundle-esx1.tgz" ;;
  *) echo "$*" ;;
esac
"""
OPENSSL = """
[ "$1 $2 $3" = "base64 -in /scratch/downloads/52c/configBundle-esx1.tgz" ] && base64 "$STATE/bundle.tgz"
"""
VIRSH = """
shift 2
case "$*" in
  "list --name") cat "$STATE/running"; echo ;;
  "list --all --uuid" | "net-list --all --uuid" | "pool-list --all --uuid") echo 6d1c; echo; ;;
  *dumpxml*) cat "$STATE/domain.xml" ;;
  *) exit 1 ;;
esac
"""
XL = """
case "$*" in
  list) echo "Name  ID Mem VCPUs State Time(s)"; echo "Domain-0  0 2048 2 r----- 12.1"; cat "$STATE/running" ;;
  "list -l") echo "[]" ;;
esac
"""
PROGRAMS = {
    "esxi": {"esxcli": ESXCLI, "vim-cmd": VIM_CMD, "openssl": OPENSSL},
    "kvm": {"virsh": VIRSH},
    "xen": {"xl": XL},
}


@pytest.fixture
def retire(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    state, programs = tmp_path / "state", tmp_path / "bin"
    state.mkdir()
    programs.mkdir()
    (state / "running").write_text("")
    (state / "domain.xml").write_text(f"<domain><name>{HOSTILE}</name></domain>\n")
    with tarfile.open(state / "bundle.tgz", "w:gz") as bundle:
        bundle.addfile(tarfile.TarInfo("state.tgz"), BytesIO())
    (tmp_path / "play.yml").write_text(
        yaml.safe_dump([{"name": "Retire", "hosts": "all", "gather_facts": False, "roles": ["host_retire"]}])
    )

    def run(hypervisor: str, *arguments: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        for name, body in PROGRAMS[hypervisor].items():
            program = programs / name
            program.write_text(f'#!/bin/sh\necho "{name} $*" >> "$STATE/calls"\n{body}')
            program.chmod(0o755)
        host = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "host_retire_hypervisor": hypervisor,
            "host_retire_backup_dir": str(tmp_path / "saved"),
        } | variables
        (tmp_path / "inventory.yml").write_text(yaml.safe_dump({"all": {"hosts": {"host-0001-esx1": host}}}))
        return subprocess.run(
            [
                "ansible-playbook",
                "-i",
                "inventory.yml",
                "play.yml",
                *arguments,
            ],
            cwd=tmp_path,
            env=os.environ
            | {"STATE": str(state), "PATH": f"{programs}:{os.environ['PATH']}"}
            | {"ANSIBLE_ROLES_PATH": str(ROLES), "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "0"},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return run


def saved(tmp_path: Path) -> dict[str, bytes]:
    directory = tmp_path / "saved" / "host-0001-esx1"
    return {path.name: path.read_bytes() for path in directory.iterdir()} if directory.exists() else {}


@pytest.mark.parametrize(
    ("hypervisor", "running"),
    [
        ("esxi", f"{HOSTILE}\n   World ID: 2099\n   Display Name: {HOSTILE}\n"),
        ("kvm", f"{HOSTILE}\n"),
        ("xen", "web 3 1024 1 -b---- 4.0\n"),
    ],
)
def test_a_host_with_a_running_vm_is_refused_and_untouched(
    tmp_path: Path, retire: Callable[..., subprocess.CompletedProcess[str]], hypervisor: str, running: str
) -> None:
    (tmp_path / "state" / "running").write_text(running)
    done = retire(hypervisor)
    assert done.returncode == 2
    assert "VMs still run on this host" in done.stdout
    assert not (tmp_path / "state" / "sealed").exists()
    assert not saved(tmp_path)
    assert not (tmp_path / "PWNED").exists()


def test_an_empty_esxi_host_is_sealed_saved_and_proved_empty_twice(
    tmp_path: Path, retire: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    done = retire("esxi")
    assert done.returncode == 0, done.stdout + done.stderr
    files = saved(tmp_path)
    assert set(files) == {
        *("version.txt", "licence.txt", "vms.txt", "switches.txt", "addresses.txt", "storage.txt"),
        "configuration.tgz",
    }
    assert files["configuration.tgz"] == (tmp_path / "state" / "bundle.tgz").read_bytes()
    assert files["licence.txt"] == b"vimsvc/license --show\n"
    assert {
        oct(path.stat().st_mode & 0o777) for path in (tmp_path / "saved" / "host-0001-esx1").iterdir()
    } == {"0o600"}
    calls = (tmp_path / "state" / "calls").read_text().splitlines()
    assert calls.count("esxcli vm process list") == 2
    assert calls.index("esxcli vm process list") < calls.index(
        "esxcli system maintenanceMode set --enable=true --timeout=300"
    )
    assert calls[-1] == "esxcli vm process list"

    again = retire("esxi")
    assert again.returncode == 0
    assert (tmp_path / "state" / "calls").read_text().count("maintenanceMode set") == 1


def test_a_kvm_hosts_definitions_are_saved_as_they_are(
    tmp_path: Path, retire: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    done = retire("kvm")
    assert done.returncode == 0, done.stdout + done.stderr
    expected = f"<saved>\n<domain><name>{HOSTILE}</name></domain>\n</saved>\n"
    assert saved(tmp_path)["domains.xml"].decode() == expected
    assert not (tmp_path / "PWNED").exists()


def test_check_mode_looks_but_saves_and_seals_nothing(
    tmp_path: Path, retire: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    done = retire("esxi", "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (tmp_path / "state" / "sealed").exists()
    assert not saved(tmp_path)


def test_a_configuration_that_cannot_be_saved_stops_the_play(
    tmp_path: Path, retire: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    (tmp_path / "state" / "bundle.tgz").write_bytes(b"")
    done = retire("esxi")
    assert done.returncode == 2
    assert "configuration.tgz" not in saved(tmp_path)


def test_a_host_that_was_rebuilt_already_is_left_alone(
    tmp_path: Path, retire: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    release = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
    )
    successor = f"{release['NAME']} {release['VERSION_ID']}".replace('"', "")
    done = retire("esxi", host_retire_successor=successor)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (tmp_path / "state" / "calls").exists()
