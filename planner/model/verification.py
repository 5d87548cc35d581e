"""What an independent replay of a plan found: violations, loads after every event, and what is unknown."""

from dataclasses import dataclass

from planner.model.estate import ClusterId, HostId
from planner.model.plan import StepId, StorageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A constraint that a replayed state breaks."""

    constraint: str
    time: int
    step: StepId | None
    subject: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLoad:
    """What one host carries right after an event. Sizes are bytes; capacity None is unknown."""

    host: HostId
    side: str
    memory_bytes: int
    memory_capacity_bytes: int | None
    vcpus: int
    vcpu_capacity: int | None
    vms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageLoad:
    """Bytes in use on a target storage right after an event."""

    storage: StorageId
    used_bytes: int
    capacity_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityPoint:
    """The state of one cluster after the events of one moment: loads that have changed, and memory left of each side.

    `hosts` and `storages` are all of the cluster at its first point, and later those that carry more or less than before.
    `source_free_bytes` and `target_free_bytes` are capacity minus load minus reserve, None when unknown or
    when that side has no host; `source_limit_bytes` and `target_limit_bytes` are capacity minus reserve, so
    limit minus free is the load. While a pool is upgraded in place its two sides are one and have one figure.
    """

    time: int
    cluster: ClusterId
    step: StepId
    hosts: tuple[HostLoad, ...]
    storages: tuple[StorageLoad, ...]
    source_free_bytes: int | None
    target_free_bytes: int | None
    source_limit_bytes: int | None = None
    target_limit_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What an independent replay of a plan found. Accepted when there is no violation."""

    violations: tuple[Violation, ...]
    capacity: tuple[CapacityPoint, ...]
    events: int
    unknowns: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """Whether the plan may be written."""
        return not self.violations
