"""The fewest swing hosts that a conversion can do with, as far as sums of memory prove it."""

from planner.model.estate import Host
from planner.model.reserve import Reserve
from planner.place.case import Case, Node, Part
from planner.place.cases import build_case
from planner.place.conversion import Conversion
from planner.place.necessary import lack
from planner.place.solve import can_carry


def fewest_swings(conversion: Conversion) -> int:
    """So many swing hosts no order of steps can do without: not even the largest ones, one fewer, leave enough memory.

    Nothing is proved, and it is 0, where VMs may be parked. A host whose memory is unknown counts as large enough.
    """
    fit = [host for host in conversion.swings if can_carry(host, conversion)]
    largest_first = sorted(fit, key=_size, reverse=True)
    for count in range(len(fit)):
        case = build_case(conversion, tuple(largest_first[:count]))
        if lack(case) is None and _can_begin(case):
            return count
    return len(fit)


def _can_begin(case: Case) -> bool:
    """Whether some host can be emptied before any has been rebuilt: VMs that cannot move aside need a new or borrowed one."""
    if case.parking is not None:
        return True
    rooms = [node.after.memory for node in case.nodes.values() if node.part is not Part.MEMBER]
    known = sorted((room for room in rooms if room is not None), reverse=True)
    members = [node for node in case.nodes.values() if node.part is Part.MEMBER]
    return (
        not members
        or len(known) < len(rooms)
        or any(_takes(known, case.reserve, _bound_to(case, node)) for node in members)
    )


def _takes(rooms: list[int], reserve: Reserve, loads: list[int]) -> bool:
    """Whether these hosts may hold these VMs beside the reserve: all of them, and the large ones singly.

    No two VMs of more than half the largest host share one.
    """
    if not loads:
        return True
    if sum(loads) > reserve.usable(rooms):
        return False
    large = [load for load in loads if 2 * load > rooms[0]]
    return len(large) <= len(rooms) and all(load <= room for load, room in zip(large, rooms, strict=False))


def _bound_to(case: Case, node: Node) -> list[int]:
    """Bytes of each running VM of a host that can leave it only by crossing, largest first."""
    stuck = (vm.memory for vm in case.workloads.values() if vm.home == node.id and vm.stuck and vm.memory)
    return sorted(stuck, reverse=True)


def _size(host: Host) -> tuple[bool, int]:
    return host.memory_bytes is None, host.memory_bytes or 0
