"""References: a plan that names things that do not exist cannot be replayed."""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import chain

from planner.model.plan import Plan, StorageId
from planner.verify.complaint import Complaint, Complaints
from planner.verify.derive import storage_medium


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
        "platform": {platform.id for platform in plan.platforms},
    }
    names = chain(
        _of_hosts(plan),
        _of_vms(plan),
        _of_steps(plan),
        _of_waves(plan),
        _of_placements(plan),
        _of_progress(plan),
        _of_answers(plan),
    )
    for where, kind, name in names:
        if name is not None and name not in known[kind]:
            yield Complaint(where, f"names the {kind} {name}, which does not exist")
    yield from _ambiguous(plan)


Names = Iterator[tuple[str, str, str | None]]


def _of_hosts(plan: Plan) -> Names:
    for host in plan.estate.hosts:
        yield host.name, "cluster", host.cluster
        for datastore in host.datastores:
            yield host.name, "datastore", datastore
        for carried in host.networks or ():
            yield host.name, "network", carried.network
    for rule in plan.estate.affinity_rules:
        for vm in rule.vms:
            yield rule.name, "VM", vm
        for pinned in rule.hosts:
            yield rule.name, "host", pinned


def _of_vms(plan: Plan) -> Names:
    for vm in plan.estate.vms:
        yield vm.name, "cluster", vm.cluster
        yield vm.name, "host", vm.host
        for need in vm.depends_on:
            yield vm.name, "VM", need
        yield vm.name, "VM", vm.backed_up_by
        for disk in vm.disks:
            yield vm.name, "datastore", disk.datastore
        for nic in vm.nics:
            yield vm.name, "network", nic.network
    for flow in plan.estate.flows:
        yield "flows", "VM", flow.source
        yield "flows", "VM", flow.destination


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
        for need in step.needs:
            yield step.id, "step", need
        for placed in step.disks:
            yield step.id, "storage", placed.storage


def _of_waves(plan: Plan) -> Names:
    for wave in plan.schedule.waves:
        yield wave.id, "cluster", wave.cluster
        for step in wave.steps:
            yield wave.id, "step", step
        for earlier in wave.after:
            yield wave.id, "wave", earlier


def _of_placements(plan: Plan) -> Names:
    for place in plan.placements:
        where = f"placement of {place.cluster}"
        yield where, "cluster", place.cluster
        for host in (*(target.host for target in place.hosts), *place.swing):
            yield where, "host", host
        for network in (n for target in place.hosts for n in target.networks or ()):
            yield where, "network", network
        for target in place.hosts:
            yield where, "platform", target.platform
            for reached in target.storages:
                yield where, "storage", reached
        for storage in place.storages:
            yield where, "host", storage.host
            yield where, "datastore", storage.datastore


def _of_progress(plan: Plan) -> Names:
    progress = plan.progress
    for host in (*progress.built, *progress.retired, *progress.installed):
        yield "progress", "host", host
    for loan in progress.lent:
        yield "progress", "host", loan.host
        yield "progress", "cluster", loan.cluster
    for entry in progress.vms:
        yield "progress", "VM", entry.vm
        yield "progress", "host", entry.host
        for placed in entry.disks:
            yield "progress", "storage", placed.storage


def _of_answers(plan: Plan) -> Names:
    for decision in plan.decisions:
        yield "decision", "cluster", decision.cluster
        yield "decision", "platform", decision.winner
    for route in plan.routes:
        yield "route", "VM", route.vm


def _ambiguous(plan: Plan) -> Complaints:
    """Ids that stand for two things. Clusters may name one storage each for themselves, but it must be the same one."""
    named = (
        *((step.id, "steps") for step in plan.schedule.steps),
        *((wave.id, "waves") for wave in plan.schedule.waves),
        *((place.cluster, "placements") for place in plan.placements),
    )
    for name, kind in (name for name, times in Counter(named).items() if times > 1):
        yield Complaint(name, f"stands for two {kind}")
    media: dict[StorageId, tuple[str, str]] = {}
    for storage in (storage for place in plan.placements for storage in place.storages):
        if media.setdefault(storage.id, storage_medium(storage)) != storage_medium(storage):
            yield Complaint(storage.id, "stands for two storages")
