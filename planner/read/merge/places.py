"""Which clusters are one, and where every host and VM stands."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.model.estate import Cluster, ClusterId, Estate, Host, HostId, VirtualMachine
from planner.read.gather import is_unplaced
from planner.read.merge.components import Component, Components, components
from planner.read.merge.identity import Mark, Sighting, identify, known
from planner.read.merge.marks import other_manager
from planner.read.merge.names import folded, same_name, short


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A cluster, and the host in it if that is known; `reported` is the name of one that is not in the estate."""

    cluster: ClusterId
    host: HostId | None = None
    reported: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Clusters and hosts; `home` is the cluster of each host.

    `cluster_of` is what became of a source's cluster, also of one that gave way to another.
    """

    clusters: Components[Cluster]
    hosts: Components[Host]
    home: Mapping[HostId, ClusterId | None]
    cluster_of: Mapping[tuple[int, str], ClusterId]
    named: Mapping[str, set[HostId]]

    def place(self, vm: Component[VirtualMachine]) -> Place:
        """Where a VM stands: at the host that the most trusted source names, else in the cluster that it names."""
        told = [self._told(seen) for seen in vm.sightings]
        cluster = next((place.cluster for place in told if not is_unplaced(place.cluster)), told[0].cluster)
        for place in told:
            if host := place.host or self._reported(place):
                return Place(cluster=self.home[host] or cluster, host=host)
        return Place(cluster=cluster, reported=next((one.reported for one in told if one.reported), None))

    def _told(self, seen: Sighting[VirtualMachine]) -> Place:
        vm = seen.thing
        return Place(
            cluster=self.cluster_of[seen.source, vm.cluster],
            host=self.hosts.id_of[seen.source, vm.host] if vm.host else None,
            reported=vm.reported_host,
        )

    def _reported(self, place: Place) -> HostId | None:
        """The only host with the name that a source gave, which had no such host itself."""
        near = [
            host
            for host in self.named.get(_first_name(place.reported or ""), ())
            if is_unplaced(place.cluster) or self.home[host] == place.cluster
            if any(
                same_name(place.reported or "", seen.thing.name) for seen in self.hosts.by_id[host].sightings
            )
        ]
        return near[0] if len(near) == 1 else None


def settle_places(sources: Sequence[Estate], trust: Sequence[int], hosts: Components[Host]) -> Places:
    """The clusters of all sources, once it is known which hosts are the same.

    A cluster of one host that is named after it is how a source shows a host of which it knows no cluster: it
    gives way to the cluster in which another source has the host.
    """
    members = _members(hosts)
    seen = [
        Sighting(source=number, thing=cluster, trust=trust[number], manager=cluster.manager_address)
        for number, estate in enumerate(sources)
        for cluster in estate.clusters
    ]
    found = {_key(one): _lone_host(one, members, hosts) for one in seen}
    lone = {at: host for at, host in found.items() if host}
    housed = {
        host
        for one in seen
        if _key(one) not in lone and not is_unplaced(one.thing.id)
        for host in members.get(_key(one), ())
    }
    yielding = {at: host for at, host in lone.items() if host in housed}
    marks = _marks(members)
    clusters = components(
        identify([one for one in seen if _key(one) not in lone], marks)
        + identify([one for one in seen if _key(one) in lone.keys() - yielding.keys()], marks)
    )
    home = {host.id: _home(host, clusters) for host in hosts}
    named: dict[str, set[HostId]] = defaultdict(set)
    for component in hosts:
        for sighting in component.sightings:
            named[_first_name(sighting.thing.name)].add(component.id)
    return Places(
        clusters=clusters,
        hosts=hosts,
        home=home,
        cluster_of={
            **clusters.id_of,
            **{at: cluster for at, host in yielding.items() if (cluster := home[host])},
        },
        named=named,
    )


def _key(seen: Sighting[Cluster]) -> tuple[int, ClusterId]:
    return seen.source, seen.thing.id


def _members(hosts: Components[Host]) -> dict[tuple[int, ClusterId], set[HostId]]:
    """The hosts of each source's clusters."""
    members: dict[tuple[int, ClusterId], set[HostId]] = defaultdict(set)
    for host in hosts:
        for seen in host.sightings:
            if seen.thing.cluster:
                members[seen.source, seen.thing.cluster].add(host.id)
    return members


def _lone_host(
    seen: Sighting[Cluster], members: Mapping[tuple[int, ClusterId], set[HostId]], hosts: Components[Host]
) -> HostId | None:
    """The host of a cluster that only stands for it."""
    inside = members.get(_key(seen), set())
    if len(inside) != 1:
        return None
    (host,) = inside
    names = {
        name
        for one in hosts.by_id[host].sightings
        if one.source == seen.source
        for name in (one.thing.name, one.thing.address)
        if name
    }
    return host if any(same_name(seen.thing.name, name) for name in names) else None


def _marks(members: Mapping[tuple[int, ClusterId], set[HostId]]) -> tuple[Mark[Cluster], ...]:
    return (
        Mark(values=lambda seen: known(folded(seen.thing.name)), opposes=other_manager),
        Mark(values=lambda seen: sorted(members.get(_key(seen), ()))),
        Mark(values=lambda seen: known(seen.thing.id)),
    )


def _home(host: Component[Host], clusters: Components[Cluster]) -> ClusterId | None:
    """The cluster of a host, as the most trusted source says that knows of one."""
    told = [
        clusters.id_of[at]
        for seen in host.sightings
        if (at := (seen.source, seen.thing.cluster or "")) in clusters.id_of
    ]
    return next((cluster for cluster in told if not is_unplaced(cluster)), told[0] if told else None)


def _first_name(name: str) -> str:
    return short(name) or name
