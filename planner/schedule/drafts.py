"""The phases of a cluster cut into waves that are still without times."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.model.estate import ClusterId, HostId, VmId
from planner.model.plan import ClusterPlacement, Move, Phase, PhaseKind, StepKind
from planner.schedule.durations import move_timing
from planner.schedule.facts import Facts
from planner.schedule.gathering import HOST_WORK, Gathered, gathered_phases
from planner.schedule.order import Order, order, rank
from planner.schedule.packing import Given, Load, packed
from planner.schedule.resources import capacity, held

MOVES = {
    PhaseKind.RELOCATE: StepKind.RELOCATE,
    PhaseKind.CROSS: StepKind.MOVE,
    PhaseKind.PARK: StepKind.PARK,
    PhaseKind.UNPARK: StepKind.UNPARK,
    PhaseKind.REBALANCE: StepKind.REBALANCE,
}
_NO_ORDER = Order(blocks=(), needs={}, batch={})
_LARGE = " (larger than the policy's wave: its VMs must move together)"
_CUT = " (no longer than its window)"
_TITLES = {
    PhaseKind.RELOCATE: "move {count} aside",
    PhaseKind.CROSS: "move {count} to the target",
    PhaseKind.PARK: "park {count}",
    PhaseKind.UNPARK: "start {count} again",
    PhaseKind.REBALANCE: "rebalance {count}",
    PhaseKind.RETIRE: "retire {hosts}",
    PhaseKind.BUILD: "build {hosts}",
    PhaseKind.UPGRADE: "upgrade {hosts}",
    PhaseKind.RETURN: "give back {hosts}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A wave without times: moves of one phase, or of several rolling ones, or the work on one set of hosts.

    `places` are those of its phases among the phases of the cluster, `after` those of the phases that the whole wave comes
    after. `rolling`: its steps begin one by one, each when the steps that it needs are done.
    """

    cluster: ClusterId
    phases: tuple[Phase, ...]
    places: tuple[int, ...]
    after: tuple[int, ...]
    rolling: bool
    moves: tuple[Move, ...]
    order: Order
    pilot: bool
    title: str
    reason: str

    @property
    def harmless(self) -> bool:
        """Whether it only builds hosts that carry nothing yet."""
        return all(phase.kind is PhaseKind.BUILD for phase in self.phases)

    @property
    def kind(self) -> PhaseKind:
        """What its last phase does."""
        return self.phases[-1].kind


def pilot_phase(placements: tuple[ClusterPlacement, ...], facts: Facts) -> Phase | None:
    """The phase with the estate's pilot: its first crossing, unless the policy wants none, or it is over."""
    crossing = (
        phase for placement in placements for phase in placement.phases if phase.kind is PhaseKind.CROSS
    )
    wanted = facts.policy.waves.pilot_vms and not facts.progress.piloted
    return next(crossing, None) if wanted else None


def drafts(placement: ClusterPlacement, pilot: Phase | None, facts: Facts) -> Iterator[Draft]:
    """The waves of a cluster in order. Retiring and building the same hosts is one; rolling phases share waves."""
    for gathered in gathered_phases(placement.phases, facts):
        if gathered.phases[-1].kind in HOST_WORK:
            yield _host_draft(gathered)
        elif gathered.rolling:
            yield _rolling_draft(gathered, facts)
        else:
            yield from _move_drafts(gathered, facts, pilot=gathered.phases[-1] is pilot)


def _host_draft(gathered: Gathered) -> Draft:
    last = gathered.phases[-1]
    return Draft(
        cluster=last.cluster,
        phases=tuple(gathered.phases),
        places=tuple(gathered.places),
        after=gathered.after,
        rolling=gathered.rolling,
        moves=(),
        order=_NO_ORDER,
        pilot=False,
        title=_title(last.kind, (), last.hosts),
        reason="; ".join(phase.reason for phase in gathered.phases),
    )


def _rolling_draft(gathered: Gathered, facts: Facts) -> Draft:
    orders = [order(phase.moves, facts) for phase in gathered.phases]
    moves = tuple(move for phase in gathered.phases for move in phase.moves)
    last, most = gathered.phases[-1], facts.policy.waves.max_vms
    separated = any(move.vm in facts.waves_apart for move in moves)
    apart = " (none that a rule keeps out of one wave)" if separated else ""
    return Draft(
        cluster=last.cluster,
        phases=tuple(gathered.phases),
        places=tuple(gathered.places),
        after=gathered.after,
        rolling=True,
        moves=moves,
        order=Order(
            blocks=tuple(block for one in orders for block in one.blocks),
            needs={vm: needs for one in orders for vm, needs in one.needs.items()},
            batch={vm: group for one in orders for vm, group in one.batch.items()},
            firm=tuple(block for one in orders for block in one.firm),
        ),
        pilot=False,
        title=_title(last.kind, moves, ()),
        reason=f"{last.reason}{apart}{_LARGE if len(moves) > most else ''}",
    )


def _move_drafts(gathered: Gathered, facts: Facts, *, pilot: bool) -> Iterator[Draft]:
    phase, most = gathered.phases[-1], facts.policy.waves.max_vms
    found = order(phase.moves, facts)
    parts = _parts(phase, found, facts)
    apart = ", and none that a rule keeps out of one wave" if _separated(phase.moves, facts) else ""
    for number, part in enumerate(parts, start=1):
        cut = f" (part {number} of {len(parts)}: at most {most} VMs a wave{apart})" if len(parts) > 1 else ""
        large = _LARGE if len(part) > most else ""
        yield Draft(
            cluster=phase.cluster,
            phases=(phase,),
            places=tuple(gathered.places),
            after=gathered.after,
            rolling=False,
            moves=part,
            order=found,
            pilot=pilot and number == 1,
            title=f"{'pilot: ' if pilot and number == 1 else ''}{_title(phase.kind, part, ())}",
            reason=f"{phase.reason}{cut}{large}",
        )


def _parts(phase: Phase, found: Order, facts: Facts) -> tuple[tuple[Move, ...], ...]:
    """One wave if its moves may travel in one: no two waves are done sooner."""
    if len(phase.moves) <= facts.policy.waves.max_vms and not _separated(phase.moves, facts):
        return (tuple(move for block in found.blocks for move in block),)
    loads = {
        move.vm: Load(
            seconds=move_timing(phase.kind, phase.cluster, move, facts).seconds,
            holds=held(MOVES[phase.kind], move, facts),
            rank=rank(facts.vms[move.vm].criticality),
        )
        for move in phase.moves
    }
    slots = capacity((dict.fromkeys(load.holds, 1) for load in loads.values()), facts)
    if _needs_nobody(phase.kind, phase.cluster, facts):
        found = replace(found, needs={})
    most = facts.policy.waves.max_vms
    return packed(Given(order=found, loads=loads, most=most, slots=slots, apart=facts.waves_apart))


def halves(draft: Draft) -> tuple[Draft, ...]:
    """A wave of moves in two, each of which is shorter; itself alone if its VMs must move together."""
    moving = {move.vm for move in draft.moves}
    blocks = [block for block in draft.order.blocks if block[0].vm in moving]
    if len(blocks) < 2:
        blocks = [block for block in draft.order.firm if block[0].vm in moving]
    if len(blocks) < 2:
        return (draft,)
    middle = len(blocks) // 2
    parts = (tuple(move for block in half for move in block) for half in (blocks[:middle], blocks[middle:]))
    return tuple(
        replace(
            draft,
            moves=part,
            pilot=draft.pilot and number == 0,
            title=f"{'pilot: ' if draft.pilot and number == 0 else ''}{_title(draft.kind, part, ())}",
            reason=f"{draft.reason.removesuffix(_CUT)}{_CUT}",
        )
        for number, part in enumerate(parts)
    )


def _separated(moves: tuple[Move, ...], facts: Facts) -> bool:
    moving = {move.vm for move in moves}
    return any(facts.waves_apart.get(vm, frozenset()) & moving for vm in moving)


def _title(kind: PhaseKind, moves: tuple[Move, ...], hosts: tuple[HostId, ...]) -> str:
    count = f"{len(moves)} VM{'s' * (len(moves) != 1)}"
    return _TITLES[kind].format(count=count, hosts=", ".join(hosts))


def waits_for(draft: Draft, vm: VmId, facts: Facts) -> tuple[VmId, ...]:
    """The VMs of its phase that must have arrived before a VM sets out; live relocations wait for nobody."""
    if _needs_nobody(draft.kind, draft.cluster, facts):
        return ()
    return draft.order.needs.get(vm, ())


def _needs_nobody(kind: PhaseKind, cluster: ClusterId, facts: Facts) -> bool:
    """Whether guests keep running while they move inside one side."""
    live = facts.clusters[cluster].live_migration is True
    return live and kind in {PhaseKind.RELOCATE, PhaseKind.REBALANCE}
