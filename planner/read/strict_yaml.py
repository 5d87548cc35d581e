"""YAML that is safe to construct: looked at as a stream of events, before anything is built from it.

Ansible's loader expands anchors without limit, runs into its recursion limit on deep nesting and keeps
the last of two equal keys; all of that is said here, with its line, instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from planner.errors import Problem
from planner.read.plain_json import DEEPEST, is_ordinary

LARGEST_EXPANSION: Final = 1_000_000
"""Values that the aliases of one file may stand for, besides those written out."""

_TOO_DEEP: Final = f"is nested more than {DEEPEST} deep"
_DEPTH_OF_LIBYAML: Final = "exceeded maximum nesting depth"
"""What newer releases of libyaml say of a thousand levels, before any of them is an event."""
_VAULT: Final = b"$ANSIBLE_VAULT;"
_PYTHON_TAG: Final = "tag:yaml.org,2002:python/"
_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _HopelessError(Exception):
    """Reading on would help nobody, or harm."""


@dataclass(slots=True)
class _Collection:
    """A mapping or sequence that is being read; `size` counts the values in it, aliases expanded."""

    is_mapping: bool
    anchor: str | None
    size: int = 1
    children: int = 0
    keys: set[str] = field(default_factory=set)

    def repeated_key(self, event: Any) -> str | None:
        """The text of `event` when it is a key that stood in this mapping before; counts it as a child."""
        self.children += 1
        if not self.is_mapping or self.children % 2 == 0 or not isinstance(event, yaml.ScalarEvent):
            return None
        key = str(event.value)
        if key in self.keys and key != "<<":
            return key
        self.keys.add(key)
        return None


def yaml_problems(path: Path, shown: str) -> tuple[Problem, ...]:
    """Everything about a YAML file that makes it unfit to be constructed; `shown` is its name in messages.

    An encrypted file passes: whoever holds its password wrote it.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        return (Problem(file=shown, message=f"cannot be read: {error.strerror}"),)
    if content.startswith(_VAULT):
        return ()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return (Problem(file=shown, line=line, message="is not UTF-8: save the file as UTF-8"),)
    if path.suffix == ".json" and is_ordinary(text):
        return ()
    return tuple(Problem(file=shown, line=line, message=message) for line, message in _complaints(text))


def _complaints(text: str) -> Iterator[tuple[int, str]]:
    events: Iterator[Any] = yaml.parse(text, Loader=_Loader)
    scan, line = _Scan(), 1
    try:
        for event in events:
            line = event.start_mark.line + 1
            yield from ((line, message) for message in scan.look_at(event))
    except _HopelessError as error:
        yield line, str(error)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(part for part in (error.context, error.problem) if part)
        told = _TOO_DEEP if _DEPTH_OF_LIBYAML in said else f"is broken YAML: {said}"
        yield (mark.line + 1 if mark else line), told
    except yaml.reader.ReaderError as error:
        yield text.count("\n", 0, error.position) + 1, f"is broken YAML: {error.reason}"


@dataclass(slots=True)
class _Scan:
    """What is known halfway through a file: open collections, sizes of anchors, values behind aliases."""

    collections: list[_Collection] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    expanded: int = 0

    def look_at(self, event: Any) -> Iterator[str]:
        """Complaints about one event. Raises _HopelessError when the rest must not be read."""
        if (getattr(event, "tag", None) or "").startswith(_PYTHON_TAG):
            yield "asks for a Python object: remove the tag"
        if isinstance(event, yaml.CollectionEndEvent):
            closed = self.collections.pop()
            self._count(closed.anchor, closed.size)
        elif isinstance(event, yaml.NodeEvent):
            if self.collections and (key := self.collections[-1].repeated_key(event)) is not None:
                yield f"the key {key!r} stands here a second time: keep one of them"
            self._enter(event)

    def _enter(self, event: Any) -> None:
        match event:
            case yaml.CollectionStartEvent():
                is_mapping = isinstance(event, yaml.MappingStartEvent)
                self.collections.append(_Collection(is_mapping=is_mapping, anchor=event.anchor))
                if len(self.collections) > DEEPEST:
                    raise _HopelessError(_TOO_DEEP)
            case yaml.AliasEvent():
                self._expand(str(event.anchor))
            case _:
                self._count(event.anchor, 1)

    def _expand(self, anchor: str) -> None:
        if anchor not in self.sizes:
            raise _HopelessError(f"the alias *{anchor} stands for nothing, or for what contains it")
        self.expanded += self.sizes[anchor]
        if self.expanded > LARGEST_EXPANSION:
            raise _HopelessError(f"the alias *{anchor} brings its file beyond {LARGEST_EXPANSION} values")
        self._count(None, self.sizes[anchor])

    def _count(self, anchor: str | None, size: int) -> None:
        if anchor is not None:
            self.sizes[anchor] = size
        if self.collections:
            self.collections[-1].size += size
