"""Variables of a VM's step: where it runs, and what its roles want to know."""

from collections.abc import Callable
from typing import Any, Final

from planner.emit.moves import kvm_move_variables
from planner.emit.roles import roles_of
from planner.emit.trip import Trip
from planner.emit.yaml import Unsafe
from planner.model.estate import HostId


_VARIABLES: Final[dict[str, Callable[[Trip], dict[str, Any]]]] = {
    "vm_move_kvm": kvm_move_variables,
}


def step_variables(trip: Trip) -> dict[str, Any]:
    """Host variables of the inventory entry that bears the step's id."""
    name = trip.vm.name
    (role,) = roles_of(trip.step, trip.route, trip.platform)
    return {**_connection(conversion_host(trip)), "planner_vm_name": Unsafe(name), **_VARIABLES[role](trip)}


def conversion_host(trip: Trip) -> HostId:
    """The target host that does the work of a step."""
    if trip.destination is None:
        raise AssertionError(f"{trip.step.id}: nowhere to run")
    return trip.destination.id


def _connection(host: HostId) -> dict[str, Any]:
    """The step's entry connects as the machine that works for it does."""
    reached = {
        variable: f"{{{{ hostvars['{host}'].{variable} }}}}"
        for variable in ("ansible_host", "ansible_user", "ansible_python_interpreter")
    }
    return reached
