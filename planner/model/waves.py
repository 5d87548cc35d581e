"""How waves hang together beyond what each comes after."""

from planner.model.plan import Schedule, WaveId


def step_by_step(schedule: Schedule) -> dict[WaveId, tuple[WaveId, ...]]:
    """For each wave the others of which its steps need some: it may run beside them, and its steps wait for those steps.

    Waves that it comes after as a whole are not among them. No entry: there are none.
    """
    wave_of = {step.id: step.wave for step in schedule.steps}
    after = {wave.id: {wave.id, *wave.after} for wave in schedule.waves}
    found: dict[WaveId, set[WaveId]] = {}
    for step in schedule.steps:
        needed = {wave_of[need] for need in step.needs if need in wave_of} - after[step.wave]
        if needed:
            found.setdefault(step.wave, set()).update(needed)
    return {wave: tuple(sorted(others)) for wave, others in found.items()}
