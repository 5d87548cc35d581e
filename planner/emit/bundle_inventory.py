"""The inventory of a bundle: hosts as they are, hosts as they shall be, and one entry for each VM's step.

A VM's step is an inventory host of its own that connects to the machine which does the work, so that
Ansible's parallelism, `--limit` and failure counts are those of the plan's steps.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from planner.emit.host_work import host_work
from planner.emit.machine import Machine
from planner.emit.names import (
    CONVERSION_HOST,
    EVERY_SOURCE,
    SOURCE_GROUPS,
    TARGET_GROUPS,
    group_of,
    source_name,
)
from planner.emit.sections import VM_STEPS, Section, hosts_of, in_order, runs_on
from planner.emit.steps import converts_elsewhere, step_variables
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


def bundle_inventory(
    plan: Plan,
    sections: dict[WaveId, tuple[Section, ...]],
    machines: tuple[Machine, ...],
    trips: dict[str, Trip],
) -> dict[str, Text | Maker]:
    """Relative path to YAML: `inventory/hosts.yml`, host variables, and the waivers that the plan rests on."""
    hosts = _hosts(plan, machines, trips)
    makers = {name: partial(dump, values) for name, values in hosts.items()} | dict(_steps(plan, trips))
    files = {f"inventory/host_vars/{name}.yml": maker for name, maker in makers.items()}
    return {
        "inventory/hosts.yml": dump({"all": {"children": _groups(plan, machines, sections, trips)}}),
        "inventory/group_vars/all/waivers.yml": dump({"planner_waivers": _waivers(plan)}),
        **files,
    }


def _groups(
    plan: Plan,
    machines: tuple[Machine, ...],
    sections: dict[WaveId, tuple[Section, ...]],
    trips: dict[str, Trip],
) -> dict[str, Any]:
    """Groups of hosts by name; those of waves in the order in which the steps are planned to begin."""
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
    ordered = {group: sorted(members[group]) for group in members if members[group]}
    for wave, of_wave in sections.items():
        ordered[group_of(wave)] = hosts_of(of_wave)
        if len(of_wave) > 1:
            ordered |= {part.group: [runs_on(step) for step in in_order(part.steps)] for part in of_wave}
    return {group: {"hosts": dict.fromkeys(ordered[group])} for group in sorted(ordered)}


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


def _hosts(plan: Plan, machines: tuple[Machine, ...], trips: dict[str, Trip]) -> dict[str, dict[str, Any]]:
    placements = {target.host: placement for placement in plan.placements for target in placement.hosts}
    work = host_work(plan.schedule, plan.progress.built)
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
    return {**targets, **sources}


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
