# ruff: noqa: INP001  # the plugins of a bundle put this directory on the path
"""What runs of a bundle tell each other: the journal, who is at work on which steps, and who waits.

The journal is the only record of what has become of a step. Beside it, `run/turns/` says what is true at this moment only:
a sheet of each run with the steps that it may still do, and a ticket of each step that waits for its turn. Both are held by
a lock of the kernel (flock) for as long as their writer lives, so what a killed run leaves behind says nothing: no process
number is compared, which another process could have by now, here or in another container. They are read, written and
removed only while the one lock of turns is held.
"""

import fcntl
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

BUNDLE: Final = Path(__file__).resolve().parents[1]
JOURNAL: Final = BUNDLE / "journal.jsonl"
TURNS: Final = BUNDLE / "run" / "turns"


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Nobody else takes a turn meanwhile, in any run of this bundle. OSError when `run/` cannot be written."""
    TURNS.mkdir(parents=True, exist_ok=True)
    lock = os.open(TURNS / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def append(entry: dict[str, Any]) -> None:
    """Add a line to the journal by one write, which two runs at once cannot mix up. OSError when it cannot be written."""
    line = json.dumps(entry).encode() + b"\n"
    file = os.open(JOURNAL, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        size = os.fstat(file).st_size
        if size > 0 and os.pread(file, 1, size - 1) != b"\n":  # torn when a run was killed
            line = b"\n" + line
        if os.write(file, line) < len(line):
            raise OSError(0, "only a part of a line could be written")
    finally:
        os.close(file)


@dataclass(frozen=True)
class Begun:
    """Which run began a step, and in which file of turns the step stands."""

    run: str | None
    wave: str | None


@dataclass
class Book:
    """What the journal says by now of each step: that it was begun, is done, or has failed and in which run."""

    begun: dict[str, Begun] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    failed: dict[str, Begun] = field(default_factory=dict)
    read: int = 0

    def read_on(self) -> None:
        """Read what was added since. OSError when the journal is there and cannot be read."""
        try:
            with JOURNAL.open("rb") as file:
                file.seek(self.read)
                text = file.read()
        except FileNotFoundError:
            return
        whole = text.rfind(b"\n") + 1
        self.read += whole
        for line in text[:whole].splitlines():
            self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            entry = json.loads(line)
            step, event, phase = entry["step"], entry["event"], entry.get("phase")
        except (ValueError, KeyError, TypeError, AttributeError):
            return  # torn when a run was killed
        if event == "begun" and phase:
            return
        begun = self.begun.pop(step, Begun(None, None))
        self.done.discard(step)
        self.failed.pop(step, None)
        if event == "begun":
            self.begun[step] = Begun(entry.get("run"), entry.get("wave"))
        elif event == "done":
            self.done.add(step)
        else:
            self.failed[step] = begun


class Paper:
    """A file that speaks for its writer while that lives: this process alone, not those that it forks."""

    def __init__(self, name: str, content: Any) -> None:
        self._path = TURNS / name
        self._file: int | None = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.register_at_fork(after_in_child=self.leave)
        self.write(content)

    def write(self, content: Any) -> None:
        """Say something else."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, json.dumps(content).encode(), 0)

    def drop(self) -> None:
        """Say nothing any more."""
        self._path.unlink(missing_ok=True)
        self.leave()

    def leave(self) -> None:
        """Let go of the file; the lock lasts for as long as any process has it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def papers(kind: str) -> dict[str, Any]:
    """What papers of a kind say whose writers live, by name; what the dead have left is removed."""
    found = {}
    for path in TURNS.glob(f"*.{kind}"):
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                found[path.stem] = json.loads(file.read())
            else:
                path.unlink()
    return found


class Sheet:
    """The steps that this run may still do, for everybody to see."""

    def __init__(self) -> None:
        self.run = uuid.uuid4().hex
        self._steps: set[str] = set()
        self._paper: Paper | None = None

    def tell(self, steps: set[str]) -> None:
        """From now on, it is these."""
        if steps == self._steps:
            return
        self._steps = steps
        with one_at_a_time():
            if self._paper:
                self._paper.write(sorted(steps))
            else:
                self._paper = Paper(f"{self.run}.run", sorted(steps))

    def close(self) -> None:
        """The run is over."""
        if self._paper:
            with one_at_a_time():
                self._paper.drop()
            self._paper = None

    def leave(self) -> None:
        """The run is over for all others, and what is left of it on the disk says nothing any more."""
        if self._paper:
            self._paper.leave()
            self._paper = None


@dataclass
class Here:
    """This run. The callback plugin fills it in; action plugins read it, in processes forked from the same one.

    `sheet` None: nobody keeps a journal of this run. `passes`: it is one that only looks, or may leave tasks out.
    """

    sheet: Sheet | None = None
    passes: bool = False


HERE: Final = Here()
