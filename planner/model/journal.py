"""What happened when a bundle was run: `journal.jsonl`, one event a line (schema in schemas/journal.schema.json)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from planner.errors import Problem

ROLLBACK: Final = "rollback"
"""The phase of the line that takes a step back: what had been done is no longer so."""


class Event(StrEnum):
    """What became of a step, or of a part of it where a phase is named."""

    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a journal; `at` has a time zone, `file` and `line` say where it stands.

    `step` is text from outside until a plan is found to have such a step. With a `phase`, BEGUN says that this part
    of the step begins (and the part before it ends), FAILED that the step failed in it; DONE never has one.
    `seconds` is what the tasks of the step took by themselves, without waiting for other steps, `parts` those of each
    part; both only at the end of a step, None and empty where the writer does not tell. `bytes` are those copied. `run` and
    `wave` say who began a step, and in which wave it is; the runs of a bundle need them, nobody else does.
    """

    step: str
    event: Event
    at: datetime
    file: str
    line: int
    phase: str | None = None
    bytes: int | None = None
    seconds: float | None = None
    parts: Mapping[str, float] = field(default_factory=dict)
    run: str | None = None
    wave: str | None = None

    @property
    def place(self) -> str:
        """`file:line` of the entry."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """The entries of a journal in the order of the file, and what had to be left out of it."""

    file: str
    entries: tuple[Entry, ...]
    notes: tuple[Problem, ...] = ()
