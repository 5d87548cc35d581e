"""Records with every field that the published data model of XAPI gives a class, at a release."""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

MODEL = Path(__file__).parents[4] / "shared" / "corpora" / "xapi" / "xenapi.json"
NULL = "OpaqueRef:NULL"
LATEST = "latest"
# XenServer's releases by their code names, in order; later ones are numbered.
_RELEASES = [
    *("rio", "miami", "orlando", "george", "midnight-ride", "cowley", "boston", "tampa", "clearwater"),
    *(
        "clearwater-whetstone",
        "vgpu-tech-preview",
        "vgpu-productisation",
        "creedence",
        "cream",
        "dundee",
        "ely",
    ),
    *("falcon", "inverness", "jura", "kolkata", "lima", "naples", "quebec", "stockholm"),
]


def _text(default: str) -> str:
    return json.loads(default) if re.fullmatch(r'"[^"]*"', default) else ""


_EMPTY: dict[str, Any] = {"set": [], "map": {}, "ref": NULL}
_SIMPLE: dict[str, Callable[[str], Any]] = {
    "bool": lambda default: default == "true",
    "string": _text,
    "int": lambda default: default if default.lstrip("-").isdigit() else "0",
    "float": lambda _: 0.0,
    "datetime": lambda _: "19700101T00:00:00Z",
}


@cache
def classes() -> dict[str, Any]:
    return {one["name"]: one for one in json.loads(MODEL.read_text(encoding="utf-8"))}


def record(of: str, release: str = LATEST, **values: Any) -> dict[str, Any]:
    """A record of a class: every field of the release, at its default or the first value of its type."""
    fields = {
        field["name"]: _value(classes()[of], field)
        for field in classes()[of]["fields"]
        if _since(field) <= _rank(release)
    }
    if unknown := values.keys() - {field["name"] for field in classes()[of]["fields"]}:
        raise AssertionError(f"{of} has no {sorted(unknown)}: the model says what there is")
    return fields | {name: value for name, value in values.items() if name in fields}


def listed(release: str) -> list[str]:
    """The classes of a release that `get_all_records` tells of."""
    return [
        of
        for of, one in classes().items()
        if has(of, release) and any(message["name"] == "get_all_records" for message in one["messages"])
    ]


def has(of: str, release: str) -> bool:
    """Whether a release has objects of a class."""
    return min(_rank(change["release"]) for change in classes()[of]["lifecycle"]["transitions"]) <= _rank(
        release
    )


def _rank(release: str) -> int:
    return _RELEASES.index(release) if release in _RELEASES else len(_RELEASES)


def _since(field: dict[str, Any]) -> int:
    return min(_rank(change["release"]) for change in field["lifecycle"]["transitions"])


def _value(of: dict[str, Any], field: dict[str, Any]) -> Any:
    kind, default = field["type"], field.get("default")
    shape = kind.rpartition(" ")[2]
    if shape in _EMPTY:
        return type(_EMPTY[shape])(_EMPTY[shape])
    if kind.startswith("enum "):
        names = {one["name"]: [value["name"] for value in one["values"]] for one in of["enums"]}
        known = names.get(kind.removeprefix("enum "), [default or "unknown"])
        return default if default in known else known[0]
    return _SIMPLE[kind](default or "")
