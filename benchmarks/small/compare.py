"""One small case planned and solved exactly, and the exact solution as a plan that can be replayed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from benchmarks.small.exact import Optimum, least_makespan
from benchmarks.small.family import POLICY, Small, small
from benchmarks.small.puzzle import Puzzle, puzzle
from planner import pipeline
from planner.errors import InfeasibleError
from planner.model.estate import Estate, HostId
from planner.model.kinds import HypervisorKind
from planner.model.plan import Plan, Step, StepId, StepKind, Wave, WaveId
from planner.model.policy import Policy

_DAY: Final = date(2026, 11, 24)
"""What is supported differs from day to day; figures should not."""
_WAVE: Final = WaveId("wave-001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A case with the planner's plan (None: refused) and what is proved about the best one."""

    case: Small
    given: Puzzle
    plan: Plan | None
    optimum: Optimum

    @property
    def broken(self) -> bool:
        """Whether plan and proof contradict each other, so that the planner or the exact model is wrong."""
        if self.plan is None:
            return self.optimum.makespan is not None
        return self.plan.schedule.makespan < self.optimum.at_least

    @property
    def ratio(self) -> float | None:
        """The planner's makespan over the best that was found."""
        if self.plan is None or self.optimum.makespan is None:
            return None
        return self.plan.schedule.makespan / self.optimum.makespan


def compared(case: Small, seconds: float) -> Compared:
    """Plan a case, and look for the best plan in at most so many seconds."""
    return weighed(case, small(case), POLICY, seconds)


def weighed(case: Small, estate: Estate, policy: Policy, seconds: float) -> Compared:
    """The same with an estate and a policy that are made of a case.

    The exact model may move each VM as often as the plan moves one, and once aside and once on the target side at least.
    """
    analysis = pipeline.settle(pipeline.analyse(estate, policy, _DAY))
    try:
        plan = pipeline.make_plan(analysis, None)
    except InfeasibleError:
        plan = None
    borrowed = tuple(host for place in plan.placements for host in place.swing) if plan else ()
    given = puzzle(analysis.estate, analysis.policy, analysis.routes, borrowed)
    optimum = least_makespan(
        given,
        plan.schedule.makespan if plan else _one_after_another(given),
        seconds,
        relocations=_most_moves(plan, StepKind.RELOCATE),
        rebalances=_most_moves(plan, StepKind.REBALANCE),
    )
    return Compared(case=case, given=given, plan=plan, optimum=optimum)


def best_plan(plan: Plan, given: Puzzle, optimum: Optimum) -> Plan:
    """The exact solution in the place of a plan's schedule, all in one wave, for the replay to judge."""
    disks = {step.vm: step.disks for step in plan.schedule.steps if step.kind is StepKind.MOVE}
    steps = [*_host_steps(plan, given, optimum)]
    for number, leg in enumerate(optimum.legs):
        kind = StepKind(leg.kind)
        made = _step(plan, kind, f"{leg.vm}-{number}", leg.start, leg.end - leg.start)
        copied = disks[leg.vm] if kind is StepKind.MOVE else ()
        steps.append(replace(made, vm=leg.vm, source=leg.source, destination=leg.destination, disks=copied))
    ordered = tuple(sorted(steps, key=lambda step: (step.start, step.id)))
    wave = Wave(
        id=_WAVE,
        title="everything",
        cluster=plan.placements[0].cluster,
        pilot=False,
        start=0,
        duration=max(step.end for step in ordered),
        p90=max(step.end for step in ordered),
        steps=tuple(step.id for step in ordered),
        failure_budget=0,
        reason="the exact solution knows no waves",
    )
    timed = replace(plan.schedule, waves=(wave,), steps=ordered, makespan=wave.duration, bounds=())
    return replace(plan, schedule=timed)


def _host_steps(plan: Plan, given: Puzzle, optimum: Optimum) -> Iterator[Step]:
    timing = plan.policy.timing
    for host in plan.estate.hosts:
        begun = 0
        if host.hypervisor is not HypervisorKind.NONE:
            begun = optimum.retired[host.id]
            yield _work(plan, StepKind.RETIRE, host.id, begun, given.retire)
            begun += given.retire
        yield _work(plan, StepKind.INSTALL, host.id, begun, timing.install_host)
        yield _work(plan, StepKind.CONFIGURE, host.id, begun + timing.install_host, timing.configure_host)
        if host.id in optimum.returned:
            yield _work(plan, StepKind.RETURN, host.id, optimum.returned[host.id], given.retire)


def _work(plan: Plan, kind: StepKind, host: HostId, start: int, seconds: int) -> Step:
    return replace(_step(plan, kind, host, start, seconds), host=host)


def _step(plan: Plan, kind: StepKind, subject: str, start: int, seconds: int) -> Step:
    return Step(
        id=StepId(f"{kind}-{subject}"),
        kind=kind,
        cluster=plan.placements[0].cluster,
        wave=_WAVE,
        start=start,
        duration=seconds,
        p90=seconds,
        needs=(),
        reason="",
        way_back="",
    )


def _most_moves(plan: Plan | None, kind: StepKind) -> int:
    counts = Counter(step.vm for step in plan.schedule.steps if step.kind is kind) if plan else Counter()
    return max([1, *counts.values()])


def _one_after_another(given: Puzzle) -> int:
    """Longer than any sensible plan: everything in turn."""
    moves = sum(max(vm.over.values()) + vm.crossing + vm.relocation + vm.rebalance for vm in given.vms)
    return moves + len(given.hosts) * (2 * given.retire + given.build)
