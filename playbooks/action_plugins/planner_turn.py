# ruff: noqa: INP001  # Ansible finds plugins by their directory, not by import
"""Lets a step of the plan begin when it is its turn: what it needs is done, and every cap that it takes part in has room.

It works on the controller alone, and needs no connection. The journal says what is done, `turns/WAVE.json` what there is to wait
for. The look and the note that the step begins are one under the lock of turns, so no two steps take the same slot.
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

sys.path.append(str(Path(__file__).resolve().parents[1] / "plugin_utils"))
from planner_notes import BUNDLE, HERE, Book, Paper, Sheet, append, one_at_a_time, papers
from planner_turns import GO, Turn, Verdict, Wave, Waves, World, verdict

DOCUMENTATION = """
    name: planner_turn
    short_description: wait for the turn of a step
    description:
      - Waits until the step of this host may begin, and notes in journal.jsonl that it begins.
      - Fails when it never may. Does nothing with --check, nor where no journal is kept because tasks may be left out.
    options:
      wave:
        description: Name of the wave, which has a file of turns in the bundle.
      kind:
        description: Kind of the step; a host has at most one step of a kind in a wave.
"""

WAVES: Final = Waves(BUNDLE / "turns")
PAUSE: Final = 1.0
"""Seconds between two looks."""
PATIENCE: Final = 20.0
"""Seconds in which steps of the same run and wave that were planned earlier may still come to their turn."""
SILENCE: Final = 60.0
"""Seconds after which it is said what a step waits for, if that has changed."""


class ActionModule(ActionBase):  # type: ignore[misc]
    """Waits for the turn of the host's step."""

    _requires_connection = False
    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Take the turn, and say which step begins."""
        super().run(tmp, task_vars)
        if self._task.check_mode or HERE.passes:
            return {"changed": False, "msg": "Nobody waits, and nothing is noted."}
        if HERE.sheet is None:
            raise AnsibleActionFail(
                "No journal is kept, so nobody knows whose turn it is: run ansible-playbook in the bundle's directory, "
                "where its ansible.cfg is, as a user who may write there."
            )
        given = self._task.args
        host = task_vars["inventory_hostname"]
        try:
            wave = WAVES(given["wave"])
            turn = next(turn for turn in wave.turns.values() if (turn.on, turn.kind) == (host, given["kind"]))
            _wait(turn, wave, HERE.sheet)
        except OSError as error:
            raise AnsibleActionFail(
                f"{error.filename or 'journal.jsonl'}: {error.strerror}. The step has not begun: without the journal nobody "
                "knows whose turn it is."
            ) from error
        return {"changed": False, "step": turn.step, "wave": wave.name}


def _wait(turn: Turn, wave: Wave, sheet: Sheet) -> None:
    """Return when the step has begun."""
    book = Book()
    began = silent_since = time.monotonic()
    said = ""
    ticket: Paper | None = None
    try:
        while True:
            with one_at_a_time():
                patient = time.monotonic() - began < PATIENCE
                found = _look(turn, wave, sheet, book, waiting=ticket is not None, patient=patient)
                if found == GO:
                    now = datetime.now(UTC).isoformat(timespec="milliseconds")
                    append(
                        {"step": turn.step, "event": "begun", "at": now, "run": sheet.run, "wave": wave.name}
                    )
                if ticket is None and found.waits:
                    ticket = Paper(f"{turn.step}.waits", wave.name)
                elif ticket and not found.waits:
                    ticket.drop()
                    ticket = None
            if found == GO:
                return
            if found.never:
                raise AnsibleActionFail(f"{found.never}.")
            if found.waits != said and time.monotonic() - silent_since >= SILENCE:
                Display().display(f"{found.waits}.")
                said, silent_since = found.waits, time.monotonic()
            time.sleep(PAUSE)
    finally:
        if ticket:
            with one_at_a_time():
                ticket.drop()


def _look(  # noqa: PLR0913
    turn: Turn, wave: Wave, sheet: Sheet, book: Book, *, waiting: bool, patient: bool
) -> Verdict:
    """The verdict of this moment. `waiting`: the ticket of this step is our own. `patient`: others of the wave may still come."""
    book.read_on()
    runs = {run: frozenset(steps) for run, steps in papers("run").items()}
    to_do = wave.turns.keys() & runs.get(sheet.run, frozenset()) if patient else frozenset()
    world = World(
        book=book,
        runs=runs,
        mine=sheet.run,
        waiting={step: of for step, of in papers("waits").items() if not (waiting and step == turn.step)},
        wave=WAVES,
        coming=frozenset(to_do - book.begun.keys() - book.failed.keys() - book.done),
    )
    return verdict(turn, wave, world)
