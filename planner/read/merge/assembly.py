"""What was found to be one thing, with everything that is known of it, under the ids of the merged estate."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar

from planner.model.estate import (
    Cluster,
    ClusterId,
    Conflict,
    Estate,
    Host,
    HostNetwork,
    NetworkId,
    VirtualMachine,
    VmId,
)
from planner.read.gather import gather, is_unplaced
from planner.read.merge.components import Component, Components, origins, unused
from planner.read.merge.facts import Notes, settle
from planner.read.merge.identity import Sighting
from planner.read.merge.names import same_name
from planner.read.merge.networks import Networks
from planner.read.merge.places import Place, Places
from planner.read.merge.rules import merged_rules
from planner.read.merge.storage import Storage
from planner.read.merge.trust import kinds_of

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """Everything that there is, by which sightings tell of it; `at` is where each VM stands.

    The conflicts are noted on the way.
    """

    sources: Sequence[Estate]
    trust: Sequence[int]
    vms: Components[VirtualMachine]
    places: Places
    storage: Storage
    networks: Networks
    at: Mapping[VmId, Place]
    conflicts: list[Conflict] = field(default_factory=list)

    def estate(self) -> Estate:
        """The merged estate."""
        used = {*self.places.home.values(), *(place.cluster for place in self.at.values())}
        clusters = [one for one in self.places.clusters if one.id in used or not is_unplaced(one.id)]
        merged = Estate(
            clusters=_told_apart([self._whole(cluster) for cluster in clusters]),
            hosts=tuple(self._host(host) for host in self.places.hosts),
            datastores=tuple(self._whole(store) for store in self.storage.datastores),
            networks=tuple(self._whole(network) for network in self.networks.networks),
            vms=tuple(self._vm(vm) for vm in self.vms),
            affinity_rules=merged_rules(
                self.sources, self.trust, self.vms.id_of, self.places.hosts.id_of, self.at
            ),
            notes=tuple(chain.from_iterable(one.notes for one in self.sources)),
            gaps=tuple(chain.from_iterable(one.gaps for one in self.sources)),
        )
        return gather(replace(merged, conflicts=(*self.conflicts, *self._earlier_conflicts())))

    def _whole(
        self,
        component: Component[T],
        seen_as: Callable[[Sighting[T]], T] = lambda seen: seen.thing,
    ) -> T:
        """The facts of all sightings of a thing; each as `seen_as` shows it, with the ids of the merged estate."""
        things = [seen_as(seen) for seen in component.sightings]
        if len(things) == 1:
            return _with(things[0], id=component.id)
        notes = Notes(subject=component.id, words=self._words)
        settled = settle(things, notes)
        self.conflicts.extend(notes.conflicts)
        return _with(settled, id=component.id, origin=origins(things))

    def _host(self, component: Component[Host]) -> Host:
        home = self.places.home[component.id]

        def seen_as(seen: Sighting[Host]) -> Host:
            host, source = seen.thing, seen.source
            stores = dict.fromkeys(self.storage.datastores.id_of[source, store] for store in host.datastores)
            return _with(host, datastores=tuple(stores), networks=self._carried(host.networks, source, home))

        told = {
            self.places.cluster_of[seen.source, seen.thing.cluster]: None
            for seen in component.sightings
            if seen.thing.cluster
        }
        others = [one for one in told if one != home and not is_unplaced(one)]
        if home and others:
            notes = Notes(subject=component.id, words=self._words)
            notes.add("cluster", home, others)
            self.conflicts.extend(notes.conflicts)
        return _with(self._whole(component, seen_as), cluster=home)

    def _carried(
        self, networks: tuple[HostNetwork, ...] | None, source: int, home: ClusterId | None
    ) -> tuple[HostNetwork, ...] | None:
        if networks is None:
            return None
        meant = {
            network: _with(entry, network=network)
            for entry in networks
            for network in self.networks.within(source, entry.network, home)
        }
        return tuple(meant.values())

    def _vm(self, component: Component[VirtualMachine]) -> VirtualMachine:
        place = self.at[component.id]

        def seen_as(seen: Sighting[VirtualMachine]) -> VirtualMachine:
            vm, source = seen.thing, seen.source
            needs = dict.fromkeys(self.vms.id_of[source, other] for other in vm.depends_on)
            return _with(
                vm,
                disks=tuple(
                    _with(disk, datastore=self.storage.of_disk(source, disk.datastore, component.id))
                    if disk.datastore
                    else disk
                    for disk in vm.disks
                ),
                nics=tuple(
                    _with(nic, network=self.networks.within(source, nic.network, place.cluster)[0])
                    if nic.network
                    else nic
                    for nic in vm.nics
                ),
                depends_on=tuple(other for other in needs if other != component.id),
                backed_up_by=self._backup(component.id, source, vm.backed_up_by),
            )

        vm = self._whole(component, seen_as)
        kinds = {kind for seen in component.sightings for kind in kinds_of(seen.thing)}
        several = len(component.sightings) > 1 and any(seen.thing.source for seen in component.sightings)
        self._note_hosts(component, place)
        return _with(
            vm,
            cluster=place.cluster,
            host=place.host,
            reported_host=place.reported,
            source="+".join(sorted(kinds)) if several else component.leader.source,
        )

    def _backup(self, vm: VmId, source: int, server: VmId | None) -> VmId | None:
        """The VM that backs one up; none where the two turned out to be one."""
        found = self.vms.id_of[source, server] if server is not None else None
        return found if found != vm else None

    def _note_hosts(self, component: Component[VirtualMachine], place: Place) -> None:
        """Two sources that have a VM on different hosts. Where running VMs are moved, that is nothing new."""
        if place.host is None or any(
            seen.thing.live_migration for seen in self.places.clusters.by_id[place.cluster].sightings
        ):
            return
        hosts = self.places.hosts
        named = [
            hosts.by_id[hosts.id_of[seen.source, seen.thing.host]].leader.name
            if seen.thing.host
            else seen.thing.reported_host
            for seen in component.sightings
        ]
        own = hosts.by_id[place.host].leader.name
        notes = Notes(subject=component.id, words={})
        notes.add("host", own, [name for name in named if name and not same_name(name, own)])
        self.conflicts.extend(notes.conflicts)

    @cached_property
    def _words(self) -> Mapping[str, str]:
        """Names of what facts refer to."""
        kinds: tuple[Components[Any], ...] = (
            self.places.clusters,
            self.storage.datastores,
            self.networks.networks,
        )
        return {one.id: one.leader.name for kind in kinds for one in kind}

    def _earlier_conflicts(self) -> Iterator[Conflict]:
        """Conflicts that the sources had already, each about the thing as it is called now."""
        kinds: tuple[Mapping[tuple[int, str], Any], ...] = (
            self.vms.id_of,
            self.places.hosts.id_of,
            self.places.cluster_of,
            self.storage.datastores.id_of,
        )
        for number, source in enumerate(self.sources):
            for conflict in source.conflicts:
                at = (number, conflict.subject)
                moved = self.networks.within(number, NetworkId(conflict.subject), None)
                now = (*(kind[at] for kind in kinds if at in kind), *moved, conflict.subject)
                yield replace(conflict, subject=now[0])


def _with(thing: T, **facts: Any) -> T:
    """The thing with these facts; the thing itself where they are so already."""
    changed = {name: value for name, value in facts.items() if getattr(thing, name) != value}
    return replace(thing, **changed) if changed else thing  # type: ignore[type-var]


def _told_apart(clusters: Sequence[Cluster]) -> tuple[Cluster, ...]:
    """Clusters with names of their own: one of another manager that bears the same name gets that in brackets."""
    used: set[str] = set()
    apart = []
    for cluster in sorted(clusters, key=lambda one: one.id):
        name = cluster.name
        if name in used:
            owner = cluster.manager_address or cluster.datacentre
            name = unused(f"{name} ({owner})" if owner else name, used)
        used.add(name)
        apart.append(_with(cluster, name=name))
    return tuple(apart)
