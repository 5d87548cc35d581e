"""Which steps people have to watch: a guest that ran is off, and comes up on the target."""

from typing import Final

from planner.model.estate import VirtualMachine
from planner.model.kinds import PowerState
from planner.model.plan import Route, StepKind

_OFF: Final = frozenset({PowerState.OFF, PowerState.SUSPENDED})


def cuts_over(kind: StepKind, vm: VirtualMachine, route: Route | None) -> bool:
    """Whether a step is a cutover: a VM that runs crosses cold, or is started again after it was parked.

    One whose power state is unknown may run.
    """
    if vm.template or vm.power in _OFF:
        return False
    return kind is StepKind.UNPARK or (kind is StepKind.MOVE and not (route is not None and route.live))
