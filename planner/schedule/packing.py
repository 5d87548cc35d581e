"""A phase's moves packed into waves that end early: what lasts alike travels together, and no host has too much of it.

Waves of a cluster follow each other, and each lasts as long as its longest VM, chain or host. So the longest VMs that are
ready go first, a wave holds no more than its hosts manage in that time, and a VM that waits for another goes in a later
wave where it can (batches on one machine: full batches in the order of their length are best).
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from planner.model.estate import VmId
from planner.model.plan import Move
from planner.schedule.order import Order

_ALLOWANCES: Final = (1.0, 1.25, 1.6, math.inf)
"""How much longer than its longest VM a wave may last: the more, the fewer waves there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one move costs: its seconds, what it holds a slot of meanwhile, and how early people want it (0 first)."""

    seconds: int
    holds: tuple[str, ...]
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is packed: the moves in order with their loads; and what a wave may be.

    That is the most moves, the slots of everything that is capped, and the VMs that each may not travel with.
    """

    order: Order
    loads: Mapping[VmId, Load]
    most: int
    slots: Mapping[str, int]
    apart: Mapping[VmId, frozenset[VmId]]


@dataclass(slots=True)
class _Wave:
    """A wave that is being filled: it should be done after `seconds`."""

    seconds: float
    moves: list[Move] = field(default_factory=list)
    busy: Counter[str] = field(default_factory=Counter)
    done: dict[VmId, int] = field(default_factory=dict)


def packed(given: Given) -> tuple[tuple[Move, ...], ...]:
    """Waves in order: of several ways to fill them the one that is done first, then the one with the fewest.

    A block stays whole; one that is larger than a wave is a wave of its own. A block with a VM that may not move in a wave,
    because of one that does, waits for a later one.
    """
    ways = [tuple(_waves(given, allowance)) for allowance in _ALLOWANCES]
    best = min(ways, key=lambda waves: (sum(_seconds(wave, given) for wave in waves), len(waves)))
    return tuple(tuple(wave.moves) for wave in best)


def _waves(given: Given, allowance: float) -> Iterator[_Wave]:
    waiting = sorted(given.order.blocks, key=lambda block: _wish(block, given))
    while waiting:
        wave = _Wave(seconds=_fair(waiting, given))
        before = {move.vm for block in waiting for move in block}
        count = 0
        while len(waiting) != count and len(wave.moves) < given.most:
            count, waiting = len(waiting), _filled(waiting, wave, before, allowance, given)
        yield wave


def _filled(
    waiting: list[tuple[Move, ...]], wave: _Wave, before: set[VmId], allowance: float, given: Given
) -> list[tuple[Move, ...]]:
    """One pass over the blocks that wait: those that fit board. Returns the others; what one of them needed may be aboard now."""
    left: list[tuple[Move, ...]] = []
    for at, block in enumerate(waiting):
        if len(wave.moves) >= given.most:
            return left + waiting[at:]
        if not _ready(block, before, wave, given):
            left.append(block)
        elif not wave.moves:
            wave.seconds = allowance * max(wave.seconds, given.loads[block[0].vm].seconds)
            _board(block, wave, given)
        elif _fits(block, wave, given):
            _board(block, wave, given)
        else:
            left.append(block)
    return left


def _seconds(wave: _Wave, given: Given) -> float:
    """About how long a wave lasts: its last arrival, or its busiest host."""
    busiest = max((seconds / given.slots[held] for held, seconds in wave.busy.items()), default=0)
    return max(busiest, *wave.done.values())


def _wish(block: tuple[Move, ...], given: Given) -> tuple[int, int, VmId]:
    """What is highly critical last; what takes long first."""
    of_block = [given.loads[move.vm] for move in block]
    return max(load.rank for load in of_block), -max(load.seconds for load in of_block), block[0].vm


def _fair(waiting: list[tuple[Move, ...]], given: Given) -> float:
    """How long a wave lasts if the work of the busiest host, or the longest chain, is spread over as few as there can be."""
    moves = [move for block in waiting for move in block]
    busy: Counter[str] = Counter()
    for move in moves:
        for held in given.loads[move.vm].holds:
            busy[held] += given.loads[move.vm].seconds
    busiest = max((seconds / given.slots[held] for held, seconds in busy.items()), default=0)
    waves = -(-len(moves) // given.most)
    return max(busiest, _longest_chain(moves, given)) / waves


def _longest_chain(moves: list[Move], given: Given) -> int:
    here = {move.vm for move in moves}
    done: dict[VmId, int] = {}
    for move in (move for block in given.order.blocks for move in block if move.vm in here):
        begins = max((done.get(need, 0) for need in given.order.needs.get(move.vm, ())), default=0)
        done[move.vm] = begins + given.loads[move.vm].seconds
    return max(done.values(), default=0)


def _ready(block: tuple[Move, ...], before: set[VmId], wave: _Wave, given: Given) -> bool:
    """Whether everything that a block needs has travelled, or travels in this wave."""
    needs = {need for move in block for need in given.order.needs.get(move.vm, ())}
    return not needs or not (needs & before) - {move.vm for move in block} - wave.done.keys()


def _fits(block: tuple[Move, ...], wave: _Wave, given: Given) -> bool:
    if len(wave.moves) + len(block) > given.most:
        return False
    if any(not given.apart.get(move.vm, frozenset()).isdisjoint(wave.done) for move in block):
        return False
    if max(_arrivals(block, wave, given).values()) > wave.seconds:
        return False
    more: Counter[str] = Counter()
    for move in block:
        for held in given.loads[move.vm].holds:
            more[held] += given.loads[move.vm].seconds
    return all(
        wave.busy[held] + seconds <= wave.seconds * given.slots[held] for held, seconds in more.items()
    )


def _board(block: tuple[Move, ...], wave: _Wave, given: Given) -> None:
    wave.done |= _arrivals(block, wave, given)
    wave.moves += block
    for move in block:
        for held in given.loads[move.vm].holds:
            wave.busy[held] += given.loads[move.vm].seconds


def _arrivals(block: tuple[Move, ...], wave: _Wave, given: Given) -> dict[VmId, int]:
    """When the VMs of a block would arrive at the earliest: after those of the wave that they wait for."""
    begins = max(
        (wave.done.get(need, 0) for move in block for need in given.order.needs.get(move.vm, ())), default=0
    )
    return {move.vm: begins + given.loads[move.vm].seconds for move in block}
