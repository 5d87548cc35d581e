"""What hosts are good for in a conversion, why one refuses a VM, and what phases are for."""

from enum import StrEnum
from typing import Final, NamedTuple

from planner.model.constraint import ConstraintId
from planner.model.estate import HostId, VmId
from planner.model.plan import DiskPlacement, PhaseKind
from planner.place.case import Case, Node, Part


class Side(StrEnum):
    """What a host is good for. `out`: a spare not built yet, or a host that is gone."""

    SOURCE = "source"
    TARGET = "target"
    OUT = "out"


class Leaving(NamedTuple):
    """A VM on its way: what it leaves behind where it was, a host (None: nothing) and places of disks, until it has arrived."""

    vm: VmId
    host: HostId | None
    disks: tuple[DiskPlacement, ...]


class Refusal(NamedTuple):
    """Why a VM cannot go to a host, and by how much (bytes, or vCPUs) where that is a quantity."""

    why: ConstraintId
    host: HostId
    short: int = 0


REASONS: Final = {
    PhaseKind.RELOCATE: "VMs move aside on the source",
    PhaseKind.CROSS: "VMs cross to the target",
    PhaseKind.PARK: "VMs are parked, powered off",
    PhaseKind.UNPARK: "parked VMs find room on the target",
    PhaseKind.REBALANCE: "VMs move on the target",
    PhaseKind.RETIRE: "the hosts are empty",
    PhaseKind.BUILD: "the target is installed",
    PhaseKind.UPGRADE: "the hosts are empty",
    PhaseKind.RETURN: "borrowed hosts are empty and are given back",
}


class Building(NamedTuple):
    """Hosts that are being built, and the place of that phase among the phases."""

    phase: int
    hosts: tuple[HostId, ...]


def first_side(case: Case, node: Node) -> Side:
    """The side on which a host is when the conversion begins, or goes on."""
    if node.id in case.standing.target:
        return Side.TARGET
    is_source = node.part is Part.MEMBER and node.id not in case.standing.out
    return Side.SOURCE if is_source else Side.OUT
