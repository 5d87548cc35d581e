"""The same value always gives the same bytes, at once or in pieces."""

import pytest

from planner.model import codec
from planner.model.codec import in_pieces, to_bytes
from planner.model.plan import Plan, Schedule
from tests.plans import hand_made_plan


@pytest.mark.parametrize("most", [1, 2, 7, 1000])
def test_pieces_are_the_whole(monkeypatch, most):
    monkeypatch.setattr(codec, "_PIECE", most)
    plan: Plan = hand_made_plan()
    assert b"".join(in_pieces(plan)) == to_bytes(plan)


def test_no_piece_is_much_larger_than_an_item(monkeypatch):
    monkeypatch.setattr(codec, "_PIECE", 1)
    schedule: Schedule = hand_made_plan().schedule
    largest = max(len(to_bytes(step)) for step in (*schedule.steps, *schedule.waves))
    assert max(map(len, in_pieces(schedule))) < 2 * largest
