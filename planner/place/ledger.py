"""The running account of a conversion: where every VM is, what every host and storage carries, and the phases.

Inside a phase moves may run in any order and at once. So while a phase is open nothing that leaves is credited:
a move is booked only if it fits beside everything that was there when the phase began and everything booked
since. `settle` closes the phase and gives back what was left. That makes every order inside a phase safe.
"""

from collections.abc import Iterable
from typing import Final

from planner.model.estate import HostId, VmId
from planner.model.plan import DiskPlacement, Move, Phase, PhaseKind, StorageId
from planner.place.case import Case, Room, Workload
from planner.place.sides import REASONS, Building, Leaving, Side, first_side
from planner.place.stow import Stowage, parking_space, stow

_SHARED: Final = (
    "before", "case", "parked", "paced", "phases", "purpose", "building", "_on", "_open", "target_load", "target_usable",
)  # fmt: skip
"""What a copy of a ledger may share, as nothing changes it."""


class Ledger:
    """The state of a conversion. Only `move`, `park`, `settle`, `rebuild` and its like, and `hand_back` change it.

    `purpose` ends the reason of the phases that are
    written next, and `before` are the places of the phases that those wait for; by second `paced[1]` the first `paced[0]` phases are
    about done. Phases follow each other, but for rolling ones and the building of hosts, which goes on beside what comes next until
    it is `joined`: hosts that are being built are good for nothing, and nothing that is booked meanwhile counts on them.
    """

    __slots__ = (
        "_arriving",
        "_leaving",
        "_moves",
        "_on",
        "_open",
        "at",
        "before",
        "building",
        "case",
        "memory",
        "paced",
        "parked",
        "phases",
        "placed",
        "purpose",
        "residents",
        "side",
        "target_load",
        "target_usable",
        "used",
        "vcpus",
    )  # fmt: skip

    def __init__(self, case: Case) -> None:
        self.case = case
        self.side = {node.id: first_side(case, node) for node in case.nodes.values()}
        self.at: dict[VmId, HostId | None] = {}
        self.residents: dict[HostId, frozenset[VmId]] = dict.fromkeys(case.nodes, frozenset())
        self._on: dict[Side, tuple[HostId, ...]] = {}
        self.target_load = 0
        self.target_usable: int | None = None
        self.memory = dict.fromkeys(case.nodes, 0)
        self.vcpus = dict.fromkeys(case.nodes, 0)
        self._turn(())
        self.used: dict[StorageId, int] = dict(case.taken)
        self.placed: dict[VmId, tuple[DiskPlacement, ...]] = {}
        self.parked = case.standing.parked
        self.phases: tuple[Phase, ...] = ()
        self.building: tuple[Building, ...] = ()
        self.before: tuple[int, ...] = ()
        self.paced = (0, 0)
        self.purpose = ""
        self._open: PhaseKind | None = None
        self._moves: list[Move] = []
        self._arriving: dict[HostId, int] = {}
        self._leaving: list[Leaving] = []
        for vm in case.workloads.values():
            self.at[vm.id] = None
            place = case.standing.at.get(vm.id, vm.home)
            if place is not None and vm.id not in self.parked:
                self._arrive(vm, place)
            self._find_disks(vm)

    def copy(self) -> "Ledger":
        """An independent ledger in the same state."""
        twin = object.__new__(Ledger)
        for name in _SHARED:
            setattr(twin, name, getattr(self, name))
        for name in ("side", "at", "residents", "memory", "vcpus", "used", "placed"):
            setattr(twin, name, dict(getattr(self, name)))
        twin._moves, twin._leaving = list(self._moves), list(self._leaving)
        twin._arriving = dict(self._arriving)
        return twin

    def adopt(self, other: "Ledger") -> None:
        """Take over the state of a copy on which something was tried with success."""
        for name in self.__slots__:
            setattr(self, name, getattr(other, name))

    # Questions

    def on(self, side: Side) -> tuple[HostId, ...]:
        """The hosts of a side, sorted by id."""
        return self._on[side]

    def room(self, host: HostId) -> Room:
        """What VMs may take of a host on the side where it is now."""
        node = self.case.nodes[host]
        return node.after if self.side[host] is Side.TARGET else node.before

    def residents_to_move(self, host: HostId) -> list[Workload]:
        """The VMs that must leave before a host is rebuilt: managers last, then by memory, largest first.

        An upgrade keeps the host's storages, so VMs that do not run stay.
        """
        there = (self.case.workloads[vm] for vm in self.residents[host] if self.at[vm] == host)
        leaving = (vm for vm in there if vm.running or not self.case.pooled)
        return sorted(leaving, key=lambda vm: (vm.last, -vm.memory, vm.id))

    def excess(self, hosts: Iterable[HostId]) -> int:
        """By how many bytes the memory in use on these hosts exceeds what is left beside the reserve.

        0 or less is enough; unknown capacities count as enough.
        """
        chosen = tuple(hosts)
        load = sum(self.memory[host] for host in chosen)
        if not self.case.reserve.kept or not load:
            return 0
        rooms = [self.room(host).memory for host in chosen if not self.case.nodes[host].closed]
        known = [memory for memory in rooms if memory is not None]
        return load - self.case.reserve.usable(known) if len(known) == len(rooms) else 0

    def source_left(self, gone: Iterable[HostId]) -> tuple[HostId, ...]:
        """The hosts that a reserve is reckoned over once some are gone: the source side, or the whole pool."""
        sides = {Side.SOURCE, Side.TARGET} if self.case.pooled else {Side.SOURCE}
        lost = set(gone)
        return tuple(host for host, side in self.side.items() if side in sides and host not in lost)

    def crossed(self, vm: VmId) -> bool:
        """Whether a VM is on a target host."""
        host = self.at[vm]
        return host is not None and self.side[host] is Side.TARGET

    def key(self) -> tuple[object, ...]:
        """What tells two states apart for the search."""
        return tuple(self.side.values()), tuple(self.at.values()), tuple(sorted(self.used.items()))

    def arriving(self, host: HostId) -> int:
        """About how many seconds of transfers to a host the open phase has."""
        return self._arriving.get(host, 0)

    # Changes

    def move(self, vm: Workload, host: HostId, chosen: tuple[DiskPlacement, ...] | None = None) -> None:
        """Book a move that was not refused, its disks where they are best or as `chosen`.

        A phase of another kind is closed first.
        """
        origin = self.at[vm.id]
        self._begin(self._kind(vm, origin, host), vm.id)
        disks = self.stow(vm, host).disks if chosen is None else chosen
        moved = {placement.disk for placement in disks}
        before = self.placed.get(vm.id, ())
        self._leaving.append(Leaving(vm.id, origin, tuple(old for old in before if old.disk in moved)))
        self._book(vm, disks)
        self._arrive(vm, host)
        self.parked -= {vm.id}
        source = origin if vm.settled or origin != vm.home or self._has_moved(vm.id) else None
        self._moves.append(Move(vm=vm.id, source=source, destination=host, disks=disks))
        self._arriving[host] = self._arriving.get(host, 0) + vm.seconds

    def can_park(self, vm: Workload) -> bool:
        """Whether a VM may be parked and fits on the parking storage."""
        return vm.parkable and not parking_space(self.case, vm, self.used).short

    def park(self, vm: Workload) -> None:
        """Book a VM that can be parked off its host and onto the parking storage."""
        self._begin(PhaseKind.PARK, vm.id)
        disks = parking_space(self.case, vm, self.used).disks
        self._leaving.append(Leaving(vm.id, self.at[vm.id], ()))
        self._moves.append(Move(vm=vm.id, source=self.at[vm.id], destination=None, disks=disks))
        self._book(vm, disks)
        self.at[vm.id] = None
        self.parked |= {vm.id}

    def settle(self) -> None:
        """Close the open phase: what left is gone from where it was."""
        for leaving in self._leaving:
            self.arrived(leaving)
        if self._open is not None:
            self._write(self._open, moves=tuple(self._moves))
        self._open, self._moves, self._leaving = None, [], []
        self._arriving = {}

    def send(self, before: tuple[int, ...]) -> tuple[Leaving, ...]:
        """Let what was booked since the last phase set out, after the phases at these places; the caller says when it has `arrived`.

        Nothing else waits for it: it is a rolling phase.
        """
        leaving, kind = tuple(self._leaving), self._open
        self.before = before
        if kind is not None:
            self._write(kind, moves=tuple(self._moves), rolling=True)
        self._open, self._moves, self._leaving = None, [], []
        self._arriving = {}
        return leaving

    def arrived(self, leaving: Leaving) -> None:
        """A VM is where it went, so what it left behind is free."""
        vm = self.case.workloads[leaving.vm]
        if leaving.host is not None and self.at[vm.id] != leaving.host:
            self._leave(vm, leaving.host)
        sizes = {parcel.disk: parcel.size for parcel in vm.parcels}
        for placement in leaving.disks:
            self.used[placement.storage] -= sizes[placement.disk]

    def rebuild(self, hosts: tuple[HostId, ...]) -> None:
        """Retire and build empty hosts, build new ones, or upgrade the hosts of a pool; what comes next waits for it."""
        self.settle()
        self._rebuild(hosts)
        self._turn(hosts, Side.TARGET)

    @property
    def kind(self) -> PhaseKind | None:
        """What the open phase does; None when none is open."""
        return self._open

    @property
    def booked(self) -> tuple[Move, ...]:
        """The moves of the open phase."""
        return tuple(self._moves)

    def rebuild_rolling(self, hosts: tuple[HostId, ...], before: tuple[int, ...]) -> Building:
        """The same as `rebuild_beside`, in rolling phases that wait for just those at these places."""
        self.before = before
        self._rebuild(hosts, rolling=True)
        building = Building(len(self.phases) - 1, hosts)
        self.building = (*self.building, building)
        self._turn(hosts, Side.OUT)
        return building

    def rebuild_beside(self, hosts: tuple[HostId, ...]) -> None:
        """Begin the same, and let what comes next happen meanwhile: the hosts are out until they are `joined`."""
        self.settle()
        before = self.before
        self._rebuild(hosts)
        self.building = (*self.building, Building(len(self.phases) - 1, hosts))
        self.before = before
        self._turn(hosts, Side.OUT)

    def join(self, built: Iterable[Building]) -> None:
        """What comes next waits for these hosts and may use them."""
        self.settle()
        for one in built:
            self.building = tuple(other for other in self.building if other != one)
            self.before = (*self.before, one.phase)
            self._turn(one.hosts, Side.TARGET)

    def retire(self, hosts: tuple[HostId, ...]) -> None:
        """Switch off empty hosts that are not built again."""
        self.settle()
        self._write(PhaseKind.RETIRE, hosts=hosts)
        self._turn(hosts, Side.OUT)

    def hand_back(self, hosts: tuple[HostId, ...]) -> None:
        """Give empty swing hosts back."""
        self.settle()
        self._write(PhaseKind.RETURN, hosts=hosts)
        self._turn(hosts, Side.OUT)

    # How

    def _turn(self, hosts: tuple[HostId, ...], side: Side = Side.OUT) -> None:
        """Hosts change sides, and what is reckoned over a side is reckoned anew."""
        self.side.update(dict.fromkeys(hosts, side))
        self._on = {side: tuple(host for host, where in self.side.items() if where is side) for side in Side}
        target = self._on[Side.TARGET]
        rooms = [self.case.nodes[host].after.memory for host in target]
        known = [memory for memory in rooms if memory is not None]
        counted = self.case.reserve.kept and len(known) == len(rooms)
        self.target_usable = self.case.reserve.usable(known) if counted else None
        self.target_load = sum(self.memory[host] for host in target)

    def _rebuild(self, hosts: tuple[HostId, ...], *, rolling: bool = False) -> None:
        old = tuple(host for host in hosts if self.side[host] is Side.SOURCE)
        if self.case.pooled:
            self._write(PhaseKind.UPGRADE, hosts=hosts)
        else:
            if old:
                self._write(PhaseKind.RETIRE, hosts=old, rolling=rolling)
            self._write(PhaseKind.BUILD, hosts=hosts, rolling=rolling)

    def _begin(self, kind: PhaseKind, vm: VmId) -> None:
        """Open a phase. A VM moves at most once in one: the moves of a phase have no order among themselves."""
        if self._open is not kind or any(move.vm == vm for move in self._moves):
            self.settle()
            self._open = kind

    def _kind(self, vm: Workload, origin: HostId | None, host: HostId) -> PhaseKind:
        if vm.id in self.parked:
            return PhaseKind.UNPARK
        if self.side[host] is Side.SOURCE:
            return PhaseKind.RELOCATE
        if origin is not None and self.side[origin] is Side.TARGET:
            return PhaseKind.REBALANCE
        return PhaseKind.RELOCATE if self.case.pooled else PhaseKind.CROSS

    def _write(
        self,
        kind: PhaseKind,
        *,
        moves: tuple[Move, ...] = (),
        hosts: tuple[HostId, ...] = (),
        rolling: bool = False,
    ) -> None:
        reason = f"{REASONS[kind]}{f', {self.purpose}' if self.purpose else ''}"
        phase = Phase(
            kind=kind,
            cluster=self.case.cluster.id,
            reason=reason,
            moves=moves,
            hosts=hosts,
            after=self.before,
            rolling=rolling,
        )
        self.before = (len(self.phases),)
        self.phases = (*self.phases, phase)

    def _arrive(self, vm: Workload, host: HostId) -> None:
        self.at[vm.id] = host
        if vm.id not in self.residents[host]:
            self.residents[host] |= {vm.id}
            self.memory[host] += vm.memory
            self.vcpus[host] += vm.vcpus
            if self.side[host] is Side.TARGET:
                self.target_load += vm.memory

    def _leave(self, vm: Workload, host: HostId) -> None:
        self.residents[host] -= {vm.id}
        self.memory[host] -= vm.memory
        self.vcpus[host] -= vm.vcpus
        if self.side[host] is Side.TARGET:
            self.target_load -= vm.memory

    def _find_disks(self, vm: Workload) -> None:
        """Note where the disks of a VM are that was moved before; those on shared storages are counted as taken."""
        placed = self.case.standing.placed.get(vm.id, ())
        if not placed:
            return
        sizes = {parcel.disk: parcel.size for parcel in vm.parcels}
        for placement in placed:
            if placement.storage in self.case.pools:
                size = sizes.get(placement.disk, 0)
                self.used[placement.storage] = self.used.get(placement.storage, 0) + size
        self.placed[vm.id] = placed

    def _book(self, vm: Workload, disks: tuple[DiskPlacement, ...]) -> None:
        sizes = {parcel.disk: parcel.size for parcel in vm.parcels}
        kept = {placement.disk: placement for placement in self.placed.get(vm.id, ())}
        for placement in disks:
            self.used[placement.storage] = self.used.get(placement.storage, 0) + sizes[placement.disk]
            kept[placement.disk] = placement
        self.placed[vm.id] = tuple(kept.values())

    def _has_moved(self, vm: VmId) -> bool:
        before = vm in self.case.standing.at
        return before or any(move.vm == vm for phase in self.phases for move in phase.moves)

    def stow(self, vm: Workload, host: HostId) -> Stowage:
        """Where the disks of a VM would go on a host; nowhere on the source side, where they stay."""
        if self.side[host] is not Side.TARGET:
            return Stowage(())
        return stow(self.case, vm, self.case.nodes[host], self.placed.get(vm.id, ()), self.used)
