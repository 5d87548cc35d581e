"""host_install against a real SSH server that changes its host key, as a reinstalled host does."""

import os
import shlex
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from tests.playbooks.redfish import Controller, certificate, serving

ROLES = Path(__file__).parents[2] / "playbooks" / "roles"
TOKEN = "erase-host-0001-4f7c"


class Host:
    """A host with an old and a new system: two SSH servers, of which one runs at a time on the same port."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.server: subprocess.Popen[bytes] | None = None
        self.known_hosts = directory / "known_hosts"
        self.key = self._key("login")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        (directory / "authorized_keys").write_text(self.key.with_suffix(".pub").read_text())
        (directory / "authorized_keys").chmod(0o600)

    def _key(self, name: str) -> Path:
        path = self.directory / name
        if not path.exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        return path

    def public_key(self, system: str) -> str:
        """Return type and key of a system's host key."""
        return " ".join(self._key(system).with_suffix(".pub").read_text().split()[:2])

    def run(self, system: str) -> None:
        """Let `system` answer from now on; `old` knows no /etc/os-release, `new` is this machine's."""
        self.stop()
        Path("/run/sshd").mkdir(exist_ok=True)
        options = {
            "Port": self.port,
            "ListenAddress": "127.0.0.1",
            "HostKey": self._key(system),
            "AuthorizedKeysFile": self.directory / "authorized_keys",
            "StrictModes": "no",
            "PidFile": "none",
            "PermitRootLogin": "prohibit-password",
            "UsePAM": "no",
        } | ({"ForceCommand": "true"} if system == "old" else {})
        config = self.directory / f"{system}.conf"
        config.write_text("".join(f"{name} {value}\n" for name, value in options.items()))
        self.server = subprocess.Popen(
            ["/usr/sbin/sshd", "-D", "-f", config], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def stop(self) -> None:
        if self.server:
            self.server.terminate()
            self.server.wait()
            self.server = None

    def trust(self, system: str) -> None:
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {self.public_key(system)}\n")


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    host = Host(tmp_path)
    yield host
    host.stop()


def this_system() -> str:
    release = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
    )
    return " ".join(shlex.split(release["NAME"]) + shlex.split(release["VERSION_ID"]))


def install(host: Host, *arguments: str, **variables: Any) -> subprocess.CompletedProcess[str]:
    directory = host.directory
    (directory / "www").mkdir(exist_ok=True)
    (directory / "host.cfg").write_text("# answers\n")
    play = [{"name": "Install", "hosts": "all", "gather_facts": False, "roles": [{"role": "host_install"}]}]
    values = {
        "host_install_expected_token": TOKEN,
        "host_install_erase_token": TOKEN,
        "host_install_expected_system": this_system(),
        "host_install_installer": "debian",
        "host_install_answer_file": str(directory / "host.cfg"),
        "host_install_publish_dir": str(directory / "www"),
        "host_install_base_url": "http://10.0.0.9/answers/",
        "host_install_known_hosts": str(host.known_hosts),
        "host_install_state_dir": str(directory / "state"),
        "host_install_timeout_seconds": 20,
        "host_install_interval_seconds": 1,
    } | variables
    inventory = {
        "all": {
            "hosts": {
                "host-0001-esx1": {
                    "ansible_host": "127.0.0.1",
                    "ansible_port": host.port,
                    "ansible_ssh_private_key_file": str(host.key),
                    "ansible_ssh_common_args": f"-o StrictHostKeyChecking=yes -o UserKnownHostsFile={host.known_hosts}",
                    **{name: value for name, value in values.items() if value is not None},
                }
            }
        }
    }
    (directory / "play.yml").write_text(yaml.safe_dump(play))
    (directory / "inventory.yml").write_text(yaml.safe_dump(inventory))
    return subprocess.run(
        ["ansible-playbook", "-i", directory / "inventory.yml", directory / "play.yml", *arguments],
        env=os.environ
        | {"ANSIBLE_ROLES_PATH": str(ROLES), "ANSIBLE_LOCALHOST_WARNING": "0", "ANSIBLE_NOCOLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("token", ["", "erase-host-0002-aaaa", None])
def test_without_the_hosts_token_nothing_happens(host: Host, token: str | None) -> None:
    done = install(host, host_install_erase_token=token)
    assert done.returncode == 2
    assert "erase_token" in done.stdout
    assert not list((host.directory / "www").iterdir())
    assert not (host.directory / "state").exists()


def test_a_host_that_runs_the_new_system_is_left_alone(host: Host) -> None:
    host.run("new")
    host.trust("new")
    done = install(host)
    assert done.returncode == 0, done.stdout
    assert "changed=0" in done.stdout
    assert "Publish the answer file" not in done.stdout


def test_check_mode_says_what_would_happen_and_does_nothing(host: Host) -> None:
    host.run("old")
    host.trust("old")
    done = install(host, "--check")
    assert done.returncode == 0, done.stdout
    assert "would be erased and get" in done.stdout
    assert not list((host.directory / "www").iterdir())


def test_a_host_that_still_runs_the_old_system_is_refused_and_waited_for_again(host: Host) -> None:
    host.run("old")
    host.trust("old")
    done = install(host, host_install_timeout_seconds=3)
    assert done.returncode == 2
    assert "still shows the host keys of the old system" in done.stdout
    assert "url=http://10.0.0.9/answers/host-0001-esx1.cfg" in done.stdout
    assert not list((host.directory / "www").iterdir()), "the answer file must not stay on the web server"

    host.run("new")
    again = install(host)
    assert again.returncode == 0, again.stdout
    assert "Boot host-0001-esx1 from" not in again.stdout, (
        "an installation that was started is not started again"
    )
    assert f"host-0001-esx1 runs {this_system()}" in again.stdout
    assert host.public_key("new") in host.known_hosts.read_text()
    assert host.public_key("old") not in host.known_hosts.read_text()


def test_another_system_than_the_expected_one_is_refused(host: Host) -> None:
    host.run("old")
    host.trust("old")
    install(host, host_install_timeout_seconds=1)
    host.run("new")
    done = install(host, host_install_expected_system="XCP-ng 8.3", host_install_timeout_seconds=5)
    assert done.returncode == 2
    assert f"answers, but as {this_system()}" in done.stdout


def test_a_key_that_the_answer_file_does_not_give_is_refused(host: Host) -> None:
    host.run("old")
    host.trust("old")
    key = host.public_key("expected")
    install(host, host_install_timeout_seconds=1, host_install_host_key=key)
    host.run("new")
    done = install(host, host_install_timeout_seconds=2, host_install_host_key=key)
    assert done.returncode == 2
    assert "not the key that the answer file gives" in done.stdout
    assert host.public_key("new") not in host.known_hosts.read_text()


@pytest.mark.parametrize(("power", "pressed"), [("On", "ForceRestart"), ("Off", "On")])
def test_a_bmc_boots_the_installer_and_gives_the_medium_back(host: Host, power: str, pressed: str) -> None:
    image = "http://10.0.0.9/images/host-0001-esx1.iso"
    answers = host.directory / "www" / "host-0001-esx1.cfg"
    published: list[bool] = []

    def reinstall() -> None:
        published.append(answers.exists())
        host.stop()
        time.sleep(3)
        host.run("new")

    controller = Controller(power=power, on_power=lambda: Thread(target=reinstall).start())
    if power == "On":
        host.run("old")
    host.trust("old")
    pem = certificate(host.directory)
    with serving(controller, pem):
        done = install(
            host,
            host_install_boot_image=image,
            host_install_bmc={
                "address": controller.address,
                "username": "admin",
                "password": "not-to-be-seen",
                "ca_path": str(pem.with_suffix(".crt")),
            },
        )
    assert done.returncode == 0, done.stdout
    assert "not-to-be-seen" not in done.stdout
    actions = [(path.rsplit("/", 1)[-1], body) for path, body in controller.asked]
    assert actions[0][1]["Image"] == image
    assert actions[1][1]["Boot"]["BootSourceOverrideTarget"] == "Cd"
    assert actions[2] == ("ComputerSystem.Reset", {"ResetType": pressed})
    assert controller.image is None
    assert published == [True]
    assert not answers.exists()
