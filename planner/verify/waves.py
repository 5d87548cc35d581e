"""Waves: in turn, the pilot before all others, and what a rule keeps apart never side by side."""

from collections import defaultdict
from itertools import combinations, product

from planner.model.estate import ClusterId, VmId
from planner.model.kinds import AffinityKind, Bond
from planner.model.plan import Step, StepId, StepKind, WaveId
from planner.units import format_duration
from planner.verify.complaint import Complaint, vm_name
from planner.verify.givens import Givens
from planner.verify.order import circle

_LEAVES = frozenset({StepKind.MOVE, StepKind.PARK})
_BUILDS = frozenset({StepKind.INSTALL, StepKind.CONFIGURE})


class Span:
    """From the first start to the last end of a wave's steps, as the steps say it."""

    __slots__ = ("end", "first", "start")

    def __init__(self, steps: list[Step]) -> None:
        self.first = min(steps, key=lambda step: (step.start, step.id)).id
        self.start = min(step.start for step in steps)
        self.end = max(step.end for step in steps)

    def overlaps(self, other: "Span") -> bool:
        """Whether there is a moment inside both."""
        return self.start < other.end and other.start < self.end


def in_turn(givens: Givens) -> dict[StepId, list[Complaint]]:
    """Waves that begin before one that must be done."""
    of_waves = spans(givens)
    found: dict[StepId, list[Complaint]] = defaultdict(list)
    for wave in givens.plan.schedule.waves:
        for earlier in wave.after:
            if (
                wave.id in of_waves
                and earlier in of_waves
                and of_waves[wave.id].start < of_waves[earlier].end
            ):
                late = format_duration(of_waves[earlier].end - of_waves[wave.id].start)
                found[of_waves[wave.id].first].append(
                    Complaint(wave.id, f"begins {late} before {earlier} is done")
                )
    for wave_id in circle({wave.id: wave.after for wave in givens.plan.schedule.waves}):
        if wave_id in of_waves:
            found[of_waves[wave_id].first].append(Complaint(wave_id, "comes after itself, by way of others"))
    return found


def pilot_first(givens: Givens) -> dict[StepId, list[Complaint]]:
    """What moves VMs, or takes a host that carried some away, before the pilot is done.

    What the pilot itself waits for may come before it: the waves that it comes after, the steps that its steps need, and
    what those wait for. So may the building of hosts. Where VMs have crossed by an earlier plan there need not be a pilot.
    """
    steps = givens.plan.schedule.steps
    pilot = next((wave.id for wave in givens.plan.schedule.waves if wave.pilot), None)
    found: dict[StepId, list[Complaint]] = defaultdict(list)
    crossing = [step for step in steps if step.kind is StepKind.MOVE]
    if pilot is None:
        earlier = any(entry.crossed for entry in givens.plan.progress.vms)
        if givens.plan.policy.waves.pilot_vms and crossing and not earlier:
            found[crossing[0].id].append(Complaint(crossing[0].id, "crosses, and no wave is the pilot"))
        return found
    piloted = [step for step in crossing if step.wave == pilot]
    if crossing and not piloted:
        found[crossing[0].id].append(Complaint(crossing[0].id, "crosses, and nothing does in the pilot"))
    before, done = (
        _waited_for(givens, pilot),
        max((step.end for step in steps if step.wave == pilot), default=0),
    )
    for step in steps:
        if step.kind not in _BUILDS and step.start < done and step.id not in before:
            early = format_duration(done - step.start)
            found[step.id].append(Complaint(step.id, f"starts {early} before the pilot is done"))
    return found


def _waited_for(givens: Givens, pilot: WaveId) -> set[StepId]:
    """The steps of the pilot and those that it waits for, directly or by way of others."""
    after = {wave.id: wave.after for wave in givens.plan.schedule.waves}
    of_wave: dict[WaveId, set[StepId]] = defaultdict(set)
    steps = {step.id: step for step in givens.plan.schedule.steps}
    for step in steps.values():
        of_wave[step.wave].add(step.id)
    found = set(of_wave[pilot])
    waiting = list(found)
    while waiting:
        step = steps[waiting.pop()]
        earlier = set(step.needs).union(*(of_wave[wave] for wave in after.pop(step.wave, ())))
        waiting.extend(earlier - found)
        found |= earlier
    return found


def kept_apart(givens: Givens) -> dict[StepId, list[Complaint]]:
    """VMs that move in one wave, or in two that overlap, against a rule; what must move together has no choice."""
    found: dict[StepId, list[Complaint]] = defaultdict(list)
    rules = [
        rule
        for rule in givens.plan.estate.affinity_rules
        if rule.kind is AffinityKind.WAVES_APART and rule.mandatory
    ]
    if not rules:
        return found
    firm = (group for group in givens.plan.groups if group.bond is Bond.FIRM)
    group_of = {vm: number for number, group in enumerate(firm) for vm in group.vms}
    of_waves = spans(givens)
    moves: dict[VmId, dict[WaveId, StepId]] = defaultdict(dict)
    for step in givens.plan.schedule.steps:
        if step.vm is not None:
            moves[step.vm].setdefault(step.wave, step.id)
    for rule in rules:
        for vm, other in combinations(rule.vms, 2):
            if group_of.get(vm, vm) == group_of.get(other, other):
                continue
            for wave, beside in product(moves[other], moves[vm]):
                if of_waves[wave].overlaps(of_waves[beside]):
                    how = "in one wave" if wave == beside else "at the same time"
                    told = f"moves {how} with {vm_name(givens, vm)}, against the rule {rule.name}"
                    found[moves[other][wave]].append(Complaint(vm_name(givens, other), told))
    return found


def as_one(givens: Givens) -> dict[StepId, list[Complaint]]:
    """VMs of a group that binds which leave the source in another wave than the first of them; each cluster has its own."""
    leaving: dict[VmId, Step] = {}
    for step in givens.plan.schedule.steps:
        if step.vm is not None and step.kind in _LEAVES:
            leaving.setdefault(step.vm, step)
    found: dict[StepId, list[Complaint]] = defaultdict(list)
    for group in (group for group in givens.plan.groups if group.binds):
        first: dict[ClusterId, Step] = {}
        for step in sorted((leaving[vm] for vm in group.vms if vm in leaving), key=lambda step: step.start):
            begun = first.setdefault(step.cluster, step)
            if step.wave != begun.wave and step.vm is not None and begun.vm is not None:
                told = (
                    f"moves in {step.wave}, and {vm_name(givens, begun.vm)} in {begun.wave}: {group.reason}"
                )
                found[step.id].append(Complaint(vm_name(givens, step.vm), told))
    return found


def spans(givens: Givens) -> dict[WaveId, Span]:
    """The span of every wave that has steps."""
    steps: dict[WaveId, list[Step]] = defaultdict(list)
    for step in givens.plan.schedule.steps:
        steps[step.wave].append(step)
    return {wave: Span(of_wave) for wave, of_wave in steps.items()}
