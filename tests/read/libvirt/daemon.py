"""A libvirt daemon for as long as a test needs one."""

import contextlib
import fcntl
import subprocess
import tempfile
import time
from pathlib import Path

import libvirt

URI = "qemu:///system"
LOGGER = Path("/run/libvirt/virtlogd-sock")
LOCK = Path(tempfile.gettempdir()) / "planner-tests-libvirtd.lock"


def answers() -> bool:
    """Whether there is a daemon."""
    try:
        libvirt.openReadOnly(URI).close()
    except libvirt.libvirtError:
        return False
    return True


@contextlib.contextmanager
def running(folder: Path):
    """The daemon that runs already, or one of ours; only ours is stopped.

    A host has one: whoever tests at the same time (pytest -n) waits.
    """
    libvirt.registerErrorHandler(lambda *_: None, None)
    with LOCK.open("w") as lock, contextlib.ExitStack() as ours:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # The daemon hands what QEMU prints to this one, and starts no VM without it.
        for program, is_up in (("virtlogd", LOGGER.is_socket), ("libvirtd", answers)):
            if not is_up():
                ours.enter_context(started(program, is_up, folder))
        yield


@contextlib.contextmanager
def started(program: str, is_up, folder: Path):
    """A daemon that is up."""
    log = folder / f"{program}.log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [f"/usr/sbin/{program}", "--pid-file", str(folder / f"{program}.pid")],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        ) as process,
    ):
        try:
            until = time.monotonic() + 60
            while not is_up():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < until, f"{program} does not answer: {log.read_text()}"
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(30)
