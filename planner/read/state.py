"""How far a plan was carried out: a state file that people write, or the journal of a run."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from planner.errors import InputError, Problem
from planner.model.plan import Plan, Step, StepId
from planner.model.progress import Report
from planner.read.document import DataPath, Document
from planner.read.plan import read_plan
from planner.read.schema import complaints, did_you_mean
from planner.read.yaml_file import as_document, load_yaml

_RUN: Final = "run"
_WORDS: Final = ("done", "begun", "failed")


class _Said(NamedTuple):
    """That a step is done, begun or failed, and how to complain about it."""

    word: str
    step: StepId
    problem: Callable[[str], Problem]


def read_state(path: Path, after: Path | None = None) -> tuple[Path, Plan, Report]:
    """The plan that a state belongs to, with its directory, and what the state says of its steps.

    The plan is in `after`, else where the state's key `plan` says, else above the directory `run` of a journal.
    Raises InputError with every problem of the state, or of the plan.
    """
    lines = _journal(path)
    document = None if lines is not None else _state(path)
    home = after or _home(path, document)
    plan = read_plan(home)
    said = tuple(_of_journal(path, lines)) if lines is not None else tuple(_of_state(document))
    steps = {step.id: step for step in plan.schedule.steps}
    problems = [*_unknown(said, steps), *(() if lines is not None else _twice(said))]
    report = _report(said)
    problems += _unsupported(said, report, steps)
    if problems:
        raise InputError(tuple(sorted(problems, key=lambda problem: problem.line or 0)))
    return home, plan, report


def _journal(path: Path) -> list[str] | None:
    """The lines of a journal; None when the file is none, which its first line tells."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError((Problem(file=str(path), message=f"cannot be read: {error.strerror}"),)) from error
    except UnicodeDecodeError as error:
        message = "is not UTF-8: save the file as UTF-8"
        raise InputError((Problem(file=str(path), message=message),)) from error
    first = next((line for line in lines if line.strip()), "")
    data = _json(first)
    return lines if path.suffix == ".jsonl" or (isinstance(data, dict) and "event" in data) else None


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


def _of_journal(path: Path, lines: list[str]) -> Iterator[_Said]:
    """The events in their order. Raises InputError for every line that is none."""
    problems: list[Problem] = []
    events: list[_Said] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        data = _json(line)
        if data is None:
            message = "is no JSON: where the run was cut off in the middle of this line, remove it"
            problems.append(Problem(file=str(path), line=number, message=message))
            continue
        said = complaints(as_document(path, data), "state", "event")
        problems += [_in_line(path, number, at)(message) for at, message in said]
        if not said:
            events.append(_Said(data["event"], StepId(data["step"]), _in_line(path, number, ("step",))))
    if problems:
        raise InputError(tuple(problems))
    yield from events


def _in_line(path: Path, number: int, place: DataPath) -> Callable[[str], Problem]:
    def problem(message: str) -> Problem:
        return Problem(file=str(path), line=number, path=".".join(map(str, place)), message=message)

    return problem


def _report(said: tuple[_Said, ...]) -> Report:
    """The last word on each step; what is done stays done, whatever a later attempt at it came to."""
    done = frozenset(entry.step for entry in said if entry.word == "done")
    last = {entry.step: entry.word for entry in said}
    finished: set[StepId] = set()
    again: set[StepId] = set()
    for entry in said:
        if entry.word == "done":
            finished.add(entry.step)
        elif entry.word == "failed" and entry.step in finished:
            again.add(entry.step)
    return Report(
        done=done,
        begun=frozenset(step for step, word in last.items() if word == "begun" and step not in done),
        failed=frozenset(step for step, word in last.items() if word == "failed" and step not in done),
        again=frozenset(step for step in again if last[step] == "failed"),
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
        if entry.word != "done" or entry.step in seen or entry.step not in steps:
            continue
        seen.add(entry.step)
        lacking = [need for need in steps[entry.step].needs if need not in report.done]
        if lacking:
            yield entry.problem(f"{entry.step} cannot be done before {', '.join(lacking)}, which is not done")
