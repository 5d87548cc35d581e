"""A document as it would be with other values in it: `decision.weights.downtime=10`, `clusters[Alpha].target=xcp-ng-8.3`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import yaml

from planner.errors import InputError, Problem

_PART: Final = re.compile(r"(?:^|(?<!^)\.)(?P<key>[A-Za-z_][\w-]*)|\[(?P<entry>[^\]]+)\]")


def changed(data: Any, assignments: Iterable[str], words: Mapping[str, str]) -> Any:
    """The data with every `KEY=VALUE` in it; the value is YAML, so `[kvm, linux]` is a list.

    `words` says by which key the entries of a list are told apart: an entry that is not there yet is added.
    Raises InputError when an assignment is none. Whether the result makes sense is for its schema to say.

    >>> changed({"a": 1}, ["b.c=2"], {})
    {'a': 1, 'b': {'c': 2}}
    >>> changed({}, ["clusters[A].target=x"], {"clusters": "cluster"})
    {'clusters': [{'cluster': 'A', 'target': 'x'}]}
    """
    for assignment in assignments:
        key, value = _parsed(assignment)
        data = _set(data, key, value, words)
    return data


def _parsed(assignment: str) -> tuple[tuple[tuple[str, bool], ...], Any]:
    """The parts of the key, each with whether it is the name of a list's entry, and the value."""
    key, sign, text = assignment.partition("=")
    parts = tuple(_PART.finditer(key))
    if not sign or not parts or "".join(part[0] for part in parts) != key or parts[0]["key"] is None:
        raise _refused(
            assignment,
            "is no KEY=VALUE such as decision.weights.downtime=10 or clusters[Alpha].target=xcp-ng-8.3",
        )
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise _refused(assignment, f"has no YAML behind the sign: {' '.join(str(error).split())}") from error
    return tuple((part["key"] or part["entry"], part["key"] is None) for part in parts), value


def _set(
    data: Any, key: tuple[tuple[str, bool], ...], value: Any, words: Mapping[str, str], above: str = ""
) -> Any:
    if not key:
        return value
    (name, is_entry), *rest = key
    below = tuple(rest)
    if not is_entry:
        known = data if isinstance(data, Mapping) else {}
        return {**known, name: _set(known.get(name), below, value, words, name)}
    word = words.get(above, "name")
    entries = list(data) if isinstance(data, list) else []
    at = next(
        (at for at, entry in enumerate(entries) if isinstance(entry, Mapping) and entry.get(word) == name),
        None,
    )
    new = _set({word: name} if at is None else entries[at], below, value, words)
    return [*entries, new] if at is None else [*entries[:at], new, *entries[at + 1 :]]


def _refused(assignment: str, message: str) -> InputError:
    return InputError((Problem(path=f"--what-if {assignment}", message=message),))
