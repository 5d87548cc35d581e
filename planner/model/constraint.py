"""The constraints of a conversion: one sentence of meaning each, and when it holds.

A constraint has three hands: this data, a checker in `verify/`, and the planner's translation in `place/`
and `schedule/`. The ids appear in the plan's verification and in messages.
"""

from dataclasses import dataclass
from enum import StrEnum


class Holds(StrEnum):
    """When a constraint must be true."""

    ALWAYS = "after every event"
    AT_END = "at the end"


class ConstraintId(StrEnum):
    """The name of a constraint."""

    MEMORY = "memory"
    VCPU = "vcpu"
    RESERVE = "reserve"
    STORAGE = "storage"
    NETWORK = "network"
    APART = "apart"
    WAVES_APART = "waves-apart"
    ONE_WAVE = "one-wave"
    WAVES_IN_TURN = "waves-in-turn"
    PILOT_FIRST = "pilot-first"
    WINDOWS = "windows"
    TOGETHER = "together"
    PINNED = "pinned"
    ORDER = "order"
    CROSS_ONCE = "cross-once"
    EMPTY_BEFORE_REBUILD = "empty-before-rebuild"
    TRANSFERS = "transfers"
    UPLINKS = "uplinks"
    CONVERSIONS = "conversions"
    CUTOVERS = "cutovers"
    DOWNTIME = "downtime"
    INSTALLS = "installs"
    MANAGER_LAST = "manager-last"
    SWING_RETURNED = "swing-returned"
    EVERYTHING_ARRIVES = "everything-arrives"
    NEEDS = "needs"
    LIVE_MIGRATION = "live-migration"
    PARKING = "parking"
    COORDINATOR_FIRST = "coordinator-first"
    STEPS_COMPLETE = "steps-complete"
    IN_ONE_WAVE = "in-one-wave"
    OWN_CLUSTER = "own-cluster"
    ROUTED = "routed"
    HOSTS_END = "hosts-end"
    PROGRESS = "progress"
    REFERENCES = "references"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A constraint in one sentence."""

    id: ConstraintId
    meaning: str
    holds: Holds


CONSTRAINTS: tuple[Constraint, ...] = tuple(
    Constraint(id=constraint_id, meaning=meaning, holds=holds)
    for constraint_id, meaning, holds in (
        (ConstraintId.MEMORY, "The memory of a host's running VMs fits into the host.", Holds.ALWAYS),
        (ConstraintId.VCPU, "A host's running VMs keep to the policy's vCPUs for each core.", Holds.ALWAYS),
        (
            ConstraintId.RESERVE,
            "With HA, the running VMs of a side fit beside its reserve: when its largest hosts fail, or beside a share of its memory.",
            Holds.ALWAYS,
        ),
        (ConstraintId.STORAGE, "Every copy fits into the storage that receives it.", Holds.ALWAYS),
        (ConstraintId.NETWORK, "A running VM's host carries every network of its cards.", Holds.ALWAYS),
        (ConstraintId.APART, "VMs that belong apart never come to share a host.", Holds.ALWAYS),
        (
            ConstraintId.WAVES_APART,
            "VMs that a rule keeps out of one wave never move in the same one, or in two at the same time.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.ONE_WAVE,
            "VMs that must move together, or that the policy binds, leave the source in one wave.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.WAVES_IN_TURN,
            "A wave begins when those that it comes after are done.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.PILOT_FIRST,
            "Until the pilot is done nothing moves and no host is retired but what the pilot needs.",
            Holds.ALWAYS,
        ),
        (ConstraintId.TOGETHER, "VMs that belong together end on the same host.", Holds.AT_END),
        (ConstraintId.PINNED, "A pinned VM ends on one of its hosts.", Holds.AT_END),
        (
            ConstraintId.ORDER,
            "No VM is started on the target while something it depends on is down for its own move.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.CROSS_ONCE,
            "A VM crosses from source to target hypervisor at most once.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.EMPTY_BEFORE_REBUILD,
            "A host is empty before it is rebuilt or upgraded.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.WINDOWS,
            "A wave runs inside a window of its cluster, also if it takes as long as at p90.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.TRANSFERS,
            "No host, shared datastore or estate has more transfers at once than the policy allows.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.UPLINKS,
            "No more transfers cross an uplink at once than the policy allows.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.CONVERSIONS,
            "No host converts more VMs at once than the policy allows, or than its cores and kept memory bear.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.CUTOVERS,
            "No more running VMs are cut over at once than the policy allows.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.DOWNTIME,
            "A VM is off no longer than its budget at p90, or a finding of the plan says that it may be.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.INSTALLS,
            "No more hosts are installed or upgraded at once than the policy allows.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.MANAGER_LAST,
            "The VM that manages a cluster crosses after the last step that needs it.",
            Holds.ALWAYS,
        ),
        (ConstraintId.SWING_RETURNED, "A swing host is empty when it is given back.", Holds.AT_END),
        (
            ConstraintId.EVERYTHING_ARRIVES,
            "Every VM ends on a target host, or is named as staying.",
            Holds.AT_END,
        ),
        (ConstraintId.NEEDS, "A step starts after everything it needs has finished.", Holds.ALWAYS),
        (
            ConstraintId.LIVE_MIGRATION,
            "VMs are relocated on the source side only where the cluster migrates them while they run.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.PARKING,
            "Only VMs that the policy permits are parked, and never infrastructure.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.COORDINATOR_FIRST,
            "A pool's coordinator is upgraded before its other hosts.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.STEPS_COMPLETE,
            "A step says what its kind works on: a host, or a VM and where it goes.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.IN_ONE_WAVE,
            "Every step is in one wave, which is of its cluster, and no wave is empty.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.OWN_CLUSTER,
            "A step is about a machine of its own cluster or a host that is borrowed for it, and none is about a cluster that is kept.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.ROUTED,
            "A VM crosses only by a route that leads to the platform which was decided for its cluster.",
            Holds.ALWAYS,
        ),
        (
            ConstraintId.HOSTS_END,
            "Every host ends as the strategy of its cluster says: rebuilt, upgraded, or retired; one that keeps a VM without a way may stay.",
            Holds.AT_END,
        ),
        (
            ConstraintId.PROGRESS,
            "What earlier plans have done agrees with itself and with the estate.",
            Holds.ALWAYS,
        ),
        (ConstraintId.REFERENCES, "Everything that a plan names exists.", Holds.ALWAYS),
    )
)
