"""A wave's steps as batches: plays that follow each other, whose steps may all run at once.

Ansible waits for every host of a play before the next play starts, so a play is the barrier that keeps the
plan's order whatever the real durations turn out to be.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from planner.emit.roles import Roles
from planner.model.plan import Plan, Step, StepId, StepKind, Wave


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


def batches(plan: Plan, wave: Wave, roles: Mapping[StepId, Roles]) -> tuple[Batch, ...]:
    """The batches of a wave: no step before what it needs, no host in more transfers than the policy allows."""
    steps = {step.id: step for step in plan.schedule.steps}
    inside: nx.DiGraph[StepId] = nx.DiGraph()
    inside.add_nodes_from(wave.steps)
    inside.add_edges_from((need, step) for step in wave.steps for need in steps[step].needs if need in inside)
    chunks = (
        chunk
        for generation in nx.topological_generations(inside)
        for alike in _alike([steps[step] for step in generation], roles)
        for chunk in _within_caps(alike, plan.policy.transfers.per_host)
    )
    return tuple(
        Batch(wave=wave, number=number, kind=chunk[0].kind, roles=roles[chunk[0].id], steps=tuple(chunk))
        for number, chunk in enumerate(chunks, start=1)
    )


def _alike(generation: Sequence[Step], roles: Mapping[StepId, Roles]) -> Iterator[list[Step]]:
    groups: dict[tuple[StepKind, Roles], list[Step]] = {}
    for step in sorted(generation, key=lambda step: (step.start, step.id)):
        groups.setdefault((step.kind, roles[step.id]), []).append(step)
    yield from groups.values()


def _within_caps(steps: list[Step], per_host: int) -> Iterator[list[Step]]:
    while steps:
        busy: Counter[str] = Counter()
        chunk: list[Step] = []
        later: list[Step] = []
        for step in steps:
            hosts = {host for host in (step.source, step.destination) if host}
            fits = all(busy[host] < per_host for host in hosts)
            (chunk if fits else later).append(step)
            if fits:
                busy.update(hosts)
        yield chunk
        steps = later
