"""The pilot: the first few VMs of an estate that cross, alone, so that what goes wrong goes wrong small."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from planner.model.estate import VirtualMachine, VmId
from planner.model.plan import ClusterPlacement, Group, Move, Phase, PhaseKind
from planner.place.cases import MANAGERS, RANK

_PILOT: Final = "the pilot: few VMs of low criticality first; "


def with_pilot(
    placements: tuple[ClusterPlacement, ...],
    vms: Mapping[VmId, VirtualMachine],
    groups: tuple[Group, ...],
    size: int,
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
        phases = tuple(_with_split(placement.phases, crossing, tuple(_split(crossing, vms, groups, size))))
        return (*placements[:index], replace(placement, phases=phases), *placements[index + 1 :])
    return placements


def _with_split(phases: tuple[Phase, ...], whole: Phase, parts: tuple[Phase, ...]) -> Iterator[Phase]:
    """The phases with one replaced by parts that follow each other; what came after it comes after the last of them."""
    at, more = phases.index(whole), len(parts) - 1
    yield from phases[:at]
    yield parts[0]
    yield from (replace(part, after=(at + number,)) for number, part in enumerate(parts[1:]))
    for phase in phases[at + 1 :]:
        yield replace(phase, after=tuple(place + more * (place >= at) for place in phase.after))


def _split(
    phase: Phase, vms: Mapping[VmId, VirtualMachine], groups: tuple[Group, ...], size: int
) -> Iterator[Phase]:
    chosen = _pilot(phase.moves, vms, groups, size)
    if not chosen:
        yield phase
        return
    first = tuple(move for move in phase.moves if move.vm in chosen)
    rest = tuple(move for move in phase.moves if move.vm not in chosen)
    yield replace(phase, moves=first, reason=f"{_PILOT}{phase.reason.removeprefix(_PILOT)}")
    if rest:
        yield replace(phase, moves=rest)


def _pilot(
    moves: tuple[Move, ...], vms: Mapping[VmId, VirtualMachine], groups: tuple[Group, ...], size: int
) -> set[VmId]:
    """VMs of the lowest criticality, alone in their group, each of another guest and firmware while there are."""
    grouped = {vm for group in groups for vm in group.vms if len(group.vms) > 1}
    free = [
        vms[move.vm] for move in moves if move.vm not in grouped and not MANAGERS & set(vms[move.vm].roles)
    ]
    waiting = sorted(free, key=_risk)
    chosen: dict[VmId, None] = {}
    kinds: set[tuple[object, ...]] = set()
    while waiting and len(chosen) < size:
        lowest = _risk(waiting[0])[:2]
        equals = [vm for vm in waiting if _risk(vm)[:2] == lowest]
        pick = next((vm for vm in equals if _kind(vm) not in kinds), equals[0])
        chosen[pick.id] = None
        kinds.add(_kind(pick))
        waiting.remove(pick)
    return set(chosen)


def _risk(vm: VirtualMachine) -> tuple[int, bool, int, VmId]:
    """An unknown criticality counts as normal: the pilot needs someone, and no outage is hidden by it."""
    size = sum(disk.allocated_bytes or disk.capacity_bytes or 0 for disk in vm.disks)
    return RANK[vm.criticality] if vm.criticality else 1, bool(vm.roles), size, vm.id


def _kind(vm: VirtualMachine) -> tuple[object, ...]:
    return vm.guest_os, vm.firmware
