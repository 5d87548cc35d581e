"""What `planner collect` noted about its sources, from the inventory that it wrote."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from planner.model.estate import Conflict, Gap
from planner.read.fields import same, taken, texts
from planner.read.inventory_ansible import InventoryGroup
from planner.read.inventory_records import Register

CONFLICT: Final = same("subject", "fact", "kept") | texts("others")
GAP: Final = same("source", "what", "why", "remedy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the sources left open."""

    notes: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    gaps: tuple[Gap, ...] = ()


def read_reading(groups: Iterable[InventoryGroup], register: Register) -> Reading:
    """`planner_reading` of the group all; problems go into the register."""
    everything = next((group.own for group in groups if group.name == "all"), {})
    record = register.one(everything, "planner_reading", None)
    if record is None or not record.sound:
        return Reading()
    return Reading(
        notes=tuple(record.data.get("notes", ())),
        conflicts=tuple(Conflict(**taken(one, CONFLICT)) for one in record.data.get("conflicts", ())),
        gaps=tuple(Gap(**taken(one, GAP)) for one in record.data.get("gaps", ())),
    )
