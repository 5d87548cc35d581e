"""Steps and waves as such: each step says what it works on, in its own cluster, and is in one wave."""

from collections import defaultdict

from planner.model.plan import Step, StepId, StepKind, WaveId
from planner.model.policy import Strategy
from planner.verify.complaint import Complaint, Complaints, host_name, moved_vm
from planner.verify.givens import Givens
from planner.verify.state import MOVES, State

BUILDS = frozenset({StepKind.INSTALL, StepKind.CONFIGURE, StepKind.UPGRADE})


def complete(givens: Givens) -> Complaints:
    """A move has a VM and, unless it is parked, a destination; everything else has a host. Time runs forwards."""
    for step in givens.plan.schedule.steps:
        moved = step.vm is not None, step.destination is not None, step.host is not None
        if step.kind in MOVES and moved != (True, step.kind is not StepKind.PARK, False):
            yield Complaint(step.id, f"is to {step.kind}, and does not say which VM, or where to")
        if step.kind not in MOVES and (moved != (False, False, True) or step.source or step.disks):
            yield Complaint(step.id, f"is to {step.kind} and does not say which host, or moves something")
        if step.start < 0 or step.duration < 0:
            yield Complaint(step.id, "begins before the plan does, or ends before it begins")


def in_one_wave(givens: Givens) -> Complaints:
    """A step is listed by the wave that it names and by no other, both of one cluster; no wave is empty."""
    listed: dict[StepId, list[WaveId]] = defaultdict(list)
    clusters = {wave.id: wave.cluster for wave in givens.plan.schedule.waves}
    for wave in givens.plan.schedule.waves:
        if not wave.steps:
            yield Complaint(wave.id, "has no steps")
        for listed_step in wave.steps:
            listed[listed_step].append(wave.id)
    for step in givens.plan.schedule.steps:
        if listed[step.id] != [step.wave]:
            waves = ", ".join(listed[step.id]) or "no wave"
            yield Complaint(step.id, f"is of {step.wave}, but is listed by {waves}")
        elif clusters[step.wave] != step.cluster:
            own, other = givens.clusters[step.cluster].name, givens.clusters[clusters[step.wave]].name
            yield Complaint(step.id, f"is about {own}, but its wave {step.wave} is one of {other}")


def of_its_cluster(state: State, step: Step) -> Complaints:
    """A step is about a machine of its cluster, or about a host that the plan borrows for it; nothing happens to a cluster that is kept."""
    givens = state.givens
    cluster = givens.clusters[step.cluster].name
    if givens.strategy(step.cluster) is Strategy.KEEP:
        yield Complaint(cluster, f"is kept as it is, but {step.id} is about it")
    if step.vm is not None and givens.vms[step.vm].cluster != step.cluster:
        yield Complaint(moved_vm(state, step), f"is not of {cluster}, as {step.id} says")
    if step.destination is not None and state.works_for[step.destination] != step.cluster:
        place = host_name(givens, step.destination)
        yield Complaint(
            moved_vm(state, step), f"goes to {place}, which does not work for {cluster} at that time"
        )
    if step.host is None:
        return
    own = givens.hosts[step.host].cluster
    if (own or step.cluster) != step.cluster:
        yield Complaint(host_name(givens, step.host), f"is not of {cluster}, as {step.id} says")
    borrowed = step.host in givens.borrowed.get(step.cluster, ())
    if (own is None or step.kind is StepKind.RETURN) and not borrowed:
        yield Complaint(host_name(givens, step.host), f"is not among the hosts that {cluster} borrows")
    if step.kind in BUILDS and step.host not in givens.promised.get(step.cluster, ()):
        yield Complaint(host_name(givens, step.host), f"is not among the target hosts of {cluster}")
