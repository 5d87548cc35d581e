"""The steps of a plan that are done, applied one after the other: where everything is by then."""

from planner.model.estate import ClusterId, HostId, VmId
from planner.model.plan import (
    DiskPlacement,
    Loan,
    Plan,
    Progress,
    Step,
    StepId,
    StepKind,
    StorageId,
    Whereabouts,
)
from planner.model.progress import Report

_CROSSINGS = frozenset({StepKind.MOVE, StepKind.UNPARK})
_MOVES = frozenset({StepKind.RELOCATE, StepKind.PARK, StepKind.REBALANCE, *_CROSSINGS})


def standing(plan: Plan, report: Report) -> Progress:
    """What is done by earlier plans and by these steps of `plan`, whose needs are among them."""
    account = _Account(plan)
    for step in sorted(plan.schedule.steps, key=lambda step: (step.end, step.start)):
        if step.id in report.done:
            account.apply(step)
    return Progress(
        done=tuple(sorted({*plan.progress.done, *report.done})),
        begun=tuple(sorted(report.begun)),
        failed=tuple(sorted(report.failed)),
        built=tuple(account.built),
        retired=tuple(sorted(account.retired)),
        installed=tuple(sorted(account.installed)),
        lent=tuple(Loan(host=host, cluster=cluster) for host, cluster in sorted(account.lent.items())),
        vms=tuple(account.whereabouts()),
        piloted=plan.progress.piloted or _piloted(plan, report.done),
    )


class _Account:
    """The sides of hosts and the places of VMs, as the steps change them."""

    def __init__(self, plan: Plan) -> None:
        before = plan.progress
        self.swing = {(host, place.cluster) for place in plan.placements for host in place.swing}
        self.built: dict[HostId, None] = dict.fromkeys(before.built)
        self.retired: set[HostId] = set(before.retired)
        self.installed: set[HostId] = set(before.installed)
        self.lent: dict[HostId, ClusterId] = {loan.host: loan.cluster for loan in before.lent}
        self.at: dict[VmId, HostId | None] = {entry.vm: entry.host for entry in before.vms}
        self.crossed: set[VmId] = {entry.vm for entry in before.vms if entry.crossed}
        self.disks: dict[VmId, dict[str, StorageId]] = {
            entry.vm: {placed.disk: placed.storage for placed in entry.disks} for entry in before.vms
        }

    def apply(self, step: Step) -> None:
        """Do what a step does."""
        if step.kind in _MOVES and step.vm is not None:
            self._move(step, step.vm)
        elif step.host is not None:
            self._work(step, step.host)

    def whereabouts(self) -> list[Whereabouts]:
        """The places of all VMs that were moved, sorted by id."""
        return [
            Whereabouts(
                vm=vm, host=self.at[vm], crossed=vm in self.crossed, disks=_placements(self.disks.get(vm, {}))
            )
            for vm in sorted(self.at)
        ]

    def _move(self, step: Step, vm: VmId) -> None:
        self.at[vm] = step.destination
        self.disks.setdefault(vm, {}).update({placed.disk: placed.storage for placed in step.disks})
        if step.kind in _CROSSINGS:
            self.crossed.add(vm)

    def _work(self, step: Step, host: HostId) -> None:
        self.installed.discard(host)
        self.retired.discard(host)
        if step.kind is StepKind.RETIRE:
            self.retired.add(host)
        elif step.kind is StepKind.INSTALL:
            self.installed.add(host)
        elif step.kind is StepKind.RETURN:
            self.built.pop(host, None)
            self.lent.pop(host, None)
        else:
            self.built[host] = None
        if step.kind is StepKind.INSTALL and (host, step.cluster) in self.swing:
            self.lent[host] = step.cluster


def _placements(disks: dict[str, StorageId]) -> tuple[DiskPlacement, ...]:
    return tuple(DiskPlacement(disk=disk, storage=storage) for disk, storage in disks.items())


def _piloted(plan: Plan, done: frozenset[StepId]) -> bool:
    """Whether the pilot is over; where the plan had none, whether anything has crossed."""
    pilots = [set(wave.steps) for wave in plan.schedule.waves if wave.pilot]
    if pilots:
        return all(steps <= done for steps in pilots)
    return any(step.kind is StepKind.MOVE and step.id in done for step in plan.schedule.steps)
