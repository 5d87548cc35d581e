"""A libvirt daemon for as long as a test needs one."""

import contextlib
import os
import subprocess
import time
from pathlib import Path

import libvirt

SOCKET = Path("/run/libvirt/libvirt-sock-ro")


def answers() -> bool:
    try:
        libvirt.openReadOnly("qemu:///system").close()
    except libvirt.libvirtError:
        return False
    return True


@contextlib.contextmanager
def running(folder: Path):
    """The daemon that runs already, or one of ours; only ours is stopped."""
    libvirt.registerErrorHandler(lambda *_: None, None)
    if answers():
        yield
        return
    log = folder / "libvirtd.log"
    environment = os.environ | {"LIBVIRT_LOG_OUTPUTS": f"1:file:{log}", "LIBVIRT_LOG_FILTERS": "3:*"}
    with subprocess.Popen(
        ["/usr/sbin/libvirtd", "--pid-file", str(folder / "libvirtd.pid")],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            until = time.monotonic() + 60
            while not answers():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < until, "libvirtd does not answer"
                time.sleep(0.2)
            yield
        finally:
            process.terminate()
            process.wait(30)
