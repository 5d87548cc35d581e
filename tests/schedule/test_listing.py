"""List scheduling: caps and order always hold, nothing idles without a reason, and it stays near the optimum."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.schedule.listing import Job, list_schedule


@st.composite
def jobs(draw, most=9):
    names = [f"j{number}" for number in range(draw(st.integers(1, most)))]
    hosts = st.lists(st.sampled_from("abc"), min_size=0, max_size=2, unique=True)
    return [
        Job(
            key=name,
            seconds=draw(st.integers(1, 9)),
            takes=dict.fromkeys(draw(hosts), 1),
            after=tuple(sorted(draw(st.sets(st.sampled_from(names[:number]), max_size=2)))) if number else (),
            batch=draw(st.sampled_from([None, None, "x"])),
        )
        for number, name in enumerate(names)
    ]


def slots_of(slots):
    """Each of the three hosts of the tests has so many."""
    return dict.fromkeys("abc", slots)


def running(found, starts, moment):
    return [job for job in found if starts[job.key] <= moment < starts[job.key] + job.seconds]


@given(jobs(), st.integers(1, 3))
def test_caps_and_order_hold_at_every_moment(found, slots):
    try:
        starts = list_schedule(found, slots_of(slots))
    except ValueError:
        assert any(job.batch for job in found), "only batches can close a circle"
        return
    ends = {job.key: starts[job.key] + job.seconds for job in found}
    for job in found:
        assert all(ends[before] <= starts[job.key] for before in job.after)
    for moment in set(starts.values()):
        for host in "abc":
            assert sum(host in job.takes for job in running(found, starts, moment)) <= slots


@given(jobs(), st.integers(1, 3))
def test_a_job_waits_only_for_others(found, slots):
    single = [Job(key=job.key, seconds=job.seconds, takes=job.takes, after=job.after) for job in found]
    starts = list_schedule(single, slots_of(slots))
    ends = {job.key: starts[job.key] + job.seconds for job in single}
    for job in single:
        moment = starts[job.key] - 1
        held = any(ends[before] > moment for before in job.after)
        busy = any(
            sum(h in other.takes for other in running(single, starts, moment)) >= slots for h in job.takes
        )
        assert starts[job.key] == 0 or held or busy


@settings(max_examples=60, deadline=None)
@given(jobs(most=5), st.integers(1, 2))
def test_it_takes_at_most_twice_the_optimum_of_small_instances(found, slots):
    single = [Job(key=job.key, seconds=job.seconds, takes=job.takes, after=job.after) for job in found]
    starts = list_schedule(single, slots_of(slots))
    best = min(serial(order, slots) for order in permutations(single) if in_order(order))
    assert max(starts[job.key] + job.seconds for job in single) <= 2 * best


def in_order(order):
    seen = set()
    for job in order:
        if not seen.issuperset(job.after):
            return False
        seen.add(job.key)
    return True


def serial(order, slots) -> int:
    """The makespan when each job in turn starts as early as it can; the best order of these is optimal."""
    starts = {}
    placed = []
    for job in order:
        ends = [starts[other.key] + other.seconds for other in placed]
        earliest = max((starts[o.key] + o.seconds for o in placed if o.key in job.after), default=0)
        for start in sorted({earliest, *(end for end in ends if end > earliest)}):
            moments = {start, *(starts[o.key] for o in placed if start < starts[o.key] < start + job.seconds)}
            if all(
                sum(host in o.takes and starts[o.key] <= m < starts[o.key] + o.seconds for o in placed)
                < slots
                for host in job.takes
                for m in moments
            ):
                starts[job.key] = start
                placed.append(job)
                break
    return max(starts[job.key] + job.seconds for job in order)


def test_a_batch_starts_at_once_when_its_hosts_have_the_slots():
    found = [
        Job(key="long", seconds=9, takes={"a": 1}),
        Job(key="x1", seconds=2, takes={"a": 1}, batch="x"),
        Job(key="x2", seconds=2, takes={"b": 1}, batch="x"),
    ]
    starts = list_schedule(found, slots_of(1))
    assert starts["x1"] == starts["x2"] == 9


def test_a_batch_that_can_never_start_at_once_is_taken_apart():
    found = [Job(key=f"x{number}", seconds=2, takes={"a": 1}, batch="x") for number in range(3)]
    assert sorted(list_schedule(found, slots_of(2)).values()) == [0, 0, 2]


def test_the_longest_chain_goes_first():
    found = [
        Job(key="short", seconds=1, takes={"a": 1}),
        Job(key="first", seconds=1, takes={"a": 1}),
        Job(key="then", seconds=9, after=("first",)),
    ]
    assert list_schedule(found, slots_of(1))["first"] == 0


def test_a_circle_is_refused():
    found = [Job(key="a", seconds=1, after=("b",)), Job(key="b", seconds=1, after=("a",))]
    with pytest.raises(ValueError, match=r"in a circle, .*: a, b"):
        list_schedule(found, slots_of(1))


def test_many_jobs_on_one_host_are_no_quadratic_work():
    """100,000 jobs behind two hosts: a rescan of the queue at every end would take minutes."""
    found = [Job(key=f"j{n:06d}", seconds=1 + n % 7, takes={"ab"[n % 2]: 1}) for n in range(100_000)]
    starts = sorted(list_schedule(found, slots_of(2)).values())
    assert all(later >= earlier for earlier, later in pairwise(starts))


def test_a_job_that_takes_more_than_there_is_is_refused():
    with pytest.raises(ValueError, match="more than there is: a"):
        list_schedule([Job(key="a", seconds=1, takes={"a": 2})], {"a": 1})


def test_a_large_job_is_not_passed_by_small_ones_for_ever():
    small = [Job(key=f"s{n}", seconds=2 + n % 2, takes={"a": 1}, after=("go",) * (n > 1)) for n in range(20)]
    large = Job(key="large", seconds=100, takes={"a": 2}, after=("go",))
    starts = list_schedule([Job(key="go", seconds=1), *small, large], {"a": 2})
    assert starts["large"] <= 5


@given(jobs(), st.integers(1, 3), st.integers(1, 12))
def test_a_job_starts_only_when_its_window_opens(found, slots, period):
    """Windows open at every multiple of the period, for that second only."""
    single = [Job(key=job.key, seconds=job.seconds, takes=job.takes, after=job.after) for job in found]
    starts = list_schedule(single, slots_of(slots), lambda _, now: -(-now // period) * period)
    assert all(start % period == 0 for start in starts.values())
    for moment in set(starts.values()):
        for host in "abc":
            assert sum(host in job.takes for job in running(single, starts, moment)) <= slots
