"""Measurements as figures beside those that were assumed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from itertools import chain
from statistics import median, quantiles
from typing import Final

from planner.calibrate.pieces import Piece
from planner.calibrate.samples import Sample, Samples
from planner.calibrate.work import copying
from planner.knowledge import transport
from planner.model.calibration import Constant, Unit
from planner.model.plan import Transport
from planner.model.policy import Policy, TimingPolicy

_NO_WORK: Final = {"soak", "spread_percent"}
TERMS: Final = tuple(field.name for field in fields(TimingPolicy) if field.name not in _NO_WORK)
"""Settings of the policy's `timing` that steps are made of."""


def work_constants(policy: Policy, samples: Samples) -> tuple[Constant, ...]:
    """Every setting of `timing` that is work."""
    return tuple(_work(policy.timing, name, samples.work.get(name, ())) for name in TERMS)


def rate_constants(policy: Policy, samples: Samples) -> tuple[Constant, ...]:
    """The rate of each transport that was measured."""
    return tuple(
        _rate(policy, policy.transfers.measured_bytes or transport(kind).rate_bytes, some, kind)
        for kind, some in sorted(samples.rates.items())
    )


def overall_rate(policy: Policy, samples: Samples) -> Constant:
    """The one rate that the policy can set, for all transports."""
    return _rate(policy, policy.transfers.measured_bytes, tuple(chain(*samples.rates.values())))


def spread(
    policy: Policy, runs: Iterable[Piece], work: Sequence[Constant], rates: Sequence[Constant]
) -> Constant:
    """How far whole runs scatter around what the measured constants make of them: p90 as a percentage of p50."""
    seconds = {constant.key.partition(".")[2]: constant.measured for constant in work}
    speeds = {
        Transport(constant.transport): constant.measured
        for constant in rates
        if constant.transport and constant.measured
    }
    ratios = tuple(_ratios(runs, {key: value for key, value in seconds.items() if value is not None}, speeds))
    p50, p90 = _p50([sample.value for sample in ratios]), _p90([sample.value for sample in ratios])
    return Constant(
        key="timing.spread_percent",
        unit=Unit.PERCENT,
        assumed=policy.timing.spread_percent,
        assumed_p90=None,
        measured=max(100, round(100 * p90 / p50)) if p50 and p90 else None,
        measured_p90=None,
        steps=tuple(sample.step for sample in ratios),
        fitted=0,
    )


def _ratios(
    runs: Iterable[Piece], work: Mapping[str, int], rates: Mapping[Transport, float]
) -> Iterable[Sample]:
    for run in runs:
        if set(run.terms) <= work.keys() and (run.transport is None or run.transport in rates):
            expected = copying(run, rates) + sum(work[term] for term in run.terms)
            if expected:
                yield Sample(value=run.seconds / expected, step=run.run.step.id, fitted=False)


def _work(timing: TimingPolicy, name: str, samples: Sequence[Sample]) -> Constant:
    assumed = int(getattr(timing, name))
    values = [sample.value for sample in samples]
    return Constant(
        key=f"timing.{name}",
        unit=Unit.SECONDS,
        assumed=assumed,
        assumed_p90=assumed * timing.spread_percent // 100,
        measured=_rounded(_p50(values)),
        measured_p90=_rounded(_p90(values)),
        steps=tuple(sample.step for sample in samples),
        fitted=sum(sample.fitted for sample in samples),
    )


def _rate(
    policy: Policy, assumed: int | None, samples: Sequence[Sample], kind: Transport | None = None
) -> Constant:
    """A rate. The pessimistic one is the rate that nine in ten reach."""
    slowness = [1 / sample.value for sample in samples]
    p50, p90 = _p50(slowness), _p90(slowness)
    return Constant(
        key="transfers.measured",
        unit=Unit.RATE,
        assumed=assumed,
        assumed_p90=None if assumed is None else assumed * 100 // policy.timing.spread_percent,
        measured=round(1 / p50) if p50 else None,
        measured_p90=round(1 / p90) if p90 else None,
        steps=tuple(sample.step for sample in samples),
        fitted=sum(sample.fitted for sample in samples),
        transport=kind,
    )


def _p50(values: Sequence[float]) -> float | None:
    return median(values) if values else None


def _p90(values: Sequence[float]) -> float | None:
    """The figure that nine in ten keep to; of one value, itself."""
    return quantiles(values, n=10, method="inclusive")[8] if len(values) > 1 else _p50(values)


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)
