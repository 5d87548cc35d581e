"""Things of several sources, with the id that each gets."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from planner.read.merge.identity import Sighting, Sightings
from planner.read.merge.trust import richness

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Component(Generic[T]):
    """One thing of the merged estate: its id, and how each source sees it, the most trusted first."""

    id: Any
    sightings: Sightings[T]

    @property
    def leader(self) -> T:
        """As the most trusted source sees it, of several such the one that knows most."""
        return self.sightings[0].thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Components(Generic[T]):
    """Every thing of one kind, by its id; `id_of` is what became of the id of a thing of a source."""

    by_id: Mapping[str, Component[T]]
    id_of: Mapping[tuple[int, str], Any]

    def __iter__(self) -> Iterator[Component[T]]:
        """Every component, by id."""
        return iter(self.by_id.values())


def components(groups: Iterable[Sightings[Any]]) -> Components[Any]:
    """Groups of sightings under the leaders' ids. Where two leaders have one id, the later gets a number."""
    led = sorted((by_weight(group) for group in groups), key=_order)
    found: dict[str, Component[Any]] = {}
    for group in led:
        identity = unused(group[0].thing.id, found)
        found[identity] = Component(id=identity, sightings=group)
    return Components(
        by_id=found,
        id_of={
            (sighting.source, sighting.thing.id): identity
            for identity, component in found.items()
            for sighting in component.sightings
        },
    )


def unused(name: str, used: Container[str]) -> str:
    """A name that is not in use yet.

    >>> unused("vm-web", {"vm-web", "vm-web-2"})
    'vm-web-3'
    """
    free, number = name, 1
    while free in used:
        number += 1
        free = f"{name}-{number}"
    return free


def by_weight(sightings: Iterable[Sighting[T]]) -> Sightings[T]:
    """Sightings of one thing, the one whose facts count most first."""
    return tuple(sorted(sightings, key=_weight))


def _weight(sighting: Sighting[Any]) -> tuple[int, int, int]:
    return sighting.trust, -richness(sighting.thing), sighting.source


def _order(group: Sightings[Any]) -> tuple[str, int]:
    return group[0].thing.id, group[0].source


def origins(things: Iterable[Any]) -> str | None:
    """Where all of them were read, the most trusted first."""
    told = (part for thing in things if thing.origin for part in thing.origin.split("; "))
    return "; ".join(dict.fromkeys(told)) or None
