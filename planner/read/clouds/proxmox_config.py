"""The configuration of a Proxmox VE guest: `/etc/pve/qemu-server/<id>.conf`, or the API's JSON of it.

Format: https://pve.proxmox.com/pve-docs/qm.conf.5.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import unquote

from planner.errors import Problem
from planner.model.estate import Snapshot
from planner.read.clouds.records import Record
from planner.read.outside import line, note
from planner.units import GIB, KIB, MIB, TIB

_LINE: Final = re.compile(r"([A-Za-z][A-Za-z0-9_-]*):\s*(\S.*?)\s*")
_SECTION: Final = re.compile(r"\[(\S+)\]\s*")
_SIZE: Final = re.compile(r"(\d{1,18})(?:\.(\d{1,6}))?([KMGT]?)")
_UNITS: Final = {"": 1, "K": KIB, "M": MIB, "G": GIB, "T": TIB}
_LATEST: Final = 253_402_300_799
"""The last second that a date has a name for, at the end of the year 9999."""

# Keys of every guest, and what only a guest of Proxmox VE has; of a YAML file of other people some may be there.
_USUAL: Final = re.compile(
    r"(?:memory|cores|sockets|name|boot|bootdisk|numa|cpu|agent|onboot|machine|bios|balloon)"
)
_OWN: Final = re.compile(
    r"(?:scsihw: (?:lsi|virtio|megasas|pvscsi)|smbios1: \S*=|vmgenid: |ostype: (?:other|wxp|w2k|wvista|win\d|l2[46]|solaris)"
    r"|meta: creation-qemu=|net\d+: \S+=\S*bridge=|(?:scsi|virtio|ide|sata)\d+: \S+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The options of a guest as they are now; what waits for a restart (`[PENDING]`) is not among them.

    `snapshots` None: the source tells only of the present. The path of an option is its key.
    """

    options: Record
    snapshots: tuple[Snapshot, ...] | None = None
    annotation: str | None = None

    def properties(self, key: str) -> Mapping[str, str]:
        """The parts of an option; the first, without a name, stands under the empty key.

        `scsi0: tank:vm-101-disk-0,size=32G` has the volume and a size.
        """
        parts = (part.partition("=") for part in (self.options.text(key) or "").split(",") if part)
        return {name if mark else "": value if mark else name for name, mark, value in parts}

    def numbered(self, word: str) -> Iterator[str]:
        """The keys of a kind of device, in the order of their numbers."""
        found = (re.fullmatch(rf"{word}(\d{{1,3}})", key) for key in self.options.data)
        for match in sorted((match for match in found if match), key=lambda match: int(match[1])):
            yield match[0]


@dataclass(slots=True, kw_only=True)
class _Sections:
    """What stands in a file, section by section."""

    current: dict[str, str] = field(default_factory=dict)
    snapshots: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def looks_like_config(text: str) -> bool:
    """Whether text is a guest's configuration: flat `key: value` lines, of which some are Proxmox VE's own."""
    head = re.split(r"^\[", text.rstrip("\n"), maxsplit=1, flags=re.MULTILINE)[0]
    lines = [found for found in head.splitlines() if found and not found.startswith("#")]
    broken = sum(not _LINE.fullmatch(found) for found in lines[:-1])
    own = sum(bool(_OWN.match(found)) for found in lines)
    usual = sum(bool(_USUAL.match(found)) for found in lines)
    container = any(found.startswith("rootfs:") for found in lines)
    return own > 2 * broken and own + usual > 2 and not container


def parse_config(text: str, record: Record) -> Config:
    """The configuration that text holds; lines that are none become problems of the record's file."""
    found = _Sections()
    section: dict[str, str] = found.current
    for number, content in enumerate(text.splitlines(), 1):
        if match := _SECTION.fullmatch(content):
            section = _opened(match[1], found)
        elif content.startswith("#"):
            if section is found.current:
                found.notes.append(unquote(content[1:]))
        elif match := _LINE.fullmatch(content):
            section[match[1]] = match[2]
        elif content.strip():
            message = f"{content!r:.60} is not `key: value`"
            record.problems.append(Problem(file=record.file, line=number, message=message))
    options = Record(data=found.current, file=record.file, problems=record.problems)
    return Config(
        options=options,
        snapshots=tuple(
            _snapshot(name, Record(data=held, file=record.file, problems=record.problems, path=f"[{name}]"))
            for name, held in found.snapshots.items()
        ),
        annotation=note("\n".join(found.notes)) or note(unquote(found.current.get("description", ""))),
    )


def _opened(name: str, found: _Sections) -> dict[str, str]:
    other = name.lower() == "pending" or name.startswith("special:")
    return {} if other else found.snapshots.setdefault(name, {})


def api_config(record: Record) -> Config:
    """The configuration as `pvesh get /nodes/<node>/qemu/<id>/config` prints it."""
    return Config(options=record, annotation=note(record.text("description")))


def api_snapshots(record: Record) -> tuple[Snapshot, ...]:
    """The snapshots that `pvesh get /nodes/<node>/qemu/<id>/snapshot` lists, without the present itself."""
    return tuple(
        _snapshot(name, item) for item in record.many("") if (name := item.text("name") or "") != "current"
    )


def _snapshot(name: str, record: Record) -> Snapshot:
    taken = record.number("snaptime", (0, _LATEST))
    created = datetime.fromtimestamp(taken, UTC).isoformat() if taken else None
    return Snapshot(name=line(name) or "unnamed", created=created)


def parse_size(text: str) -> int | None:
    """Bytes of a size as Proxmox VE writes it, of 1024s; None when it is none.

    >>> parse_size("32G"), parse_size("528K"), parse_size("4194304"), parse_size("-1G")
    (34359738368, 540672, 4194304, None)
    """
    match = _SIZE.fullmatch(text)
    if match is None:
        return None
    whole, part, unit = match.groups()
    return int(whole) * _UNITS[unit] + (int(part) * _UNITS[unit] // 10 ** len(part) if part else 0)
