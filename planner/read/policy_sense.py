"""What a policy says that its schema cannot refuse: freezes that end before they begin, uplinks to nowhere."""

from collections.abc import Iterator, Mapping
from typing import Any

from planner.errors import Problem
from planner.read.document import Document


def nonsense(document: Document) -> Iterator[Problem]:
    """What contradicts itself or says nothing."""
    yield from _backwards(document)
    yield from _uplinks(document)


def _backwards(document: Document) -> Iterator[Problem]:
    """Freezes that would freeze nothing; what is no date at all was said before."""
    for number, freeze in enumerate(_records(document, "windows", "freezes")):
        first, last = (str(freeze.get(key)) for key in ("from", "to"))
        if last < first and freeze:
            yield document.problem(f"ends before it begins ({first})", ("windows", "freezes", number, "to"))


def _uplinks(document: Document) -> Iterator[Problem]:
    """Uplinks behind which there is nothing, and names that stand there twice."""
    seen: set[str] = set()
    for number, uplink in enumerate(_records(document, "transfers", "uplinks")):
        place = ("transfers", "uplinks", number)
        if uplink and not uplink.get("hosts") and not uplink.get("clusters"):
            yield document.problem("wants hosts or clusters: those that are behind it", place)
        name = uplink.get("name")
        if isinstance(name, str) and name in seen:
            yield document.problem(f"{name!r} stands here a second time", (*place, "name"))
        seen.add(str(name))


def _records(document: Document, part: str, key: str) -> list[Mapping[str, Any]]:
    """The entries of a list in a part of the policy; an entry of another kind, refused before, is an empty one."""
    within = document.data.get(part) if isinstance(document.data, Mapping) else None
    entries = within.get(key) if isinstance(within, Mapping) else None
    return [
        entry if isinstance(entry, Mapping) else {}
        for entry in (entries if isinstance(entries, list) else ())
    ]
