"""What each step waits for while the bundle is run, as data for the plugin that gives it its turn: a file for each wave."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from planner.emit.caps import Caps
from planner.emit.host_work import HostWork, host_work
from planner.emit.json import dump_json
from planner.emit.sections import VM_STEPS, Section, runs_on
from planner.model.plan import Plan, Step, StepId, Wave, WaveId
from planner.model.texts import Maker


def turns(plan: Plan, sections: Mapping[WaveId, tuple[Section, ...]]) -> dict[str, Maker]:
    """Relative path to JSON of every wave."""
    maker = _Turns(plan)
    return {
        f"turns/{wave.id}.json": partial(maker.of, wave, sections[wave.id]) for wave in plan.schedule.waves
    }


class _Turns:
    """What steps wait for, looked up once for all waves."""

    def __init__(self, plan: Plan) -> None:
        self._caps = Caps(plan)
        self._wave_of = {step.id: step.wave for step in plan.schedule.steps}
        self._steps = {wave.id: wave.steps for wave in plan.schedule.waves}
        self._peers = dict(_peers(plan))

    def of(self, wave: Wave, sections: tuple[Section, ...]) -> str:
        """The file of a wave.

        Of work on hosts not one may fail: the next is not touched before somebody has looked.
        """
        steps = [step for section in sections for step in section.steps]
        taken = {step.id: self._caps.of(step) for step in steps}
        caps = {name: most for of_step in taken.values() for name, most in of_step.items()}
        return dump_json(
            {
                "wave": wave.id,
                "budget": wave.failure_budget if all(step.kind in VM_STEPS for step in steps) else 0,
                "after": {earlier: list(self._steps[earlier]) for earlier in wave.after},
                "caps": dict(sorted(caps.items())),
                "steps": {step.id: self._turn(step, taken[step.id]) for step in steps},
            }
        )

    def _turn(self, step: Step, taken: Mapping[str, int]) -> dict[str, Any]:
        needs = {*step.needs, *self._peers.get(step.id, ())}
        return {
            "on": runs_on(step),
            "kind": step.kind.value,
            "start": step.start,
            "needs": {need: self._wave_of[need] for need in sorted(needs) if need in self._wave_of},
            "takes": sorted(taken),
        }


def _peers(plan: Plan) -> Iterator[tuple[StepId, list[StepId]]]:
    """A host is introduced to those before it while it is configured, so they must be configured whatever that takes."""
    work: HostWork = host_work(plan.schedule, plan.progress.built)
    platforms = {platform.id: platform.hypervisor for platform in plan.platforms}
    for placement in plan.placements:
        for target in placement.hosts:
            peers = work.peers(target.host, placement, platforms[target.platform])
            needed = [step.id for peer in peers for step in work.configured.get(peer, ())[:1]]
            for step in work.configured.get(target.host, ()):
                yield step.id, needed
