"""Plain data against a JSON Schema, with messages for operators instead of for programmers."""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

import jsonschema_rs
from jsonschema import Draft202012Validator

from planner.read.document import DataPath, Document
from planner.read.formats import FORMATS

Complaint = tuple[DataPath, str]
"""Where in a document, and what is wrong there."""

_Error = Any
"""jsonschema's ValidationError: the types of its values depend on its `validator`."""

_LONGEST: Final = 80
_TOO_MANY: Final = 5000
_SHOWN_NAMES: Final = 10
_TYPES: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}
_UNSURE_SCALARS: Final = (bool, int, float)


def complaints(document: Document, schema: str, part: str | None = None) -> tuple[Complaint, ...]:
    """Everything in which a document differs from `schemas/<schema>.schema.json`, each said once.

    A document with a name is the property of that name there; `part` is a definition of the schema that stands for the
    whole. What cannot be decrypted counts too.
    """
    data = {document.name: document.data} if document.name else document.data
    if not document.unreadable and _quick(schema, part).is_valid(data):
        return ()
    above = 1 if document.name else 0
    validator: Any = _validator(schema, part)
    found = (said for error in validator.iter_errors(data) for said in _complaints(error))
    unlike = ((path[above:], message) for path, message in found)
    hidden = {path for path, _ in document.unreadable}
    return (*document.unreadable, *(said for said in dict.fromkeys(unlike) if said[0] not in hidden))


@cache
def _validator(schema: str, part: str | None) -> Draft202012Validator:
    return Draft202012Validator(_schema(schema, part), format_checker=FORMATS)


@cache
def _quick(schema: str, part: str | None) -> jsonschema_rs.Draft202012Validator:
    """A validator that is written in Rust: it says quickly that all is well, and leaves it to the other to say what is not."""
    return jsonschema_rs.Draft202012Validator(
        _schema(schema, part), keywords={"format": _Format, "pattern": _Pattern}
    )


class _Format:
    """The formats for that validator: its own are about text only, and ours about numbers, too."""

    def __init__(self, _parent: Any, name: str, _path: Any) -> None:
        self._name = name

    def validate(self, value: Any) -> None:
        """Raise ValueError where a value is not of the format."""
        if not _conforms(value, self._name):
            raise ValueError(value)


class _Pattern:
    """Patterns for that validator, as Python understands them."""

    def __init__(self, _parent: Any, pattern: str, _path: Any) -> None:
        self._search = re.compile(pattern).search

    def validate(self, value: Any) -> None:
        """Raise ValueError where a text is not of the pattern."""
        if isinstance(value, str) and not self._search(value):
            raise ValueError(value)


def _conforms(value: Any, name: str) -> bool:
    return _known(value, name) if isinstance(value, str | int) else FORMATS.conforms(value, name)


@lru_cache(maxsize=2**14, typed=True)
def _known(value: str | int, name: str) -> bool:
    return FORMATS.conforms(value, name)


def _schema(name: str, part: str | None) -> Any:
    known = json.loads(files("planner.schemas").joinpath(f"{name}.schema.json").read_text("utf-8"))
    return known if part is None else {"$ref": f"#/$defs/{part}", "$defs": known["$defs"]}


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'memory'?` for the nearest known name, or the known names when none is near.

    >>> did_you_mean("memroy", ["memory", "vcpus"])
    "; did you mean 'memory'?"
    >>> did_you_mean("x", ["memory", "vcpus"])
    "; known: 'memory', 'vcpus'"
    """
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=1) if len(names) < _TOO_MANY else []
    if near:
        return f"; did you mean {near[0]!r}?"
    shown = ", ".join(map(repr, names[:_SHOWN_NAMES])) + (" …" if len(names) > _SHOWN_NAMES else "")
    return f"; known: {shown}" if shown else ""


def _complaints(error: _Error) -> Iterator[Complaint]:
    path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        for key in error.instance.keys() - known.keys():
            yield (*path, key), f"unknown key {key!r}{did_you_mean(key, known)}"
    elif error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        yield path, f"lacks {' and '.join(missing)}"
    else:
        yield path, _MESSAGES.get(str(error.validator), _as_it_is)(error)


def _as_it_is(error: _Error) -> str:
    return str(error.message)


def _wrong_type(error: _Error) -> str:
    wanted = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
    value = error.instance
    if {"integer", "string"} <= set(wanted):
        return f"must be a whole number, or text with its unit, not {_kind(value)}"
    expected = " or ".join(_TYPES[kind] for kind in wanted if kind != "null")
    if value is None:
        return f"must be {expected}, but it is empty"
    if "string" in wanted and isinstance(value, _UNSURE_SCALARS):
        number = "" if isinstance(value, bool) else "the number "
        return f"must be {expected}, but is read as {number}{_shown(value)}: write it in quotes"
    return f"must be {expected}, not {_kind(value)}"


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a fraction", str: "text", list: "a list"}
    return "nothing" if value is None else kinds.get(type(value), "a mapping")


def _incomplete(error: _Error) -> str:
    lacking = [
        f"{key} wants {' and '.join(name for name in names if name not in error.instance)} beside it"
        for key, names in error.validator_value.items()
        if key in error.instance and not set(names) <= error.instance.keys()
    ]
    return "; ".join(lacking)


def _excluding(error: _Error) -> str:
    """`not: {required: [a, b]}` is how a schema says that of two keys only one may stand there."""
    return f"{' and '.join(error.validator_value['required'])} exclude each other: keep one of them"


def _not_listed(error: _Error) -> str:
    known = [value for value in error.validator_value if isinstance(value, str)]
    hint = " (write it in quotes)" if isinstance(error.instance, bool) else ""
    return f"{_shown(error.instance)} is unknown{hint}; known: {', '.join(known)}"


def _bad_pattern(error: _Error) -> str:
    if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", error.instance):
        return f"{_shown(error.instance)} contains a line break or another control character"
    described = error.schema.get("description", f"must match {error.validator_value}")
    return f"{_shown(error.instance)} is not accepted: {described}"


def _bad_format(error: _Error) -> str:
    if error.cause is not None and error.validator_value != "date":
        return str(error.cause)
    return f"{_shown(error.instance)} is no {error.validator_value} (like 2027-06-30)"


def _shown(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


_MESSAGES: Final[dict[str, Callable[[_Error], str]]] = {
    "type": _wrong_type,
    "dependentRequired": _incomplete,
    "not": _excluding,
    "enum": _not_listed,
    "pattern": _bad_pattern,
    "format": _bad_format,
    "minimum": lambda error: f"{_shown(error.instance)} is less than {error.validator_value}",
    "maximum": lambda error: f"{_shown(error.instance)} is more than {error.validator_value}",
    "exclusiveMinimum": lambda error: f"{_shown(error.instance)} must be more than {error.validator_value}",
    "minItems": lambda error: "must not be empty",  # noqa: ARG005
    "minLength": lambda error: "must not be empty",  # noqa: ARG005
}
