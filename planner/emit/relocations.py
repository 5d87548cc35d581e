"""Variables of vm_relocate: a VM that keeps its hypervisor and changes its host."""

from typing import Any, Final

from planner.emit.moves import source_variables
from planner.emit.names import CONVERSION_HOST, MIGRATION_USER, source_name
from planner.emit.trip import Trip
from planner.emit.yaml import Unsafe
from planner.model.estate import Host
from planner.model.kinds import HypervisorKind, PowerState
from planner.model.plan import StepKind
from planner.model.policy import Strategy

_METHODS: Final = {
    HypervisorKind.ESXI: "vcenter",
    HypervisorKind.XENSERVER: "xapi",
    HypervisorKind.XCPNG: "xapi",
    HypervisorKind.KVM: "libvirt",
}
_KINDS: Final = {HypervisorKind.XCPNG: "xapi", HypervisorKind.KVM: "libvirt"}


def relocation_variables(trip: Trip) -> dict[str, Any]:
    """Within the source, or within the target for a VM that has crossed."""
    crossed = trip.step.kind is not StepKind.RELOCATE and trip.strategy is not Strategy.UPGRADE_IN_PLACE
    method = _METHODS[trip.platform.hypervisor if crossed else trip.kind]
    return {
        # Every command is delegated: to the controller, or to the hosts that the VM leaves and reaches.
        "ansible_connection": "local",
        "vm_relocate_method": method,
        **(_on_target(trip) if crossed else _at_source(trip)),
        **_destination(trip, method, crossed=crossed),
    }


def _at_source(trip: Trip) -> dict[str, Any]:
    """A pool answers on every member, so the destination will do where the source is unknown."""
    host = _known(trip.source or trip.destination, trip)
    named = source_variables(trip)
    return (
        named if named["vm_source_kind"] == "vcenter" else {**named, "vm_source_host": source_name(host.id)}
    )


def _on_target(trip: Trip) -> dict[str, Any]:
    """A converted VM bears the name that the plan gave it, and not always the UUID that it had."""
    parked = trip.step.kind is StepKind.UNPARK
    return {
        "vm_source_kind": _KINDS[trip.platform.hypervisor],
        "vm_source_host": CONVERSION_HOST if parked else _known(trip.source or trip.destination, trip).id,
        "vm_source_name": Unsafe(trip.domain),
    }


def _destination(trip: Trip, method: str, *, crossed: bool) -> dict[str, Any]:
    host = _known(trip.destination, trip)
    if method != "libvirt":
        return {"vm_relocate_destination": Unsafe(host.id.removeprefix("host-") if crossed else host.name)}
    user = MIGRATION_USER if crossed else "root"
    return {
        "vm_relocate_destination": host.id if crossed else source_name(host.id),
        "vm_relocate_destination_uri": Unsafe(f"qemu+ssh://{user}@{host.address or host.name}/system"),
        "vm_relocate_copy_storage": any(trip.storages[placed.storage].host for placed in trip.step.disks),
        "vm_relocate_start": trip.step.kind is StepKind.UNPARK and trip.vm.power is not PowerState.OFF,
    }


def _known(host: Host | None, trip: Trip) -> Host:
    if host is None:
        raise AssertionError(f"{trip.step.id}: a relocation without a destination passed verification")
    return host
