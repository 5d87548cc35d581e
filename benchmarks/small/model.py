"""The exact model's times and journeys: when hosts are rebuilt, and which way every VM goes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import reduce
from math import gcd
from typing import NamedTuple

from ortools.sat.python import cp_model

from benchmarks.small.puzzle import Part, Puzzle, VmPiece
from planner.model.estate import HostId, VmId

Time = cp_model.LinearExprT
Literal = cp_model.LiteralT
Places = tuple[tuple[HostId, Literal], ...]
"""Hosts, each with the literal that says whether it is this one."""


class Side(StrEnum):
    """Where a VM is before and after it crosses, and what a move on that side is called."""

    SOURCE = "relocate"
    TARGET = "rebalance"


class Stay(NamedTuple):
    """A VM on a host, if the literal holds, from the start of the move there to the end of the move away."""

    vm: VmPiece
    host: HostId
    held: Literal
    start: Time
    end: Time


class Trip(NamedTuple):
    """A move, if `there` holds: it takes a transfer of the source and of the destination whose literal holds."""

    kind: str
    vm: VmId
    start: Time
    end: Time
    length: Time
    there: Literal
    sources: Places
    destinations: Places


class Arrival(NamedTuple):
    """A VM has come somewhere: where, from when it takes room there, from when it may go on, and whether it has."""

    places: Places
    begun: Time
    done: Time
    there: Literal


class Model:
    """Times are divided by what all of them are multiples of (`unit`), and none is above the horizon.

    `retired`, `built` and `returned` are when a host leaves the source, is ready to receive, and is given back.
    """

    def __init__(self, given: Puzzle, horizon: int) -> None:
        self.given = given
        self.cp = cp_model.CpModel()
        self.unit = reduce(gcd, _durations(given))
        self.horizon = horizon // self.unit
        self.stays: dict[Side, list[Stay]] = defaultdict(list)
        self.trips: list[Trip] = []
        self.crossed: dict[VmId, tuple[Time, Time]] = {}
        self.end = self.time()
        self.cp.minimize(self.end)
        rebuild, wipe = given.build // self.unit, given.retire // self.unit
        self.retired = {host.id: self.time() for host in given.of(Part.MEMBER)}
        self.returned = {host.id: self.time() for host in given.of(Part.SWING)}
        self.built: dict[HostId, Time] = {host.id: rebuild for host in given.hosts}
        self.built |= {host: start + wipe + rebuild for host, start in self.retired.items()}
        for done in (*self.built.values(), *(start + wipe for start in self.returned.values())):
            self.cp.add(self.end >= done)

    def journey(self, vm: VmPiece, relocations: int, rebalances: int) -> None:
        """Moves aside, one crossing, moves on the target side; everything on the way is a stay or a trip."""
        begun, done = self.time(), self.time()
        self.crossed[vm.id] = begun, done
        home = Arrival(((vm.home, 1),), 0, 0, 1)
        sources = self._moves(vm, Side.SOURCE, home, (begun, done), relocations)
        places = self._one_of([host.id for host in self.given.hosts], 1)
        length = self._crossing(vm, (*sources, *places))
        self.cp.add(done == begun + length)
        self.cp.add(done <= self.end)
        self.trips.append(Trip("move", vm.id, begun, done, length, 1, sources, places))
        landed = Arrival(places, begun, done, 1)
        self._moves(vm, Side.TARGET, landed, (self.end, self.horizon), rebalances)

    def hosts(self) -> None:
        """A host is emptied before it is retired, built before anything comes, and empty when it is given back."""
        for stay in self.stays[Side.SOURCE]:
            self.cp.add(self.retired[stay.host] >= stay.end).only_enforce_if(stay.held)
        for stay in self.stays[Side.TARGET]:
            self.cp.add(self.built[stay.host] <= stay.start).only_enforce_if(stay.held)
            if stay.host in self.returned:
                self.cp.add(self.returned[stay.host] >= stay.end).only_enforce_if(stay.held)

    def time(self) -> cp_model.IntVar:
        """A moment."""
        return self.cp.new_int_var(0, self.horizon, "")

    def interval(self, start: Time, end: Time, held: Literal = 1) -> cp_model.IntervalVar:
        """From one moment to another, if the literal holds; a size has to be one variable at the most."""
        fixed = isinstance(start, int) or isinstance(end, int)
        return self.cp.new_optional_interval_var(start, end - start if fixed else self.time(), end, held, "")

    def _moves(
        self, vm: VmPiece, side: Side, arrival: Arrival, until: tuple[Time, Time], most: int
    ) -> Places:
        """At most so many moves on one side, and where the VM is after them.

        `until`: by when moves must be done, and from when the VM takes no room there any more.
        """
        latest, gone = until
        there: list[tuple[HostId, Literal]] = []
        for _ in range(most):
            going, begun, left = self.cp.new_bool_var(""), self.time(), self.time()
            length = (vm.relocation if side is Side.SOURCE else vm.rebalance) // self.unit
            places = self._one_of(self._of(side), going)
            self.cp.add_implication(going, arrival.there)
            self.cp.add(begun >= arrival.done).only_enforce_if(going)
            self.cp.add(begun + length <= latest).only_enforce_if(going)
            self.cp.add(begun == 0).only_enforce_if(~going)
            self.cp.add(left == begun + length).only_enforce_if(going)
            self.cp.add(left == gone).only_enforce_if(~going)
            for host, here in arrival.places:
                self.cp.add(dict(places)[host] + here <= 1)
            split = [(host, *self._split(here, going)) for host, here in arrival.places]
            there += [(host, stays) for host, stays, _ in split]
            sources = tuple((host, goes) for host, _, goes in split)
            self._stay(vm, side, arrival, left)
            self.trips.append(Trip(side, vm.id, begun, begun + length, length, going, sources, places))
            arrival = Arrival(places, begun, begun + length, going)
        self._stay(vm, side, arrival, gone)
        return (*there, *arrival.places)

    def _crossing(self, vm: VmPiece, ends: Places) -> Time:
        """How long it takes: as the route lets it, or longer where the link of an end is slower."""
        least = vm.crossing // self.unit
        slower = {host: over // self.unit for host, over in vm.over.items() if over > vm.crossing}
        if not slower:
            return least
        length = self.cp.new_int_var(least, max(slower.values()), "")
        for host, literal in ends:
            self.cp.add(length >= slower.get(host, least)).only_enforce_if(literal)
        return length

    def _stay(self, vm: VmPiece, side: Side, arrival: Arrival, gone: Time) -> None:
        self.stays[side] += [Stay(vm, host, here, arrival.begun, gone) for host, here in arrival.places]

    def _of(self, side: Side) -> list[HostId]:
        return [*self.retired] if side is Side.SOURCE else [host.id for host in self.given.hosts]

    def _one_of(self, hosts: list[HostId], there: Literal) -> Places:
        places = tuple((host, self.cp.new_bool_var("")) for host in hosts)
        self.cp.add(sum(literal for _, literal in places) == there)
        return places

    def _split(self, here: Literal, going: cp_model.IntVar) -> tuple[Literal, Literal]:
        """Whether it is here and stays, and whether it is here and goes on."""
        if isinstance(here, int):
            return ~going, going
        stays, goes = self.cp.new_bool_var(""), self.cp.new_bool_var("")
        self.cp.add(stays + goes == here)
        self.cp.add_implication(goes, going)
        self.cp.add_implication(stays, ~going)
        return stays, goes


def _durations(given: Puzzle) -> Iterator[int]:
    yield from (given.retire, given.build)
    for vm in given.vms:
        yield from (vm.crossing, vm.relocation, vm.rebalance)
        yield from _longer(vm.over, vm.crossing)


def _longer(over: Mapping[HostId, int], than: int) -> Iterator[int]:
    return (seconds for seconds in over.values() if seconds > than)
