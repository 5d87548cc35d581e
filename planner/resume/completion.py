"""An inventory completed with what it can no longer tell: VMs that have crossed, hosts that were rebuilt.

A machine on the target is not in the source's inventory any more, or as a switched-off copy. The plan needs it as it is:
with its memory, disks and cards, which the earlier plan knows.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Protocol, TypeVar

from planner.model.estate import AffinityRule, Datastore, DatastoreId, Estate, Host, VirtualMachine
from planner.model.kinds import DiskKind
from planner.model.plan import Plan, Progress, Whereabouts


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Named)


def completed(earlier: Plan, progress: Progress, now: Estate) -> Estate:
    """The inventory, with the earlier plan's record of everything that is not the source's any more."""
    before = earlier.estate
    gone = {entry.vm for entry in progress.vms if has_left(entry)}
    rebuilt = {*progress.built, *progress.retired, *progress.installed}
    vms = _with(now.vms, before.vms, gone)
    used = {host for host in (*(vm.host for vm in vms), *(e.host for e in progress.vms)) if host is not None}
    hosts = _filled(_with(now.hosts, before.hosts, rebuilt), before.hosts, used)
    known = {vm.id for vm in vms}
    stores = {store for host in hosts for store in host.datastores}
    stores |= {disk.datastore for vm in vms for disk in vm.disks if disk.datastore is not None}
    networks = {nic.network for vm in vms for nic in vm.nics if nic.network is not None}
    networks |= {carried.network for host in hosts for carried in host.networks or ()}
    clusters = {*(vm.cluster for vm in vms), *(host.cluster for host in hosts if host.cluster is not None)}
    return replace(
        now,
        clusters=_filled(now.clusters, before.clusters, clusters),
        hosts=hosts,
        datastores=_without_copies(
            _filled(now.datastores, before.datastores, stores), earlier, progress, before.datastores
        ),
        networks=_filled(now.networks, before.networks, networks),
        vms=tuple(_among(vm, known) for vm in vms),
        affinity_rules=_rules(now, before, gone, known, hosts),
    )


def has_left(entry: Whereabouts) -> bool:
    """Whether a VM that was moved has left the source side: it has crossed, or is parked."""
    return entry.crossed or entry.host is None


def _with(now: Sequence[T], before: Sequence[T], replaced: Collection[str]) -> tuple[T, ...]:
    """What is there now, but the earlier record of what is `replaced`; sorted by id."""
    found = {thing.id: thing for thing in now}
    found |= {thing.id: thing for thing in before if thing.id in replaced}
    return tuple(found[identity] for identity in sorted(found))


def _filled(now: Sequence[T], before: Sequence[T], wanted: Collection[str]) -> tuple[T, ...]:
    """What is there now, and the earlier record of what is wanted and not there."""
    there = {thing.id for thing in now}
    return _with(now, before, set(wanted) - there)


def _among(vm: VirtualMachine, known: Collection[str]) -> VirtualMachine:
    """A VM that names no others than those that are known."""
    needs = tuple(need for need in vm.depends_on if need in known)
    backup = vm.backed_up_by if vm.backed_up_by in known else None
    if (needs, backup) == (vm.depends_on, vm.backed_up_by):
        return vm
    return replace(vm, depends_on=needs, backed_up_by=backup)


def _rules(
    now: Estate, before: Estate, gone: AbstractSet[str], known: AbstractSet[str], hosts: Iterable[Host]
) -> tuple[AffinityRule, ...]:
    """The inventory's rules, and the earlier ones about VMs that it has no longer."""
    there = {rule.id for rule in now.affinity_rules}
    standing = {host.id for host in hosts}
    kept = (rule for rule in before.affinity_rules if rule.id not in there and not gone.isdisjoint(rule.vms))
    whole = (rule for rule in kept if known >= set(rule.vms) and standing >= set(rule.hosts))
    return tuple(sorted((*now.affinity_rules, *whole), key=lambda rule: rule.id))


def _without_copies(
    datastores: tuple[Datastore, ...],
    earlier: Plan,
    progress: Progress,
    before: tuple[Datastore, ...],
) -> tuple[Datastore, ...]:
    """Datastores with the space that was free before the first copy was written to them.

    The plan counts the copies itself. A fresh inventory has counted them too, an old one has not: so what is free now and
    the copies together, but no more than was free when the earlier plan was made.
    """
    copies = _copied(earlier, progress)
    free = {store.id: store.free_bytes for store in before}

    def as_before(store: Datastore) -> Datastore:
        first = free.get(store.id)
        if not copies[store.id] or store.free_bytes is None or first is None:
            return store
        return replace(store, free_bytes=min(first, store.free_bytes + copies[store.id]))

    return tuple(as_before(store) for store in datastores)


def _copied(earlier: Plan, progress: Progress) -> Counter[DatastoreId]:
    """Bytes that copies take of source datastores that both sides mount."""
    medium = {storage.id: storage.datastore for place in earlier.placements for storage in place.storages}
    sizes = {
        (vm.id, disk.id): (
            disk.capacity_bytes
            if disk.kind is DiskKind.RDM or disk.allocated_bytes is None
            else disk.allocated_bytes
        )
        or 0
        for vm in earlier.estate.vms
        for disk in vm.disks
    }
    found: Counter[DatastoreId] = Counter()
    for entry in progress.vms:
        for placed in entry.disks:
            datastore = medium.get(placed.storage)
            if datastore is not None:
                found[datastore] += sizes.get((entry.vm, placed.disk), 0)
    return found
