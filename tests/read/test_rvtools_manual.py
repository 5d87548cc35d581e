"""docs/rvtools.md tells the truth about sheets and messages."""

import re
from pathlib import Path

import pytest

from planner.read.rvtools.columns import COLUMNS

MANUAL = (Path(__file__).parents[2] / "docs" / "rvtools.md").read_text(encoding="utf-8")
SOURCES = Path(__file__).parents[2] / "planner" / "read" / "rvtools"


def test_every_sheet_that_is_read_is_in_the_manual():
    table = MANUAL.split("## What is read")[1]
    named = {word.lower() for word in re.findall(r"\bd?v[A-Z]\w+", table)}
    assert named >= set(COLUMNS)


def test_every_message_in_the_manual_exists():
    table = MANUAL.split("| message | what to do |")[1]
    messages = re.findall(r"^\| (.+?) \|", table, re.MULTILINE)[1:]
    sources = " ".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py"))
    fixed = re.sub(r"\{[^{}]*\}", "", sources).replace(":,", ",")
    assert len(messages) > 5
    for message in re.findall(r"`([^`]+)`", " ".join(messages)):
        for part in re.split(r"…|German|50,000,000|Powerstate, CPUs|-DBColumnNames", message):
            assert part.strip() in fixed, message


@pytest.mark.parametrize("verb", sorted(set(re.findall(r"^    planner (\w+)", MANUAL, re.MULTILINE))))
def test_every_command_in_the_manual_exists(verb):
    from planner.cli import cli

    assert verb in cli.list_commands(None)
