"""Variable files in JSON, as `planner collect` writes them: read at once, and each record with its line.

Ansible reads JSON too, but visits and tags every single value in Python and forgets the lines. What is read here is what
Ansible would read; whatever is out of the ordinary is left to it.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
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


@lru_cache(maxsize=2**16)
def is_ordinary(text: str) -> bool:
    """Whether it is a JSON object in which no key stands twice and nothing is nested deeply.

    A file is asked about twice, before Ansible sees it and when it does: whoever has read an inventory clears the cache.
    """
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
    for name, at, value, places in _variables(text):
        line, counted = line + text.count("\n", counted, at), at
        first, start = line, at
        for position, place in enumerate(places):
            first, start = first + text.count("\n", start, place), place
            value[position] = _tagged(value[position], file, first)
        found[name] = _tagged(value, file, line)
    return found


def _variables(text: str) -> Iterator[tuple[str, int, Any, list[int]]]:
    """Name, place and value of each member of the object, and the places of the items where it is a list."""
    at = _after(text, text.index("{") + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        begin = _after(text, _after(text, at) + 1)
        value, places, at = _items(text, begin) if text[begin] == "[" else _one(text, begin)
        yield name, begin, value, places
        at = _after(text, at)
        at = _after(text, at + 1) if text[at] == "," else at


def _one(text: str, at: int) -> tuple[Any, list[int], int]:
    value, end = _DECODER.raw_decode(text, at)
    return value, [], end


def _items(text: str, at: int) -> tuple[Any, list[int], int]:
    """The list that begins there, the places of its items, and the place behind it."""
    at, values, places = _after(text, at + 1), [], []
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        values.append(value)
        places.append(at)
        at = _after(text, end)
        at = _after(text, at + 1) if text[at] == "," else at
    return values, places, at + 1


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
