"""A real machine for the playbooks: Debian 12 booted by QEMU, emulated, so it runs anywhere.

Its disk is a throw-away layer over the cached image. `eth0` is the way in and out, `eth1` a second network
card with a known MAC that leads nowhere, and `/dev/disk/by-id/virtio-data` an empty disk.
"""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.image import Image

UPLINK_MAC = "52:54:00:12:34:99"
DATA_DISK = "/dev/disk/by-id/virtio-data"
BOOT_SECONDS = 900  # half a minute on an idle machine, many times that beside other work


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A running machine that root may log in to with `key`."""

    port: int
    key: Path
    known_hosts: Path
    console: Path

    @property
    def ssh_options(self) -> tuple[str, ...]:
        """Options that let ssh log in without a question and keep this machine's key to itself."""
        return (
            *("-o", "BatchMode=yes", "-o", "ConnectTimeout=60", "-o", "StrictHostKeyChecking=accept-new"),
            *("-o", f"UserKnownHostsFile={self.known_hosts}"),
        )

    def run(self, command: str) -> str:
        """Run a shell command as root and return what it prints; `CalledProcessError` when it fails."""
        ssh = ["ssh", *self.ssh_options, "-i", str(self.key), "-p", str(self.port), "root@127.0.0.1", command]
        return subprocess.run(
            ssh, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL
        ).stdout

    def answers(self) -> bool:
        """Say whether the machine takes a login now."""
        try:
            return self.run("echo here") == "here\n"
        except subprocess.CalledProcessError:
            return False


@contextmanager
def booted(image: Image, directory: Path) -> Iterator[Machine]:
    """Boot a fresh machine in `directory`, wait until it takes logins, and power it off at the end."""
    disk, data, console = directory / "disk.qcow2", directory / "data.qcow2", directory / "console.log"
    create = ["qemu-img", "create", "-q", "-f", "qcow2"]
    subprocess.run([*create, "-b", image.disk, "-F", "qcow2", disk], check=True)
    subprocess.run([*create, data, "2G"], check=True)
    machine = Machine(
        port=_free_port(),
        key=image.key,
        known_hosts=directory / "known_hosts",
        console=directory / "console.log",
    )
    with (directory / "qemu.log").open("wb") as log:
        qemu = subprocess.Popen(
            _qemu(image, machine.port, disk, data, console),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait(qemu, machine)
        yield machine
    finally:
        qemu.terminate()
        qemu.wait(timeout=30)


def _qemu(image: Image, port: int, disk: Path, data: Path, console: Path) -> list[str]:
    drive = "format=qcow2,cache=unsafe,discard=unmap,if=none"
    return [
        "qemu-system-x86_64",
        # One processor: with two, emulated by two threads, a kernel was seen to wait for itself for ever while it booted.
        *("-accel", "tcg,thread=single,tb-size=1024", "-cpu", "max", "-smp", "1", "-m", "3072"),
        *("-kernel", str(image.kernel), "-initrd", str(image.initrd)),
        *("-append", "root=/dev/vda rw console=ttyS0 net.ifnames=0 mitigations=off quiet"),
        *("-drive", f"file={disk},id=system,{drive}", "-device", "virtio-blk-pci,drive=system"),
        *("-drive", f"file={data},id=data,{drive}", "-device", "virtio-blk-pci,drive=data,serial=data"),
        *("-nic", f"user,model=virtio-net-pci,hostfwd=tcp:127.0.0.1:{port}-:22"),
        *("-nic", f"user,model=virtio-net-pci,restrict=on,mac={UPLINK_MAC}"),
        *("-device", "virtio-rng-pci", "-display", "none", "-monitor", "none", "-serial", f"file:{console}"),
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(qemu: subprocess.Popen[bytes], machine: Machine) -> None:
    deadline = time.monotonic() + BOOT_SECONDS
    while not machine.answers():
        if qemu.poll() is not None or time.monotonic() > deadline:
            console = machine.console.read_text("utf-8", "replace") if machine.console.exists() else ""
            raise TimeoutError(f"the machine did not come up; the end of its console:\n{console[-3000:]}")
        time.sleep(2)
