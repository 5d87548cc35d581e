"""A small conversion as a model of CP-SAT: when hosts are rebuilt, and which way every VM goes and when.

Every VM moves aside at the most once, crosses once, and moves on the target at the most once. What the model leaves out
(storages that are shared, for one) the ledger still knows when the solution is played.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ortools.sat.python import cp_model

from planner.model.estate import HostId, VmId
from planner.place.case import Workload
from planner.place.exact.facts import Facts

Time = cp_model.LinearExpr | cp_model.IntVar | int
Literal = cp_model.LiteralT
Places = Mapping[HostId, cp_model.IntVar]
"""For each host whether it is this one."""


class Stay(NamedTuple):
    """A VM is on a host, if the literal holds, from when it sets out for it until it has left it."""

    vm: Workload
    host: HostId
    interval: cp_model.IntervalVar


class Leg(NamedTuple):
    """A move that need not be: whether it is, when it sets out, and where to."""

    going: cp_model.IntVar
    start: cp_model.IntVar
    places: Places


class Way(NamedTuple):
    """A VM's way: perhaps `aside`, then it crosses from one moment to the other to one of `places`, and perhaps moves `onward`.

    A leg that the VM cannot take is None.
    """

    vm: Workload
    aside: Leg | None
    crosses: cp_model.IntVar
    crossed: Time
    places: Places
    onward: Leg | None

    @property
    def ends(self) -> Places:
        """Where it is in the end."""
        return self.onward.places if self.onward else self.places

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The moves besides the crossing."""
        return tuple(leg for leg in (self.aside, self.onward) if leg is not None)


@dataclass(slots=True)
class Model:
    """The model as it grows. Times are in units of `facts.unit` seconds, and none is above the horizon.

    `before` and `after` are the stays on either side, `slots` the transfers of each host and `trips` those of each VM.
    """

    facts: Facts
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    ways: dict[VmId, Way] = field(default_factory=dict)
    retired: dict[HostId, cp_model.IntVar] = field(default_factory=dict)
    built: dict[HostId, Time] = field(default_factory=dict)
    before: list[Stay] = field(default_factory=list)
    after: list[Stay] = field(default_factory=list)
    slots: dict[HostId, list[cp_model.IntervalVar]] = field(default_factory=lambda: defaultdict(list))
    trips: dict[VmId, list[cp_model.IntervalVar]] = field(default_factory=lambda: defaultdict(list))
    crossings: list[cp_model.IntervalVar] = field(default_factory=list)
    end: cp_model.IntVar = field(init=False)

    def __post_init__(self) -> None:
        self.end = self.time()
        self.retired = {host: self.time() for host in self.facts.members}
        self.built = {host: start + self.facts.rebuild for host, start in self.retired.items()}
        self.built |= self.facts.ready
        for done in self.built.values():
            self.cp.add(self.end >= done)
        self.ways = {vm.id: self._way(vm) for vm in self.facts.vms}

    def time(self) -> cp_model.IntVar:
        """A moment."""
        return self.cp.new_int_var(0, self.facts.horizon, "")

    def interval(self, start: Time, end: Time, held: Literal = 1) -> cp_model.IntervalVar:
        """From one moment to another, if the literal holds."""
        return self.cp.new_optional_interval_var(start, self.time(), end, held, "")

    def _way(self, vm: Workload) -> Way:
        length, crosses = self.facts.crossing[vm.id], self.time()
        crossed = crosses + length
        self.cp.add(self.end >= crossed)
        places = self._one_of(self.facts.targets[vm.id], 1)
        for host, here in places.items():
            self.cp.add(crosses >= self.built[host]).only_enforce_if(here)
        self._takes(vm.id, crosses, length, (places,), 1)
        self.crossings.append(self.cp.new_interval_var(crosses, length, crossed, ""))
        aside = self._aside(vm, crosses, crossed)
        onward = self._onward(vm, places, crosses, crossed)
        return Way(vm, aside, crosses, crossed, places, onward)

    def _aside(self, vm: Workload, crosses: cp_model.IntVar, crossed: Time) -> Leg | None:
        home, quick = self.facts.home[vm.id], self.facts.migration
        if not self.facts.asides[vm.id]:
            self.cp.add(self.retired[home] >= crossed)
            self.before.append(Stay(vm, home, self.interval(0, crossed)))
            self._slot(home, crosses, self.facts.crossing[vm.id], 1)
            return None
        leg = Leg(*self._perhaps(self.facts.asides[vm.id]))
        gone = self._gone(leg, crossed)
        self.cp.add(leg.start + quick <= crosses).only_enforce_if(leg.going)
        self.cp.add(self.retired[home] >= gone)
        self.before.append(Stay(vm, home, self.interval(0, gone)))
        for host, here in leg.places.items():
            self.cp.add(self.retired[host] >= crossed).only_enforce_if(here)
            self.before.append(Stay(vm, host, self.interval(leg.start, crossed, here)))
            self._slot(host, crosses, self.facts.crossing[vm.id], here)
        self._slot(home, crosses, self.facts.crossing[vm.id], ~leg.going)
        self._takes(vm.id, leg.start, quick, ({home: leg.going}, leg.places), leg.going)
        return leg

    def _onward(self, vm: Workload, places: Places, crosses: cp_model.IntVar, crossed: Time) -> Leg | None:
        horizon = self.facts.horizon
        if vm.id not in self.facts.shifting:
            self.after += [
                Stay(vm, host, self.interval(crosses, horizon, here)) for host, here in places.items()
            ]
            return None
        going, start, _ = self._perhaps(())
        leg = Leg(going, start, self._one_of(places, 1))
        gone = self._gone(leg, horizon)
        self.cp.add(start >= crossed).only_enforce_if(going)
        self.cp.add(start + self.facts.migration <= self.end).only_enforce_if(going)
        leaving, coming = {}, {}
        for host, here in places.items():
            there = leg.places[host]
            self.cp.add_bool_or(~here, ~there, ~going)
            self.cp.add(here == there).only_enforce_if(~going)
            leaving[host], coming[host] = self._both(here, going), self._both(there, going)
            self.cp.add(start >= self.built[host]).only_enforce_if(coming[host])
            self.after.append(Stay(vm, host, self.interval(crosses, gone, here)))
            self.after.append(Stay(vm, host, self.interval(start, horizon, coming[host])))
        self._takes(vm.id, start, self.facts.migration, (leaving, coming), going)
        return leg

    def _perhaps(self, hosts: Iterable[HostId]) -> tuple[cp_model.IntVar, cp_model.IntVar, Places]:
        """A move to one of these hosts that need not be; without it all is 0."""
        going, start = self.cp.new_bool_var(""), self.time()
        places = self._one_of(hosts, going) if hosts else {}
        self.cp.add(start == 0).only_enforce_if(~going)
        return going, start, places

    def _gone(self, leg: Leg, otherwise: Time) -> cp_model.IntVar:
        """When a VM has left where it was before a leg; without the leg at another time."""
        gone = self.time()
        self.cp.add(gone == leg.start + self.facts.migration).only_enforce_if(leg.going)
        self.cp.add(gone == otherwise).only_enforce_if(~leg.going)
        return gone

    def _both(self, one: cp_model.IntVar, other: cp_model.IntVar) -> cp_model.IntVar:
        both = self.cp.new_bool_var("")
        self.cp.add_bool_and(one, other).only_enforce_if(both)
        self.cp.add_bool_or(~one, ~other, both)
        return both

    def _takes(
        self, vm: VmId, start: cp_model.IntVar, length: int, sides: Iterable[Places], held: Literal
    ) -> None:
        """A move takes transfers of these hosts, and its VM."""
        for places in sides:
            for host, here in places.items():
                self._slot(host, start, length, here)
        self.trips[vm].append(self.cp.new_optional_fixed_size_interval_var(start, length, held, ""))

    def _slot(self, host: HostId, start: cp_model.IntVar, length: int, held: Literal) -> None:
        self.slots[host].append(self.cp.new_optional_fixed_size_interval_var(start, length, held, ""))

    def _one_of(self, hosts: Iterable[HostId], held: Literal) -> dict[HostId, cp_model.IntVar]:
        found = {host: self.cp.new_bool_var("") for host in hosts}
        self.cp.add(sum(found.values()) == held)
        return found
