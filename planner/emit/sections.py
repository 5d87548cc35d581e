"""A wave's steps as sections of its play: the steps of one kind that the same roles carry out.

All of a wave is one play, in which every inventory host goes its own way: what a step has to wait for is settled by its turn,
not by a play that waits for the slowest of its hosts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from planner.emit.names import group_of, source_name
from planner.emit.roles import Roles
from planner.model.plan import Plan, Step, StepId, StepKind, Wave, WaveId

VM_STEPS: Final = {
    StepKind.RELOCATE,
    StepKind.MOVE,
    StepKind.PARK,
    StepKind.UNPARK,
    StepKind.REBALANCE,
}
# Where a host has several steps in a wave, they stand in this order.
_ORDER: Final = {kind: place for place, kind in enumerate(StepKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Steps of one kind, by the same roles, in the order in which they are planned to begin. `group` is theirs in the inventory."""

    wave: Wave
    kind: StepKind
    roles: Roles
    group: str
    steps: tuple[Step, ...]


def sections(plan: Plan, roles: Mapping[StepId, Roles]) -> dict[WaveId, tuple[Section, ...]]:
    """The sections of every wave."""
    steps = {step.id: step for step in plan.schedule.steps}
    return {
        wave.id: tuple(_of_wave(wave, [steps[id_] for id_ in wave.steps], roles))
        for wave in plan.schedule.waves
    }


def _of_wave(wave: Wave, steps: Sequence[Step], roles: Mapping[StepId, Roles]) -> Iterator[Section]:
    alike: dict[tuple[StepKind, Roles], list[Step]] = {}
    for step in in_order(steps):
        alike.setdefault((step.kind, roles[step.id]), []).append(step)
    kinds = [kind for kind, _ in alike]
    for kind, by in sorted(alike, key=lambda one: (_ORDER[one[0]], one[1])):
        several = "" if kinds.count(kind) == 1 else f"_{'_'.join(by)}"
        yield Section(
            wave=wave,
            kind=kind,
            roles=by,
            group=f"{group_of(wave.id)}_{kind}{several}",
            steps=tuple(alike[kind, by]),
        )


def in_order(steps: Sequence[Step]) -> list[Step]:
    """Steps as they are planned to begin."""
    return sorted(steps, key=lambda step: (step.start, step.id))


def runs_on(step: Step) -> str:
    """The inventory name that a step's tasks address: the step's own for VMs, else the host's."""
    if step.kind in VM_STEPS:
        return step.id
    return source_name(step.host) if step.kind is StepKind.RETIRE and step.host else str(step.host)


def hosts_of(wave: Sequence[Section]) -> list[str]:
    """The inventory hosts of a wave, as their first steps are planned to begin."""
    return list(dict.fromkeys(runs_on(step) for step in in_order([s for part in wave for s in part.steps])))
