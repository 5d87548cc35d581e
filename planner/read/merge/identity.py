"""Which sightings are of one thing: the strongest mark that two of them share decides."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Generic, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting(Generic[T]):
    """A thing as one source has it.

    `source` is the position of its source, `trust` how much its facts weigh (the lowest weigh most), `manager`
    the address of the manager that it belongs to there.
    """

    source: int
    thing: T
    trust: int
    manager: str | None = None


Sightings: TypeAlias = tuple[Sighting[T], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark(Generic[T]):
    """What tells things apart: `values` of a sighting (none: not known), any of which two may share.

    Where `opposes` holds between two sightings, neither this mark nor a weaker one makes them one thing.
    """

    values: Callable[[Sighting[T]], Iterable[Hashable]]
    opposes: Callable[[Sighting[T], Sighting[T]], bool] | None = None


def identify(sightings: Sequence[Sighting[T]], marks: Sequence[Mark[T]]) -> list[Sightings[T]]:
    """The sightings by thing. `marks` are in order of strength.

    Two things of one source are never one. A value whose holders cannot all be one thing says nothing.
    """
    groups = _Groups(sightings)
    bars: list[Callable[[Sighting[T], Sighting[T]], bool]] = []
    for mark in marks:
        bars += [mark.opposes] if mark.opposes else []
        holders: dict[Hashable, list[int]] = defaultdict(list)
        for number, sighting in enumerate(sightings):
            for value in dict.fromkeys(mark.values(sighting)):
                holders[value].append(number)
        for numbers in holders.values():
            if len(numbers) > 1:
                groups.unite(numbers, bars)
    return groups.all()


class _Groups(Generic[T]):
    """Sightings that are known to be of one thing, by the number of the first."""

    def __init__(self, sightings: Sequence[Sighting[T]]) -> None:
        self._sightings = sightings
        self._group_of = list(range(len(sightings)))
        self._members = {number: [number] for number in self._group_of}

    def unite(self, numbers: Iterable[int], bars: Sequence[Callable[..., bool]]) -> None:
        """Make one group of those that hold the numbers, if all of them can be one thing."""
        groups = sorted({self._group_of[number] for number in numbers})
        sources = [self._sightings[number].source for group in groups for number in self._members[group]]
        if len(groups) == 1 or len(set(sources)) < len(sources) or self._opposed(groups, bars):
            return
        first, *others = groups
        for group in others:
            for number in self._members.pop(group):
                self._group_of[number] = first
                self._members[first].append(number)

    def all(self) -> list[Sightings[T]]:
        """Every group, its sightings in the order of their sources."""
        return [
            tuple(self._sightings[number] for number in sorted(numbers))
            for _, numbers in sorted(self._members.items())
        ]

    def _opposed(self, groups: Sequence[int], bars: Sequence[Callable[..., bool]]) -> bool:
        return any(
            bar(self._sightings[one], self._sightings[other])
            for first, second in combinations(groups, 2)
            for one in self._members[first]
            for other in self._members[second]
            for bar in bars
        )


def differ(of: Callable[[T], Any]) -> Callable[[Sighting[T], Sighting[T]], bool]:
    """Whether something is known of both sightings, and not the same."""

    def opposes(one: Sighting[T], other: Sighting[T]) -> bool:
        first, second = of(one.thing), of(other.thing)
        return bool(first) and bool(second) and first != second

    return opposes


def known(value: Hashable | None) -> tuple[Hashable, ...]:
    """A mark's values where there is at most one."""
    return () if value is None else (value,)
