"""A plan file that this planner cannot read says so once for one cause."""

import json

import pytest

from planner.errors import InputError
from planner.model.codec import to_bytes
from planner.read.plan import read_plan
from tests.plans import hand_made_plan


def written(directory, change):
    data = json.loads(to_bytes(hand_made_plan()))
    change(data)
    (directory / "plan.json").write_text(json.dumps(data))
    return directory


def newer(data):
    """As a later version might write it, which forgot to count up."""
    data["weather"] = "fine"
    for step in data["schedule"]["steps"]:
        step["mood"] = "calm"


def complaints(directory):
    with pytest.raises(InputError) as raised:
        read_plan(directory)
    return str(raised.value).splitlines()


def test_all_that_is_unknown_is_one_line(tmp_path):
    (line,) = complaints(written(tmp_path, newer))
    assert "another version made it: plan again" in line
    assert "was unexpected" in line
    assert "more places like it" in line


def test_another_format_is_one_line(tmp_path):
    (line,) = complaints(written(tmp_path, lambda data: newer(data) or data.update(format_version=2)))
    assert "has format version 2; this planner reads 1" in line


def test_what_is_broken_besides_has_its_own_lines(tmp_path):
    unknown, broken = complaints(
        written(tmp_path, lambda data: newer(data) or data["schedule"].update(makespan="long"))
    )
    assert "another version made it" in unknown
    assert "$.schedule.makespan" in broken


def test_a_plan_that_is_whole_is_read(tmp_path):
    assert read_plan(written(tmp_path, dict.keys)) == hand_made_plan()
