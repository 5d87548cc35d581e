"""Every constraint with its checkers, and the moment at which each of them looks."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import Final

from planner.model.constraint import ConstraintId
from planner.model.plan import Step, StepId, StepKind
from planner.verify import (
    affinity,
    caps,
    claims,
    conversions,
    downtime,
    endings,
    hosts,
    journey,
    load,
    network,
    order,
    progress,
    steps,
    storage,
    uplinks,
    waves,
    windows,
)
from planner.verify.complaint import Complaint, Complaints
from planner.verify.conversions import CONVERSIONS
from planner.verify.givens import Givens
from planner.verify.journey import LEAVES_SOURCE
from planner.verify.state import CROSSINGS, INSTALLS, MOVES, State

StepCheck = Callable[[State, Step], Complaints]
Look = tuple[ConstraintId, AbstractSet[StepKind], StepCheck]
"""A constraint, the kinds of steps that can break it at that moment, and the checker that looks at one of them."""

EVERY_KIND: Final = frozenset(StepKind)

OF_THE_PLAN: Final[tuple[tuple[ConstraintId, Callable[[Givens], Complaints]], ...]] = (
    *claims.CLAIMS,
    (ConstraintId.STEPS_COMPLETE, steps.complete),
    (ConstraintId.IN_ONE_WAVE, steps.in_one_wave),
)

AT_THE_BEGINNING: Final[tuple[tuple[ConstraintId, Callable[[State], Complaints]], ...]] = (
    (ConstraintId.PROGRESS, progress.agrees),
)

OF_THE_SCHEDULE: Final[tuple[tuple[ConstraintId, Callable[[Givens], dict[StepId, list[Complaint]]]], ...]] = (
    (ConstraintId.NEEDS, order.needs),
    (ConstraintId.MANAGER_LAST, order.manager),
    (ConstraintId.WAVES_APART, waves.kept_apart),
    (ConstraintId.ONE_WAVE, waves.as_one),
    (ConstraintId.WAVES_IN_TURN, waves.in_turn),
    (ConstraintId.PILOT_FIRST, waves.pilot_first),
    (ConstraintId.WINDOWS, windows.inside),
    (ConstraintId.DOWNTIME, downtime.within_budget),
)

BEFORE_START: Final[tuple[Look, ...]] = (
    (ConstraintId.OWN_CLUSTER, EVERY_KIND, steps.of_its_cluster),
    (ConstraintId.ROUTED, LEAVES_SOURCE, journey.has_a_way),
    (ConstraintId.NEEDS, MOVES, order.position),
    (ConstraintId.NEEDS, hosts.TURNS, hosts.in_turn),
    (ConstraintId.CROSS_ONCE, MOVES, journey.crosses_once),
    (ConstraintId.LIVE_MIGRATION, {StepKind.RELOCATE}, journey.relocates_live),
    (ConstraintId.PARKING, {StepKind.PARK}, journey.may_be_parked),
    (ConstraintId.EMPTY_BEFORE_REBUILD, hosts.NEEDS_EMPTY, hosts.empty),
    (ConstraintId.EMPTY_BEFORE_REBUILD, MOVES, hosts.in_service),
    (ConstraintId.COORDINATOR_FIRST, {StepKind.UPGRADE}, hosts.coordinator_first),
    (ConstraintId.SWING_RETURNED, {StepKind.RETURN}, hosts.returned_empty),
    (ConstraintId.NETWORK, MOVES, network.carried),
    (ConstraintId.STORAGE, MOVES, storage.safe_to_write),
    (ConstraintId.STORAGE, storage.STARTS_THERE, storage.everything_is_placed),
    (ConstraintId.STORAGE, MOVES, storage.still_mounted),
)

AFTER_START: Final[tuple[Look, ...]] = (
    (ConstraintId.MEMORY, MOVES, load.memory),
    (ConstraintId.VCPU, MOVES, load.vcpus),
    (ConstraintId.RESERVE, EVERY_KIND, load.reserve),
    (ConstraintId.STORAGE, MOVES, storage.room),
    (ConstraintId.TRANSFERS, MOVES, caps.transfers_of_hosts),
    (ConstraintId.TRANSFERS, MOVES, caps.transfers_of_datastores),
    (ConstraintId.TRANSFERS, MOVES, caps.transfers_of_the_estate),
    (ConstraintId.UPLINKS, MOVES, uplinks.transfers),
    (ConstraintId.CONVERSIONS, CONVERSIONS, conversions.at_once),
    (ConstraintId.CUTOVERS, CROSSINGS, caps.cutovers),
    (ConstraintId.INSTALLS, INSTALLS, caps.installs),
)

AFTER_END: Final[tuple[Look, ...]] = (
    (ConstraintId.ORDER, CROSSINGS, order.dependencies),
    (ConstraintId.APART, MOVES, affinity.apart),
)

AT_THE_END: Final[tuple[tuple[ConstraintId, Callable[[State], Complaints]], ...]] = (
    (ConstraintId.TOGETHER, affinity.together),
    (ConstraintId.PINNED, affinity.pinned),
    (ConstraintId.SWING_RETURNED, endings.all_returned),
    (ConstraintId.NEEDS, endings.none_half_built),
    (ConstraintId.HOSTS_END, endings.as_the_strategy_says),
    (ConstraintId.EVERYTHING_ARRIVES, journey.everything_arrives),
)


def by_kind(looks: Iterable[Look]) -> dict[StepKind, tuple[tuple[ConstraintId, StepCheck], ...]]:
    """For each kind of step the checkers that look at it, in their order."""
    listed = tuple(looks)
    return {
        kind: tuple((constraint, check) for constraint, kinds, check in listed if kind in kinds)
        for kind in StepKind
    }


def checked() -> frozenset[ConstraintId]:
    """The constraints that some checker above stands for."""
    tables: Iterable[Iterable[tuple[ConstraintId, *tuple[object, ...]]]] = (
        OF_THE_PLAN,
        AT_THE_BEGINNING,
        OF_THE_SCHEDULE,
        BEFORE_START,
        AFTER_START,
        AFTER_END,
        AT_THE_END,
    )
    return frozenset(constraint for table in tables for constraint, *_ in table)
