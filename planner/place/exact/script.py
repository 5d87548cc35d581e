"""A conversion as a script: what sets out in which order, without the times."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from planner.model.estate import HostId, VmId
from planner.model.plan import Move, Phase, PhaseKind

_MOVES: Final = frozenset({PhaseKind.RELOCATE, PhaseKind.CROSS, PhaseKind.REBALANCE})
_QUIET: Final = frozenset({PhaseKind.RETIRE, PhaseKind.RETURN})
"""A host is built where it was retired just before, and what is borrowed is given back when all is done."""


class Go(NamedTuple):
    """VMs set out together, each to its host. `kind` is that of the phase which it makes."""

    kind: PhaseKind
    moves: tuple[tuple[VmId, HostId], ...]


class Rebuild(NamedTuple):
    """Empty source hosts are retired and built."""

    hosts: tuple[HostId, ...]


Action = Go | Rebuild
Script = tuple[Action, ...]


def script_of(phases: Iterable[Phase], units: Mapping[VmId, tuple[VmId, ...]]) -> Script | None:
    """What phases do, in their order, VMs one by one unless they must cross together; None where some do anything else."""
    chosen = [phase for phase in phases if phase.kind not in _QUIET]
    if any(phase.kind not in _MOVES and phase.kind is not PhaseKind.BUILD for phase in chosen):
        return None
    return tuple(action for phase in chosen for action in _actions(phase, units))


def crossings(script: Script, starts: tuple[int, ...]) -> dict[VmId, int]:
    """The second at which each VM crosses."""
    timed = zip(script, starts, strict=True)
    return {
        vm: second
        for action, second in timed
        if isinstance(action, Go) and action.kind is PhaseKind.CROSS
        for vm, _ in action.moves
    }


def _actions(phase: Phase, units: Mapping[VmId, tuple[VmId, ...]]) -> Iterator[Action]:
    if phase.kind is PhaseKind.BUILD:
        yield Rebuild(phase.hosts)
        return
    left = {move.vm: move for move in phase.moves}
    for move in phase.moves:
        together = units[move.vm] if phase.kind is PhaseKind.CROSS else (move.vm,)
        going = [left.pop(vm) for vm in together if vm in left]
        if going:
            yield Go(phase.kind, tuple(_ends(going)))


def _ends(moves: list[Move]) -> Iterator[tuple[VmId, HostId]]:
    yield from ((move.vm, move.destination) for move in moves if move.destination is not None)
