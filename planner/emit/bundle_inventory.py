"""The inventory of a bundle: hosts as they are, hosts as they shall be, and one entry for each VM's step.

A VM's step is an inventory host of its own that connects to the machine which does the work, so that
Ansible's parallelism, `--limit` and failure counts are those of the plan's steps.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final

from planner.emit.batches import Batch
from planner.emit.host_work import host_work
from planner.emit.machine import Machine
from planner.emit.names import CONVERSION_HOST, EVERY_SOURCE, SOURCE_GROUPS, TARGET_GROUPS, source_name
from planner.emit.playbooks import VM_STEPS, runs_on
from planner.emit.steps import converts_elsewhere, step_variables, worker
from planner.emit.targets import source_variables, target_variables, upgraded_variables
from planner.emit.trip import Trip
from planner.emit.yaml import Unsafe, dump
from planner.model.estate import Host
from planner.model.kinds import HypervisorKind
from planner.model.plan import Plan, StepKind, WaveId
from planner.model.policy import Strategy
from planner.model.texts import Maker, Text

_CONVERSION_HOST: Final = {
    "ansible_host": "{{ lookup('ansible.builtin.env', 'CONVERSION_HOST') }}",
    "ansible_user": "root",
    "ansible_python_interpreter": "/usr/bin/python3",
}
_ESXI_KEYS: Final = "/etc/ssh/keys-root/authorized_keys"


def bundle_inventory(
    plan: Plan,
    batches: dict[WaveId, tuple[Batch, ...]],
    machines: tuple[Machine, ...],
    trips: dict[str, Trip],
) -> dict[str, Text | Maker]:
    """Relative path to YAML: `inventory/hosts.yml`, host variables, and the waivers that the plan rests on."""
    all_batches = [batch for of_wave in batches.values() for batch in of_wave]
    hosts = _hosts(plan, machines, all_batches, trips)
    makers = {name: partial(dump, values) for name, values in hosts.items()} | dict(_steps(plan, trips))
    files = {f"inventory/host_vars/{name}.yml": maker for name, maker in makers.items()}
    return {
        "inventory/hosts.yml": dump({"all": {"children": _groups(plan, machines, all_batches, trips)}}),
        "inventory/group_vars/all/waivers.yml": dump({"planner_waivers": _waivers(plan)}),
        **files,
    }


def _groups(
    plan: Plan, machines: tuple[Machine, ...], batches: Iterable[Batch], trips: dict[str, Trip]
) -> dict[str, Any]:
    members: dict[str, set[str]] = defaultdict(set)
    for machine in machines:
        members[TARGET_GROUPS[machine.platform.hypervisor]].add(machine.host.id)
    if converts_elsewhere(trips):
        members["conversion_hosts"].add(CONVERSION_HOST)
    for host in _upgraded(plan):
        members["upgraded_hosts"].add(host.id)
    for host in _sources(plan):
        members[SOURCE_GROUPS[host.hypervisor]].add(source_name(host.id))
        members[EVERY_SOURCE].add(source_name(host.id))
    for batch in batches:
        members[batch.group] |= {runs_on(step) for step in batch.steps}
        members[f"{batch.group}_receivers"] |= set(_receivers(batch, trips))
    return {
        group: {"hosts": dict.fromkeys(sorted(members[group]))} for group in sorted(members) if members[group]
    }


def _receivers(batch: Batch, trips: dict[str, Trip]) -> dict[str, dict[str, Host]]:
    """Who converts VMs of the batch, and the sources that each of them reads, by inventory name."""
    receivers: dict[str, dict[str, Host]] = defaultdict(dict)
    for step in batch.steps if "vm_move_kvm" in batch.roles or "vm_move_xcpng" in batch.roles else ():
        trip = trips[step.id]
        receiver = worker(trip)
        if trip.source and receiver:
            receivers[receiver][source_name(trip.source.id)] = trip.source
    return receivers


def _sources(plan: Plan) -> list[Host]:
    """Hosts that run the old hypervisor now, in clusters that the plan converts; an upgraded pool stays one pool."""
    upgraded = {made.cluster for made in plan.decisions if made.strategy is Strategy.UPGRADE_IN_PLACE}
    gone = {*plan.progress.built, *plan.progress.retired, *plan.progress.installed}
    converted = {placement.cluster for placement in plan.placements}
    return [
        host
        for host in plan.estate.hosts
        if host.cluster in converted
        and host.hypervisor is not HypervisorKind.NONE
        and (host.id not in gone or host.cluster in upgraded)
    ]


def _upgraded(plan: Plan) -> list[Host]:
    """Hosts that keep their VMs and get a new system."""
    upgraded = {step.host for step in plan.schedule.steps if step.kind is StepKind.UPGRADE}
    return [host for host in plan.estate.hosts if host.id in upgraded]


def _hosts(
    plan: Plan, machines: tuple[Machine, ...], batches: Iterable[Batch], trips: dict[str, Trip]
) -> dict[str, dict[str, Any]]:
    placements = {target.host: placement for placement in plan.placements for target in placement.hosts}
    work = host_work(plan.schedule.steps, plan.progress.built)
    targets: dict[str, dict[str, Any]] = {
        machine.host.id: target_variables(plan, machine, placements[machine.host.id], work)
        for machine in machines
    }
    successors = {machine.host.id: machine.platform for machine in machines}
    sources = {
        source_name(host.id): source_variables(host, successors.get(host.id)) for host in _sources(plan)
    }
    if converts_elsewhere(trips):
        targets[CONVERSION_HOST] = dict(_CONVERSION_HOST)
    winners = {decision.cluster: decision.winner for decision in plan.decisions}
    platforms = {platform.id: platform for platform in plan.platforms}
    for host in _upgraded(plan):
        platform = platforms[(host.cluster and winners[host.cluster]) or ""]
        targets[host.id] = upgraded_variables(host, platform, plan.policy.install)
    for batch in batches:
        for receiver, read in _receivers(batch, trips).items():
            known = targets.setdefault(receiver, {}).setdefault("planner_sources", {})
            known[batch.group] = [_access(name, host) for name, host in sorted(read.items())]
    return {**targets, **sources}


def _access(name: str, host: Host) -> dict[str, Any]:
    keys = {"authorized_keys": _ESXI_KEYS} if host.hypervisor is HypervisorKind.ESXI else {}
    return {"host": name, "address": Unsafe(host.address or host.name), **keys}


def _steps(plan: Plan, trips: dict[str, Trip]) -> Iterator[tuple[str, Callable[[], str]]]:
    for step in plan.schedule.steps:
        if step.kind in VM_STEPS:
            yield step.id, partial(_step, trips[step.id])


def _step(trip: Trip) -> str:
    return dump(step_variables(trip))


def _waivers(plan: Plan) -> list[dict[str, Any]]:
    used = {finding.waiver for finding in plan.findings if finding.waiver}
    return [
        {
            "finding": waiver.finding,
            "who": Unsafe(waiver.who),
            "why": Unsafe(waiver.why),
            "until": waiver.until,
        }
        for waiver in sorted(used, key=lambda waiver: (waiver.finding, waiver.until, waiver.who))
    ]
