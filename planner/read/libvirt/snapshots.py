"""Snapshots of domains."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from planner.model.estate import Snapshot
from planner.model.setting import Setting, SettingKind
from planner.read.libvirt.values import Document, parts, text_of
from planner.read.outside import line
from planner.read.xml import Element

_LATEST: Final = 253_402_300_799  # the end of the year 9999
_KEPT: Final = frozenset({"internal", "external"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A snapshot, and the UUID of the domain that it is of; `memory` is whether it holds what the domain had in its."""

    domain: str | None
    snapshot: Snapshot
    memory: bool = False


def read_snapshot(document: Document, root: Element) -> Taken | None:
    """The snapshot of a `<domainsnapshot>` element. None, and a problem, when it has no name."""
    inside = parts(root)
    name = line(text_of(inside.get("name")))
    if name is None:
        document.fault(root, "a snapshot has no name: expected what virsh snapshot-dumpxml prints")
        return None
    domain = inside.get("domain")
    return Taken(
        domain=document.uuid(domain.find("uuid")) if domain is not None else None,
        snapshot=Snapshot(name=name, created=_created(document, inside.get("creationTime"))),
        memory="memory" in inside and inside["memory"].get("snapshot") in _KEPT,
    )


def memory_settings(found: Iterable[Taken]) -> tuple[Setting, ...]:
    """The settings of a VM that follow from its snapshots: those that hold its memory, by name."""
    return tuple(
        Setting(kind=SettingKind.MEMORY_SNAPSHOT, value=taken.snapshot.name)
        for taken in found
        if taken.memory
    )


def _created(document: Document, element: Element | None) -> str | None:
    """When it was taken: libvirt writes seconds since 1970."""
    if element is None:
        return None
    seconds = document.whole(element, element.text, "creationTime", 0, _LATEST)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
