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
    """Bounds: for each uplink its bytes over its rate, and the durations of its transfers over its slots."""
    moves = [step for step in steps if step.vm is not None]
    for line in facts.lines:
        uplink = line.uplink
        carried = [step for step in moves if line.carries(step.source, step.destination)]
        if uplink.rate_bytes:
            size = sum(step.bytes for step in carried)
            yield -(-size // uplink.rate_bytes), f"bytes over {line.key} ({format_rate(uplink.rate_bytes)})"
        seconds = sum(step.duration for step in carried)
        yield -(-seconds // uplink.at_once), f"transfers over {line.key}, {uplink.at_once} at once"
