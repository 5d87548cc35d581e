"""Tables that turn the keys of a record into the fields of a value."""

from collections.abc import Callable, Mapping
from typing import Any

from planner.model.setting import Setting, SettingKind
from planner.units import parse_duration, parse_rate, parse_size

Fields = dict[str, tuple[str, Callable[[Any], Any]]]
"""Key in the record -> name of the field, and how to convert the value."""


def same(*keys: str) -> Fields:
    """Keys whose value is taken as it stands."""
    return {key: (key, lambda value: value) for key in keys}


def sizes(*keys: str) -> Fields:
    """Keys that hold a size; the field has `_bytes` behind its name."""
    return {key: (f"{key}_bytes", parse_size) for key in keys}


def rates(*keys: str) -> Fields:
    """Keys that hold a rate; the field has `_bytes` behind its name."""
    return {key: (f"{key}_bytes", parse_rate) for key in keys}


def durations(*keys: str) -> Fields:
    """Keys that hold a duration, in seconds as a field."""
    return {key: (key, parse_duration) for key in keys}


def texts(*keys: str) -> Fields:
    """Keys that hold a list of texts."""
    return {key: (key, tuple) for key in keys}


def converted(**kinds: Callable[[Any], Any]) -> Fields:
    """Keys whose value goes through a function, most often an enumeration."""
    return {key: (key, kind) for key, kind in kinds.items()}


def settings() -> Fields:
    """The key `settings`, which clusters, hosts, networks and VMs have alike."""
    return {"settings": ("settings", _settings)}


def _settings(entries: list[Mapping[str, Any]]) -> tuple[Setting, ...]:
    fields = converted(kind=SettingKind) | same("value")
    return tuple(Setting(**taken(entry, fields)) for entry in entries)


def taken(data: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """The fields that a record gives; what is null, empty text or absent stays with its default.

    >>> taken({"memory": "1 GiB", "uuid": None}, sizes("memory") | same("uuid"))
    {'memory_bytes': 1073741824}
    """
    return {
        fields[key][0]: fields[key][1](value)
        for key, value in data.items()
        if key in fields and value is not None and value != ""
    }
