"""Which networks are one: those of one name in one cluster, once it is known which clusters are one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from planner.model.estate import ClusterId, Estate, Network, NetworkId, VirtualMachine, VmId
from planner.read.ids import network_id
from planner.read.merge.components import Components, components
from planner.read.merge.identity import Mark, Sighting, identify, known
from planner.read.merge.places import Place, Places

_Seen = tuple[int, NetworkId]
"""A network of a source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """The networks; `moved` is what a source's network became in a cluster that its source does not know."""

    networks: Components[Network]
    moved: Mapping[tuple[_Seen, ClusterId], NetworkId]

    def within(self, source: int, network: NetworkId, cluster: ClusterId | None) -> tuple[NetworkId, ...]:
        """What a network is in a cluster; all that it became where a host stands outside of any."""
        if cluster and (moved := self.moved.get(((source, network), cluster))):
            return (moved,)
        stays = self.networks.id_of.get((source, network))
        if stays is not None:
            return (stays,)
        return tuple(sorted({new for (seen, _), new in self.moved.items() if seen == (source, network)}))


def settle_networks(
    sources: Sequence[Estate],
    trust: Sequence[int],
    places: Places,
    vms: Components[VirtualMachine],
    at: Mapping[VmId, Place],
) -> Networks:
    """The networks of all sources. VMs and hosts that get another cluster find theirs again there."""
    stays, moves = _uses(places, vms, at)
    sightings: list[Sighting[Network]] = []
    homes: dict[_Seen, set[ClusterId]] = {}
    new: dict[tuple[_Seen, ClusterId], _Seen] = {}
    for number, estate in enumerate(sources):
        for network in estate.networks:
            seen = (number, network.id)
            at_home = stays[seen] or (set() if seen in moves else _owners(number, estate, network, places))
            if at_home or seen not in moves:
                homes[seen] = at_home
                sightings.append(Sighting(source=number, thing=network, trust=trust[number]))
            for cluster in sorted(moves.get(seen, set()) - at_home):
                name = places.clusters.by_id[cluster].leader.name
                # A source of its own: what several hosts have under one name is one network of their cluster.
                there = (len(sources) + len(new), network_id(network.name, name))
                new[seen, cluster], homes[there] = there, {cluster}
                moved = replace(network, id=there[1])
                sightings.append(Sighting(source=there[0], thing=moved, trust=trust[number]))
    networks = components(identify(sightings, _marks(homes)))
    return Networks(networks=networks, moved={key: networks.id_of[there] for key, there in new.items()})


def _marks(homes: Mapping[_Seen, set[ClusterId]]) -> tuple[Mark[Network], ...]:
    def at(seen: Sighting[Network]) -> set[ClusterId]:
        return homes[seen.source, seen.thing.id]

    def elsewhere(one: Sighting[Network], other: Sighting[Network]) -> bool:
        return bool(at(one)) and bool(at(other)) and at(one).isdisjoint(at(other))

    return (
        Mark(values=lambda seen: [(cluster, seen.thing.name) for cluster in sorted(at(seen))]),
        Mark(values=lambda seen: known(seen.thing.id), opposes=elsewhere),
    )


def _uses(
    places: Places, vms: Components[VirtualMachine], at: Mapping[VmId, Place]
) -> tuple[dict[_Seen, set[ClusterId]], dict[_Seen, set[ClusterId]]]:
    """In which clusters networks are used: those that the source means, and others."""
    stays: dict[_Seen, set[ClusterId]] = defaultdict(set)
    moves: dict[_Seen, set[ClusterId]] = defaultdict(set)
    for source, networks, meant, cluster in _users(places, vms, at):
        known_there = places.clusters.id_of.get((source, meant)) == cluster
        for network in networks:
            (stays if known_there else moves)[source, network].add(cluster)
    return stays, moves


def _users(
    places: Places, vms: Components[VirtualMachine], at: Mapping[VmId, Place]
) -> Iterator[tuple[int, set[NetworkId], ClusterId, ClusterId]]:
    """Of every VM and host in a cluster: source, networks, cluster there, cluster now."""
    for vm in vms:
        cluster = at[vm.id].cluster
        for seen in vm.sightings:
            yield (
                seen.source,
                {nic.network for nic in seen.thing.nics if nic.network},
                seen.thing.cluster,
                cluster,
            )
    for host in places.hosts:
        home = places.home[host.id]
        for sighting in host.sightings:
            if sighting.thing.cluster and home:
                carried = {entry.network for entry in sighting.thing.networks or ()}
                yield sighting.source, carried, sighting.thing.cluster, home


def _owners(number: int, estate: Estate, network: Network, places: Places) -> set[ClusterId]:
    """The cluster of a network that nothing uses: the one after which it is called."""
    return {
        places.cluster_of[number, cluster.id]
        for cluster in estate.clusters
        if network.id == network_id(network.name, cluster.name)
    }
