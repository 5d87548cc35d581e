"""Variable files in JSON, as `planner collect` writes them: read at once, and each record with its line.

Ansible reads JSON too, but visits and tags every single value in Python and forgets the lines. What is read here is what
Ansible would read; whatever is out of the ordinary is left to it.
"""

import json
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, Final

from ansible._internal._datatag._tags import Origin

DEEPEST: Final = 100
"""Nesting that no real inventory reaches, and that every parser survives."""
_UNSAFE: Final = "__ansible_unsafe"
_PECULIAR: Final = re.compile(r"\\u[dD][89a-fA-F]|__ansible_(?!unsafe\")|__jsonvalue__")
"""Halves of characters, and values that Ansible makes something else of."""
_NO_BRACKETS: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[^][{}"]+')
_STEPS: Final = {"[": 1, "{": 1, "]": -1, "}": -1}
_SPACE: Final = re.compile(r"[ \t\n\r]*")


class _OddError(ValueError):
    """Something that is better left to Ansible, or said by the strict look at YAML."""


def is_ordinary(text: str) -> bool:
    """Whether it is a JSON object in which no key stands twice and nothing is nested deeply."""
    if _PECULIAR.search(text) or not text.lstrip().startswith("{"):
        return False
    steps = map(_STEPS.get, _NO_BRACKETS.sub("", text))
    if max(accumulate(step or 0 for step in steps), default=0) > DEEPEST:
        return False
    try:
        _DECODER.decode(text)
    except ValueError:
        return False
    return True


def located(text: str, file: str) -> dict[str, Any] | None:
    """The variables of an ordinary file; None for any other.

    Each variable, and each item of a variable that is a list, carries the line where it begins.
    """
    if not is_ordinary(text):
        return None
    found: dict[str, Any] = {}
    line, counted = 1, 0
    for name, at, value in _variables(text):
        line, counted = line + text.count("\n", counted, at), at
        items = [*_items(text, at)] if isinstance(value, list) else []
        if items:
            first, start, numbered = line, at, []
            for begin, item in items:
                first, start = first + text.count("\n", start, begin), begin
                numbered.append(_tagged(item, file, first))
            value = numbered  # noqa: PLW2901  # the same list, its items with their lines
        found[name] = _tagged(value, file, line)
    return found


def _variables(text: str) -> Iterator[tuple[str, int, Any]]:
    """Name, place and value of each member of the object."""
    at = _after(text, text.index("{") + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        begin = _after(text, _after(text, at) + 1)
        value, at = _DECODER.raw_decode(text, begin)
        yield name, begin, value
        at = _after(text, at)
        at = _after(text, at + 1) if text[at] == "," else at


def _items(text: str, at: int) -> Iterator[tuple[int, Any]]:
    """Place and value of each item of the list that begins there."""
    at = _after(text, at + 1)
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        yield at, value
        at = _after(text, end)
        at = _after(text, at + 1) if text[at] == "," else at


def _after(text: str, at: int) -> int:
    """The place of what follows the white space there."""
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _tagged(value: Any, file: str, line: int) -> Any:
    return value if value is None or isinstance(value, bool) else Origin(path=file, line_num=line).tag(value)


def _object(pairs: list[tuple[str, Any]]) -> Any:
    if len(pairs) == 1 and pairs[0][0] == _UNSAFE:
        return pairs[0][1]
    found = dict(pairs)
    if len(found) < len(pairs) or _UNSAFE in found:
        raise _OddError
    return found


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object)
