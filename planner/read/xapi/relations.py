"""What ties VMs to each other and to hosts: the order of vApps, preferred hosts, anti-affinity groups."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from planner.model.estate import AffinityRule, VirtualMachine, VmId
from planner.model.kinds import AffinityKind
from planner.read.ids import rule_id
from planner.read.xapi.places import Places
from planner.read.xapi.records import Records


def with_order(records: Records, vms: Mapping[str, VirtualMachine]) -> tuple[VirtualMachine, ...]:
    """The VMs, each depending on those of its vApp that start just before it."""
    steps: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for ref in vms:
        vm = records.get("VM", ref)
        appliance = vm.refers_to("appliance") if vm else None
        order = vm.whole("order") if vm else None
        if appliance is not None and order is not None:
            steps[appliance][order].append(ref)
    before: dict[str, tuple[VmId, ...]] = {}
    for by_order in steps.values():
        ordered = [by_order[order] for order in sorted(by_order)]
        for earlier, later in pairwise(ordered):
            before |= dict.fromkeys(later, tuple(sorted(vms[ref].id for ref in earlier)))
    return tuple(replace(vm, depends_on=before.get(ref, ())) for ref, vm in vms.items())


def read_rules(records: Records, places: Places, vms: Mapping[str, VirtualMachine]) -> Iterator[AffinityRule]:
    """Wishes, for XAPI breaks each of them rather than not start a VM."""
    yield from _preferred_hosts(records, places, vms)
    for group in records.all("VM_group"):
        members = tuple(sorted(vms[ref].id for ref in group.items("VMs") if ref in vms))
        if group.text("placement") == "anti_affinity" and len(members) > 1:
            name = group.text("name_label") or group.uuid or group.ref
            yield AffinityRule(
                id=rule_id(f"{name} {group.uuid}", places.cluster.name),
                name=name,
                kind=AffinityKind.APART,
                vms=members,
                mandatory=False,
                origin=group.place,
            )


def _preferred_hosts(
    records: Records, places: Places, vms: Mapping[str, VirtualMachine]
) -> Iterator[AffinityRule]:
    if len(places.hosts) < 2:
        return
    members: dict[str, list[VmId]] = defaultdict(list)
    for ref, machine in vms.items():
        vm = records.get("VM", ref)
        preferred = vm.refers_to("affinity") if vm else None
        if preferred in places.hosts and not machine.template:
            members[preferred or ""].append(machine.id)
    for ref, ids in members.items():
        host = places.hosts[ref]
        name = f"home server {host.name}"
        yield AffinityRule(
            id=rule_id(name, places.cluster.name),
            name=name,
            kind=AffinityKind.PINNED,
            vms=tuple(sorted(ids)),
            hosts=(host.id,),
            mandatory=False,
            origin=host.origin,
        )
