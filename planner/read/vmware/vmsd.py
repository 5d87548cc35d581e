"""Snapshots, from the .vmsd beside a .vmx."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from planner.errors import InputError
from planner.model.estate import Snapshot
from planner.read.outside import line
from planner.read.source import Sample
from planner.read.vmware.dictionary import Dictionary, read_dictionary, stray_rows

_MOST_SNAPSHOTS: Final = 10_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBERED: Final = re.compile(r"snapshot(\d{1,5})\.uid")
_ABOUT_SNAPSHOTS: Final = re.compile(
    r'\ufeff?\s*(?:\.encoding\s*=\s*"[^"\n]*"\s*)?snapshot\d*\.[A-Za-z0-9.]+[ \t]*=[ \t]*"', re.IGNORECASE
)
_ONLY_ENCODING: Final = re.compile(r'\ufeff?\s*(?:\.encoding\s*=\s*"[^"\n]*"\s*)?', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshots:
    """The snapshots of a VM, and whether the source itself says that its disks need consolidation."""

    found: tuple[Snapshot, ...]
    needs_consolidation: bool


def is_vmsd(sample: Sample) -> bool:
    """Whether a file lists snapshots; of a VM without any, it has at most its encoding, and only its name tells."""
    empty = sample.path.suffix.lower() == ".vmsd" and _ONLY_ENCODING.fullmatch(sample.text)
    return bool(empty or _ABOUT_SNAPSHOTS.match(sample.text))


def read_snapshots(path: Path) -> Snapshots:
    """The snapshots that a .vmsd lists. Raises InputError when it is damaged."""
    listed = read_dictionary(path)
    numbers = sorted(int(match[1]) for name in listed.values if (match := _NUMBERED.fullmatch(name)))
    # What is behind the count are leftovers of deleted ones.
    count = listed.whole("snapshot.numSnapshots", 0, _MOST_SNAPSHOTS)
    if count is not None and len(numbers) < count:
        listed.refuse(
            "snapshot.numSnapshots", f"is {count}, but only {len(numbers)} are listed: copy the file again"
        )
    found = tuple(_snapshot(listed, number) for number in numbers[:count])
    needs = listed.truth("snapshot.needConsolidate")
    if problems := (*stray_rows(listed), *listed.problems):
        raise InputError(problems)
    return Snapshots(found=found, needs_consolidation=needs)


def _snapshot(listed: Dictionary, number: int) -> Snapshot:
    name = line(listed.text(f"snapshot{number}.displayName"))
    return Snapshot(
        name=name or f"snapshot {number}", created=_created(listed, f"snapshot{number}.createTime")
    )


def _created(listed: Dictionary, name: str) -> str | None:
    """The time, which is in microseconds since 1970: the upper half as a number, the lower as a signed one."""
    high = listed.whole(f"{name}High", -(2**31), 2**31 - 1)
    low = listed.whole(f"{name}Low", -(2**31), 2**32 - 1)
    if high is None or low is None:
        return None
    try:
        when = _EPOCH + timedelta(microseconds=(high << 32) + (low & 0xFFFFFFFF))
    except OverflowError:
        listed.refuse(f"{name}High", "is no time: copy the file again")
        return None
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
