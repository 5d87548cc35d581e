"""What a measured run says about the constants of the policy. Durations are seconds, rates bytes a second."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from planner.errors import Problem

ENOUGH: Final = 5
"""Measurements that a proposal rests on at least; fewer are shown and not proposed."""


class Unit(StrEnum):
    """What the figures of a constant are."""

    SECONDS = "seconds"
    RATE = "bytes a second"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """One constant, assumed and measured; None: nothing was assumed, or measured. `key` is its place in the policy.

    `transport` is set where the figures are those of one way of travelling only. p90 is the pessimistic figure: the
    duration that nine in ten keep to, and the rate that nine in ten reach. `steps` are those that it rests on, one
    measurement each, of which `fitted` were not told apart but reckoned from whole durations.
    """

    key: str
    unit: Unit
    assumed: int | None
    assumed_p90: int | None
    measured: int | None
    measured_p90: int | None
    steps: tuple[str, ...]
    fitted: int
    transport: str | None = None

    @property
    def proposed(self) -> bool:
        """Whether enough was measured to put it into the policy."""
        return self.transport is None and self.measured is not None and len(self.steps) >= ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A run of a step that nothing rests on, where it ends (or begins) in the journal, and why."""

    step: str
    place: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Everything that was measured: constants of the policy, rates by transport, what was left out, and notes."""

    constants: tuple[Constant, ...]
    rates: tuple[Constant, ...]
    used: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[Problem, ...]
