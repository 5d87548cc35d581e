"""How far a plan was carried out: a state file that people write, or the journal of a run."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from planner.errors import InputError, Problem
from planner.model.journal import ROLLBACK, Entry, Event
from planner.model.plan import Plan, Step, StepId
from planner.model.progress import Report
from planner.read.document import DataPath, Document
from planner.read.journal import read_journal
from planner.read.plan import read_plan
from planner.read.schema import complaints, did_you_mean
from planner.read.yaml_file import load_yaml

_RUN: Final = "run"
_WORDS: Final = ("done", "begun", "failed")
_UNDONE: Final = "undone"


class _Said(NamedTuple):
    """That a step is done, begun, failed or undone, and how to complain about it."""

    word: str
    step: StepId
    problem: Callable[[str], Problem]


def read_state(path: Path, after: Path | None = None) -> tuple[Path, Plan, Report]:
    """The plan that a state belongs to, with its directory, and what the state says of its steps.

    The plan is in `after`, else where the state's key `plan` says, else beside a journal or above its directory `run`.
    Raises InputError with every problem of the state, or of the plan.
    """
    journal = read_journal(path) if _is_journal(path) else None
    document = None if journal is not None else _state(path)
    home = after or _home(path, document)
    plan = read_plan(home)
    said = tuple(_of_state(document)) if journal is None else tuple(map(_of_entry, journal.entries))
    steps = {step.id: step for step in plan.schedule.steps}
    problems = [*_unknown(said, steps), *(() if journal is not None else _twice(said))]
    report = _report(said)
    problems += _unsupported(said, report, steps)
    if problems:
        raise InputError(tuple(sorted(problems, key=lambda problem: problem.line or 0)))
    return home, plan, report


def _is_journal(path: Path) -> bool:
    """Whether a file is a journal, which its name or its first line tells."""
    try:
        with path.open(encoding="utf-8") as lines:
            first = next((line for line in lines if line.strip()), "")
    except OSError as error:
        raise InputError((Problem(file=str(path), message=f"cannot be read: {error.strerror}"),)) from error
    except UnicodeDecodeError as error:
        message = "is not UTF-8: save the file as UTF-8"
        raise InputError((Problem(file=str(path), message=message),)) from error
    data = _json(first)
    return path.suffix == ".jsonl" or (isinstance(data, dict) and "event" in data)


def _json(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _state(path: Path) -> Document:
    document = load_yaml(path)
    if problems := tuple(document.problem(said, at) for at, said in complaints(document, "state")):
        raise InputError(tuple(sorted(problems, key=lambda problem: problem.line or 0)))
    return document


def _home(path: Path, document: Document | None) -> Path:
    """The directory of the plan that a state belongs to."""
    named = None if document is None else document.data.get("plan")
    if named is not None:
        return path.parent / str(named)
    if document is None and (path.parent / "plan.json").is_file():
        return path.parent
    if document is None and path.absolute().parent.name == _RUN:
        return path.parent.parent if path.parent.name == _RUN else path.absolute().parent.parent
    how = "name its directory with --after DIR" + (", or in a key `plan`" if document is not None else "")
    raise InputError((Problem(file=str(path), message=f"does not say to which plan it belongs: {how}"),))


def _of_state(document: Document | None) -> Iterator[_Said]:
    data = {} if document is None else document.data
    for word in _WORDS:
        for number, step in enumerate(data.get(word, ())):
            yield _Said(word, StepId(step), _at(document, (word, number)))


def _at(document: Document | None, place: DataPath) -> Callable[[str], Problem]:
    def problem(message: str) -> Problem:
        return Problem(message=message) if document is None else document.problem(message, place)

    return problem


def _of_entry(entry: Entry) -> _Said:
    """What a line of a journal says; a step that was rolled back is not done any more."""
    rolled_back = entry.event is Event.FAILED and entry.phase == ROLLBACK

    def problem(message: str) -> Problem:
        return Problem(file=entry.file, line=entry.line, path="step", message=message)

    return _Said(_UNDONE if rolled_back else entry.event.value, StepId(entry.step), problem)


def _report(said: tuple[_Said, ...]) -> Report:
    """The last word on each step; what is done stays done, whatever a later attempt came to, until it is undone."""
    last = {entry.step: entry.word for entry in said}
    done: set[StepId] = set()
    again: set[StepId] = set()
    for entry in said:
        if entry.word == "done":
            done.add(entry.step)
        elif entry.word == _UNDONE:
            done.discard(entry.step)
        elif entry.word == "failed" and entry.step in done:
            again.add(entry.step)
    open_still = {step: word for step, word in last.items() if step not in done}
    return Report(
        done=frozenset(done),
        begun=frozenset(step for step, word in open_still.items() if word == "begun"),
        failed=frozenset(step for step, word in open_still.items() if word == "failed"),
        again=frozenset(step for step in again if last[step] == "failed" and step in done),
    )


def _unknown(said: tuple[_Said, ...], steps: dict[StepId, Step]) -> Iterator[Problem]:
    for entry in said:
        if entry.step not in steps:
            yield entry.problem(f"the plan has no step {entry.step!r}{did_you_mean(entry.step, steps)}")


def _twice(said: tuple[_Said, ...]) -> Iterator[Problem]:
    """In a state a step is named once; in a journal it is begun, and then done or failed."""
    first: dict[StepId, str] = {}
    for entry in said:
        if entry.step in first:
            yield entry.problem(f"{entry.step} stands under {first[entry.step]!r} already: keep one of them")
        first.setdefault(entry.step, entry.word)


def _unsupported(said: tuple[_Said, ...], report: Report, steps: dict[StepId, Step]) -> Iterator[Problem]:
    """Steps that are said to be done before what they need, each once."""
    seen: set[StepId] = set()
    for entry in said:
        if entry.step not in report.done or entry.step in seen or entry.step not in steps:
            continue
        seen.add(entry.step)
        lacking = [need for need in steps[entry.step].needs if need not in report.done]
        if lacking:
            yield entry.problem(f"{entry.step} cannot be done before {', '.join(lacking)}, which is not done")
