"""Phases gathered into waves: retiring and building the same hosts is one, rolling moves of a kind share one while they can."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from planner.model.estate import VmId
from planner.model.plan import Phase, PhaseKind, StepKind
from planner.schedule.facts import Facts

HOST_WORK: Final = {
    PhaseKind.RETIRE: (StepKind.RETIRE,),
    PhaseKind.BUILD: (StepKind.INSTALL, StepKind.CONFIGURE),
    PhaseKind.UPGRADE: (StepKind.UPGRADE,),
    PhaseKind.RETURN: (StepKind.RETURN,),
}

_RECENT: Final = 12
"""How many waves back one is looked for that is still open."""


@dataclass(slots=True, kw_only=True)
class Gathered:
    """Phases of a wave with their places, in order; `after` are the places of the phases that all of it comes after."""

    number: int
    rolling: bool
    after: tuple[int, ...]
    phases: list[Phase] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    vms: set[VmId] = field(default_factory=set)

    def add(self, place: int, phase: Phase, after: Iterable[int]) -> None:
        """Take a phase in, and what all of it comes after for its sake."""
        self.after = tuple(sorted({*self.after, *after} - {*self.places}))
        self.phases.append(phase)
        self.places.append(place)
        self.vms.update(move.vm for move in phase.moves)


def stepwise(phase: Phase, earlier: Phase) -> bool:
    """Whether a phase waits for the steps of an earlier one, and not for its wave."""
    return phase.rolling and earlier.rolling and earlier.kind is not PhaseKind.BUILD


def gathered_phases(phases: tuple[Phase, ...], facts: Facts) -> tuple[Gathered, ...]:
    """What each wave consists of, so that they can also run one by one in this order."""
    found: list[Gathered] = []
    of_place: list[Gathered] = []
    for place, phase in enumerate(phases):
        wave = next(
            (wave for wave in _open(found, phase) if _joins(phase, wave, phases, of_place, facts)), None
        )
        if wave is None:
            wave = Gathered(number=len(found), rolling=phase.rolling, after=())
            found.append(wave)
        whole = (earlier for earlier in phase.after if not stepwise(phase, phases[earlier]))
        wave.add(place, phase, whole if not wave.vms else ())
        of_place.append(wave)
    _keep_apart(found, facts)
    if facts.policy.timing.soak:
        _in_turn([wave for wave in found if wave.phases[-1].kind is PhaseKind.CROSS])
    return tuple(found)


def _keep_apart(found: list[Gathered], facts: Facts) -> None:
    """Of two waves with VMs that a rule keeps out of one wave the later comes after the earlier."""
    waves_of: dict[VmId, list[Gathered]] = {}
    for wave in found if facts.waves_apart else ():
        for vm in wave.vms:
            others = (
                earlier for other in facts.waves_apart.get(vm, ()) for earlier in waves_of.get(other, ())
            )
            wave.after = tuple(sorted({*wave.after, *(earlier.places[-1] for earlier in others)}))
        for vm in wave.vms:
            waves_of.setdefault(vm, []).append(wave)


def _in_turn(crossings: list[Gathered]) -> None:
    """Each crossing comes after the one before it, which is watched first."""
    for earlier, later in pairwise(crossings):
        later.after = tuple(sorted({*later.after, earlier.places[-1]}))


def _open(found: list[Gathered], phase: Phase) -> Iterator[Gathered]:
    """The wave that a phase may still join: for a build that of the phase before, for a rolling move the last of its kind."""
    if phase.kind is PhaseKind.BUILD:
        yield from found[-1:]
    elif phase.rolling and phase.kind not in HOST_WORK:
        yield from (
            wave for wave in found[:-_RECENT:-1] if wave.phases[-1].kind is phase.kind and wave.rolling
        )


def _joins(
    phase: Phase, wave: Gathered, phases: tuple[Phase, ...], of_place: list[Gathered], facts: Facts
) -> bool:
    if phase.kind is PhaseKind.BUILD:
        last = wave.phases[-1]
        return last.kind is PhaseKind.RETIRE and set(last.hosts) <= set(phase.hosts)
    if (
        len(wave.vms) + len(phase.moves) > facts.policy.waves.max_vms
        or wave.phases[-1].reason != phase.reason
    ):
        return False
    kept_out = {vm for move in phase.moves for vm in (move.vm, *facts.waves_apart.get(move.vm, ()))}
    if any(of_place[earlier].number > wave.number for earlier in phase.after) or kept_out & wave.vms:
        return False
    return set(_gate(phase, phases)) <= set(wave.after)


def _gate(phase: Phase, phases: tuple[Phase, ...]) -> Iterable[int]:
    """The places of the phases that the whole wave has to come after; for the building of its own host a VM waits itself."""
    own = {move.destination for move in phase.moves}
    return (
        earlier
        for earlier in phase.after
        if not stepwise(phase, phases[earlier])
        and not (phases[earlier].kind is PhaseKind.BUILD and own <= set(phases[earlier].hosts))
    )
