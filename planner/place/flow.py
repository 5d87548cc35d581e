"""A conversion as a stream: whenever something ends, whatever can begin begins.

What is free beside the running VMs and the reserves is either a host that is out or room on the target. So the source closes
ranks as far as it can, each host that is empty is rebuilt at once, and VMs cross to every host that can receive.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Final

from planner.model.estate import HostId
from planner.place.case import Workload
from planner.place.choice import spread
from planner.place.current import Current, begun
from planner.place.evening import evened
from planner.place.ledger import Ledger
from planner.place.refusals import may_relocate, refusal, reserve_short
from planner.place.rounds import cross, cross_to, ranked, takes_all
from planner.place.sides import Side


class Haste(StrEnum):
    """Which VMs cross first: those that take longest, those that free most memory a second, or those with most memory."""

    LONGEST = "longest"
    QUICKEST = "quickest"
    LARGEST = "largest"


_WISHES: Final[Mapping[Haste, Callable[[Workload], float]]] = {
    Haste.LONGEST: lambda vm: -vm.seconds,
    Haste.QUICKEST: lambda vm: vm.seconds / max(1, vm.memory),
    Haste.LARGEST: lambda vm: -vm.memory,
}


def flow(start: Ledger, grace: int, haste: Haste) -> Ledger | None:
    """The ledger when nothing is left to do, or nothing more can be done; None if nothing was done at all.

    `grace` are the bytes by which the source side may lack its reserve.
    """
    if start.parked:
        return None
    stream = _Stream(begun(start.copy()), grace, haste)
    stream.run()
    ledger = stream.current.ledger
    return ledger if len(ledger.phases) > len(start.phases) else None


class _Stream:
    """The decisions: which hosts are emptied, what moves aside, what crosses, what makes room."""

    def __init__(self, current: Current, grace: int, haste: Haste) -> None:
        self.current = current
        self.ledger = current.ledger
        self.grace = grace
        self.haste = haste
        self.closing: set[HostId] = set()
        self.stubborn: set[HostId] = set()

    def run(self) -> None:
        while self._goes_on():
            while self._begins():
                pass
            if self.current.events:
                self.current.pass_time()
        self.ledger.before = self.current.ends()
        self.ledger.paced = (len(self.ledger.phases), self.current.now)

    def _begins(self) -> bool:
        """Whether anything could begin now."""
        self._choose()
        rebuilt = self._rebuild()
        moved = self._move_aside()
        crossed = self._cross()
        evened = self._even_out()
        return rebuilt or moved or crossed or evened

    def _goes_on(self) -> bool:
        """Whether anything is under way; if not, whether other hosts, or the managers, may get further."""
        if self.current.events or self._begins():
            return True
        if self.closing:
            self.stubborn |= self.closing
            self.closing = set()
            return True
        return self._managers_cross()

    # Hosts

    def _choose(self) -> None:
        """The source closes ranks as far as its VMs, and its reserve, fit into the other hosts."""
        order = [host for host in ranked(self.ledger) if host not in self.closing | self.stubborn]
        for host in order:
            empty = not self.ledger.residents_to_move(host)
            if not empty and takes_all(self.ledger, self.closing):
                return
            if not self._can_do_without(host):
                return
            self.closing.add(host)

    def _can_do_without(self, host: HostId) -> bool:
        nodes, gone = self.ledger.case.nodes, self.closing | {host}
        load = sum(self.ledger.memory[there] for there in self.ledger.on(Side.SOURCE))
        left = [there for there in self.ledger.source_left(gone) if not nodes[there].closed]
        rooms = [self.ledger.room(there).memory for there in left]
        known = [room for room in rooms if room is not None]
        if len(known) < len(rooms):
            return not self.closing
        return load <= self.ledger.case.reserve.usable(known) + self.grace

    def _rebuild(self) -> bool:
        emptied = [host for host in self.ledger.on(Side.SOURCE) if self._is_empty(host)]
        while emptied and self.ledger.excess(self.ledger.source_left(emptied)) > self.grace:
            emptied.pop()
        if not emptied:
            return False
        self.ledger.purpose = ""
        self.current.rebuild(tuple(emptied))
        self.closing -= set(emptied)
        return True

    def _is_empty(self, host: HostId) -> bool:
        return not self.ledger.residents[host] and not self.current.busy[host]

    # VMs

    def _move_aside(self) -> bool:
        self.ledger.purpose = "so that their hosts can be rebuilt"
        moved = False
        for host in sorted(self.closing):
            for vm in self.ledger.residents_to_move(host):
                if not self.current.idle(host):
                    break
                moved = self._moves_aside(vm) or moved
        return moved

    def _moves_aside(self, vm: Workload) -> bool:
        if vm.stuck or vm.last or self.current.waits(vm) or not may_relocate(self.ledger, vm):
            return False
        rest = [host for host in self.ledger.on(Side.SOURCE) if host not in self.closing]
        able = (host for host in rest if self.current.idle(host) and refusal(self.ledger, vm, host) is None)
        best = min(able, key=lambda host: (-self.ledger.memory[host], host), default=None)
        if best is None:
            return False
        self.ledger.move(vm, best)
        self.current.set_out()
        return True

    def _cross(self) -> bool:
        if len(self.ledger.on(Side.TARGET)) <= self.ledger.case.reserve.hosts:
            return False
        self.ledger.purpose = "so that their hosts can be rebuilt"
        return sum(self._crosses(vm) for vm in self._in_turn()) > 0

    def _in_turn(self) -> Iterator[Workload]:
        """Those that cannot move aside first, then those of hosts that are emptied, then as hastily as wished."""
        wish = _WISHES[self.haste]
        last_rush = takes_all(self.ledger, self.closing)
        idle = [host for host in self.ledger.on(Side.SOURCE) if self.current.idle(host)]
        waiting = [(host, vm) for host in idle for vm in self.ledger.residents_to_move(host) if not vm.last]
        waiting.sort(
            key=lambda pair: (
                not pair[1].stuck,
                not last_rush and pair[0] not in self.closing,
                -pair[1].seconds if last_rush else wish(pair[1]),
                pair[1].id,
            )
        )
        return (vm for _, vm in waiting)

    def _crosses(self, vm: Workload) -> bool:
        current, ledger, home = self.current, self.ledger, self.ledger.at[vm.id]
        if home is None or not current.idle(home) or not current.may_cross() or current.waits(vm):
            return False
        if reserve_short(ledger, vm) > 0:
            return False
        able = [host for host in ledger.on(Side.TARGET) if current.idle(host)]
        if not able or not cross_to(ledger, vm, able, spread):
            return False
        current.set_out()
        return True

    def _even_out(self) -> bool:
        """Make room on hosts of the target that are full, so that more of them receive at once."""
        self.ledger.purpose = "so that more hosts receive at once"
        moved = False
        for vm, host in evened(self.current):
            self.ledger.move(vm, host)
            self.current.set_out()
            moved = True
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
