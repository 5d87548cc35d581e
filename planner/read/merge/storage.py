"""Which datastores are one, and which one a VM means by a name that its source has on no host."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.model.estate import Datastore, DatastoreId, Estate, Host, HostId, VirtualMachine, VmId
from planner.read.merge.components import Component, Components, by_weight, components
from planner.read.merge.identity import Mark, Sighting, differ, identify, known
from planner.read.merge.marks import nothing, other_manager
from planner.read.merge.names import folded, machine_uuid
from planner.read.merge.places import Place

_Meant = Mapping[tuple[int, DatastoreId, VmId], DatastoreId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """The datastores; `meant` is what a VM's datastore became, where that hangs on the VM."""

    datastores: Components[Datastore]
    meant: _Meant

    def of_disk(self, source: int, datastore: DatastoreId, vm: VmId) -> DatastoreId:
        """The datastore of a VM's disk."""
        found: DatastoreId = (
            self.meant.get((source, datastore, vm)) or self.datastores.id_of[source, datastore]
        )
        return found


def settle_storage(
    sources: Sequence[Estate],
    trust: Sequence[int],
    hosts: Components[Host],
    vms: Components[VirtualMachine],
    at: Mapping[VmId, Place],
) -> Storage:
    """The datastores of all sources.

    A source that lists no hosts (a .vmx) gives a datastore's bare name. Which one that is, another source's
    sighting of the VM tells, or the host on which the VM stands.
    """
    mounts: dict[tuple[int, DatastoreId], set[HostId]] = defaultdict(set)
    managers: dict[tuple[int, DatastoreId], set[str | None]] = defaultdict(set)
    for host in hosts:
        for seen in host.sightings:
            for datastore in seen.thing.datastores:
                mounts[seen.source, datastore].add(host.id)
                managers[seen.source, datastore].add(seen.manager)
    sightings = [
        Sighting(source=number, thing=store, trust=trust[number], manager=_sole(managers[number, store.id]))
        for number, estate in enumerate(sources)
        for store in estate.datastores
    ]
    found = components(identify(sightings, _marks(mounts)))
    hosts_of = {
        store.id: {host for seen in store.sightings for host in mounts[seen.source, seen.thing.id]}
        for store in found
    }
    meant = dict(_meant(found, hosts_of, vms, at))
    return Storage(datastores=_absorbed(found, meant, vms), meant=meant)


def _marks(mounts: Mapping[tuple[int, DatastoreId], set[HostId]]) -> tuple[Mark[Datastore], ...]:
    def on_hosts(seen: Sighting[Datastore]) -> Iterator[Hashable]:
        yield from ((host, seen.thing.name) for host in sorted(mounts[seen.source, seen.thing.id]))

    return (
        Mark(values=lambda seen: known(machine_uuid(seen.thing.uuid))),
        Mark(values=_export),
        Mark(values=on_hosts),
        Mark(values=nothing, opposes=other_manager),
        Mark(values=nothing, opposes=differ(lambda store: machine_uuid(store.uuid))),
        Mark(values=lambda seen: known(seen.thing.id)),
    )


def _export(seen: Sighting[Datastore]) -> Iterator[Hashable]:
    server, export = folded(seen.thing.server), seen.thing.export
    if server and export:
        yield server, f"/{export.strip('/')}"


def _sole(managers: set[str | None]) -> str | None:
    return next(iter(managers)) if len(managers) == 1 else None


def _meant(
    found: Components[Datastore],
    hosts_of: Mapping[DatastoreId, set[HostId]],
    vms: Components[VirtualMachine],
    places: Mapping[VmId, Place],
) -> Iterator[tuple[tuple[int, DatastoreId, VmId], DatastoreId]]:
    """What VMs mean by datastores that stand on no host, where only one comes into question."""
    on_host: dict[tuple[HostId, str], set[DatastoreId]] = defaultdict(set)
    for store in found:
        for host in hosts_of[store.id]:
            for sighting in store.sightings:
                on_host[host, sighting.thing.name].add(store.id)
    for vm in vms:
        here = places[vm.id].host
        used = {(seen, found.id_of[seen]) for seen in _used(vm)}
        anchored = {store for _, store in used if hosts_of[store]}
        for seen, adrift in used:
            if hosts_of[adrift]:
                continue
            name = found.by_id[adrift].leader.name
            near = {store for store in anchored if found.by_id[store].leader.name == name}
            near = near or (on_host.get((here, name), set()) if here else set())
            if len(near) == 1:
                yield (*seen, vm.id), next(iter(near))


def _used(vm: Component[VirtualMachine]) -> Iterator[tuple[int, DatastoreId]]:
    for seen in vm.sightings:
        yield from ((seen.source, disk.datastore) for disk in seen.thing.disks if disk.datastore)


def _absorbed(
    found: Components[Datastore], meant: _Meant, vms: Components[VirtualMachine]
) -> Components[Datastore]:
    """Without the datastores that every VM means another by; what is known of them is known of the others."""
    kept = {found.id_of[at] for vm in vms for at in _used(vm) if (*at, vm.id) not in meant}
    targets: dict[DatastoreId, set[DatastoreId]] = defaultdict(set)
    for (source, datastore, _), target in meant.items():
        targets[target].add(found.id_of[source, datastore])
    gone = set().union(*targets.values()) - kept
    more = {
        target: tuple(seen for store in sorted(stores & gone) for seen in found.by_id[store].sightings)
        for target, stores in targets.items()
    }
    by_id = {
        store.id: Component(id=store.id, sightings=by_weight((*store.sightings, *more.get(store.id, ()))))
        for store in found
        if store.id not in gone
    }
    became = {store: min(to for to, stores in targets.items() if store in stores) for store in gone}
    return Components(by_id=by_id, id_of={at: became.get(store, store) for at, store in found.id_of.items()})
