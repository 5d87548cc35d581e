"""A conversion as a stream: whenever something ends, whatever can begin begins.

What is free beside the running VMs and the reserves is either a host that is out or room on the target. So the source closes
ranks as far as it can, each host that is empty is rebuilt at once, and VMs cross to every host that can receive.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from planner.model.estate import HostId, VmId
from planner.model.kinds import Criticality
from planner.place.case import Workload
from planner.place.cases import RANK
from planner.place.choice import spread
from planner.place.current import Current, begun
from planner.place.evening import evened
from planner.place.ledger import Ledger
from planner.place.pulse import WISHES, Haste, Pulse
from planner.place.refusals import may_relocate, refusal
from planner.place.rounds import cross, cross_to, ranked
from planner.place.sides import Side

_SHIFTS: Final = 2
"""How often a VM is moved only to make things even."""
_LATE: Final = RANK[Criticality.HIGH]


def flow(start: Ledger, grace: int, pulse: Pulse) -> Ledger | None:
    """The ledger when nothing is left to do, or nothing more can be done; None if nothing was done at all.

    `grace` are the bytes by which the source side may lack its reserve.
    """
    if start.parked:
        return None
    stream = _Stream(begun(start.copy()), grace, pulse)
    stream.run()
    ledger = stream.current.ledger
    return ledger if len(ledger.phases) > len(start.phases) else None


class _Stream:
    """The decisions: which hosts are emptied, what moves aside, what crosses, what makes room.

    `closing` are hosts that are being emptied, `soon` is the next, and `stubborn` are those that cannot be now.
    """

    def __init__(self, current: Current, grace: int, pulse: Pulse) -> None:
        self.current = current
        self.ledger = current.ledger
        self.case = current.case
        self.grace = grace
        self.evens_first = pulse.evens_first
        self.first, self.then = pulse.first, pulse.then
        self.orders = {
            haste: sorted(
                (vm for vm in self.case.workloads.values() if not vm.last), key=_static(haste, pulse)
            )
            for haste in {pulse.first, pulse.then, Haste.LONGEST}
        }
        self.needy = {vm for vm, needs in self.case.needs.items() if not needs <= {*self.case.units[vm]}}
        self.bent = {host: pulse.bent(host) for host in self.case.nodes}
        self.closing: set[HostId] = set()
        self.stubborn: set[HostId] = set()
        self.soon: HostId | None = None
        self.patient = True
        self.shifted: Counter[VmId] = Counter()
        self.running = sum(vm.memory for vm in self.case.workloads.values())

    def run(self) -> None:
        """Go on until nothing is under way and nothing can begin.

        That comes to an end: VMs cross once and hosts are built once; until the next of these each host is given up at most once, and
        a VM is moved to make things even only so often.
        """
        while self._begins() or self.current.events or self._gets_further():
            if self.current.events:
                got = len(self.current.gone), len(self.current.joined)
                self.current.pass_time()
                if got != (len(self.current.gone), len(self.current.joined)):
                    self.stubborn, self.patient = set(), True
                if got[1] != len(self.current.joined):
                    self._forget_those_across()
        self.ledger.before = self.current.ends()
        self.ledger.paced = (len(self.ledger.phases), self.current.now)

    def _forget_those_across(self) -> None:
        self.orders = {
            haste: [vm for vm in order if not self.ledger.crossed(vm.id)]
            for haste, order in self.orders.items()
        }

    def _begins(self) -> bool:
        """Let everything begin that can; whether anything did."""
        self._choose()
        self._spread_out()
        first, then = (self._even_out, self._cross) if self.evens_first else (self._cross, self._even_out)
        return self._rebuild() + self._move_aside() + first() + then() > 0

    def _gets_further(self) -> bool:
        """Whether VMs before those that they need, other hosts, or the managers, may get further when nothing else does."""
        if self.patient:
            self.patient = False
            return True
        if self.closing:
            self.stubborn |= self.closing
            self.closing = set()
            return True
        return self._managers_cross()

    # Hosts

    def _choose(self) -> None:
        """The source closes ranks as far as its VMs, and its reserve, fit into the other hosts.

        Without live migration: as far as the target has room for what is on the hosts.
        """
        source = set(self.ledger.on(Side.SOURCE)) - self.closing - self.stubborn
        self.soon = None
        load = sum(self.ledger.memory[host] for host in self.ledger.on(Side.SOURCE))
        while source:
            host = min(source, key=self._rank)
            if self.ledger.residents[host] and self._takes_all(self.closing):
                return
            if not (self._can_do_without(host, load) if self.case.live else self._has_room_for(host)):
                self.soon = host
                return
            self.closing.add(host)
            source.remove(host)

    def _has_room_for(self, host: HostId) -> bool:
        """Whether the target has room for all that is on the hosts that are emptied, and on one more; or it is the first."""
        ledger, nodes = self.ledger, self.case.nodes
        if not self.closing or ledger.target_usable is None:
            return not self.closing
        room = sum(nodes[there].after.memory or 0 for there in ledger.on(Side.TARGET)) - ledger.target_load
        return sum(ledger.memory[there] for there in (*self.closing, host)) <= min(
            room, ledger.target_usable - ledger.target_load
        )

    def _rank(self, host: HostId) -> tuple[bool, int, int, float, int, HostId]:
        """Hosts without a managing VM first; then as an earlier plan would have it; then the least loaded."""
        case, there = self.case, self.ledger.residents[host]
        manages = bool(case.managers) and any(case.workloads[vm].last for vm in there)
        return (
            manages,
            case.turns.get(host, len(case.turns)),
            self.current.busy[host],
            self.ledger.memory[host] * self.bent[host],
            len(there),
            host,
        )

    def _takes_all(self, emptied: Iterable[HostId]) -> bool:
        """Whether the target has memory for every VM beside its reserve, with what is being built and these hosts."""
        building = (host for one in self.ledger.building for host in one.hosts)
        hosts = (*self.ledger.on(Side.TARGET), *building, *emptied)
        rooms = [self.case.nodes[host].after.memory for host in hosts]
        known = [room for room in rooms if room is not None]
        return len(known) == len(rooms) and self.case.reserve.usable(known) >= self.running

    def _can_do_without(self, host: HostId, load: int) -> bool:
        gone = self.closing | {host}
        usable = self._usable(there for there in self.ledger.on(Side.SOURCE) if there not in gone)
        return not self.closing if usable is None else load <= usable + self.grace

    def _usable(self, hosts: Iterable[HostId]) -> int | None:
        """What VMs may use of source hosts beside the reserve; None when the memory of one is unknown."""
        rooms = [self.case.nodes[host].before.memory for host in hosts if not self.case.nodes[host].closed]
        known = [room for room in rooms if room is not None]
        return self.case.reserve.usable(known) if len(known) == len(rooms) else None

    def _rebuild(self) -> int:
        emptied = [host for host in self.ledger.on(Side.SOURCE) if self._is_empty(host)]
        while emptied and self.ledger.excess(self.ledger.source_left(emptied)) > self.grace:
            emptied.pop()
        if emptied:
            self.ledger.purpose = ""
            self.current.rebuild(tuple(emptied))
            self.closing -= set(emptied)
        return len(emptied)

    def _is_empty(self, host: HostId) -> bool:
        return not self.ledger.residents[host] and not self.current.busy[host]

    # VMs

    def _move_aside(self) -> int:
        self.ledger.purpose = "so that their hosts can be rebuilt"
        rest = [host for host in self.ledger.on(Side.SOURCE) if host not in self.closing]
        moved = 0
        for host in sorted(self.closing):
            if not self.current.idle(host):
                continue
            for vm in self.ledger.residents_to_move(host):
                moved += self._moves_aside(vm, rest)
                if not self.current.idle(host):
                    break
        return moved

    def _moves_aside(self, vm: Workload, rest: list[HostId]) -> bool:
        if vm.stuck or vm.last or self.current.waits(vm) or not may_relocate(self.ledger, vm):
            return False
        able = (host for host in rest if self.current.idle(host) and refusal(self.ledger, vm, host) is None)
        best = min(able, key=lambda host: (-self.ledger.memory[host], host), default=None)
        if best is None:
            return False
        self.ledger.move(vm, best)
        self.current.set_out()
        return True

    def _spread_out(self) -> None:
        """When the target has room for all that is left, VMs move from source hosts with much to send to those with little."""
        senders, receivers = len(self.ledger.on(Side.SOURCE)), len(self.ledger.on(Side.TARGET))
        most = self.case.at_once or math.inf
        scarce = senders < receivers and senders * self.case.per_host < most
        if not scarce or not self.case.live or not self._takes_all(self.closing):
            return
        ledger, work = self.ledger, {host: self._to_send(host) for host in self.ledger.on(Side.SOURCE)}
        givers = sorted(
            (host for host in work if self.current.idle(host)), key=lambda host: (-work[host], host)
        )
        self.ledger.purpose = "so that more hosts send at once"
        for giver in givers:
            taker = min(
                (host for host in work if self.current.idle(host) and host not in self.closing),
                key=lambda host: (work[host], host),
                default=giver,
            )
            least = (work[giver] - work[taker]) / 2
            for vm in sorted(ledger.residents_to_move(giver), key=lambda vm: (-vm.seconds, vm.id)):
                if vm.seconds <= least and self._may_shift(vm) and self._moves_aside(vm, [taker]):
                    self.shifted[vm.id] += 1
                    work[giver] -= vm.seconds
                    work[taker] += vm.seconds
                    break

    def _may_shift(self, vm: Workload) -> bool:
        return self.shifted[vm.id] < _SHIFTS

    def _to_send(self, host: HostId) -> int:
        vms = (self.case.workloads[vm] for vm in self.ledger.residents[host] if self.ledger.at[vm] == host)
        return sum(vm.seconds for vm in vms)

    def _cross(self) -> int:
        """Let VMs cross as long as a transfer is free on both sides, and room on the target."""
        if len(self.ledger.on(Side.TARGET)) <= self.case.reserve.hosts:
            return 0
        self.ledger.purpose = "so that their hosts can be rebuilt"
        crossed, room = 0, self._largest_room()
        for vm in self._queue() if room >= 0 else ():
            if vm.memory <= room and self._crosses(vm):
                crossed, room = crossed + 1, self._largest_room()
                if room < 0:
                    break
        return crossed

    def _largest_room(self) -> float:
        """The memory of the largest VM that could cross now by sums; less than 0 when no transfer is free."""
        ledger = self.ledger
        able = [host for host in ledger.on(Side.TARGET) if self.current.idle(host)]
        if not able or not self.current.may_cross():
            return -1
        return min(max(map(self._free, able)), self._left_beside_reserve())

    def _free(self, host: HostId) -> float:
        room = self.ledger.room(host).memory
        return math.inf if room is None else room - self.ledger.memory[host]

    def _left_beside_reserve(self) -> float:
        usable = self.ledger.target_usable
        return math.inf if usable is None else usable - self.ledger.target_load

    def _queue(self) -> list[Workload]:
        """VMs in the order in which they cross.

        When the target can take all that is left, what takes longest goes first. Before that, if what must leave before the next
        host can be emptied fits, just that goes in haste; what else there is room for is chosen so that transfers are not
        idle while hosts are rebuilt.
        """
        if self._takes_all(self.closing if self.case.live else ()):
            return self._in_turn(Haste.LONGEST, self._source_to_cross(last_rush=True))
        hosts = self._source_to_cross(last_rush=False)
        then = self._in_turn(self.then, hosts, self._waits_behind)
        lacking = self._lacking()
        if (
            not 0
            < lacking
            <= min(sum(map(self._free, self.ledger.on(Side.TARGET))), self._left_beside_reserve())
        ):
            return then
        urgent = list(_enough(self._in_turn(self.first, hosts, self._waits_behind), lacking))
        chosen = {vm.id for vm in urgent}
        return [*urgent, *(vm for vm in then if vm.id not in chosen)]

    def _source_to_cross(self, *, last_rush: bool) -> list[HostId]:
        """The hosts whose VMs may cross: without live migration those that are emptied, unless there is room for all."""
        hosts = self.ledger.on(Side.SOURCE) if self.case.live or last_rush else sorted(self.closing)
        return [host for host in hosts if self.current.idle(host)]

    def _lacking(self) -> float:
        """Bytes that must set out from the source, beside those on their way, before the next host can be emptied."""
        if self.soon is None or not self.case.live:
            return 0
        ledger, gone = self.ledger, {*self.closing, self.soon}
        load = sum(ledger.memory[host] - self.current.giving[host] for host in ledger.on(Side.SOURCE))
        usable = self._usable(there for there in ledger.on(Side.SOURCE) if there not in gone)
        return 0 if usable is None else load - usable - self.grace

    def _in_turn(
        self, haste: Haste, hosts: Iterable[HostId], behind: Callable[[HostId], bool] = lambda _: False
    ) -> list[Workload]:
        """Those that cannot move aside first, then those of hosts that are not `behind`; of each what is highly critical last.

        Then those that should cross with one that has; then as hastily as wished. A VM waits for those that it needs as long as
        anything else gets further.
        """
        at, idle, late = self.ledger.at, set(hosts), {host for host in hosts if behind(host)}
        ranks: dict[tuple[bool, ...], list[Workload]] = defaultdict(list)
        for vm in self.orders[haste]:
            host = at[vm.id]
            if host in idle and not (vm.id in self.needy and self.patient and self._lacks(vm)):
                awaited = vm.id in self.case.wished and self._is_awaited(vm)
                ranks[not vm.stuck, host in late, vm.rank >= _LATE, not awaited].append(vm)
        return [vm for rank in sorted(ranks) for vm in ranks[rank]]

    def _waits_behind(self, host: HostId) -> bool:
        """Whether VMs of other hosts cross before those of this one.

        VMs of a host that is emptied, or will be next, move aside the sooner the fewer of them are on their way to the target.
        Without live migration it is the other way round.
        """
        return (host == self.soon or host in self.closing) if self.case.live else host not in self.closing

    def _is_awaited(self, vm: Workload) -> bool:
        """Whether one has set out that it should cross with."""
        return any(map(self.ledger.crossed, self.case.wished[vm.id]))

    def _lacks(self, vm: Workload) -> bool:
        """Whether a VM that this one needs, and does not cross with, has not set out yet."""
        needs, unit = self.case.needs[vm.id], self.case.units[vm.id]
        return any(need not in unit and not self.ledger.crossed(need) for need in needs)

    def _crosses(self, vm: Workload) -> bool:
        current, ledger, home = self.current, self.ledger, self.ledger.at[vm.id]
        if home is None or not current.idle(home) or current.waits(vm):
            return False
        able = [host for host in ledger.on(Side.TARGET) if current.idle(host)]
        if not cross_to(ledger, vm, able, spread):
            return False
        current.set_out()
        return True

    def _even_out(self) -> int:
        """Make room on hosts of the target that are full, so that more of them receive at once: not if VMs were off for it."""
        if self.case.cluster.live_migration is not True:
            return 0
        self.ledger.purpose = "so that more hosts receive at once"
        moved = 0
        for vm, host in evened(self.current, self.running - self.ledger.target_load, self._may_shift):
            self.shifted[vm.id] += 1
            self.ledger.move(vm, host)
            self.current.set_out()
            moved += 1
        return moved

    def _managers_cross(self) -> bool:
        """When nothing else is left to cross, in phases of their own."""
        ledger, current = self.ledger, self.current
        left = [vm for host in ranked(ledger) for vm in ledger.residents_to_move(host)]
        if not left or any(not vm.last for vm in left):
            return False
        ledger.purpose, ledger.before = "so that their hosts can be rebuilt", current.ends()
        crossed = [vm for vm in left if not ledger.crossed(vm.id) and cross(ledger, vm, (), spread)]
        ledger.settle()
        current.start = current.ends()
        current.now += max((vm.seconds for vm in crossed), default=0)
        return bool(crossed)


def _static(haste: Haste, pulse: Pulse) -> Callable[[Workload], tuple[float, VmId]]:
    """What orders VMs whatever has happened."""
    wish = WISHES[haste]
    return lambda vm: (wish(vm) * pulse.bent(vm.id), vm.id)


def _enough(vms: Iterable[Workload], memory: float) -> Iterator[Workload]:
    """The first VMs that have so many bytes between them."""
    for vm in vms:
        if memory <= 0:
            return
        memory -= vm.memory
        yield vm
