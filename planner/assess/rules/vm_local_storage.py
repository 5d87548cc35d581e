"""A VM that its pool cannot move out of the way of an upgrade."""

from planner.assess.ground import Ground, Trip, travelling
from planner.assess.looks import each_trip_of
from planner.assess.rule import Console, Rule, Verdict, warning
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import PowerState
from planner.model.plan import Transport


def cannot_step_aside(trip: Trip, ground: Ground) -> Verdict | None:
    """It runs, there is another host, and a disk is known to be on storage that only its own host has."""
    vm = trip.vm
    if trip.route.transport is not Transport.IN_PLACE or vm.power is not PowerState.ON:
        return None
    if len(ground.hypervisors_of(ground.cluster_by_id[vm.cluster])) < 2:
        return None
    stores = (ground.datastore_by_id.get(disk.datastore) for disk in travelling(vm) if disk.datastore)
    local = sorted({store.name for store in stores if store is not None and store.shared is False})
    return warning(datastore=", ".join(local)) if local else None


RULE = Rule(
    id="vm-local-storage",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="The VM runs from storage that only its own host has.",
    why=(
        "While a pool is half upgraded, XAPI moves no VM whose disks would have to be copied: this one is down while its "
        "host is upgraded, and where the policy does not let it be parked, no plan is found."
    ),
    remedy="Move its disks to a shared SR before the upgrade begins, or agree on the outage with its owner.",
    commands={Console.XAPI: "xe vdi-pool-migrate uuid='<uuid of xe vm-disk-list>' sr-uuid='<a shared SR>'"},
    find=each_trip_of(cannot_step_aside),
    source="xcp-ng/xcp issue 90; XCP-ng documentation, rolling pool upgrade: disks on shared storage",
)
