"""The disk of a fresh Debian 12 server, built once and kept in a cache.

The cache is the directory named by `PLANNER_E2E_CACHE`, by default `~/.cache/hypervisor-exit-planner/e2e`.
An image is named by the digest of what it is made from, so a change of the recipe makes a new one.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RECIPE = Path(__file__).with_name("build_image.sh")
PREPARE = Path(__file__).with_name("prepare.sh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A kernel, an initrd, a disk, and the private key that root of the machine accepts."""

    kernel: Path
    initrd: Path
    disk: Path
    key: Path


def cached_image(packages: Sequence[str]) -> Image:
    """Return the image that holds `packages` ready to install; build it first where the cache lacks it."""
    subprocess.run([PREPARE], check=True)
    recipe = RECIPE.read_text("utf-8") + "\n".join(packages)
    root = Path(os.environ.get("PLANNER_E2E_CACHE", "~/.cache/hypervisor-exit-planner/e2e")).expanduser()
    directory = root / hashlib.sha256(recipe.encode()).hexdigest()[:16]
    root.mkdir(parents=True, exist_ok=True)
    with directory.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / "disk.qcow2").exists():
            _build(directory, packages)
    return Image(
        kernel=directory / "vmlinuz",
        initrd=directory / "initrd.img",
        disk=directory / "disk.qcow2",
        key=directory / "key",
    )


def _build(directory: Path, packages: Sequence[str]) -> None:
    if os.geteuid() != 0:
        raise PermissionError(
            "only root can build the machine's image: debootstrap makes device nodes and owners"
        )
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    key = directory / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    built = subprocess.run([RECIPE, directory, key.with_suffix(".pub"), *packages], check=False)
    if built.returncode:
        log = (directory / "build.log").read_text("utf-8", "replace").splitlines()
        raise RuntimeError("the machine's image could not be built:\n" + "\n".join(log[-30:]))
