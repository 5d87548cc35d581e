"""Windows on a wall clock, in seconds from the start of a plan."""

from datetime import datetime

import pytest

from planner.model.policy import Freeze, Weekday, Window, WindowPolicy
from planner.schedule.calendar import calendar

HOUR = 3600
VIENNA = "Europe/Vienna"
NIGHT = Window(opens="22:00", closes="06:00")
SATURDAY = Window(opens="08:00", closes="20:00", days=(Weekday.SAT,))
LAB = Window(opens="00:00", closes="00:00", clusters=("lab",))
CLOSING = Freeze(first="2026-12-20", last="2027-01-06", why="closing")


def opening(windows, start, hours, *, cluster="prod", timezone=VIENNA, freezes=(), now=0):
    """Hours from the start at which something of so many hours may begin."""
    policy = WindowPolicy(timezone=timezone, open=windows, freezes=freezes)
    found = calendar(policy, cluster, datetime.fromisoformat(start)).opening(now, hours * HOUR)
    return None if found is None else found / HOUR


@pytest.mark.parametrize(
    ("windows", "start", "hours", "begins"),
    [
        ((NIGHT,), "2026-11-24T12:00", 8, 10),
        ((NIGHT,), "2026-11-24T23:00", 7, 0),
        ((NIGHT,), "2026-11-24T23:00", 8, 23),
        ((NIGHT,), "2026-11-24T03:00", 3, 0),
        ((NIGHT,), "2026-11-24T12:00", 10, None),
        ((SATURDAY,), "2026-11-24T08:00", 12, 4 * 24),
        ((SATURDAY, NIGHT), "2026-11-28T08:00", 10, 0),
        ((SATURDAY, Window(opens="20:00", closes="23:00")), "2026-11-28T08:00", 15, 0),
        ((LAB,), "2026-11-24T12:00", 500, 0),
        ((NIGHT, LAB), "2026-11-24T12:00", 1, 10),
        ((), "2026-11-24T12:00", 500, 0),
    ],
    ids=[
        "the night is eight hours long",
        "what is left of the night",
        "the next night, if this one is too short",
        "the night before",
        "longer than any night",
        "the next saturday",
        "a shorter window does not end a longer one",
        "windows that touch are one",
        "only another cluster has windows",
        "another cluster may, this one waits for the night",
        "no windows",
    ],
)
def test_when_something_may_begin(windows, start, hours, begins):
    assert opening(windows, start, hours) == begins


@pytest.mark.parametrize(
    ("start", "hours", "begins"),
    [
        ("2027-03-27T22:00", 7, 0),
        ("2027-03-27T22:00", 8, 23),
        ("2026-10-24T22:00", 9, 0),
        ("2026-10-25T12:00", 9, None),
    ],
    ids=["spring: the night has 7 hours", "not 8", "autumn: the night has 9 hours", "no other has"],
)
def test_nights_on_which_clocks_are_changed(start, hours, begins):
    within = opening((NIGHT,), start, hours)
    assert within == begins or (begins is None and within > 300 * 24)


def test_a_freeze_closes_windows_and_takes_away_from_those_that_reach_into_it():
    assert opening((NIGHT,), "2026-12-19T20:00", 2, freezes=(CLOSING,)) == 2
    back = datetime.fromisoformat("2027-01-07T00:00") - datetime.fromisoformat("2026-12-19T20:00")
    assert opening((NIGHT,), "2026-12-19T20:00", 3, freezes=(CLOSING,)) == back.total_seconds() / HOUR


def test_a_freeze_alone_leaves_every_other_time():
    assert opening((), "2026-12-19T20:00", 4, freezes=(CLOSING,)) == 0
    assert opening((), "2026-12-19T20:00", 5, freezes=(CLOSING,)) == 4 + 18 * 24


def test_the_time_zone_is_that_of_the_policy():
    assert opening((NIGHT,), "2026-11-24T12:00", 1, timezone="Asia/Tokyo") == 10
