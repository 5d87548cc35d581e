"""Variables of a VM's step: where it runs, and what its roles want to know."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from planner.emit.moves import blockers, kvm_copy_variables, kvm_move_variables
from planner.emit.names import CONVERSION_HOST, CROSSINGS, source_name
from planner.emit.relocations import relocation_variables
from planner.emit.roles import READ_OVER_SSH, roles_of
from planner.emit.trip import Trip
from planner.emit.xcpng_moves import xcpng_move_variables
from planner.emit.yaml import Unsafe
from planner.model.kinds import HypervisorKind
from planner.model.plan import StepKind

_ESXI_KEYS: Final = "/etc/ssh/keys-root/authorized_keys"
_VARIABLES: Final[dict[str, Callable[[Trip], dict[str, Any]]]] = {
    "vm_move_kvm": kvm_move_variables,
    "vm_copy_kvm": kvm_copy_variables,
    "vm_move_xcpng": xcpng_move_variables,
    "vm_relocate": relocation_variables,
}


def step_variables(trip: Trip) -> dict[str, Any]:
    """Host variables of the inventory entry that bears the step's id."""
    (role,) = roles_of(trip.step, trip.route, trip.platform)
    return {
        **_connection(trip),
        "planner_vm_name": Unsafe(trip.vm.name),
        "planner_blockers": blockers(trip),
        **(_access(trip) if role in READ_OVER_SSH else {}),
        **_VARIABLES[role](trip),
    }


def _access(trip: Trip) -> dict[str, Any]:
    """Whom the machine that converts must be let in at, to read the VM there."""
    receiver = worker(trip)
    if trip.source is None or receiver is None:
        return {}
    keys = {"authorized_keys": _ESXI_KEYS} if trip.source.hypervisor is HypervisorKind.ESXI else {}
    source = {
        "host": source_name(trip.source.id),
        "address": Unsafe(trip.source.address or trip.source.name),
        **keys,
    }
    return {"vm_access_owner": receiver, "vm_access_sources": [source]}


def worker(trip: Trip) -> str | None:
    """The inventory name of the machine that works for a step.

    XCP-ng itself can run nothing of ours, and a VM may be parked before any target host exists. None: every
    command of the step is delegated already.
    """
    if trip.step.kind not in CROSSINGS:
        return None
    if trip.platform.hypervisor is HypervisorKind.XCPNG or trip.step.kind is StepKind.PARK:
        return CONVERSION_HOST
    return trip.destination.id if trip.destination else None


def converts_elsewhere(trips: Mapping[str, Trip]) -> bool:
    """Whether any step needs the operator's conversion host."""
    return any(worker(trip) == CONVERSION_HOST for trip in trips.values())


def _connection(trip: Trip) -> dict[str, Any]:
    """The step's entry connects as the machine that works for it does."""
    host = worker(trip)
    if host is None:
        return {}
    return {
        variable: f"{{{{ hostvars['{host}'].{variable} }}}}"
        for variable in ("ansible_host", "ansible_user", "ansible_python_interpreter")
    }
