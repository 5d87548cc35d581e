# ruff: noqa: INP001  # Ansible finds plugins by their directory, not by import
"""Writes `journal.jsonl` beside the bundle's inventory: which step of the plan began, was done or failed, and when.

The plays of a bundle say which inventory host carries out which step (`planner_steps`; a host that is not named there is
called like its step) and mark where a step begins and where it is done (`planner_journal` of a task). Nothing that comes
from outside is written: step ids, words of this file, and times.
"""

import json
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ansible import context
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
    name: planner_journal
    type: notification
    short_description: journal of the steps of a plan
    description:
      - Appends a line to journal.jsonl whenever a step of the plan begins, goes on to another part, is done or fails.
"""

JOURNAL: Final = Path(__file__).resolve().parents[1] / "journal.jsonl"

# The part of a move that the tasks of a file belong to. Tasks of a file that is not named belong to the part before.
PARTS: Final = {
    ("vm_claim", "quiesce.yml"): "shutdown",
    ("vm_fetch", "main.yml"): "copy",
    ("vm_move_kvm", "virt_v2v.yml"): "convert",
    ("vm_move_kvm", "define.yml"): "convert",
    ("vm_move_kvm", "verify.yml"): "verify",
    ("vm_move_kvm", "boot.yml"): "verify",
    ("vm_move_kvm", "cutover.yml"): "cutover",
    ("vm_move_kvm", "undo.yml"): "undo",
    ("vm_move_xcpng", "image.yml"): "convert",
    ("vm_move_xcpng", "define.yml"): "verify",
    ("vm_move_xcpng", "upload.yml"): "copy",
    ("vm_move_xcpng", "nic.yml"): "verify",
    ("vm_move_xcpng", "boot.yml"): "verify",
    ("vm_move_xcpng", "cutover.yml"): "cutover",
    ("vm_move_xcpng", "undo.yml"): "undo",
}
# With these, some tasks of a step may be left out, so nobody can say that it is done.
PARTIAL: Final = ("skip_tags", "start_at_task", "step")


@dataclass
class Running:
    """A step that has begun. `own` and `parts` are seconds of its own tasks, without waiting for others of its play."""

    step: str
    last: datetime
    part: str | None = None
    own: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Follows the steps of the play that runs."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "planner_journal"

    def __init__(self) -> None:
        super().__init__()
        self._steps: dict[str, str] = {}
        self._running: dict[str, Running] = {}
        self._started: dict[str, float] = {}
        self._file: int | None = None

    def v2_playbook_on_start(self, playbook: Any) -> None:
        """Decide whether this run is one that counts."""
        del playbook
        options = context.CLIARGS
        partial = [name for name in PARTIAL if options.get(name)]
        self.disabled = bool(options.get("check") or partial)
        if partial and not options.get("check"):
            given = ", ".join(f"--{name.replace('_', '-')}" for name in partial)
            self._display.warning(
                f"journal.jsonl is not written: with {given} steps may be done in part only"
            )

    def v2_playbook_on_play_start(self, play: Any) -> None:
        """End what the play before left open, and learn which steps this one carries out."""
        self._end_open()
        named = play.vars.get("planner_steps", {})
        self._steps = {str(host): str(step) for host, step in named.items()}

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        """Start the clock of a task, and begin another part of a step where its file says so."""
        self._started[host.name] = time.monotonic()
        running = self._running.get(host.name)
        part = _part(task)
        if running and part and part != running.part:
            running.part = part
            self._write(running.step, "begun", _now(), phase=part)

    def v2_runner_on_ok(self, result: Any) -> None:
        """Count the task's time; begin or end a step where the task marks it."""
        self._count(result)
        mark = result.task.vars.get("planner_journal")
        name = result.host.name
        step = self._steps.get(name, name)
        if mark == "begun":
            self._running[name] = Running(step=step, last=_now())
            self._write(step, "begun", self._running[name].last)
        elif mark == "undone":
            self._write(step, "failed", _now(), phase="rollback")
        elif mark == "done" and name in self._running:
            self._end(self._running.pop(name), "done")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:  # noqa: FBT001, FBT002
        """Count the task's time; whether the step has failed shows when its play is over: tasks can be rescued."""
        del ignore_errors
        self._count(result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Count the task's time."""
        self._count(result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Count the task's time."""
        self._count(result)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """End what the last play left open."""
        del stats
        self._end_open()

    def _count(self, result: Any) -> None:
        started = self._started.pop(result.host.name, None)
        running = self._running.get(result.host.name)
        if started is None or running is None:
            return
        seconds = time.monotonic() - started
        running.last = _now()
        running.own += seconds
        if running.part:
            running.parts[running.part] = running.parts.get(running.part, 0.0) + seconds

    def _end_open(self) -> None:
        """A play is over: whatever it has begun and not done has failed, by itself or because others did."""
        for running in self._running.values():
            self._end(running, "failed")
        self._running = {}
        self._started = {}

    def _end(self, running: Running, event: str) -> None:
        parts = {name: round(seconds, 1) for name, seconds in running.parts.items()}
        phase = {"phase": running.part} if event == "failed" and running.part else {}
        measured = {"seconds": round(running.own, 1)} | ({"parts": parts} if parts else {})
        self._write(running.step, event, running.last, **phase, **measured)

    def _write(self, step: str, event: str, at: datetime, **more: Any) -> None:
        """Append one line by one write, which two runs at once cannot mix up. What goes wrong stops no run."""
        if self.disabled:
            return
        entry = {"step": step, "event": event, "at": at.isoformat(timespec="milliseconds"), **more}
        line = json.dumps(entry).encode() + b"\n"
        try:
            if self._file is None:
                self._file, torn = _opened(JOURNAL)
                line = b"\n" + line if torn else line
            if os.write(self._file, line) < len(line):
                raise OSError(0, "only a part of a line could be written")  # noqa: TRY301
        except OSError as error:
            self.disabled = True
            self._display.warning(f"{JOURNAL} is not written any more: {error.strerror}")


def _opened(path: Path) -> tuple[int, bool]:
    """The journal, to append to, and whether its last line was torn when a run was killed."""
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    size = os.fstat(file).st_size
    return file, size > 0 and os.pread(file, 1, size - 1) != b"\n"


def _part(task: Any) -> str | None:
    """The part of a step that a task of a role belongs to, by its file; None where that decides nothing."""
    path = (task.get_path() or "").rpartition(":")[0]
    _, found, inside = path.rpartition("/roles/")
    role, *_, name = inside.split("/")
    return PARTS.get((role, name)) if found else None


def _now() -> datetime:
    return datetime.now(UTC)
