"""A journal from its file: every line checked, a line that was cut off by a killed run left out and told."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NoReturn

from planner.errors import InputError, Problem
from planner.model.journal import Entry, Event, Journal
from planner.read.document import Document, Locator, written
from planner.read.schema import complaints

_TORN: Final = "is cut off, as when a run is killed: left out"


def read_journal(path: Path) -> Journal:
    """The journal at `path`.

    Raises InputError when it cannot be read, and with every line that is not of the schema. A line that was cut off
    is left out with a note.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise InputError((Problem(file=str(path), message=f"cannot be read: {error.strerror}"),)) from error
    found = [_entry(line, str(path), number) for number, line in enumerate(lines, start=1) if line.strip()]
    problems = tuple(problem for one in found if isinstance(one, tuple) for problem in one)
    if problems:
        raise InputError(problems)
    return Journal(
        file=str(path),
        entries=tuple(one for one in found if isinstance(one, Entry)),
        notes=tuple(one for one in found if isinstance(one, Problem)),
    )


def _entry(line: bytes, file: str, number: int) -> Entry | Problem | tuple[Problem, ...]:
    """The entry of a line, a note that it is cut off, or all that is wrong with it."""
    try:
        data = json.loads(line.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        if _is_torn(line):
            return Problem(file=file, line=number, message=_TORN)
        return (Problem(file=file, line=number, message=f"is no JSON: {error}"),)
    problems = tuple(_problems(data, file, number))
    return problems or _built(data, file, number)


def _is_torn(line: bytes) -> bool:
    """Whether a line was begun like an entry and never ended; a power cut may leave zeros instead."""
    text = line.strip(b" \r\t\0")
    return not text or (text.startswith(b"{") and not text.endswith(b"}"))


def _problems(data: Any, file: str, number: int) -> Iterator[Problem]:
    document = Document(name="", raw=data, locator=Locator(typed=Path()))
    found = complaints(document, "journal")
    for path, message in found:
        yield Problem(file=file, line=number, path=written("", path) or None, message=message)
    if not found:
        try:
            datetime.fromisoformat(data["at"])
        except ValueError as error:
            yield Problem(file=file, line=number, path="at", message=f"is no time: {error}")


def _built(data: dict[str, Any], file: str, number: int) -> Entry:
    known = {key: value for key, value in data.items() if key not in {"event", "at"}}
    return Entry(
        event=Event(data["event"]), at=datetime.fromisoformat(data["at"]), file=file, line=number, **known
    )


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")
