"""Work that is shared out comes back whole, whatever happens to the processes."""

import os

import pytest

from planner import cores
from planner.cores import shared_out

THINGS = tuple(range(1000))


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)


def _who_and_what(things):
    return os.getpid(), list(things)


def test_every_thing_is_worked_on_once_and_elsewhere():
    done = shared_out(_who_and_what, THINGS, fewest=1000)
    assert sorted(thing for _, things in done for thing in things) == list(THINGS)
    assert os.getpid() not in {process for process, _ in done}


def test_the_work_need_not_be_sent():
    """Functions within functions cannot be pickled, and a plan takes long to be."""
    more = 7
    done = shared_out(lambda things: [thing + more for thing in things], THINGS, fewest=1)
    assert sorted(thing for things in done for thing in things) == [thing + 7 for thing in THINGS]


@pytest.mark.parametrize(
    ("name", "value"), [("sched_getaffinity", lambda _: {0}), ("fork", None)], ids=["one core", "no fork"]
)
def test_what_cannot_be_shared_is_done_here(monkeypatch, name, value):
    monkeypatch.setattr(os, name, value or _no_more_processes)
    assert shared_out(_who_and_what, THINGS, fewest=1) == [(os.getpid(), list(THINGS))]


def _no_more_processes():
    raise BlockingIOError(11, "Resource temporarily unavailable")


def test_little_work_stays_here():
    assert shared_out(_who_and_what, THINGS, fewest=1001) == [(os.getpid(), list(THINGS))]


def test_other_systems_do_it_here(monkeypatch):
    monkeypatch.setattr(cores.sys, "platform", "darwin")
    assert shared_out(_who_and_what, THINGS, fewest=1) == [(os.getpid(), list(THINGS))]


def test_a_process_that_is_killed_costs_nothing_but_time():
    here = os.getpid()

    def work(things):
        return os._exit(9) if os.getpid() != here else list(things)

    assert shared_out(work, THINGS, fewest=1) == [list(THINGS)]


def test_what_the_work_raises_is_raised_here():
    def work(_things):
        raise LookupError("no such text")

    with pytest.raises(LookupError, match="no such text"):
        shared_out(work, THINGS, fewest=1)
