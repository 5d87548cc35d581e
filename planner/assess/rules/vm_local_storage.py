"""A VM that its pool cannot move out of the way of an upgrade."""

from collections.abc import Iterator

from planner.assess.ground import Ground, travelling
from planner.assess.rule import Console, Rule, Sighting, Verdict, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import PowerState
from planner.model.plan import Transport


def stuck(ground: Ground) -> Iterator[Sighting]:
    """Every VM that runs, has another host to go to, and a disk on storage that is known to be its own host's alone."""
    for trip in ground.trips:
        if trip.route.transport is Transport.IN_PLACE and trip.vm.power is PowerState.ON:
            verdict = _held(trip.vm, ground)
            if verdict is not None:
                yield Sighting(thing=trip.vm, platform=trip.route.platform, verdict=verdict)


def _held(vm: VirtualMachine, ground: Ground) -> Verdict | None:
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
    find=stuck,
    source="xcp-ng/xcp issue 90; XCP-ng documentation, rolling pool upgrade: disks on shared storage",
)
