"""From what is given to what the search compares."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from planner.model.estate import AffinityRule, Host, HostId, NetworkId, VirtualMachine, VmId
from planner.model.kinds import AffinityKind, Bond, Criticality, HypervisorKind, PowerState, ServiceRole
from planner.model.plan import Group, PhaseKind, StorageId, TargetStorage
from planner.model.policy import Strategy
from planner.place.budget import too_slow
from planner.place.case import Case, Node, Parcel, Part, Room, Workload
from planner.place.conversion import Conversion
from planner.place.pace import crossing_seconds
from planner.place.storages import by_name, choices, copy_size, local_id, parking_id, storages, travelling

RANK: Final = {criticality: rank for rank, criticality in enumerate(Criticality)}
MANAGERS: Final = frozenset({ServiceRole.VCENTER, ServiceRole.XEN_ORCHESTRA})
_EMPTIED: Final = frozenset({PhaseKind.RETIRE, PhaseKind.UPGRADE})
_OVERCOMMITTING: Final = frozenset({HypervisorKind.ESXI, HypervisorKind.KVM})


def build_case(conversion: Conversion, swings: tuple[Host, ...]) -> Case:
    """The case of a conversion that borrows these swing hosts. Parking is allowed if the policy allows it."""
    targets = target_hosts(conversion, swings)
    offered = storages(conversion, targets)
    names = by_name(offered)
    stand = conversion.standing
    managers = tuple(vm.id for vm in conversion.vms if _manages(vm))
    firm = _units(conversion.vms, (group for group in conversion.groups if group.bond is Bond.FIRM))
    units = _units(conversion.vms, (group for group in conversion.groups if _travels_whole(group, managers)))
    last = frozenset(member for manager in managers for member in units[manager])
    needs = conversion.needs
    workloads = {
        vm.id: _workload(conversion, vm, names, last, too_slow(conversion, vm, targets))
        for vm in conversion.vms
    }
    return Case(
        cluster=conversion.cluster,
        strategy=conversion.strategy,
        live=conversion.live,
        reserve=conversion.reserve,
        nodes=_nodes(conversion, swings),
        workloads=workloads,
        managers=managers,
        units=units,
        company=_company(conversion, firm) if conversion.policy.parking or stand.parked else {},
        tight=_tight(conversion),
        apart=_ruled(conversion, AffinityKind.APART, mandatory_only=True),
        shunned=_ruled(conversion, AffinityKind.APART, mandatory_only=False),
        mates=_ruled(conversion, AffinityKind.TOGETHER, mandatory_only=False),
        wished=_wished(conversion),
        pins=_pins(conversion),
        needs=needs,
        related=_both_ways(needs),
        rules=tuple(rule for rule in conversion.rules if rule.kind is not AffinityKind.APART),
        timing=conversion.policy.timing,
        per_host=conversion.policy.transfers.per_host,
        at_once=_at_once(conversion),
        wave=conversion.policy.waves.max_vms,
        capacities={storage.id: storage.capacity_bytes for storage in offered},
        pools=frozenset(storage.id for storage in offered if storage.host is not None),
        taken=conversion.taken,
        parking=_parking(conversion, offered),
        standing=stand,
        turns=_turns(conversion),
    )


def target_hosts(conversion: Conversion, swings: tuple[Host, ...]) -> tuple[Host, ...]:
    """The hosts that the target runs on, at least for a while, sorted by id."""
    staying = () if conversion.strategy is Strategy.MOVE_TO_NEW_HOSTS else conversion.hosts
    return tuple(sorted((*staying, *conversion.spares, *swings), key=lambda host: host.id))


def mapped_networks(conversion: Conversion) -> frozenset[NetworkId]:
    """Networks of the cluster that the policy maps to a bridge: every target host will carry them."""
    names = {entry.source for entry in conversion.policy.network_map}
    return frozenset(used for used in used_networks(conversion) if conversion.networks[used].name in names)


def used_networks(conversion: Conversion) -> frozenset[NetworkId]:
    """Networks that the cluster's hosts carry or its VMs are plugged into."""
    carried = {entry.network for host in conversion.hosts for entry in host.networks or ()}
    plugged = {nic.network for vm in conversion.vms for nic in vm.nics if nic.network is not None}
    return frozenset(carried | plugged)


def runs(vm: VirtualMachine) -> bool:
    """Whether a VM takes memory; one whose power state is unknown may."""
    return not vm.template and vm.power not in {PowerState.OFF, PowerState.SUSPENDED}


def _at_once(conversion: Conversion) -> int | None:
    """How many transfers run at once at the most, by the policy's cap of the estate and those of the shared datastores."""
    caps = [conversion.policy.transfers.at_once]
    of_store = conversion.policy.transfers.per_datastore
    disks = [disk for vm in conversion.vms for disk in travelling(vm.disks)]
    read = {disk.datastore for disk in disks}
    shared = {store for store in read if store and conversion.datastores[store].shared is not False}
    if of_store is not None and read and read == shared:
        caps.append(of_store * len(shared))
    return min((cap for cap in caps if cap is not None), default=None)


def _nodes(conversion: Conversion, swings: tuple[Host, ...]) -> dict[HostId, Node]:
    mapped = mapped_networks(conversion)
    parts = [
        *((host, Part.MEMBER) for host in conversion.hosts),
        *((host, Part.SPARE) for host in conversion.spares),
        *((host, Part.SWING) for host in swings),
    ]
    return {
        host.id: _node(conversion, host, part, mapped)
        for host, part in sorted(parts, key=lambda pair: pair[0].id)
    }


def _node(conversion: Conversion, host: Host, part: Part, mapped: frozenset[NetworkId]) -> Node:
    capacity = conversion.policy.capacity
    vcpus = None if host.cpu.cores is None else int(host.cpu.cores * capacity.vcpu_per_core)
    networks = None if host.networks is None else frozenset(carried.network for carried in host.networks)
    percent = capacity.source_memory_percent if host.hypervisor in _OVERCOMMITTING else 100
    memory = host.memory_bytes
    return Node(
        id=host.id,
        name=host.name,
        part=part,
        before=Room(
            memory=None if memory is None else memory * percent // 100, vcpus=vcpus, networks=networks
        ),
        after=Room(
            memory=None if memory is None else max(0, memory - capacity.host_memory_bytes),
            vcpus=vcpus,
            networks=None if networks is None else networks | mapped,
        ),
        pool=local_id(host),
        datastores=frozenset(host.datastores),
        coordinator=bool(host.coordinator),
        closed=bool(host.maintenance),
    )


def _manages(vm: VirtualMachine) -> bool:
    return not MANAGERS.isdisjoint(vm.roles)


def _workload(
    conversion: Conversion,
    vm: VirtualMachine,
    names: dict[str, StorageId],
    last: frozenset[VmId],
    slow: frozenset[HostId],
) -> Workload:
    running = runs(vm)
    disks = travelling(vm.disks)
    stores = frozenset(disk.datastore for disk in disks if disk.datastore is not None)
    local = any(conversion.datastores[store].shared is False for store in stores)
    only_host = conversion.hosts[0].id if len(conversion.hosts) == 1 else None
    return Workload(
        id=vm.id,
        name=vm.name,
        running=running,
        memory=(vm.memory_bytes or 0) if running else 0,
        vcpus=(vm.vcpus or 0) if running else 0,
        networks=frozenset(nic.network for nic in vm.nics if nic.network is not None),
        parcels=tuple(
            Parcel(disk=disk.id, size=copy_size(disk) or 0, choices=choices(conversion, disk, names))
            for disk in disks
        )
        if conversion.strategy is not Strategy.UPGRADE_IN_PLACE
        else (),
        datastores=stores,
        home=vm.host or conversion.standing.at.get(vm.id) or only_host,
        settled=vm.host is not None or vm.id in conversion.standing.at,
        stuck=not conversion.live or local or bool(vm.passthrough),
        manages=_manages(vm),
        last=vm.id in last,
        parkable=_parkable(conversion, vm),
        rank=RANK[vm.criticality or Criticality.NORMAL],
        seconds=crossing_seconds(conversion, vm),
        too_slow=slow,
    )


def _parkable(conversion: Conversion, vm: VirtualMachine) -> bool:
    """A VM of unknown criticality may be parked only where any may; infrastructure never is."""
    parking = conversion.policy.parking
    if parking is None or vm.roles:
        return False
    assumed = vm.criticality or Criticality.CRITICAL
    return RANK[assumed] <= RANK[parking.max_criticality]


def _turns(conversion: Conversion) -> dict[HostId, int]:
    """The order in which the earlier plan would have rebuilt the hosts that are left."""
    phases = () if conversion.rest is None else conversion.rest.phases
    emptied = (host for phase in phases if phase.kind in _EMPTIED for host in phase.hosts)
    return {host: turn for turn, host in enumerate(dict.fromkeys(emptied))}


def _parking(conversion: Conversion, offered: tuple[TargetStorage, ...]) -> StorageId | None:
    storage = parking_id(conversion)
    return storage if storage in {known.id for known in offered} else None


def _travels_whole(group: Group, managers: Collection[VmId]) -> bool:
    """Whether it crosses at one time: one that is not firm does not wait with a manager, which goes last."""
    return group.bond is Bond.FIRM or (group.binds and not set(managers) & set(group.vms))


def _units(vms: Iterable[VirtualMachine], groups: Iterable[Group]) -> dict[VmId, tuple[VmId, ...]]:
    """Every VM with those of its group that are in this cluster; where it is in several, of the largest, which comes last."""
    units: dict[VmId, tuple[VmId, ...]] = {vm.id: (vm.id,) for vm in vms}
    here = units.keys()
    for group in groups:
        members = tuple(sorted(here & set(group.vms)))
        units.update((member, members) for member in members)
    return units


def _company(conversion: Conversion, units: dict[VmId, tuple[VmId, ...]]) -> dict[VmId, tuple[VmId, ...]]:
    """Every VM with all that must be off while it is: its unit, and what depends on any of them here."""
    dependents: dict[VmId, list[VmId]] = defaultdict(list)
    for vm in conversion.vms:
        for need in vm.depends_on:
            dependents[need].append(vm.id)
    return {vm.id: _closure(vm.id, units, dependents) for vm in conversion.vms}


def _closure(
    start: VmId, units: dict[VmId, tuple[VmId, ...]], dependents: dict[VmId, list[VmId]]
) -> tuple[VmId, ...]:
    found, waiting = {start}, [start]
    while waiting:
        vm = waiting.pop()
        new = {*units[vm], *dependents[vm]} - found
        found |= new
        waiting.extend(new)
    return tuple(sorted(found))


def _wished(conversion: Conversion) -> dict[VmId, frozenset[VmId]]:
    """Every VM of a group that is a wish with the others of it that are in this cluster."""
    here = {vm.id for vm in conversion.vms}
    groups = (here & set(group.vms) for group in conversion.groups if group.bond is Bond.WISH)
    return {vm: frozenset(group - {vm}) for group in groups for vm in group}


def _both_ways(needs: Mapping[VmId, frozenset[VmId]]) -> dict[VmId, frozenset[VmId]]:
    found: dict[VmId, set[VmId]] = defaultdict(set)
    for vm, wanted in needs.items():
        for need in wanted:
            found[vm].add(need)
            found[need].add(vm)
    return {vm: frozenset(others) for vm, others in found.items()}


def _tight(conversion: Conversion) -> frozenset[VmId]:
    """VMs that share a disk: it can only be in one place."""
    owners: dict[tuple[str, str], list[VmId]] = defaultdict(list)
    for vm in conversion.vms:
        for disk in travelling(vm.disks):
            if disk.path is not None:
                owners[disk.datastore or "", disk.path].append(vm.id)
    flagged = {vm.id for vm in conversion.vms if any(disk.shared for disk in vm.disks)}
    return frozenset(flagged.union(*(vms for vms in owners.values() if len(vms) > 1)))


def _ruled(
    conversion: Conversion, kind: AffinityKind, *, mandatory_only: bool
) -> dict[VmId, frozenset[VmId]]:
    found: dict[VmId, set[VmId]] = defaultdict(set)
    for rule in _rules(conversion, kind):
        if rule.mandatory or not mandatory_only:
            for vm in rule.vms:
                found[vm].update(other for other in rule.vms if other != vm)
    return {vm: frozenset(others) for vm, others in found.items()}


def _pins(conversion: Conversion) -> dict[VmId, frozenset[HostId]]:
    """The hosts that the pins of a VM allow; a wish that contradicts the others is not granted."""
    found: dict[VmId, frozenset[HostId]] = {}
    rules = sorted(_rules(conversion, AffinityKind.PINNED), key=lambda rule: not rule.mandatory)
    for rule in rules:
        for vm in rule.vms:
            both = found.get(vm, frozenset(rule.hosts)) & frozenset(rule.hosts)
            found[vm] = both if both or rule.mandatory else found[vm]
    return found


def _rules(conversion: Conversion, kind: AffinityKind) -> Iterable[AffinityRule]:
    return (rule for rule in conversion.rules if rule.kind is kind)
