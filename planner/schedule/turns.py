"""When hosts can change sides at the earliest and at the latest, and what bounds follow from that."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final, NamedTuple, Self

from planner.schedule.load import Load
from planner.schedule.stairs import Stairs

_LOOK_BACK: Final = 4
"""How many of the hosts that were built before a turn are looked at."""


class Lanes(NamedTuple):
    """How many transfers run at once: with one host, and in all."""

    per_host: int
    most: int


class Stream:
    """Transfers side by side, ever more of them: one more pair of hosts from each of some seconds on, up to so many pairs."""

    def __init__(self, lanes: Lanes, pairs: int) -> None:
        self.lanes = lanes
        self.pairs = pairs
        self.begun: list[int] = []
        self.done: list[int] = []

    def widen(self, second: int) -> None:
        """One more pair of hosts, not before the others."""
        if len(self.begun) < self.pairs:
            self.done.append(self._done_by(second) if self.begun else 0)
            self.begun.append(second)

    def until(self, work: int) -> int:
        """The second at which so many seconds of transfers can be done."""
        at = bisect_left(self.done, work) - 1
        return self.begun[at] - (self.done[at] - work) // self._at_once(at + 1) if at >= 0 else 0

    def _done_by(self, second: int) -> int:
        return self.done[-1] + self._at_once(len(self.begun)) * (second - self.begun[-1])

    def _at_once(self, pairs: int) -> int:
        return min(self.lanes.most, self.lanes.per_host * pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """The m-th host leaves the source at the least `earliest[m]` seconds after the start, and `latest[m]` before the end.

    `receiving` are the seconds after the start from which one more target host can be of use; `sending` those before the end
    until which one more source host can.
    """

    earliest: tuple[int, ...]
    latest: tuple[int, ...]
    receiving: tuple[int, ...]
    sending: tuple[int, ...]


def turns(stairs: Stairs, load: Load, lanes: Lanes) -> Turns:
    """Forwards from the start, and backwards from the end, which is the same seen in a mirror."""
    ahead, receiving = _earliest(stairs, load, lanes)
    back, sending = _earliest(stairs.mirrored(load.memory), load, lanes)
    return Turns(
        earliest=ahead,
        latest=(0, *(stairs.rebuild + seconds for seconds in reversed(back[1:]))),
        receiving=receiving,
        sending=sending,
    )


def in_turn(known: Turns) -> int:
    """The seconds until all hosts are rebuilt: the way to one of them and the way on from there."""
    return max(before + after for before, after in zip(known.earliest, known.latest, strict=True))


def streamed(stairs: Stairs, known: Turns, work: int, lanes: Lanes) -> int:
    """The seconds in which hosts that send and hosts that receive, each while there are so many, manage so much work."""
    stream = Stream(lanes, stairs.pairs)
    for before, after in zip(known.receiving, known.sending, strict=False):
        stream.widen(before + after)
    return stream.until(work)


def remembered(stairs: Stairs, known: Turns, load: Load) -> int:
    """The seconds in which hosts that are out and VMs on their way have had the memory that there is.

    A byte sets out when a host is built for it and arrives before a host leaves for it; between, on the whole, lie the seconds
    of the VMs' ways.
    """
    need, room = (*stairs.need, load.memory), (*stairs.room[:-1], load.memory)
    arrives = [0, *(after - before for before, after in pairwise(need))]
    sets_out = [room[0], *(after - before for before, after in pairwise(room)), 0]
    earliest, latest = (*known.earliest, 0), (*known.latest, 0)
    spent = load.byte_seconds + sets_out[0] * stairs.head + stairs.rebuild * sum(sets_out[1:])
    over = 0
    for turn in range(1, len(need)):
        more = arrives[turn] - sets_out[turn]
        spent += more * latest[turn] if more > 0 else -more * earliest[turn]
        over += max(0, more)
    return -(-spent // over) if over else 0


class _Way(NamedTuple):
    """How a host comes to its turn: from second `begun` on, a rebuild and a link after the other.

    Of a link there are the bytes that cross in it, and the seconds that they take at the least, whatever the others take.
    """

    begun: int
    rebuilds: int = 0
    sizes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()

    def then(self, size: int, seconds: int) -> Self:
        """One rebuild and one link more. Both are kept smallest first."""
        sizes, times = sorted((*self.sizes, size)), sorted((*self.seconds, seconds))
        return type(self)(self.begun, self.rebuilds + 1, tuple(sizes), tuple(times))

    def end(self, rebuild: int, load: Load) -> int:
        """Each VM crosses in one link only, so that the quickest are not enough for all.

        The j links that take the shortest time have bytes of VMs that are as quick; they are no fewer than the j smallest.
        """
        spent = zip(accumulate(self.sizes), self.seconds, strict=True)
        return (
            self.begun
            + self.rebuilds * rebuild
            + sum(max(load.longest(crossed), seconds) for crossed, seconds in spent)
        )


def _earliest(stairs: Stairs, load: Load, lanes: Lanes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """When each host leaves, and when each is there to receive.

    Host after host: when it is empty, when enough has crossed, and when enough has crossed after each one that was built before.
    """
    found = [0]
    ways = [_Way(0)]
    stream = Stream(lanes, stairs.pairs)
    for turn in range(1, stairs.count + 1):
        _open(stream, stairs, found, load)
        crossed = stream.until(load.work(stairs.need[turn]))
        least = max(found[-1], stairs.emptied[turn], crossed)
        ends = [(least, _Way(least))]
        for built, size, seconds in _links(stairs, turn, load, lanes):
            if built:
                way = ways[built].then(size, seconds)
                ends.append(
                    (max(way.end(stairs.rebuild, load), found[built] + stairs.rebuild + seconds), way)
                )
            else:
                ends.append((stairs.head + seconds, _Way(stairs.head + seconds)))
        second, way = max(ends, key=lambda end: end[0])
        found.append(second)
        ways.append(way)
    _open(stream, stairs, found, load)
    return tuple(found), tuple(stream.begun)


def _open(stream: Stream, stairs: Stairs, found: Sequence[int], load: Load) -> None:
    """The stream is wider by the host that was built last. Where all VMs run, nothing crosses before there is room for any."""
    built = len(found) - 1
    first = bisect_right(stairs.room, 0) if load.all_run else 0
    second = found[built] + stairs.rebuild if built else stairs.received
    if built == first:
        for _ in range(stairs.ready + built):
            stream.widen(second)
    elif built > first:
        stream.widen(second)


def _links(stairs: Stairs, turn: int, load: Load, lanes: Lanes) -> Iterator[tuple[int, int, int]]:
    """What has no room before the n-th host is built crosses between that and the turn: n, the bytes and the least seconds.

    The last few of them say most.
    """
    last = min(turn - 1, bisect_left(stairs.room, stairs.need[turn])) if stairs.need[turn] > 0 else -1
    for built in range(last, max(-1, last - _LOOK_BACK), -1):
        missing = stairs.need[turn] - (stairs.room[built - 1] if built else 0)
        hosts = min(stairs.ready + turn - 1, stairs.lasting + stairs.count - built, stairs.pairs)
        at_once = max(1, min(lanes.most, lanes.per_host * hosts))
        yield built, missing, max(load.longest(missing), -(-load.work(missing) // at_once))
