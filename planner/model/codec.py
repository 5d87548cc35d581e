"""Frozen values to and from plain JSON data, by cattrs; the same value always gives the same bytes."""

import hashlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

import cattrs
import orjson

T = TypeVar("T")

_PIECE: Final = 1000
"""Items of a list that are one piece."""

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


def in_pieces(value: object) -> Iterator[bytes]:
    """The bytes of `to_bytes` one after another, long lists some items at a time: of a large plan they are a gigabyte."""
    yield from _pieces(value, b"\n")
    yield b"\n"


def _pieces(value: Any, margin: bytes) -> Iterator[bytes]:
    """The JSON of a value whose lines begin with `margin`, itself with a line break."""
    if is_dataclass(value):
        before = b"{"
        for field in fields(value):
            yield before + margin + b"  " + orjson.dumps(field.name) + b": "
            yield from _pieces(getattr(value, field.name), margin + b"  ")
            before = b","
        yield margin + b"}"
    elif isinstance(value, tuple) and len(value) > _PIECE:
        before = b"["
        for at in range(0, len(value), _PIECE):
            items = orjson.dumps(value[at : at + _PIECE], option=orjson.OPT_INDENT_2)
            yield before + items.removeprefix(b"[").removesuffix(b"\n]").replace(b"\n", margin)
            before = b","
        yield margin + b"]"
    else:
        yield orjson.dumps(value, option=orjson.OPT_INDENT_2).replace(b"\n", margin)


def to_json(value: object) -> str:
    """Canonical JSON as text."""
    return to_bytes(value).decode()


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON of a value, as `sha256:<hex>`."""
    return "sha256:" + hashlib.sha256(to_bytes(value)).hexdigest()
