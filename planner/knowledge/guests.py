"""What a guest operating system needs on a target, from guests.yml."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from planner.knowledge.document import document


class GuestFamily(StrEnum):
    """Kind of operating system inside a VM. `other`: the source itself only says "other"."""

    LINUX = "linux"
    WINDOWS = "windows"
    BSD = "bsd"
    SOLARIS = "solaris"
    MACOS = "macos"
    OTHER = "other"


class GuestSupport(StrEnum):
    """How well a guest runs on a hypervisor: drivers at hand, with restrictions, or not at all."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A guest as its source's text describes it; None is unknown everywhere.

    `virt_v2v`: virt-v2v can convert it. `note` is what an operator must know about it on any target.
    """

    text: str | None = None
    family: GuestFamily | None = None
    distribution: str | None = None
    version: str | None = None
    virt_v2v: bool | None = None
    kvm: GuestSupport | None = None
    xcp_ng: GuestSupport | None = None
    note: str | None = None
    source: str | None = None


@cache
def guest(text: str | None) -> Guest:
    """The guest that a source's text names (`Microsoft Windows Server 2019 (64-bit)`, `debian11-64`).

    >>> guest("Debian GNU/Linux 12 (64-bit)").version
    '12'
    >>> guest("never heard of it").family is None
    True
    """
    matches = ((row, re.search(row["pattern"], text or "", re.IGNORECASE)) for row in _rows())
    return next((_guest(text, row, found) for row, found in matches if found), Guest(text=text))


def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = document("guests.yml")["guests"]
    return rows


def _guest(text: str | None, row: dict[str, Any], found: re.Match[str]) -> Guest:
    return Guest(
        text=text,
        family=GuestFamily(row["family"]),
        distribution=row["distribution"],
        version=row.get("version") or found.groupdict().get("version"),
        virt_v2v=row["virt_v2v"],
        kvm=_support(row["kvm"]),
        xcp_ng=_support(row["xcp_ng"]),
        note=row.get("note"),
        source=row["source"],
    )


def _support(text: str | None) -> GuestSupport | None:
    return None if text is None else GuestSupport(text)
