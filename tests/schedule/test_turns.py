"""Hosts in turn, the stream between them and memory over time: worked out by hand, and beside what chance makes of it."""

import heapq
from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.model.reserve import Reserve
from planner.schedule.load import Crossing, Load
from planner.schedule.stairs import Stairs
from planner.schedule.turns import Lanes, in_turn, remembered, streamed, turns

REBUILD = 100


@dataclass(frozen=True)
class Site:
    """Hosts of both sides with VMs to cross; a host has less room after it was rebuilt."""

    hosts: tuple[int, ...]
    spares: tuple[int, ...]
    staying: tuple[int, ...]
    vms: tuple[Crossing, ...]
    reserve: Reserve
    lanes: Lanes
    head: int
    kept: int

    @property
    def load(self):
        return sum(vm.memory for vm in self.vms)

    def carried(self, left):
        """What the source carries beside its reserve."""
        return self.reserve.usable([*self.staying, *left])

    def room(self, built):
        return self.reserve.usable([host - self.kept for host in (*self.spares, *built)])

    @property
    def stairs(self):
        by_size = sorted(self.hosts)
        count = len(by_size)
        left = [by_size[gone:] for gone in range(count + 1)]
        built = [by_size[count - done :] for done in range(count + 1)]
        need = [max(0, self.load - self.carried(hosts)) for hosts in left]
        if not self.staying:
            need[-1] = self.load
        return Stairs(
            need=tuple(need),
            room=tuple(min(self.load, self.room(hosts)) for hosts in built),
            emptied=(0,) * (count + 1),
            rebuild=REBUILD,
            ready=len(self.spares),
            lasting=len(self.staying),
            head=self.head,
        )


@dataclass
class Played:
    """When hosts left the source in a conversion, and when it was over."""

    left: list[int]
    end: int


def play(site, random):
    """A conversion by chance in which every limit holds; None where it gets stuck."""
    waiting, source = list(site.vms), list(site.hosts)
    arrived = begun = running = now = 0
    built: list[int] = []
    left: list[int] = []
    events = [(site.head, 0, 0)]
    open_ = False
    while events:
        now, kind, what = heapq.heappop(events)
        open_ = open_ or kind == 0
        if kind == 1:
            arrived, running = arrived + what, running - 1
        if kind == 2:
            built.append(what)
        if events and events[0][0] == now:
            continue
        random.shuffle(source)
        for host in list(source):
            rest = [*source]
            rest.remove(host)
            enough = site.load - arrived <= site.carried(rest)
            others = len(rest) + len(site.staying)
            empty = running <= site.lanes.per_host * others and (others or not waiting)
            if enough and empty and (random.random() < 0.9 or not events):
                source.remove(host)
                left.append(now)
                heapq.heappush(events, (now + REBUILD, 2, host))
        random.shuffle(waiting)
        for vm in list(waiting):
            spares = len(site.spares) if open_ else 0
            room = site.room(built) if open_ else site.reserve.usable([host - site.kept for host in built])
            pairs = min(spares + len(built), len(source) + len(site.staying))
            lanes = min(site.lanes.most, site.lanes.per_host * pairs)
            if running < lanes and begun + vm.memory <= room and (random.random() < 0.8 or not events):
                waiting.remove(vm)
                begun, running = begun + vm.memory, running + 1
                heapq.heappush(events, (now + vm.seconds, 1, vm.memory))
    return None if waiting or source else Played(left, now)


@st.composite
def sites(draw):
    size = draw(st.sampled_from([20, 20, 24, 30]))
    uneven = draw(st.booleans())
    hosts = st.integers(size, 2 * size) if uneven else st.just(size)
    running = draw(st.lists(st.integers(1, 12), min_size=1, max_size=25))
    sleeping = draw(st.integers(0, 3))
    seconds = st.sampled_from([5, 10, 10, 20, 40, 150])
    return Site(
        hosts=tuple(draw(st.lists(hosts, min_size=1, max_size=6))),
        spares=tuple(draw(st.lists(hosts, max_size=3))),
        staying=tuple(draw(st.lists(hosts, max_size=1))),
        vms=tuple(Crossing(memory, draw(seconds)) for memory in (*running, *[0] * sleeping)),
        reserve=draw(st.sampled_from([Reserve(), Reserve(hosts=1), Reserve(percent=20), Reserve(hosts=2)])),
        lanes=Lanes(draw(st.integers(1, 3)), draw(st.sampled_from([2, 5, 99]))),
        head=draw(st.sampled_from([0, 0, 80, 130])),
        kept=draw(st.integers(0, 2)),
    )


@given(sites(), st.randoms(use_true_random=False))
def test_no_conversion_beats_the_bounds(site, random):
    assume(site.load <= site.carried(site.hosts))
    found = play(site, Random(random.random()))
    assume(found is not None)
    load, stairs = Load.of(site.vms), site.stairs
    known = turns(stairs, load, site.lanes)
    for number, left in enumerate(sorted(found.left), start=1):
        assert known.earliest[number] <= left
        assert known.latest[number] <= found.end - left
    assert in_turn(known) <= found.end
    assert streamed(stairs, known, load.seconds, site.lanes) <= found.end
    assert remembered(stairs, known, load) <= found.end


def site(**more):
    """Three hosts of 20 that carry 30 in VMs of 5, and one that is ready."""
    usual = {"hosts": (20, 20, 20), "spares": (20,), "staying": (), "vms": (Crossing(5, 40),) * 6}
    rest = {"reserve": Reserve(), "lanes": Lanes(2, 99), "head": 0, "kept": 0}
    return Site(**(usual | rest | more))


def bounds(given_):
    load = Load.of(given_.vms)
    known = turns(given_.stairs, load, given_.lanes)
    return (
        in_turn(known),
        streamed(given_.stairs, known, load.seconds, given_.lanes),
        remembered(given_.stairs, known, load),
    )


def test_the_stairs_are_what_the_hosts_carry():
    assert site().stairs.need == (0, 0, 10, 30)
    assert site().stairs.room == (20, 30, 30, 30)
    kept = site(reserve=Reserve(hosts=1))
    assert kept.stairs.need == (0, 10, 30, 30)
    assert kept.stairs.room == (0, 20, 30, 30)


def test_hosts_leave_when_enough_has_crossed_and_there_was_room_for_it():
    # One host may go at once. The second wants 10 to have crossed, the third all 30, of which 10 wait for the first to be built.
    known = turns(site().stairs, Load.of(site().vms), site().lanes)
    assert known.earliest == (0, 0, 40, 140)
    assert in_turn(known) == 100 + 40 + 100


def test_one_transfer_at_a_time_is_slower():
    single = site(lanes=Lanes(2, 1))
    known = turns(single.stairs, Load.of(single.vms), single.lanes)
    assert known.earliest == (0, 0, 80, 240)
    assert bounds(single)[:2] == (340, 340)


def test_the_quickest_vms_cross_only_once():
    # One host after the other goes, each when 10 more have crossed. Quick VMs are enough for one of three times.
    vms = (Crossing(5, 10),) * 2 + (Crossing(5, 40),) * 12
    full = site(hosts=(20,) * 4, vms=vms, lanes=Lanes(9, 99))
    assert full.stairs.need == (0, 10, 30, 50, 70)
    known = turns(full.stairs, Load.of(full.vms), full.lanes)
    assert known.earliest == (0, 10, 120, 260, 400)


@pytest.mark.parametrize(
    ("made", "least"),
    [
        pytest.param(site(), (240, 210, 174), id="as it is"),
        pytest.param(site(head=80), (250, 250, 227), id="the host that is ready comes late"),
        pytest.param(site(vms=(Crossing(5, 10),) * 6), (210, 130, 144), id="quick VMs"),
        pytest.param(site(kept=5), (240, 210, 190), id="less room after"),
        pytest.param(site(vms=(Crossing(0, 40),) * 4), (100, 180, 0), id="nothing runs"),
    ],
)
def test_bounds_by_hand(made, least):
    assert bounds(made) == least


def test_work_and_time_of_the_cheapest_and_the_quickest():
    load = Load.of([Crossing(10, 20), Crossing(10, 60), Crossing(4, 4), Crossing(0, 99)])
    assert (load.memory, load.seconds, load.byte_seconds, load.all_run) == (24, 183, 816, False)
    assert [load.work(size) for size in (0, 2, 4, 14, 19, 24, 99)] == [0, 2, 4, 24, 54, 84, 84]
    assert [load.longest(size) for size in (0, 4, 5, 14, 15, 99)] == [0, 4, 20, 20, 60, 60]
