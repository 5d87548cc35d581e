"""Every fact of the YAML files in one list: what the planner takes for true, where it was read, and when."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from planner.knowledge.document import document

FILES: Final = (
    "platforms",
    "guests",
    "routes",
    "concerns",
    "settings",
    "hints",
    "ports",
    "packages",
    "adapters",
    "criteria",
    "advice",
)
_ABOUT: Final = frozenset({"id", "value", "unit", "source", "date", "confidence"})
_LEVELS: Final = frozenset({"facts", "limits"})
"""Names of levels that say nothing in an id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A fact: `id` is its file and its place there, `value` what it says as text, `date` when it was looked up.

    `confidence` is `run` (tried), `source` (read there) or `unverified`; None where the file does not say.
    """

    id: str
    value: str
    unit: str | None
    source: str
    date: str
    confidence: str | None


def known() -> tuple[Known, ...]:
    """Every fact, in the order of the files.

    >>> next(fact.value for fact in known() if fact.id == "platforms/xcp-ng-8.3/max_vcpus")
    '128'
    """
    return tuple(fact for name in FILES for fact in _facts(document(f"{name}.yml"), (name,)))


def _facts(data: Any, place: tuple[str, ...]) -> Iterator[Known]:
    if isinstance(data, Mapping):
        if {"source", "date"} <= data.keys():
            yield _fact(data, place)
        for key, inner in data.items():
            yield from _facts(inner, (*place, str(key)))
    elif isinstance(data, list):
        for number, inner in enumerate(data):
            yield from _facts(inner, (*place, _called(inner, number)))


def _called(row: Any, number: int) -> str:
    return str(row.get("id", number)) if isinstance(row, Mapping) else str(number)


def _fact(data: Mapping[str, Any], place: tuple[str, ...]) -> Known:
    told = {"": data["value"]} if "value" in data else {key: data[key] for key in data if key not in _ABOUT}
    plain = {key: value for key, value in told.items() if not _is_nested(value)}
    return Known(
        id="/".join(part for part, _ in groupby(place) if part not in _LEVELS),
        value="; ".join(f"{key} {_text(value)}".strip() for key, value in plain.items()),
        unit=data.get("unit"),
        source=data["source"],
        date=str(data["date"]),
        confidence=data.get("confidence"),
    )


def _is_nested(value: object) -> bool:
    """Whether it is a record, or a list of some: those are facts of their own, or texts for one step."""
    return isinstance(value, Mapping) or (isinstance(value, list) and any(map(_is_nested, value)))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
