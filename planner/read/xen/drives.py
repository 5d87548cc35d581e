"""Disks as a configuration names them: every form that `xl` and `xm` ever took, and where the disk lies.

Source: xl-disk-configuration(5) of Xen 4.20, its deprecated syntax for that of `xm`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from planner.model.kinds import DiskKind
from planner.read.outside import line

_FORMATS: Final = frozenset({"", "raw", "qcow", "qcow2", "vhd", "qed", "vmdk", "vdi", "aio"})
_SCRIPTS: Final = frozenset({"iscsi", "nbd", "enbd", "drbd"})
_PREFIX: Final = re.compile(
    r"(tapdisk|tap2?|aio|ioemu|file|phy|raw|qcow2?|vhd|qed|vmdk|vdi|ram|sync|fuse|iscsi|e?nbd|drbd):"
)
_FLAGS: Final = frozenset(
    {"cdrom", "direct-io-safe", "discard", "no-discard", "trusted", "untrusted", "colo"}
)
_NAMED: Final = re.compile(r"([a-z][a-z0-9_-]*)\s*=\s*(.*)", re.DOTALL)
_TARGET: Final = re.compile(r"(?:^|,)\s*target\s*=(.*)$", re.DOTALL)
_VDEV: Final = re.compile(r"(?:ioemu:)?(?:/dev/)?([A-Za-z]+[0-9p]*|0x[0-9a-f]+|[0-9]+)(?::([a-z]+))?")
_DOM0: Final = frozenset({None, "0", "Domain-0", "domain-0", "dom0"})
_NEW: Final = ("target", "format", "vdev", "access")
_OLD: Final = ("target", "vdev", "access", "backend", "uuid")
_ACCESS: Final = frozenset({"", "r", "ro", "w", "rw", "!", "r!", "w!", "rw!"})
_BUSES: Final = {"hd": "ide", "sd": "scsi", "fd": "fdc"}
_KINDS: Final = {"cdrom": DiskKind.CDROM, "floppy": DiskKind.FLOPPY, "disk": DiskKind.DISK, "": DiskKind.DISK}
# A whole device of the host or the SAN, not a volume cut out of one.
_LUN: Final = re.compile(r"/dev/(?:disk/by-(?:id|path)/|mapper/(?:3[0-9a-f]{16,32}|mpath))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """A disk of a VM. `path` is None for an empty drive; `id` is what the guest calls it.

    `backend` is the domain that serves it, None where that is dom0.
    """

    id: str
    path: str | None
    bus: str
    kind: DiskKind
    shared: bool | None
    backend: str | None = None


def drive_of(text: str, *, emulates: bool) -> Drive:
    """The disk of one entry. `emulates`: the VM sees IDE and SCSI, as only HVM guests do.

    Raises ValueError, in words for an operator, when it is no disk.
    """
    said, prefixes = _parts(text)
    if said.get("access", "").lower() not in _ACCESS:
        raise ValueError(f"the access of a disk is {said['access'][:60]!r}: expected r or w")
    device = _VDEV.fullmatch(said.get("vdev", "").strip())
    if device is None:
        raise ValueError(
            f"a disk is {text[:80]!r}: expected 'target,format,vdev,access', with a vdev such as xvda"
        )
    kind = _KINDS.get(said.get("devtype") or device[2] or "")
    if kind is None:
        raise ValueError(
            f"the type of a disk is {said.get('devtype') or device[2]!r}: expected disk or cdrom"
        )
    script = said.get("script") or next((prefix for prefix in prefixes if prefix in _SCRIPTS), None)
    block = "phy" in prefixes or said.get("backendtype") == "phy"
    virtio = said.get("specification") == "virtio"
    named = Drive(
        id=device[1],
        path=_path(said.get("target", ""), _in_dev if block and not script else str),
        bus="virtio" if virtio else bus_of(device[1], emulates=emulates),
        kind=kind,
        shared="!" in said.get("access", ""),
        backend=other_domain(said.get("backend")),
    )
    return behind(script, named)


def behind(script: str | None, named: Drive) -> Drive:
    """A drive as it is: behind a script stands no file but what the script makes of it, a LUN of iSCSI, say."""
    kind, path = named.kind, named.path
    if kind is DiskKind.DISK and named.bus == "fdc":
        kind = DiskKind.FLOPPY
    if kind is DiskKind.DISK and (_LUN.match(path or "") or (script or "").endswith("iscsi")):
        kind = DiskKind.LUN
    if script and path:
        path = f"{script.removeprefix('block-')}:{path}"
    return replace(named, path=line(path), kind=kind)


def other_domain(said: str | None) -> str | None:
    """The domain that serves a device, by its name or number; None where that is dom0, as it is unless said."""
    name = line(said)
    return None if name in _DOM0 else name


def bus_of(vdev: str, *, emulates: bool) -> str:
    """The bus that follows from the name of a device; without emulated devices all are Xen's own."""
    return _BUSES.get(vdev[:2], "xen") if emulates else "xen"


def _parts(text: str) -> tuple[dict[str, str], list[str]]:
    """The parameters of an entry by name, and the prefixes that stood before its target."""
    tail = _TARGET.search(text)
    said: dict[str, str] = {}
    placed: list[str] = []
    for part in (text[: tail.start()] if tail else text).split(","):
        word = part.strip()
        named = _NAMED.fullmatch(word)
        if named:
            said[named[1]] = named[2]
        elif word in _FLAGS:
            said |= {"devtype": "cdrom"} if word == "cdrom" else {}
        else:
            placed.append(word)
    prefixes: list[str] = []
    while placed and (prefix := _PREFIX.match(placed[0])):
        prefixes.append(prefix[1])
        placed[0] = placed[0][prefix.end() :]
    old = bool(prefixes) or (len(placed) > 1 and placed[1] not in _FORMATS)
    names = [name for name in (_OLD if old else _NEW) if name not in said]
    if len([*filter(None, placed)]) > len(names):
        raise ValueError(f"a disk is {text[:80]!r}: it has more parts than 'target,format,vdev,access'")
    said |= dict(zip(names, placed, strict=False))
    return said | ({"target": tail[1].strip()} if tail else {}), prefixes


def _path(target: str, settled: Callable[[str], str]) -> str | None:
    return settled(re.sub("^/{2,}", "/", target)) if target else None


def _in_dev(target: str) -> str:
    """A block device whose path is no full one is below /dev."""
    return target if target.startswith("/") else f"/dev/{target}"
