"""A wave's steps as batches: plays that follow each other, whose steps may all run at once.

Ansible waits for every host of a play before the next play starts, so a play is the barrier that keeps the
plan's order whatever the real durations turn out to be.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from planner.emit.roles import Roles
from planner.knowledge import conversion_slots, converts
from planner.model.cutover import cuts_over
from planner.model.media import shared_media, written_media
from planner.model.plan import Plan, Step, StepId, StepKind, Wave, WaveId
from planner.model.uplinks import lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Steps of one kind, by the same roles, that may run together. `number` counts from 1 inside the wave."""

    wave: Wave
    number: int
    kind: StepKind
    roles: Roles
    steps: tuple[Step, ...]

    @property
    def group(self) -> str:
        """The inventory group of the batch."""
        return f"{self.wave.id.replace('-', '_')}_batch_{self.number:02d}"


def batches(plan: Plan, roles: Mapping[StepId, Roles]) -> dict[WaveId, tuple[Batch, ...]]:
    """The batches of every wave: no step before what it needs, and never more at once than the policy allows."""
    steps = {step.id: step for step in plan.schedule.steps}
    caps = _Caps(plan)
    return {
        wave.id: tuple(_of_wave(wave, [steps[id_] for id_ in wave.steps], roles, caps))
        for wave in plan.schedule.waves
    }


def _of_wave(
    wave: Wave, steps: Sequence[Step], roles: Mapping[StepId, Roles], caps: "_Caps"
) -> Iterator[Batch]:
    by_id = {step.id: step for step in steps}
    inside: nx.DiGraph[StepId] = nx.DiGraph()
    inside.add_nodes_from(by_id)
    inside.add_edges_from((need, step.id) for step in steps for need in step.needs if need in by_id)
    chunks = (
        chunk
        for generation in nx.topological_generations(inside)
        for alike in _alike([by_id[step] for step in generation], roles)
        for chunk in _within_caps(alike, caps)
    )
    for number, chunk in enumerate(chunks, start=1):
        yield Batch(
            wave=wave, number=number, kind=chunk[0].kind, roles=roles[chunk[0].id], steps=tuple(chunk)
        )


class _Caps:
    """What a step takes part in, and how many steps at once each of those may have; no entry: no cap."""

    def __init__(self, plan: Plan) -> None:
        self._transfers, self._installs = plan.policy.transfers, plan.policy.install.at_once
        self._vms = {vm.id: vm for vm in plan.estate.vms}
        self._local = {store.id for store in plan.estate.datastores if store.shared is False}
        self._policy, self._routes = plan.policy, {route.vm: route for route in plan.routes}
        self._hosts = {host.id: host for host in plan.estate.hosts}
        self._lines = lines(plan.policy.transfers.uplinks, plan.estate.hosts, plan.estate.clusters)
        self._written = written_media(
            storage for placement in plan.placements for storage in placement.storages
        )

    def of(self, step: Step) -> dict[str, int]:
        """Names of what a step takes part in, with their caps."""
        if step.vm is None:
            installs = step.kind in {StepKind.INSTALL, StepKind.UPGRADE}
            return {"installs": self._installs} if installs and self._installs else {}
        media = shared_media(self._vms[step.vm], step.disks, self._local, self._written)
        caps = {f"host {host}": self._transfers.per_host for host in (step.source, step.destination) if host}
        if self._transfers.per_datastore:
            caps |= {f"datastore {medium}": self._transfers.per_datastore for medium in media}
        most = self._policy.waves.cutovers_at_once
        if most and cuts_over(step.kind, self._vms[step.vm], self._routes.get(step.vm)):
            caps["cutovers"] = most
        if converts(step.kind, self._routes.get(step.vm)):
            host = self._hosts[step.destination] if step.destination else None
            caps[f"converter {step.destination}"] = conversion_slots(host, self._policy)
        caps |= {
            line.key: line.uplink.at_once
            for line in self._lines
            if line.carries(step.source, step.destination)
        }
        return caps | ({"transfers": self._transfers.at_once} if self._transfers.at_once else {})


def _alike(generation: Sequence[Step], roles: Mapping[StepId, Roles]) -> Iterator[list[Step]]:
    groups: dict[tuple[StepKind, Roles], list[Step]] = {}
    for step in sorted(generation, key=lambda step: (step.start, step.id)):
        groups.setdefault((step.kind, roles[step.id]), []).append(step)
    yield from groups.values()


def _within_caps(steps: list[Step], caps: _Caps) -> Iterator[list[Step]]:
    while steps:
        busy: Counter[str] = Counter()
        chunk: list[Step] = []
        later: list[Step] = []
        for step in steps:
            taken = caps.of(step)
            fits = all(busy[name] < most for name, most in taken.items())
            (chunk if fits else later).append(step)
            if fits:
                busy.update(taken.keys())
        yield chunk
        steps = later
