"""What a schedule has made of the company that the policy asked for."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from planner.model.estate import VmId
from planner.model.kinds import Bond
from planner.model.plan import Group, Step, StepKind, WaveId

_LEAVES: Final = frozenset({StepKind.MOVE, StepKind.PARK})
_SPLIT: Final = {
    Bond.BIND: "there was no way to move them in one wave without more help or a longer window: they take {waves} waves",
    Bond.WISH: "moving them in one wave would have cost something: they take {waves} waves",
}


def as_scheduled(groups: Iterable[Group], steps: Iterable[Step]) -> Iterator[Group]:
    """The groups as these steps keep them: of one that binds without being firm, and is torn apart, only a wish is left."""
    waves: dict[VmId, WaveId] = {step.vm: step.wave for step in steps if step.vm and step.kind in _LEAVES}
    for group in groups:
        used = {waves[vm] for vm in group.vms if vm in waves}
        if len(used) > 1 and group.bond in _SPLIT:
            yield replace(group, bond=Bond.WISH, relaxed=_SPLIT[group.bond].format(waves=len(used)))
        else:
            yield group
