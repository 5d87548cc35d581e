"""A size of a VM against what platforms allow, and what they are comfortable with."""

from collections.abc import Callable

from planner.assess.ground import Trip
from planner.assess.looks import each_trip
from planner.assess.rule import Find, Verdict, critical, warning
from planner.knowledge import fact
from planner.model.estate import VirtualMachine


def within(
    most: str,
    size: Callable[[VirtualMachine], int | None],
    show: Callable[[int], str],
    comfortable: str | None = None,
) -> Find:
    """Critical beyond the platform's fact `most`, a warning beyond its fact `comfortable`; unknown is neither."""

    def judge(trip: Trip) -> Verdict | None:
        value, ceiling = size(trip.vm), fact(trip.platform.id, most).value
        if value is None:
            return None
        if ceiling is not None and value > ceiling:
            return critical(has=show(value), most=show(ceiling))
        mild = fact(trip.platform.id, comfortable) if comfortable else None
        if mild is not None and mild.value is not None and value > mild.value:
            return warning(mild.note, has=show(value), advised=show(mild.value))
        return None

    return each_trip(judge)
