# ruff: noqa: INP001  # Ansible finds plugins by their directory, not by import
"""Writes `journal.jsonl` beside the bundle's inventory: which step of the plan was done or failed, in which part, and when.

That it begins, the task that takes its turn has written (action plugin `planner_turn`), and told which step it is. Other tasks
mark where a step is done, has failed or was taken back (`planner_journal` of a task). Nothing that comes from outside is
written: step ids, words of this file, and times. Beside that it tells other runs which steps this one may still do.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ansible import context
from ansible.playbook.handler import Handler
from ansible.plugins.callback import CallbackBase

sys.path.append(str(Path(__file__).resolve().parents[1] / "plugin_utils"))
from planner_notes import BUNDLE, HERE, JOURNAL, Sheet, append
from planner_turns import wave_of

DOCUMENTATION = """
    name: planner_journal
    type: notification
    short_description: journal of the steps of a plan
    description:
      - Appends a line to journal.jsonl whenever a step of the plan goes on to another part, is done or fails.
"""

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


@dataclass
class Ahead:
    """The steps of a wave that this run may still do, by inventory host."""

    wave: str
    steps: defaultdict[str, set[str]]


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Follows the steps of the play that runs."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "planner_journal"

    def __init__(self) -> None:
        super().__init__()
        self._running: dict[str, Running] = {}
        self._started: dict[str, float] = {}
        self._ahead: list[Ahead] = []

    def v2_playbook_on_start(self, playbook: Any) -> None:
        """Decide whether this run is one that counts, and tell the others what it is about to do."""
        options = context.CLIARGS
        partial = [name for name in PARTIAL if options.get(name)]
        self.disabled = HERE.passes = bool(options.get("check") or partial)
        if partial and not options.get("check"):
            given = ", ".join(f"--{name.replace('_', '-')}" for name in partial)
            self._display.warning(
                f"journal.jsonl is not written, and no step waits for its turn: with {given} steps may be done in part only"
            )
        if not self.disabled:
            self._ahead = list(_ahead(playbook))
            if HERE.sheet:
                HERE.sheet.close()
            HERE.sheet = Sheet()
            self._tell()

    def v2_playbook_on_play_start(self, play: Any) -> None:
        """End what the play before left open; what stood before this play is over."""
        self._end_open()
        wave = play.vars.get("planner_wave")
        while wave in {ahead.wave for ahead in self._ahead} and self._ahead[0].wave != wave:
            self._ahead.pop(0)
        self._tell()

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        """Start the clock of a task, and begin another part of a step where its file says so."""
        self._started[host.name] = time.monotonic()
        running = self._running.get(host.name)
        part = _part(task)
        if running and part and part != running.part:
            running.part = part
            self._write(running.step, "begun", _now(), phase=part)

    def v2_runner_on_ok(self, result: Any) -> None:
        """Count the task's time; begin or end a step where the task says so."""
        self._count(result)
        mark = result.task.vars.get("planner_journal")
        name = result.host.name
        if result.task.action == "planner_turn" and "step" in result.result:
            self._running[name] = Running(step=result.result["step"], last=_now())
        elif mark == "undone":
            self._write(name, "failed", _now(), phase="rollback")
        elif mark == "done" and name in self._running:
            self._end(name, "done")
        elif mark == "failed":
            self._give_up(name)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:  # noqa: FBT001, FBT002
        """Count the task's time. Tasks can be rescued, so another task marks that a step has failed; not so handlers."""
        self._count(result)
        if isinstance(result.task, Handler) and not ignore_errors:
            self._give_up(result.host.name)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Count the task's time."""
        self._count(result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Count the task's time; nothing rescues a host that cannot be reached."""
        self._count(result)
        if not result.task.ignore_unreachable:
            self._give_up(result.host.name)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """End what the last play left open."""
        del stats
        self._end_open()
        if HERE.sheet:
            HERE.sheet.close()

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
        """A play is over: whatever it has begun and not done has failed."""
        for name in list(self._running):
            self._end(name, "failed")
        self._started = {}

    def _give_up(self, name: str) -> None:
        """A host is out: its step has failed, and it does no other in this run."""
        if name in self._running:
            self._end(name, "failed")
        for ahead in self._ahead:
            ahead.steps.pop(name, None)
        self._tell()

    def _end(self, name: str, event: str) -> None:
        running = self._running.pop(name)
        parts = {part: round(seconds, 1) for part, seconds in running.parts.items()}
        phase = {"phase": running.part} if event == "failed" and running.part else {}
        measured = {"seconds": round(running.own, 1)} | ({"parts": parts} if parts else {})
        self._write(running.step, event, running.last, **phase, **measured)
        for ahead in self._ahead:
            ahead.steps[name].discard(running.step)
        self._tell()

    def _tell(self) -> None:
        """Tell other runs what this one may still do."""
        if self.disabled or HERE.sheet is None:
            return
        try:
            HERE.sheet.tell(
                {step for ahead in self._ahead for steps in ahead.steps.values() for step in steps}
            )
        except OSError as error:
            self._leave(f"{error.filename or BUNDLE}: {error.strerror}. No step of this run begins any more.")

    def _write(self, step: str, event: str, at: datetime, **more: Any) -> None:
        """Append one line. What goes wrong stops nothing that has begun."""
        if self.disabled:
            return
        try:
            append({"step": step, "event": event, "at": at.isoformat(timespec="milliseconds"), **more})
        except OSError as error:
            self.disabled = True
            self._leave(f"{JOURNAL} is not written any more: {error.strerror}")

    def _leave(self, why: str) -> None:
        """Nobody waits for steps whose end nobody writes down."""
        self._display.warning(why)
        sheet, HERE.sheet = HERE.sheet, None
        if sheet:
            sheet.leave()


def _ahead(playbook: Any) -> Iterator[Ahead]:
    """What each play of a wave will do, within --limit and --tags."""
    tags = set(context.CLIARGS.get("tags") or ())
    for play in playbook.get_plays():
        wave = play.vars.get("planner_wave")
        if wave is None:
            continue
        hosts = set(play.get_variable_manager().get_vars(play=play)["ansible_play_hosts_all"])
        steps: defaultdict[str, set[str]] = defaultdict(set)
        for turn in wave_of((BUNDLE / "turns" / f"{wave}.json").read_bytes()).turns.values():
            if turn.on in hosts and (not tags or tags & {"all", "tagged", turn.kind}):
                steps[turn.on].add(turn.step)
        yield Ahead(wave=wave, steps=steps)


def _part(task: Any) -> str | None:
    """The part of a step that a task of a role belongs to, by its file; None where that decides nothing."""
    path = (task.get_path() or "").rpartition(":")[0]
    _, found, inside = path.rpartition("/roles/")
    role, *_, name = inside.split("/")
    return PARTS.get((role, name)) if found else None


def _now() -> datetime:
    return datetime.now(UTC)
