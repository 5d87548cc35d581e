"""Figures that rules compare an estate with, from concerns.yml."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from planner.knowledge.document import document
from planner.model.kinds import HypervisorKind
from planner.units import parse_size

_FILE: Final = "concerns.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceFact:
    """Bytes that virt-v2v needs free in a guest's file system."""

    id: str
    least_bytes: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportFact:
    """The last day (ISO 8601) on which a system is mended by its maker."""

    id: str
    until: str
    source: str

    def ended(self, today: date) -> bool:
        """Whether its last day is past."""
        return date.fromisoformat(self.until) < today


@cache
def guest_space(path: str) -> SpaceFact:
    """What a file system mounted at `path` (`/boot`, `C:`) must have free.

    >>> guest_space("/boot/efi").least_bytes == parse_size("50 MiB")
    True
    """
    row = next(row for row in _records("guest_space") if re.search(row["path"], path))
    return SpaceFact(id=row["id"], least_bytes=parse_size(row["least"]), source=row["source"])


@cache
def source_support(hypervisor: HypervisorKind, *texts: str | None) -> SupportFact | None:
    """The end of support of what a host runs, by its version and edition; None when the knowledge has none."""
    said = " ".join(text for text in texts if text)
    for row in _records("source_support"):
        if row["hypervisor"] == hypervisor and re.search(row["version"], said, re.IGNORECASE):
            return _support(row)
    return None


@cache
def guest_support(text: str | None) -> SupportFact | None:
    """The end of support of a guest system, by the source's own text; None when the knowledge has none.

    "2016 or later" may be anything later, and is not judged.

    >>> guest_support("Microsoft Windows Server 2012 R2 (64-bit)").until
    '2023-10-10'
    """
    said = text or ""
    rows = () if "or later" in said else _records("guest_support")
    return next((_support(row) for row in rows if re.search(row["pattern"], said, re.IGNORECASE)), None)


@cache
def has_machine_type(platform: str, machine: str) -> bool | None:
    """Whether the emulator of a platform has a machine type; None when the knowledge says nothing of the platform.

    >>> has_machine_type("kvm-debian-12", "pc-q35-7.2"), has_machine_type("kvm-debian-12", "rhel6.6.0")
    (True, False)
    """
    row = next((row for row in _records("machine_types") if row["platform"] == platform), None)
    return None if row is None else re.fullmatch(row["pattern"], machine) is not None


@cache
def is_newer_than(platform: str, hypervisor: HypervisorKind, version: str | None) -> bool:
    """Whether a source is known to be younger than the platform that it would go to.

    >>> is_newer_than("xcp-ng-8.3", HypervisorKind.XENSERVER, "8.4.0")
    True
    """
    return any(
        row["platform"] == platform
        and row["hypervisor"] == hypervisor
        and re.match(row["version"], version or "")
        for row in _records("newer_sources")
    )


def limit(name: str) -> int:
    """The figure of that name. Raises KeyError when the knowledge has none."""
    return int(document(_FILE)["limits"][name]["value"])


def _support(row: dict[str, Any]) -> SupportFact:
    return SupportFact(id=row["id"], until=row["until"], source=row["source"])


def _records(section: str) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = document(_FILE)[section]
    return records
