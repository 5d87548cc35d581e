"""JSON of other systems, read strictly: whatever is not what it should be becomes a problem with its place."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from planner.errors import InputError, Problem
from planner.model.estate import Estate
from planner.read.formats import mac
from planner.read.gather import gather
from planner.read.outside import line
from planner.read.source import read_json

Bounds = tuple[int, int]
"""The least and the most that a number can be in earnest."""

VCPUS: Final = (1, 10_000)
MEMORY: Final = (1, 2**50)
CAPACITY: Final = (0, 2**60)
ANY_VLAN: Final = (0, 4094)
ANY_MTU: Final = (0, 65_535)
ANY: Final = (0, 2**63 - 1)

_LEAST_MTU: Final = 576
"""Below, a number of MTU is a word: 0 and 1 mean "as the bridge has it" in oVirt and Proxmox VE."""
_WHOLE: Final = re.compile(r"-?\d{1,30}")
_FLAGS: Final = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An object of a document. `path` is its place there; `problems` collects what is wrong with it."""

    data: Mapping[str, Any]
    file: str
    problems: list[Problem]
    path: str = ""

    @property
    def origin(self) -> str:
        """The file's own name."""
        return Path(self.file).name

    def has(self, *keys: str) -> bool:
        """Whether it has all these keys, with any value."""
        return all(key in self.data for key in keys)

    def inner(self, key: str) -> "Record":
        """The object under a key; one without anything when there is none."""
        value = self.data.get(key)
        if value is not None and not isinstance(value, Mapping):
            self.wrong(key, "an object")
            value = None
        return self._below(key, value or {})

    def many(self, key: str) -> tuple["Record", ...]:
        """The objects of the list under a key; () when there is none."""
        value = self.data.get(key)
        if value is not None and not isinstance(value, list):
            self.wrong(key, "a list")
            return ()
        return tuple(self._objects(key, value or ()))

    def text(self, key: str) -> str | None:
        """The text under a key, as it stands; None when it is empty. A number counts as its digits."""
        value = self.data.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            self.wrong(key, "text")
            return None
        return str(value)

    def line(self, key: str) -> str | None:
        """Text that only people read."""
        return line(self.text(key))

    def uuid(self, key: str) -> str | None:
        """An identifier in lower case, without braces."""
        found = self.text(key)
        return found.lower().strip("{}") if found else None

    def number(self, key: str, bounds: Bounds = ANY) -> int | None:
        """The whole number under a key, given as a number or as its digits."""
        value = self.data.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, str) and _WHOLE.fullmatch(value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(key, "a whole number")
            return None
        if not bounds[0] <= value <= bounds[1]:
            self.wrong(key, f"{bounds[0]} to {bounds[1]}")
            return None
        return value

    def size(self, key: str, unit: int, bounds: Bounds = CAPACITY) -> int | None:
        """A size in bytes, of a number that counts `unit`; None when it is zero, which says nothing."""
        found = self.number(key, (bounds[0], bounds[1] // unit))
        return found * unit if found else None

    def mtu(self, key: str) -> int | None:
        """An MTU; None for the words 0 and 1."""
        found = self.number(key, ANY_MTU)
        return found if found and found >= _LEAST_MTU else None

    def flag(self, key: str) -> bool | None:
        """Yes or no, also as the text or the number of it."""
        value = self.data.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return value
        found = _FLAGS.get(str(value).lower())
        if found is None:
            self.wrong(key, "true or false")
        return found

    def mac(self, key: str) -> str | None:
        """A MAC address; zeros are one that is not given out yet."""
        found = self.text(key)
        if found is None or not found.strip("0:-."):
            return None
        try:
            return mac(found)
        except ValueError:
            self.wrong(key, "a MAC address")
            return None

    def wrong(self, key: str, expected: str) -> None:
        """Say that a value is not what it should be."""
        shown = repr(self.data.get(key))
        self.say(key, f"{shown if len(shown) < 60 else shown[:60] + '…'} is not {expected}")

    def say(self, key: str, message: str) -> None:
        """Say what is wrong at a key."""
        self.problems.append(Problem(file=self.file, path=self._place(key), message=message))

    def _place(self, key: str) -> str:
        return f"{self.path}.{key}".strip(".")

    def _below(self, key: str, value: Mapping[str, Any]) -> "Record":
        return Record(data=value, file=self.file, problems=self.problems, path=self._place(key))

    def _objects(self, key: str, values: Iterable[object]) -> Iterator["Record"]:
        for index, value in enumerate(values):
            if isinstance(value, Mapping):
                yield self._below(f"{key}[{index}]", value)
            else:
                self.say(f"{key}[{index}]", f"{value!r:.60} is not an object")


def document(path: Path, data: object, problems: list[Problem]) -> Record:
    """A whole document; a list of objects stands under the empty key."""
    found = data if isinstance(data, Mapping) else {"": data}
    return Record(data=found, file=str(path), problems=problems)


def read_all(
    files: Iterable[Path], read: Callable[[Record], None], problems: list[Problem], paths: list[str]
) -> None:
    """Hand every file's document to a reader and note its path; what is no JSON becomes a problem."""
    for path in files:
        paths.append(str(path))
        try:
            data = read_json(path)
        except InputError as error:
            problems.extend(error.problems)
        else:
            read(document(path, data, problems))


def common_source(paths: Sequence[str]) -> str:
    """What to call files together: the file itself, or the folder that they are all in."""
    return paths[0] if len(paths) == 1 else os.path.commonpath(paths) if paths else "."


def settled(estate: Callable[[], Estate], problems: list[Problem], source: str) -> Estate:
    """The estate when nothing is wrong; what no single file is to blame for is said of the whole source.

    Raises InputError with every problem.
    """
    found = estate()
    if problems:
        raise InputError(tuple(dict.fromkeys(problems)))
    try:
        return gather(found)
    except InputError as error:
        raise InputError(
            tuple(replace(problem, file=problem.file or source) for problem in error.problems)
        ) from error
