"""How moves are packed into waves: by hand, and against every way there is."""

from itertools import combinations

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from planner.model.estate import HostId, VmId
from planner.model.plan import Move
from planner.schedule.order import Order
from planner.schedule.packing import Given, Load, packed


def move(name):
    return Move(vm=VmId(name), source=HostId("s"), destination=HostId("d"), disks=())


def waves(loads, *, most=9, slots=1, needs=None, blocks=(), apart=None):
    """The names in each wave; `loads` has seconds and hosts (`60 s1 d1`) by name, `blocks` names that stay together."""
    told = {name: load.split() for name, load in loads.items()}
    joined = {name for block in blocks for name in block}
    order = Order(
        blocks=tuple(tuple(map(move, block)) for block in (*blocks, *(n for n in loads if n not in joined))),
        needs={VmId(name): tuple(map(VmId, wanted)) for name, wanted in (needs or {}).items()},
        batch={},
    )
    of_moves = {
        VmId(name): Load(seconds=int(seconds), holds=tuple(hosts), rank=0)
        for name, (seconds, *hosts) in told.items()
    }
    held = {host for load in of_moves.values() for host in load.holds}
    clashes = {VmId(name): frozenset(map(VmId, others)) for name, others in (apart or {}).items()}
    given = Given(order=order, loads=of_moves, most=most, slots=dict.fromkeys(held, slots), apart=clashes)
    return ["".join(sorted(one.vm for one in wave)) for wave in packed(given)]


FOUR = {"a": "60", "b": "10", "c": "60", "d": "10"}


@pytest.mark.parametrize(
    ("loads", "rules", "expected"),
    [
        pytest.param(FOUR, {}, ["abcd"], id="all in one"),
        pytest.param(FOUR, {"most": 2}, ["ac", "bd"], id="the long ones together"),
        pytest.param(
            {"a": "60 s1", "b": "60 s1", "c": "60 s2", "d": "60 s2"},
            {"most": 2},
            ["ac", "bd"],
            id="no host twice in a wave",
        ),
        pytest.param(dict.fromkeys("abcd", "60 s1"), {"most": 2}, ["ab", "cd"], id="one host has everything"),
        pytest.param(FOUR, {"most": 2, "needs": {"a": ["b"]}}, ["bc", "ad"], id="what it needs goes before"),
        pytest.param({"a": "60", "b": "10"}, {"needs": {"a": ["b"]}}, ["ab"], id="a chain in one wave"),
        pytest.param(FOUR, {"most": 2, "blocks": ["abc"]}, ["abc", "d"], id="a block stays whole"),
        pytest.param(FOUR, {"apart": {"a": "c", "c": "a"}}, ["abd", "c"], id="kept apart"),
    ],
)
def test_which_moves_travel_together(loads, rules, expected):
    assert waves(loads, **rules) == expected


def best(seconds, most):
    """The least sum of longest moves over every way to cut moves into waves of that size."""
    if not seconds:
        return 0
    first, *rest = seconds
    return min(
        max([first, *(rest[at] for at in company)])
        + best([other for at, other in enumerate(rest) if at not in company], most)
        for count in range(min(most, len(seconds)))
        for company in combinations(range(len(rest)), count)
    )


@drawn(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 3))
def test_moves_without_hosts_are_packed_as_well_as_can_be_and_the_bound_is_exact(seconds, most):
    loads = {chr(97 + at): str(one) for at, one in enumerate(seconds)}
    found = waves(loads, most=most)
    optimum = best(seconds, most)
    assert sum(max(int(loads[name]) for name in wave) for wave in found) == optimum
    assert sum(sorted(seconds, reverse=True)[::most]) == optimum


@drawn(
    st.lists(
        st.tuples(st.integers(1, 9), st.sampled_from("st"), st.sampled_from("de"), st.booleans()), max_size=12
    ),
    st.integers(1, 4),
    st.integers(1, 2),
)
def test_every_move_travels_once_after_what_it_needs(moves, most, slots):
    loads = {chr(97 + at): f"{one} {source} {target}" for at, (one, source, target, _) in enumerate(moves)}
    needs = {chr(97 + at): [chr(96 + at)] for at, (*_, chained) in enumerate(moves) if chained and at}
    found = waves(loads, most=most, slots=slots, needs=needs)
    assert sorted("".join(found)) == sorted(loads)
    assert all(len(wave) <= most for wave in found)
    at = {name: number for number, wave in enumerate(found) for name in wave}
    assert all(at[need] <= at[name] for name, wanted in needs.items() for need in wanted)
