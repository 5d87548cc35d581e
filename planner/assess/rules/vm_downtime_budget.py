"""VMs that the plan switches off for longer than they may be."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from planner.assess.ground import Ground, travelling
from planner.assess.rule import Rule, Sighting, Verdict, observed
from planner.model.estate import VirtualMachine, VmId
from planner.model.finding import Severity, SubjectKind
from planner.model.plan import Step, StepKind
from planner.units import format_duration

MINUTE: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A time for which a VM is off without a break: one step, or from its parking until it is started again."""

    seconds: int
    p90: int
    step: Step


def over_budget(ground: Ground) -> Iterator[Sighting]:
    """The longest outage of a VM, in the plan's slow estimate, is longer than its own budget or that of its criticality.

    Where the size of a disk that travels is unknown the outage has no estimate, and any budget may be broken.
    """
    longest = _longest(ground.steps)
    for vm in ground.vms:
        budget = ground.policy.downtime_of(vm.max_downtime, vm.criticality)
        outage = longest.get(vm.id)
        if budget is None or outage is None:
            continue
        if outage.p90 > budget or _is_unsized(vm):
            yield Sighting(thing=vm, verdict=_verdict(ground, vm, budget, outage))


def _is_unsized(vm: VirtualMachine) -> bool:
    return any(disk.allocated_bytes is None and disk.capacity_bytes is None for disk in travelling(vm))


def _longest(steps: tuple[Step, ...]) -> dict[VmId, Outage]:
    of_vm: dict[VmId, list[Step]] = defaultdict(list)
    for step in steps:
        if step.vm is not None and step.downtime_p90:
            of_vm[step.vm].append(step)
    return {vm: max(_outages(off), key=lambda outage: outage.p90) for vm, off in of_vm.items()}


def _outages(steps: list[Step]) -> Iterator[Outage]:
    parked: Step | None = None
    for step in sorted(steps, key=lambda step: (step.start, step.id)):
        if step.kind is StepKind.PARK:
            parked = step
        before = parked if step.kind is StepKind.UNPARK else None
        yield Outage(
            seconds=step.downtime + (before.downtime if before else 0),
            p90=step.downtime_p90 + (before.downtime_p90 if before else 0),
            step=before or step,
        )


def _seconds(over: int) -> str | None:
    """Durations are told in minutes, so that less than one would not be seen."""
    if over <= 0:
        return None
    return f"{over} s" if over < MINUTE else format_duration(over)


def _verdict(ground: Ground, vm: VirtualMachine, budget: int, outage: Outage) -> Verdict:
    whose = "its own" if vm.max_downtime is not None else f"of {vm.criticality} VMs"
    least = "at least " if _is_unsized(vm) else ""
    waits = outage.step.kind is StepKind.PARK
    return Verdict(
        severity=Severity(ground.policy.downtime.severity),
        facts=observed(
            budget=f"{format_duration(budget)}, {whose}",
            over_by=_seconds(outage.p90 - budget),
            off_at_p90=f"{least}{format_duration(outage.p90)}",
            off_at_p50=f"{least}{format_duration(outage.seconds)}",
            bound_by="it waits, parked, until its host is rebuilt" if waits else outage.step.bottleneck,
            step=outage.step.id,
            wave=outage.step.wave,
        ),
    )


RULE = Rule(
    id="vm-downtime-budget",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The plan may switch the VM off for longer than its downtime budget.",
    why="Its owner, or the policy for its criticality, allows less than the slow estimate (p90) of what moves it.",
    remedy=(
        "Mend what bounds the step: a faster link, fewer transfers at once (`per_host`, `at_once` of an uplink), less data in "
        "the VM; measure a move and say so (`transfers.measured`); or agree on a larger budget with the owner."
    ),
    find=over_budget,
)
