"""What uplinks do to durations and bounds: transfers share their rate, and only so many run over one at once."""

from collections.abc import Iterable, Iterator

from planner.model.plan import Move, Step
from planner.schedule.facts import Facts
from planner.units import format_rate


def shares(move: Move, facts: Facts) -> Iterator[tuple[int, str]]:
    """The rate that a move has of each uplink that it crosses, and how that is called as a bottleneck."""
    for line in facts.lines:
        uplink = line.uplink
        if uplink.rate_bytes and line.carries(move.source, move.destination):
            words = f"{line.key} ({format_rate(uplink.rate_bytes)} for {uplink.at_once} transfers)"
            yield uplink.rate_bytes // uplink.at_once, words


def over_lines(steps: Iterable[Step], facts: Facts) -> Iterator[tuple[int, str]]:
    """Bounds: the bytes over each uplink over its rate."""
    moves = [step for step in steps if step.vm is not None]
    for line in facts.lines:
        rate = line.uplink.rate_bytes
        if rate:
            size = sum(step.bytes for step in moves if line.carries(step.source, step.destination))
            yield -(-size // rate), f"bytes over {line.key} ({format_rate(rate)})"
