"""References: a plan that names things that do not exist cannot be replayed."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from planner.model.plan import Plan
from planner.verify.complaint import Complaint, Complaints


def dangling(plan: Plan) -> Complaints:
    """Everything in a plan that names a thing which neither the estate nor the plan has."""
    estate = plan.estate
    known: dict[str, AbstractSet[str]] = {
        "host": {host.id for host in estate.hosts},
        "VM": {vm.id for vm in estate.vms},
        "cluster": {cluster.id for cluster in estate.clusters},
        "network": {network.id for network in estate.networks},
        "datastore": {datastore.id for datastore in estate.datastores},
        "storage": {storage.id for place in plan.placements for storage in place.storages},
        "step": {step.id for step in plan.schedule.steps},
        "wave": {wave.id for wave in plan.schedule.waves},
    }
    for where, kind, name in (*_of_steps(plan), *_of_waves(plan), *_of_placements(plan), *_of_answers(plan)):
        if name is not None and name not in known[kind]:
            yield Complaint(where, f"names the {kind} {name}, which does not exist")
    yield from _repeated_steps(plan)


Names = Iterator[tuple[str, str, str | None]]


def _of_steps(plan: Plan) -> Names:
    for step in plan.schedule.steps:
        for kind, name in (
            ("host", step.host),
            ("host", step.source),
            ("host", step.destination),
            ("VM", step.vm),
            ("cluster", step.cluster),
            ("wave", step.wave),
        ):
            yield step.id, kind, name
        for placed in step.disks:
            yield step.id, "storage", placed.storage


def _of_waves(plan: Plan) -> Names:
    for wave in plan.schedule.waves:
        yield wave.id, "cluster", wave.cluster
        for step in wave.steps:
            yield wave.id, "step", step


def _of_placements(plan: Plan) -> Names:
    for place in plan.placements:
        where = f"placement of {place.cluster}"
        yield where, "cluster", place.cluster
        for host in (*(target.host for target in place.hosts), *place.swing):
            yield where, "host", host
        for network in (n for target in place.hosts for n in target.networks or ()):
            yield where, "network", network
        for storage in place.storages:
            yield where, "host", storage.host
            yield where, "datastore", storage.datastore


def _of_answers(plan: Plan) -> Names:
    for decision in plan.decisions:
        yield "decision", "cluster", decision.cluster
    for route in plan.routes:
        yield "route", "VM", route.vm


def _repeated_steps(plan: Plan) -> Complaints:
    seen: set[str] = set()
    for step in plan.schedule.steps:
        if step.id in seen:
            yield Complaint(step.id, "stands for two steps")
        seen.add(step.id)
