"""Frozen values to and from plain JSON data, by cattrs; the same value always gives the same bytes."""

import hashlib
from enum import StrEnum
from typing import Any, TypeVar

import cattrs
import orjson

T = TypeVar("T")

_converter = cattrs.Converter(forbid_extra_keys=True)
_converter.register_unstructure_hook(StrEnum, lambda member: member.value)


def to_data(value: object) -> Any:
    """Plain lists, dicts and scalars of a frozen value."""
    return _converter.unstructure(value)


def from_data(data: object, kind: type[T]) -> T:
    """The frozen value that plain data describes.

    Raises cattrs.BaseValidationError when the data does not fit `kind`; callers check it against the
    JSON Schema first, whose messages are for people.
    """
    return _converter.structure(data, kind)


def to_bytes(value: object) -> bytes:
    """Canonical JSON in UTF-8: two spaces, key order of the types, newline at the end."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def to_json(value: object) -> str:
    """Canonical JSON as text."""
    return to_bytes(value).decode()


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON of a value, as `sha256:<hex>`."""
    return "sha256:" + hashlib.sha256(to_bytes(value)).hexdigest()
