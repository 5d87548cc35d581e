"""The verb: an earlier plan, what is reported of its steps, and an inventory, as the beginning of a new plan."""

from dataclasses import replace

from planner.model.estate import ClusterId, Estate
from planner.model.finding import Finding, SubjectKind
from planner.model.plan import Plan, Progress
from planner.model.progress import Report, Resumption
from planner.resume.completion import completed
from planner.resume.differences import contradictions, differences, placed_as_seen
from planner.resume.rest import rest
from planner.resume.standing import standing


def resume(earlier: Plan, report: Report, now: Estate) -> tuple[Estate, Resumption]:
    """The estate to plan for, and what the plan begins with.

    `now` may be the inventory of the earlier plan or a fresh one. VMs that crossed and hosts that were rebuilt keep the
    facts that the earlier plan had of them: what an inventory says of those is their source, or nothing.
    Raises InputError when the inventory and the steps that are done cannot both be true.
    """
    reported = standing(earlier, report)
    contradictions(earlier, reported, now)
    progress = placed_as_seen(earlier.estate, reported, now)
    estate = completed(earlier, progress, now)
    notes = differences(earlier, reported, report, now)
    return estate, Resumption(
        progress=replace(progress, notes=tuple(notes)),
        rest=rest(earlier, report.done),
        decisions=earlier.decisions,
        begun=_begun(estate, progress),
    )


def still_concern(findings: tuple[Finding, ...], progress: Progress) -> tuple[Finding, ...]:
    """The findings without those about VMs that have crossed and hosts that were rebuilt: that journey is over."""
    over = {(SubjectKind.VM, str(entry.vm)) for entry in progress.vms if entry.crossed}
    over |= {(SubjectKind.HOST, str(host)) for host in (*progress.built, *progress.installed)}
    return tuple(finding for finding in findings if (finding.subject.kind, finding.subject.id) not in over)


def _begun(estate: Estate, progress: Progress) -> frozenset[ClusterId]:
    """The clusters of which something was done: a host worked on or borrowed, or a VM moved."""
    worked = {*progress.built, *progress.retired, *progress.installed}
    moved = {entry.vm for entry in progress.vms}
    return frozenset(
        {host.cluster for host in estate.hosts if host.id in worked and host.cluster is not None}
        | {loan.cluster for loan in progress.lent}
        | {vm.cluster for vm in estate.vms if vm.id in moved}
    )
