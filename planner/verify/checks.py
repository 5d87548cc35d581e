"""Every constraint with its checkers, and the moment at which each of them looks."""

from collections.abc import Callable, Iterable
from typing import Final

from planner.model.constraint import ConstraintId
from planner.model.plan import Step, StepId
from planner.verify import (
    affinity,
    caps,
    claims,
    conversions,
    downtime,
    hosts,
    journey,
    load,
    network,
    order,
    progress,
    storage,
    uplinks,
    waves,
    windows,
)
from planner.verify.complaint import Complaint, Complaints
from planner.verify.givens import Givens
from planner.verify.state import State

StepCheck = Callable[[State, Step], Complaints]

OF_THE_PLAN: Final[tuple[tuple[ConstraintId, Callable[[Givens], Complaints]], ...]] = claims.CLAIMS

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

BEFORE_START: Final[tuple[tuple[ConstraintId, StepCheck], ...]] = (
    (ConstraintId.NEEDS, order.position),
    (ConstraintId.NEEDS, hosts.in_turn),
    (ConstraintId.CROSS_ONCE, journey.crosses_once),
    (ConstraintId.LIVE_MIGRATION, journey.relocates_live),
    (ConstraintId.PARKING, journey.may_be_parked),
    (ConstraintId.EMPTY_BEFORE_REBUILD, hosts.empty),
    (ConstraintId.EMPTY_BEFORE_REBUILD, hosts.in_service),
    (ConstraintId.COORDINATOR_FIRST, hosts.coordinator_first),
    (ConstraintId.SWING_RETURNED, hosts.returned_empty),
    (ConstraintId.NETWORK, network.carried),
    (ConstraintId.STORAGE, storage.safe_to_write),
    (ConstraintId.STORAGE, storage.everything_is_placed),
    (ConstraintId.STORAGE, storage.still_mounted),
)

AFTER_START: Final[tuple[tuple[ConstraintId, StepCheck], ...]] = (
    (ConstraintId.MEMORY, load.memory),
    (ConstraintId.VCPU, load.vcpus),
    (ConstraintId.RESERVE, load.reserve),
    (ConstraintId.STORAGE, storage.room),
    (ConstraintId.TRANSFERS, caps.transfers_of_hosts),
    (ConstraintId.TRANSFERS, caps.transfers_of_datastores),
    (ConstraintId.TRANSFERS, caps.transfers_of_the_estate),
    (ConstraintId.UPLINKS, uplinks.transfers),
    (ConstraintId.CONVERSIONS, conversions.at_once),
    (ConstraintId.CUTOVERS, caps.cutovers),
    (ConstraintId.INSTALLS, caps.installs),
)

AFTER_END: Final[tuple[tuple[ConstraintId, StepCheck], ...]] = (
    (ConstraintId.ORDER, order.dependencies),
    (ConstraintId.APART, affinity.apart),
)

AT_THE_END: Final[tuple[tuple[ConstraintId, Callable[[State], Complaints]], ...]] = (
    (ConstraintId.TOGETHER, affinity.together),
    (ConstraintId.PINNED, affinity.pinned),
    (ConstraintId.SWING_RETURNED, hosts.all_returned),
    (ConstraintId.NEEDS, hosts.none_half_built),
    (ConstraintId.EVERYTHING_ARRIVES, journey.everything_arrives),
)


def checked() -> frozenset[ConstraintId]:
    """The constraints that some checker above stands for."""
    tables: Iterable[Iterable[tuple[ConstraintId, object]]] = (
        OF_THE_PLAN,
        AT_THE_BEGINNING,
        OF_THE_SCHEDULE,
        BEFORE_START,
        AFTER_START,
        AFTER_END,
        AT_THE_END,
    )
    return frozenset(constraint for table in tables for constraint, _ in table)
