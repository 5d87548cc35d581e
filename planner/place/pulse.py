"""By what wishes VMs cross in a stream, and how they are bent to try another."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from planner.place.case import Workload


class Haste(StrEnum):
    """Which VMs cross first: the longest, those with most memory, or those with most or least of it for their seconds."""

    LONGEST = "longest"
    LARGEST = "largest"
    DENSEST = "densest"
    THINNEST = "thinnest"


WISHES: Final[Mapping[Haste, Callable[[Workload], float]]] = {
    Haste.LONGEST: lambda vm: -vm.seconds,
    Haste.LARGEST: lambda vm: -vm.memory,
    Haste.DENSEST: lambda vm: vm.seconds / max(1, vm.memory),
    Haste.THINNEST: lambda vm: -vm.seconds / max(1, vm.memory),
}
"""Smaller is sooner."""


class Pulse(NamedTuple):
    """What crosses first as long as the next host cannot be emptied yet, and what then, when there is no hurry.

    `evens_first`: room on the target is evened out before anything crosses, not after it. `bends` are by what the wishes for
    some VMs and hosts, by id, are multiplied.
    """

    first: Haste
    then: Haste
    evens_first: bool = False
    bends: Mapping[str, float] = MappingProxyType({})

    def bent(self, subject: str) -> float:
        """By what the wish for a VM or host is multiplied."""
        return self.bends.get(subject, 1)
