"""Names of things by id, harmless to show, and the parts of a plan that are looked up again and again."""

from dataclasses import dataclass
from typing import Final

from planner.model.estate import ClusterId, Host, HostId, VirtualMachine, VmId
from planner.model.kinds import PowerState
from planner.model.plan import Plan, Route, Step, StepId, StepKind, StorageId, TargetHost, WaveId
from planner.model.policy import Strategy
from planner.model.waves import step_by_step
from planner.review.members import Members, members
from planner.review.moments import Clock, clock
from planner.review.words import plain

OFF: Final = {PowerState.OFF, PowerState.SUSPENDED}
PARKS: Final = {StepKind.PARK, StepKind.UNPARK}
CROSSES: Final = {StepKind.MOVE, StepKind.PARK, StepKind.UNPARK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A plan's index. `routes` are those of the chosen targets; `journeys` the steps of each VM in order.

    `members` is each cluster's part of the plan; `before` and `after` are the VMs of each host before the first step and after
    the last; `start` is where each VM is when the plan begins, `there` are those that have crossed by then, and `parked` those
    that wait. `beside` are the waves of whose steps those of each need some.
    """

    plan: Plan
    when: Clock
    hosts: dict[HostId, Host]
    vms: dict[VmId, VirtualMachine]
    clusters: dict[ClusterId, str]
    strategies: dict[ClusterId, Strategy]
    storages: dict[StorageId, str]
    platforms: dict[str, str]
    targets: dict[HostId, TargetHost]
    borrowed: frozenset[HostId]
    routes: dict[VmId, Route]
    journeys: dict[VmId, tuple[Step, ...]]
    work: dict[HostId, tuple[Step, ...]]
    steps: dict[StepId, Step]
    needed: frozenset[VmId]
    start: dict[VmId, HostId | None]
    there: frozenset[VmId]
    parked: frozenset[VmId]
    members: dict[ClusterId, Members]
    before: dict[HostId, list[VmId]]
    after: dict[HostId, list[VmId]]
    beside: dict[WaveId, tuple[WaveId, ...]]

    def host(self, host: HostId | None) -> str:
        """The name of a host; of none, if there is none."""
        return "unknown host" if host is None else plain(self.hosts[host].name)

    def place(self, vm: VmId) -> str:
        """Where a VM is when the plan begins: its host, or what its source calls that."""
        if vm in self.parked:
            return "parked"
        host, reported = self.start[vm], self.vms[vm].reported_host
        return self.host(host) if host is not None or not reported else plain(reported)

    def vm(self, vm: VmId) -> str:
        """The name of a VM."""
        return plain(self.vms[vm].name)

    def platform(self, platform: str | None) -> str:
        """The title of a platform; those that were not chosen are known by their id."""
        return "nothing" if platform is None else self.platforms.get(platform, platform)

    def crossing(self, vm: VmId) -> Step | None:
        """The step that takes a VM to the target, or else its first; None if it is not touched."""
        steps = self.journeys.get(vm, ())
        return next((step for step in steps if step.kind in CROSSES), steps[0] if steps else None)

    def is_live(self, step: Step) -> bool:
        """Whether the guest keeps running: it runs now, and the step says that it is never down."""
        if step.vm is None or step.downtime or step.kind in PARKS:
            return False
        return not self.vms[step.vm].template and self.vms[step.vm].power not in OFF


def book(plan: Plan) -> Book:
    """Index a plan for the view."""
    start: dict[VmId, HostId | None] = {vm.id: vm.host for vm in plan.estate.vms}
    start |= {entry.vm: entry.host for entry in plan.progress.vms}
    ends = dict(start)
    before = _sitting(ends)
    names = {host.id: host.name for host in plan.estate.hosts}
    winners = {decision.cluster: decision.winner for decision in plan.decisions}
    vms = {vm.id: vm for vm in plan.estate.vms}
    journeys: dict[VmId, list[Step]] = {}
    work: dict[HostId, list[Step]] = {}
    for step in sorted(plan.schedule.steps, key=lambda step: step.start):
        if step.vm is not None:
            journeys.setdefault(step.vm, []).append(step)
            ends[step.vm] = step.destination
        if step.host is not None:
            work.setdefault(step.host, []).append(step)
    return Book(
        plan=plan,
        when=clock(plan.start, plan.policy.windows.timezone),
        hosts={host.id: host for host in plan.estate.hosts},
        vms=vms,
        clusters={cluster.id: plain(cluster.name) for cluster in plan.estate.clusters},
        strategies={decision.cluster: decision.strategy for decision in plan.decisions},
        storages={
            store.id: plain(f"{store.name} on {names[store.host]}" if store.host else store.name)
            for place in plan.placements
            for store in place.storages
        },
        platforms={platform.id: platform.title for platform in plan.platforms},
        targets={target.host: target for place in plan.placements for target in place.hosts},
        borrowed=frozenset(host for place in plan.placements for host in place.swing),
        routes={route.vm: route for route in plan.routes if route.platform == winners[vms[route.vm].cluster]},
        journeys={vm: tuple(steps) for vm, steps in journeys.items()},
        work={host: tuple(steps) for host, steps in work.items()},
        steps={step.id: step for step in plan.schedule.steps},
        needed=frozenset(need for vm in plan.estate.vms for need in vm.depends_on),
        start=start,
        there=frozenset(entry.vm for entry in plan.progress.vms if entry.crossed),
        parked=frozenset(entry.vm for entry in plan.progress.vms if entry.host is None),
        members=members(plan),
        before=before,
        after=_sitting(ends),
        beside=step_by_step(plan.schedule),
    )


def _sitting(places: dict[VmId, HostId | None]) -> dict[HostId, list[VmId]]:
    found: dict[HostId, list[VmId]] = {}
    for vm, host in places.items():
        if host is not None:
            found.setdefault(host, []).append(vm)
    return found
