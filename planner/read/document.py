"""Values as Ansible read them: a plain copy to work with, and the way back to file and line.

Ansible tags what it loads with its origin, marks what it may template and decrypts late. Only this module
knows those types; nothing is ever templated here.
"""

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from ansible._internal._datatag._tags import Origin
from ansible.errors import AnsibleError
from ansible.module_utils._internal._datatag import AnsibleTagHelper
from ansible.parsing.vault import EncryptedString

from planner.errors import Problem

DataPath = tuple[str | int, ...]
"""Keys and indexes from a document's root to a value in it."""

_SCALARS: Final = {str, int, bool, type(None)}
_NATIVE: Final = {*_SCALARS, float, dict, list}


@dataclass(frozen=True, kw_only=True)
class Locator:
    """How files are named: as the operator typed the source, and relative to it."""

    typed: Path

    @cached_property
    def _roots(self) -> tuple[Path, ...]:
        """The directory as absolute path, as typed and with links followed: Ansible uses both."""
        return self.typed.absolute(), self.typed.resolve()

    def shown(self, path: str) -> str:
        """The path of a file as the operator would type it."""
        return str(self.typed / self.relative(path))

    def reworded(self, message: str) -> str:
        """A message in which files are named as the operator would type them."""
        typed = "" if self.typed == Path() else f"{self.typed}/"
        return message.replace(f"{self.typed.absolute()}/", typed)

    def relative(self, path: str) -> str:
        """The path of a file from the inventory's directory, wherever that lies; others stay absolute."""
        if path not in self._known:
            inside = (Path(path).relative_to(root) for root in self._roots if Path(path).is_relative_to(root))
            self._known[path] = next((found.as_posix() for found in inside), path)
        return self._known[path]

    @cached_property
    def _known(self) -> dict[str, str]:
        """Relative paths by path: a file is asked for once for each thing in it."""
        return {}


@dataclass(frozen=True, kw_only=True)
class Document:
    """A named value that was read; `file` is what to blame where Ansible has lost the origin."""

    name: str
    raw: Any
    locator: Locator
    file: str | None = None

    @property
    def data(self) -> Any:
        """The value in plain types: text decrypted (None where it cannot be), dates as ISO 8601."""
        return self._read[0]

    @cached_property
    def unreadable(self) -> tuple[tuple[DataPath, str], ...]:
        """Where something is encrypted that cannot be decrypted, and what Ansible says about it."""
        return tuple(_encrypted(self.raw, ())) if self._read[1] else ()

    @cached_property
    def _read(self) -> tuple[Any, list[EncryptedString]]:
        """The value in plain types, and what was encrypted in it."""
        met: list[EncryptedString] = []
        return _plain(self.raw, met), met

    def problem(self, message: str, path: DataPath = ()) -> Problem:
        """A problem with the value at `path`."""
        file, line = self._place(path)
        return Problem(
            file=self.locator.shown(file) if file else None,
            line=line,
            path=written(self.name, path),
            message=message,
        )

    def origin(self, path: DataPath = ()) -> str | None:
        """`file:line` of the value at `path`, relative to the inventory."""
        file, line = self._place(path)
        shown = self.locator.relative(file) if file else None
        return f"{shown}:{line}" if shown and line else shown

    def _place(self, path: DataPath) -> tuple[str | None, int | None]:
        """File and line of the last value on the way to `path` whose origin is known."""
        places = [place for place in map(file_and_line, _way(self.raw, path)) if place]
        return places[-1] if places else (self.file, None)


def _plain(value: Any, met: list[EncryptedString]) -> Any:
    """The value in plain types; what is encrypted in it is `met`."""
    if type(value) in _SCALARS:
        return value
    if isinstance(value, EncryptedString):
        met.append(value)
        return _decrypted(value)[0]
    native = value if type(value) in _NATIVE else AnsibleTagHelper.as_native_type(value)
    if isinstance(native, list | tuple):
        return [_plain(item, met) for item in native]
    if isinstance(native, dict | Mapping):
        return {str(key): _plain(item, met) for key, item in native.items()}
    return _plain_scalar(native)


def _plain_scalar(native: Any) -> Any:
    match native:
        case dt.date():
            return native.isoformat()
        case float() if not math.isfinite(native):
            return str(native)
        case _:
            return native


def _encrypted(value: Any, path: DataPath) -> Iterator[tuple[DataPath, str]]:
    if isinstance(value, EncryptedString) and (said := _decrypted(value)[1]):
        yield path, f"cannot be decrypted: {said}; set ANSIBLE_VAULT_PASSWORD_FILE"
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _encrypted(item, (*path, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _encrypted(item, (*path, index))


def _decrypted(value: Any) -> tuple[str | None, str | None]:
    """The text behind an encrypted value, or why there is none."""
    try:
        return str(AnsibleTagHelper.as_native_type(str(value))), None
    except (AnsibleError, ValueError) as error:
        return None, one_line(error)


def file_and_line(value: Any) -> tuple[str, int | None] | None:
    """Where Ansible says a value comes from; what a script printed comes from the script."""
    origin = value if isinstance(value, Origin) else Origin.get_tag(value)
    if origin is None or origin.path:
        return origin and (origin.path, origin.line_num)
    script = re.search(r"'(/[^']+)'>$", origin.description or "")
    return (script[1], None) if script else None


def written(name: str, path: DataPath) -> str:
    """A path as people write it.

    >>> written("planner_vms", (3, "disks", 0, "capacity"))
    'planner_vms[3].disks[0].capacity'
    """
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return (name + steps).lstrip(".")


def one_line(message: object) -> str:
    """A message without line breaks and without its final full stop."""
    return " ".join(str(message).split()).removesuffix(".")


def _way(value: Any, path: DataPath) -> Iterator[Any]:
    """Everything that may carry an origin on the way to `path`: values, and the keys of untaggable ones."""
    yield value
    for step in path:
        if isinstance(value, Mapping):
            key = next((key for key in value if str(key) == step), None)
            if key is None:
                return
            yield key
            value = value[key]
        elif isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        else:
            return
        yield value
