"""From a plan and its replay to the view."""

from dataclasses import replace

from planner.model.decision import Decision
from planner.model.estate import VmId
from planner.model.finding import SubjectKind
from planner.model.plan import Plan, StepKind
from planner.model.verification import Verification
from planner.review.before import done_before
from planner.review.clusters import cluster_view
from planner.review.companies import company_views
from planner.review.concerns import finding_views, rule_views
from planner.review.gantt import overview_gantt
from planner.review.machines import vm_view
from planner.review.members import by_cluster
from planner.review.names import Book, book
from planner.review.steps import no_returns, wave_view
from planner.review.view import Bounds, FindingView, Totals, View, ViolationView
from planner.review.words import counted, plain
from planner.units import format_size


def view(plan: Plan, verification: Verification) -> View:
    """Everything that a review shows of a plan, computed once."""
    index = book(plan)
    findings = finding_views(plan.findings, _clusters(index))
    totals = _totals(index, findings)
    vms = sorted(plan.estate.vms, key=lambda vm: _by_start(index, vm.id))
    points = by_cluster(verification.capacity, lambda point: point.cluster)
    replays = {cluster: replace(verification, capacity=points.get(cluster, ())) for cluster in index.clusters}
    position = {vm.id: number for number, vm in enumerate(vms, 1)}
    return View(
        estate=_estate(plan),
        digest=plan.estate_digest,
        start=index.when(0).date,
        end=index.when(plan.schedule.makespan),
        end_p90=index.when(plan.schedule.makespan_p90),
        accepted=verification.accepted,
        verdict=_verdict(verification),
        before=done_before(index),
        closing=_closing(totals, "Nothing more" if plan.progress.done else "Nothing"),
        totals=totals,
        bounds=_bounds(plan),
        clusters=tuple(
            cluster_view(index, decision, replays[decision.cluster], number)
            for number, decision in enumerate(_in_order(plan), 1)
        ),
        rules=rule_views(findings),
        findings=findings,
        waves=tuple(wave_view(index, wave) for wave in plan.schedule.waves),
        vms=tuple(vm_view(index, vm) for vm in vms),
        dependencies=tuple((position[vm.id], position[need]) for vm in vms for need in vm.depends_on),
        companies=company_views(index),
        no_returns=no_returns(index),
        violations=tuple(
            ViolationView(
                constraint=violation.constraint,
                step=violation.step,
                subject=plain(violation.subject),
                detail=plain(violation.detail),
            )
            for violation in verification.violations
        ),
        unknowns=tuple(plain(unknown) for unknown in (*verification.unknowns, *plan.estate.notes)),
        overview=overview_gantt(index),
    )


def _clusters(index: Book) -> dict[tuple[SubjectKind, str], str]:
    """The names of the clusters that hosts and VMs belong to."""
    plan = index.plan
    hosts = {(SubjectKind.HOST, str(host.id)): host.cluster for host in plan.estate.hosts}
    vms = {(SubjectKind.VM, str(vm.id)): vm.cluster for vm in plan.estate.vms}
    clusters = {(SubjectKind.CLUSTER, str(cluster)): cluster for cluster in index.clusters}
    return {
        subject: index.clusters[cluster] for subject, cluster in (hosts | vms | clusters).items() if cluster
    }


def _in_order(plan: Plan) -> list[Decision]:
    """Decisions in the order in which their clusters are converted, kept ones last."""
    first: dict[str, int] = {}
    for step in plan.schedule.steps:
        first[step.cluster] = min(step.start, first.get(step.cluster, step.start))
    never = plan.schedule.makespan + 1
    return sorted(plan.decisions, key=lambda decision: (first.get(decision.cluster, never), decision.cluster))


def _by_start(index: Book, vm: VmId) -> tuple[bool, int, str]:
    step = index.crossing(vm)
    return (step is None, 0 if step is None else step.start, vm)


def _estate(plan: Plan) -> str:
    estate = plan.estate
    data = sum(disk.allocated_bytes or disk.capacity_bytes or 0 for vm in estate.vms for disk in vm.disks)
    return (
        f"{counted(len(estate.clusters), 'cluster')}, {counted(len(estate.hosts), 'host')}, "
        f"{counted(len(estate.vms), 'VM')}, {format_size(data)} on their disks"
    )


def _totals(index: Book, findings: tuple[FindingView, ...]) -> Totals:
    steps = index.plan.schedule.steps
    standings = [finding.standing for finding in findings]

    def of_kind(*kinds: StepKind) -> int:
        return sum(step.kind in kinds for step in steps)

    return Totals(
        installs=of_kind(StepKind.INSTALL),
        upgrades=of_kind(StepKind.UPGRADE),
        returns=of_kind(StepKind.RETURN),
        crossings=of_kind(StepKind.MOVE, StepKind.UNPARK),
        relocations=of_kind(StepKind.RELOCATE, StepKind.REBALANCE),
        parked=of_kind(StepKind.PARK),
        there=len(index.there - index.journeys.keys()),
        untouched=sum(
            vm.id not in index.journeys and vm.id not in index.there for vm in index.plan.estate.vms
        ),
        downtime=sum(step.downtime for step in steps),
        downtime_p90=sum(step.downtime_p90 for step in steps),
        bytes=sum(step.bytes for step in steps),
        blocking=standings.count("blocks"),
        waived=standings.count("waived"),
        warnings=standings.count("warning"),
        notes=standings.count("information"),
    )


def _closing(totals: Totals, nothing: str) -> str:
    hosts = [f"{counted(totals.installs, 'host')} to install"]
    hosts += [f"{counted(totals.upgrades, 'host')} to upgrade"] if totals.upgrades else []
    vms = [f"{counted(totals.crossings, 'VM')} to move", f"{totals.parked} to park"]
    vms += [f"{counted(totals.there, 'VM')} there already"] if totals.there else []
    vms += [f"{counted(totals.untouched, 'VM')} not touched"] if totals.untouched else []
    findings = [f"{totals.blocking} blocking"] if totals.blocking else []
    findings += [counted(totals.warnings, "warning")]
    findings += [f"{totals.waived} waived"] if totals.waived else []
    return f"Plan: {', '.join(hosts + vms)}; {', '.join(findings)}. {nothing} has been touched."


def _verdict(verification: Verification) -> str:
    events = counted(verification.events, "event")
    if verification.accepted:
        return f"{events} replayed independently: no constraint is broken in any state on the way."
    return f"{events} replayed independently: {counted(len(verification.violations), 'constraint')} broken."


def _bounds(plan: Plan) -> Bounds:
    whole = [bound for bound in plan.schedule.bounds if bound.cluster is None]
    best = max(whole, key=lambda bound: bound.seconds, default=None)
    gap = None
    if best is not None and best.seconds > 0:
        gap = round(100 * (plan.schedule.makespan - best.seconds) / best.seconds)
    return Bounds(
        makespan=plan.schedule.makespan,
        makespan_p90=plan.schedule.makespan_p90,
        lower=None if best is None else best.seconds,
        gap_percent=gap,
        binding=None if best is None else plain(best.binding),
    )
