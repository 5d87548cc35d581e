"""Drafts turned into steps: ids, needs, durations and texts; times are relative to the start of the wave."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from planner.model.estate import ClusterId, HostId, VmId
from planner.model.plan import Move, Phase, PhaseKind, Step, StepId, StepKind, WaveId
from planner.schedule import texts
from planner.schedule.drafts import MOVES, Draft, waits_for
from planner.schedule.durations import host_seconds, move_timing, p90
from planner.schedule.facts import Facts
from planner.schedule.gathering import HOST_WORK
from planner.schedule.listing import Job, list_schedule
from planner.schedule.resources import capacity, takes

_UNNAMED = WaveId("")
_MAKES_READY = frozenset({StepKind.CONFIGURE, StepKind.UPGRADE})
_EMPTIES = frozenset({StepKind.RETIRE, StepKind.UPGRADE, StepKind.RETURN})


class Stepper:
    """Makes the steps of one wave after another, and remembers what later steps need of earlier ones."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.count: Counter[str] = Counter()
        self.made_ready: dict[HostId, StepId] = {}
        self.last_move: dict[VmId, StepId] = {}
        self.left: dict[HostId, list[StepId]] = defaultdict(list)
        self.given_back: dict[HostId, StepId] = {}
        self.coordinators: dict[str, StepId] = {}
        self.of_place: dict[tuple[ClusterId, int], tuple[StepId, ...]] = {}
        self.taken = frozenset(facts.progress.done)
        self.installed = set(facts.progress.installed)

    def steps(self, draft: Draft) -> tuple[Step, ...]:
        """The steps of a draft, still without times."""
        return tuple(self._moves(draft) if draft.moves else self._host_steps(draft))

    def laid_out(self, draft: Draft, made: tuple[Step, ...]) -> tuple[Step, ...]:
        """Steps of a draft with their times, sorted by start and id, the wave beginning at second 0."""
        here = {step.id for step in made}
        jobs = [
            Job(
                key=step.id,
                seconds=step.duration,
                takes=takes(step, self.facts),
                after=tuple(need for need in step.needs if need in here),
                batch=self._batch(draft, step),
            )
            for step in made
        ]
        starts = list_schedule(jobs, capacity((job.takes for job in jobs), self.facts))
        timed = (_at(step, starts[step.id]) for step in made)
        return tuple(sorted(timed, key=lambda step: (step.start, step.id)))

    def _moves(self, draft: Draft) -> Iterator[Step]:
        kind = MOVES[draft.kind]
        ids = {move.vm: self._id(kind, move.vm) for move in draft.moves}
        before = dict(self.last_move)
        for move in draft.moves:
            self.last_move[move.vm] = ids[move.vm]
            if move.source is not None:
                self.left[move.source].append(ids[move.vm])
        self._note_places(draft, ids)
        for move, earlier in self._with_earlier(draft):
            waited = waits_for(draft, move.vm, self.facts)
            dependencies = (ids.get(need) or before.get(need) for need in waited)
            ready = self.made_ready.get(move.destination) if move.destination else None
            needs = (ready, before.get(move.vm), *dependencies, *earlier)
            yield self._move_step(draft, kind, move, ids[move.vm], _distinct(needs))

    def _note_places(self, draft: Draft, ids: Mapping[VmId, StepId]) -> None:
        if draft.rolling:
            for place, phase in zip(draft.places, draft.phases, strict=True):
                self.of_place[draft.cluster, place] = tuple(ids[move.vm] for move in phase.moves)

    def _with_earlier(self, draft: Draft) -> Iterator[tuple[Move, tuple[StepId, ...]]]:
        """The moves of a draft, each with the steps of the rolling phases that its own comes after."""
        if not draft.rolling:
            yield from ((move, ()) for move in draft.moves)
            return
        for phase in draft.phases:
            earlier = self._earlier(draft.cluster, phase)
            yield from ((move, earlier) for move in phase.moves)

    def _earlier(self, cluster: ClusterId, phase: Phase) -> tuple[StepId, ...]:
        """The steps of the phases that a phase waits for step by step: those that were noted as rolling.

        Building follows the retirement of each host anyway.
        """
        if not phase.rolling or phase.kind is PhaseKind.BUILD:
            return ()
        return tuple(step for place in phase.after for step in self.of_place.get((cluster, place), ()))

    def _move_step(
        self, draft: Draft, kind: StepKind, move: Move, step: StepId, needs: tuple[StepId, ...]
    ) -> Step:
        timing = move_timing(draft.kind, draft.cluster, move, self.facts)
        spread = self.facts.policy.timing.spread_percent
        return Step(
            id=step,
            kind=kind,
            cluster=draft.cluster,
            wave=_UNNAMED,
            start=0,
            duration=timing.seconds,
            p90=p90(timing.seconds, spread),
            needs=needs,
            reason=texts.move_reason(kind, draft.phases[-1].reason, move, self.facts),
            way_back=texts.move_way_back(kind, move, self.facts),
            vm=move.vm,
            source=move.source,
            destination=move.destination,
            disks=move.disks,
            bytes=timing.bytes,
            bottleneck=timing.bottleneck,
            downtime=timing.downtime,
            downtime_p90=p90(timing.downtime, spread),
        )

    def _host_steps(self, draft: Draft) -> Iterator[Step]:
        previous: dict[HostId, StepId] = {}
        for place, phase in zip(draft.places, draft.phases, strict=True):
            earlier = self._earlier(draft.cluster, phase)
            for kind in HOST_WORK[phase.kind]:
                for host in phase.hosts:
                    if kind is StepKind.INSTALL and host in self.installed:
                        self.installed.discard(host)
                        continue
                    step = self._host_step(phase, kind, host, (previous.get(host), *earlier))
                    previous[host] = step.id
                    yield step
            if phase.rolling and phase.kind is PhaseKind.RETIRE:
                self.of_place[draft.cluster, place] = tuple(previous[host] for host in phase.hosts)

    def _host_step(
        self, phase: Phase, kind: StepKind, host: HostId, earlier: tuple[StepId | None, ...]
    ) -> Step:
        facts, seconds = self.facts, host_seconds(kind, self.facts)
        step = self._id(kind, host)
        left = self.left.pop(host, []) if kind in _EMPTIES else []
        leader = self.coordinators.get(phase.cluster) if kind is StepKind.UPGRADE else None
        lent = self.given_back.pop(host, None)
        if kind in _MAKES_READY:
            self.made_ready[host] = step
        if kind is StepKind.RETURN:
            self.given_back[host] = step
        if kind is StepKind.UPGRADE and facts.hosts[host].coordinator:
            self.coordinators[phase.cluster] = step
        return Step(
            id=step,
            kind=kind,
            cluster=phase.cluster,
            wave=_UNNAMED,
            start=0,
            duration=seconds,
            p90=p90(seconds, facts.policy.timing.spread_percent),
            needs=_distinct((leader, lent, *left, *earlier)),
            reason=texts.host_reason(kind, phase.reason, host, facts),
            way_back=texts.host_way_back(kind, host, facts),
            host=host,
            bottleneck=f"policy: timing.{kind}_host",
            point_of_no_return=texts.point_of_no_return(kind, host, facts),
        )

    def _batch(self, draft: Draft, step: Step) -> str | None:
        group = draft.order.batch.get(step.vm) if step.vm is not None else None
        return None if group is None else str(group)

    def _id(self, kind: StepKind, subject: str) -> StepId:
        """Kind and subject, so that an id outlives changes elsewhere; a number from the second time on.

        An id that an earlier plan has used up does not come again.
        """
        name = f"{kind}-{subject}"
        while True:
            self.count[name] += 1
            step = StepId(name if self.count[name] == 1 else f"{name}-{self.count[name]}")
            if step not in self.taken:
                return step


def _distinct(needs: tuple[StepId | None, ...]) -> tuple[StepId, ...]:
    return tuple(sorted({need for need in needs if need is not None}))


def _at(step: Step, start: int) -> Step:
    return replace(step, start=start)
