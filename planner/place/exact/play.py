"""A script played on the ledger: everything sets out in its turn, as soon as nothing refuses it."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from planner.model.estate import HostId
from planner.model.plan import PhaseKind
from planner.place.case import Workload
from planner.place.current import Current, begun
from planner.place.exact.held import Run, held
from planner.place.exact.script import Action, Go, Rebuild, Script
from planner.place.ledger import Ledger
from planner.place.refusals import may_relocate, refusal
from planner.place.sides import Side

_PURPOSES: Final = {
    PhaseKind.RELOCATE: "so that their hosts can be rebuilt",
    PhaseKind.CROSS: "so that their hosts can be rebuilt",
    PhaseKind.REBALANCE: "so that more hosts receive at once",
}
_ENDS: Final = {
    PhaseKind.RELOCATE: (Side.SOURCE, Side.SOURCE),
    PhaseKind.CROSS: (Side.SOURCE, Side.TARGET),
    PhaseKind.REBALANCE: (Side.TARGET, Side.TARGET),
}


class Played(NamedTuple):
    """The ledger when all is done, and the second at which each action of the script set out."""

    ledger: Ledger
    starts: tuple[int, ...]


def play(start: Ledger, script: Script, grace: int) -> Played | None:
    """The script played from where a ledger stands, and held to its times; None where something is refused for good.

    `grace` are the bytes by which the source side may lack its reserve.
    """
    current, starts, runs = begun(start.copy()), list[int](), list[Run]()
    for action in script:
        while not _sets_out(current, action, grace):
            if not current.events:
                return None
            current.pass_time()
        starts.append(current.now)
        if isinstance(action, Go):
            runs.append(_run(current, action))
    while current.events:
        current.pass_time()
    ledger = current.ledger
    ledger.before = current.ends()
    ledger.paced = (len(ledger.phases), current.now)
    ledger.phases = held(ledger.phases, runs, ledger.case.at_once)
    return Played(ledger, tuple(starts))


def _run(current: Current, go: Go) -> Run:
    """What has just set out, as it will have run."""
    phase = len(current.ledger.phases) - 1
    (end,) = (when for when, place, _ in current.events if place == phase)
    moves = current.ledger.phases[phase].moves
    hosts = frozenset(host for move in moves for host in (move.source, move.destination) if host is not None)
    return Run(phase, current.now, end, hosts, go.kind is PhaseKind.CROSS)


def _sets_out(current: Current, action: Action, grace: int) -> bool:
    """Let an action begin if it can; whether it did."""
    if isinstance(action, Rebuild):
        return _rebuilt(current, action.hosts, grace)
    return _went(current, action)


def _rebuilt(current: Current, hosts: tuple[HostId, ...], grace: int) -> bool:
    ledger = current.ledger
    in_use = any(ledger.residents[host] or current.busy[host] for host in hosts)
    if in_use or any(ledger.side[host] is not Side.SOURCE for host in hosts):
        return False
    if ledger.excess(ledger.source_left(hosts)) > grace:
        return False
    ledger.purpose = ""
    current.rebuild(hosts)
    return True


def _went(current: Current, go: Go) -> bool:
    workloads = current.case.workloads
    moves = [(workloads[vm], host) for vm, host in go.moves]
    if not all(_may_set_out(current, vm, host, go.kind) for vm, host in moves):
        return False
    trial = current.ledger.copy()
    trial.purpose = _PURPOSES[go.kind]
    for vm, host in moves:
        if refusal(trial, vm, host) is not None:
            return False
        trial.move(vm, host)
    current.ledger.adopt(trial)
    current.set_out()
    return True


def _may_set_out(current: Current, vm: Workload, host: HostId, kind: PhaseKind) -> bool:
    home = current.ledger.at[vm.id]
    if home is None or not current.idle(home) or not current.idle(host) or current.waits(vm):
        return False
    ends = current.ledger.side[home], current.ledger.side[host]
    return ends == _ENDS[kind] and _MAY[kind](current, vm)


def _may_move_aside(current: Current, vm: Workload) -> bool:
    return not vm.stuck and not vm.last and may_relocate(current.ledger, vm)


def _may_cross(current: Current, vm: Workload) -> bool:
    return current.may_cross() and not vm.last


_MAY: Final[Mapping[PhaseKind, Callable[[Current, Workload], bool]]] = {
    PhaseKind.RELOCATE: _may_move_aside,
    PhaseKind.CROSS: _may_cross,
    PhaseKind.REBALANCE: lambda _current, vm: vm.running,
}
