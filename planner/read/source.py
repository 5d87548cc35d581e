"""What a source looks like before anybody has read it, and what a reader of files is."""

import codecs
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from planner.errors import InputError, Problem
from planner.model.estate import Estate

HEAD_BYTES: Final = 64 * 1024
"""As much of a file as a format is recognised by."""
LARGEST_TEXT_BYTES: Final = 256 * 1024**2
"""Of a text file that is read whole: a dump of 20,000 VMs has about 100 MB."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A file to be recognised: its path, and what it begins with."""

    path: Path
    head: bytes

    @classmethod
    def of(cls, path: Path) -> "Sample":
        """The sample of a file. Raises OSError when it cannot be read."""
        with path.open("rb") as stream:
            return cls(path=path, head=stream.read(HEAD_BYTES))

    @cached_property
    def text(self) -> str:
        """The beginning as text, whatever its encoding: UTF-8 or UTF-16 with a mark, else as far as it goes."""
        return self.head.decode(encoding_of(self.head) or "utf-8", errors="replace")

    @cached_property
    def json(self) -> Any:
        """The whole file as JSON; None when it is none. Text decides: it must begin like an object or a list."""
        if not self.text.lstrip().startswith(("{", "[")):
            return None
        try:
            return read_json(self.path)
        except InputError:
            return None


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format of files: `kind` is its word for `--as`, `title` what people call it.

    `read` gets all files of one source that are of this format (at least one), in the order of their paths,
    and takes each from the iterable when it begins with it: that moves the progress bar.
    It raises InputError with every problem of every file.
    """

    kind: str
    title: str
    recognises: Callable[[Sample], bool]
    read: Callable[[Iterable[Path]], Estate]


def encoding_of(head: bytes) -> str | None:
    """The encoding that a byte order mark declares; None without one."""
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def read_text(path: Path, *fallbacks: str) -> str:
    """A text file: UTF-8 or UTF-16 with a mark, else UTF-8, else the first of `fallbacks` that fits.

    Raises InputError when it is too large, fits no encoding, or cannot be read.
    """
    try:
        if path.stat().st_size > LARGEST_TEXT_BYTES:
            limit = LARGEST_TEXT_BYTES // 1024**2
            raise _refused(path, f"is larger than {limit} MiB: no such file of this kind is")
        content = path.read_bytes()
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror}") from error
    marked = encoding_of(content)
    for encoding in (marked,) if marked else ("utf-8", *fallbacks):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    tried = ", ".join((marked,) if marked else ("UTF-8", *fallbacks))
    raise _refused(path, f"is no text in {tried}: save it as UTF-8")


def read_json(path: Path) -> Any:
    """A JSON file, with keys unique in each object.

    Raises InputError with the line where it breaks off, or where a key stands twice.
    """
    text = read_text(path)
    try:
        return json.loads(text, object_pairs_hook=_unique_keys)
    except json.JSONDecodeError as error:
        problem = Problem(
            file=str(path), line=error.lineno, message=f"is no JSON: {error.msg} (column {error.colno})"
        )
        raise InputError((problem,)) from error
    except (ValueError, RecursionError) as error:
        reason = "is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise _refused(path, reason) from error


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"has the key {twice!r} twice in one object: keep one")
    return found


def _refused(path: Path, message: str) -> InputError:
    return InputError((Problem(file=str(path), message=message),))
