"""Variables of vm_relocate: a VM that keeps its hypervisor and changes its host."""

from typing import Any, Final

from planner.emit.moves import vcenter_login
from planner.emit.names import MIGRATION_USER, source_name
from planner.emit.trip import Trip
from planner.emit.yaml import Unsafe
from planner.model.estate import Host, HypervisorKind, PowerState
from planner.model.plan import StepKind
from planner.model.policy import Strategy

_METHODS: Final = {
    HypervisorKind.ESXI: "vcenter",
    HypervisorKind.XENSERVER: "xapi",
    HypervisorKind.XCPNG: "xapi",
    HypervisorKind.KVM: "libvirt",
}


def relocation_variables(trip: Trip) -> dict[str, Any]:
    """Within the source, or within the target for a VM that has crossed or whose host was upgraded."""
    on_target = trip.step.kind is not StepKind.RELOCATE
    method = _METHODS[trip.platform.hypervisor if on_target else trip.kind]
    crossed = on_target and trip.strategy is not Strategy.UPGRADE_IN_PLACE
    # A converted VM bears the name that the plan gave it, and not always the UUID that it had.
    name, uuid = (trip.domain, None) if crossed else (trip.vm.name, trip.vm.uuid)
    return {
        # Every command is delegated: to the controller, or to `vm_relocate_via`.
        "ansible_connection": "local",
        "vm_relocate_method": method,
        "vm_relocate_name": Unsafe(name),
        **({"vm_relocate_uuid": Unsafe(uuid)} if uuid else {}),
        **_destination(trip, method, crossed=crossed),
        **(vcenter_login(trip, "vm_relocate") if method == "vcenter" else _via(trip, crossed=crossed)),
    }


def _destination(trip: Trip, method: str, *, crossed: bool) -> dict[str, Any]:
    host = _known(trip.destination, trip)
    if method != "libvirt":
        return {"vm_relocate_destination": Unsafe(host.id.removeprefix("host-") if crossed else host.name)}
    user = {"vm_relocate_destination_user": MIGRATION_USER} if crossed else {}
    return {
        "vm_relocate_destination": Unsafe(host.address or host.name),
        **user,
        "vm_relocate_copy_storage": any(trip.storages[placed.storage].host for placed in trip.step.disks),
        "vm_relocate_start": trip.step.kind is StepKind.UNPARK and trip.vm.power is not PowerState.OFF,
    }


def _via(trip: Trip, *, crossed: bool) -> dict[str, Any]:
    """A pool answers on every member, so the destination will do where the source is unknown."""
    host = _known(trip.source or trip.destination, trip)
    return {"vm_relocate_via": host.id if crossed else source_name(host.id)}


def _known(host: Host | None, trip: Trip) -> Host:
    if host is None:
        raise AssertionError(f"{trip.step.id}: a relocation without a destination passed verification")
    return host
