"""The pilot: the first few VMs of an estate that cross, alone, so that what goes wrong goes wrong small.

Few and of low criticality, and yet an example of each kind that follows: what works for them works for the others.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from planner.model.estate import Estate, VirtualMachine, VmId
from planner.model.kinds import Criticality
from planner.model.plan import ClusterPlacement, Group, Move, Phase, PhaseKind
from planner.place.cases import MANAGERS, RANK
from planner.place.variety import kinds

_CROSSING: Final = frozenset({PhaseKind.CROSS, PhaseKind.PARK})
_USUAL: Final = RANK[Criticality.NORMAL]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Estate:
    """What the choice is made from: the VMs, of what each is an example, what follows, and who does not cross alone."""

    vms: Mapping[VmId, VirtualMachine]
    kinds: Mapping[VmId, frozenset[str]]
    wanted: frozenset[str]
    grouped: frozenset[VmId]


_PILOT: Final = "the pilot: few VMs of low criticality first"


def with_pilot(
    placements: tuple[ClusterPlacement, ...], estate: Estate, groups: tuple[Group, ...], size: int
) -> tuple[ClusterPlacement, ...]:
    """The placements with the first crossing of the estate cut in two: the pilot, then the rest.

    A part of a phase is as safe as the phase. `size` 0: no pilot. One that is cut already stays as it is.
    """
    for index, placement in enumerate(placements):
        crossing = next((phase for phase in placement.phases if phase.kind is PhaseKind.CROSS), None)
        if crossing is None:
            continue
        if not size:
            return placements
        given = _given(placements, estate, groups)
        phases = _led(placement.phases, crossing, given, size)
        return (*placements[:index], replace(placement, phases=phases), *placements[index + 1 :])
    return placements


def _led(phases: tuple[Phase, ...], first: Phase, given: _Estate, size: int) -> tuple[Phase, ...]:
    """The phases with the pilot before the first crossing, which waits for it.

    It takes moves of that crossing, and of rolling ones that wait for no more than that one does: room only fills up
    meanwhile, so they fit where they go. Where nobody is fit to be the pilot, the first crossing is.
    """
    able = [phase for phase in phases if phase is first or _alike(phase, first)]
    moves = tuple(move for phase in able for move in phase.moves)
    chosen = frozenset() if first.reason.startswith(_PILOT) else _pilot(moves, given, size)
    if not chosen:
        return tuple(replace(phase, rolling=False) if phase is first else phase for phase in phases)
    pilot = replace(
        first,
        moves=tuple(sorted((move for move in moves if move.vm in chosen), key=lambda move: move.vm)),
        reason=f"{_PILOT}{_examples(chosen, given)}; {first.reason}",
        rolling=False,
    )
    return tuple(_renumbered(phases, first, pilot, chosen))


def _alike(phase: Phase, first: Phase) -> bool:
    return (
        phase.rolling
        and first.rolling
        and phase.kind is PhaseKind.CROSS
        and set(phase.after) <= set(first.after)
    )


def _renumbered(
    phases: tuple[Phase, ...], first: Phase, pilot: Phase, chosen: frozenset[VmId]
) -> Iterator[Phase]:
    """The phases with the pilot in its place and without its moves elsewhere; what came after those comes after the pilot."""
    stands_for: list[set[int]] = []
    place, at = 0, len(phases)
    for phase in phases:
        before = tuple(sorted({now for earlier in phase.after for now in stands_for[earlier]}))
        if phase is first:
            at, place = place, place + 1
            yield replace(pilot, after=before)
            before = (at,)
        crossing = phase.kind is PhaseKind.CROSS
        rest = tuple(move for move in phase.moves if not crossing or move.vm not in chosen)
        stands_for.append({at} if len(rest) < len(phase.moves) else set())
        if rest or phase.hosts:
            yield replace(phase, moves=rest, after=before)
            stands_for[-1].add(place)
            place += 1


def _given(placements: Iterable[ClusterPlacement], estate: Estate, groups: tuple[Group, ...]) -> _Estate:
    vms, datastores = {vm.id: vm for vm in estate.vms}, {store.id: store for store in estate.datastores}
    crossing = {
        move.vm
        for placement in placements
        for phase in placement.phases
        if phase.kind in _CROSSING
        for move in phase.moves
    }
    found = {vm: kinds(vms[vm], datastores) for vm in crossing}
    return _Estate(
        vms=vms,
        kinds=found,
        wanted=frozenset().union(*found.values()),
        grouped=frozenset(vm for group in groups for vm in group.vms if group.binds),
    )


def _examples(chosen: frozenset[VmId], given: _Estate) -> str:
    """Of what the pilot is an example, and of what it is none although that follows."""
    if not given.wanted:
        return ""
    lacking = sorted(given.wanted - _shown(chosen, given), key=str.lower)
    if not lacking:
        return ", of every kind of guest, firmware and storage that follows"
    return f"; what follows and is not among them: {', '.join(lacking)}"


def _pilot(moves: tuple[Move, ...], given: _Estate, size: int) -> frozenset[VmId]:
    """VMs of usual criticality at the most that show new kinds, as long as some do, and then those of the least risk.

    None of a group, which would cross alone, and none that manages clusters.
    """
    candidates = (given.vms[move.vm] for move in moves if move.vm not in given.grouped)
    waiting = sorted((vm for vm in candidates if not MANAGERS & set(vm.roles)), key=_risk)
    chosen: dict[VmId, None] = {}
    while waiting and len(chosen) < size:
        pick = _of_new_kinds(waiting, _shown(chosen, given), given) or _of_least_risk(waiting, chosen, given)
        chosen[pick.id] = None
        waiting.remove(pick)
    return frozenset(chosen)


def _of_new_kinds(
    waiting: list[VirtualMachine], shown: frozenset[str], given: _Estate
) -> VirtualMachine | None:
    """The VM that shows most that is new, of equals the one of the least risk; None when none shows anything."""
    usual = [vm for vm in waiting if _risk(vm)[0] <= _USUAL and not vm.roles]
    best = max(usual, key=lambda vm: len(given.kinds[vm.id] - shown), default=None)
    return best if best is not None and given.kinds[best.id] - shown else None


def _of_least_risk(waiting: list[VirtualMachine], chosen: Iterable[VmId], given: _Estate) -> VirtualMachine:
    """Of those as harmless as the first one of another guest or firmware, while there are."""
    seen = {(given.vms[vm].guest_os, given.vms[vm].firmware) for vm in chosen}
    equals = [vm for vm in waiting if _risk(vm)[:2] == _risk(waiting[0])[:2]]
    return next((vm for vm in equals if (vm.guest_os, vm.firmware) not in seen), equals[0])


def _shown(chosen: Iterable[VmId], given: _Estate) -> frozenset[str]:
    return frozenset().union(*(given.kinds[vm] for vm in chosen))


def _risk(vm: VirtualMachine) -> tuple[int, bool, int, VmId]:
    """An unknown criticality counts as normal: the pilot needs someone, and no outage is hidden by it."""
    size = sum(disk.allocated_bytes or disk.capacity_bytes or 0 for disk in vm.disks)
    return RANK[vm.criticality] if vm.criticality else _USUAL, bool(vm.roles), size, vm.id
