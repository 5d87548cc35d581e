"""Journals are read line by line; what is wrong is said with file and line, and what a killed run cut off is left out."""

import json

import pytest

from planner.errors import InputError
from planner.model.journal import Event
from planner.read.journal import read_journal

GOOD = {"step": "move-vm-web-3fa2b1", "event": "begun", "at": "2027-02-06T20:00:00+01:00"}
LINE = json.dumps(GOOD).encode()


@pytest.fixture
def journal(tmp_path):
    def write(*lines: bytes, end: bytes = b"\n"):
        path = tmp_path / "journal.jsonl"
        path.write_bytes(b"\n".join(lines) + end)
        return path

    return write


def problems(path) -> list[str]:
    with pytest.raises(InputError) as raised:
        read_journal(path)
    return [str(problem).removeprefix(f"{path.parent}/") for problem in raised.value.problems]


def test_everything_of_a_line_is_kept(journal):
    end = GOOD | {"event": "done", "bytes": 5, "seconds": 61.5, "parts": {"copy": 60}}
    read = read_journal(journal(LINE, json.dumps(end).encode()))
    first, last = read.entries
    assert (first.step, first.event, first.at.isoformat(), first.line) == (
        GOOD["step"],
        Event.BEGUN,
        GOOD["at"],
        1,
    )
    assert (last.event, last.bytes, last.seconds, last.parts, last.line) == (
        Event.DONE,
        5,
        61.5,
        {"copy": 60},
        2,
    )
    assert (read.notes, last.place) == ((), f"{read.file}:2")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"event": "ended"}, "event: 'ended' is unknown; known: begun, done, failed"),
        (
            {"at": "2027-02-06T20:00:00"},
            "at: '2027-02-06T20:00:00' is not accepted: a date and time with its zone",
        ),
        ({"at": "2027-02-30T20:00:00Z"}, "at: is no time: day is out of range for month"),
        ({"step": "../etc"}, "step: '../etc' is not accepted: the id of a step"),
        ({"step": 5}, "step: must be text, but is read as the number 5"),
        ({"stpe": "x"}, "stpe: unknown key 'stpe'; did you mean 'step'?"),
        ({"event": "done", "phase": "copy"}, "event: 'done' is not accepted: a part of a step begins"),
        ({"phase": "Copy it"}, "phase: 'Copy it' is not accepted: the name of a part"),
        ({"seconds": -1}, "seconds: -1 is less than 0"),
        ({"parts": {"copy": "long"}}, "parts.copy: must be a number, not text"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_in_words(journal, changes, told):
    (problem,) = problems(journal(LINE, json.dumps(GOOD | changes).encode()))
    assert problem.startswith(f"journal.jsonl:2: {told}")


def test_every_bad_line_is_told_at_once(journal):
    told = problems(journal(b"[1]", b"rubbish", b'{"step": NaN}', b"{}", b'{"step": "\xff"}'))
    assert [line.split(": ", 1)[0] for line in told] == [f"journal.jsonl:{number}" for number in range(1, 6)]
    assert told[0] == "journal.jsonl:1: must be a mapping, not a list"
    assert told[2] == "journal.jsonl:3: is no JSON: NaN is no number"
    assert told[3] == "journal.jsonl:4: lacks step and event and at"


@pytest.mark.parametrize("torn", [LINE[:20], LINE[:1], LINE[:-1], b"\0\0\0"])
def test_a_line_that_was_cut_off_is_left_out_and_told(journal, torn):
    at_the_end = read_journal(journal(LINE, torn, end=b""))
    assert len(at_the_end.entries) == 1
    assert [(note.line, note.message) for note in at_the_end.notes] == [
        (2, "is cut off, as when a run is killed: left out")
    ]
    healed = read_journal(journal(torn, LINE))
    assert ([note.line for note in healed.notes], len(healed.entries)) == ([1], 1)


def test_a_last_line_without_its_end_is_a_line(journal):
    assert len(read_journal(journal(LINE, LINE, end=b"")).entries) == 2


def test_an_empty_journal_has_no_entries(journal):
    assert read_journal(journal(b"", end=b"")).entries == ()


def test_a_journal_that_is_not_there_is_told(tmp_path):
    assert problems(tmp_path / "none.jsonl") == ["none.jsonl: cannot be read: No such file or directory"]
