"""How the records of an inventory refer to each other: by name where that is enough, else by id."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from planner.model.estate import (
    AffinityRule,
    ClusterId,
    Datastore,
    DatastoreId,
    Estate,
    HostId,
    Network,
    NetworkId,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """Words for ids, and where everything that belongs to a host or cluster is written.

    `local` is the only host of each datastore that no other mounts, `local_names` how often a host's such
    datastores use a name.
    """

    datastores: Mapping[DatastoreId, Datastore]
    local: Mapping[DatastoreId, HostId]
    local_names: Mapping[tuple[HostId | None, str], int]
    datastore_words: Mapping[str, str]
    network_words: Mapping[str, str]
    vm_words: Mapping[str, str]
    host_words: Mapping[str, str]
    networks: Mapping[ClusterId | HostId, tuple[Network, ...]]
    rules: Mapping[ClusterId, tuple[AffinityRule, ...]]

    @classmethod
    def of(cls, estate: Estate) -> Self:
        """The references of an estate."""
        datastores = {datastore.id: datastore for datastore in estate.datastores}
        mounts = Counter(datastore for host in estate.hosts for datastore in host.datastores)
        cluster_of = {vm.id: vm.cluster for vm in estate.vms}
        rules: dict[ClusterId, list[AffinityRule]] = defaultdict(list)
        for rule in estate.affinity_rules:
            rules[cluster_of[rule.vms[0]]].append(rule)
        local = {
            datastore: host.id
            for host in estate.hosts
            for datastore in host.datastores
            if mounts[datastore] == 1 and not datastores[datastore].shared
        }
        return cls(
            datastores=datastores,
            local=local,
            local_names=Counter((host, datastores[datastore].name) for datastore, host in local.items()),
            datastore_words=_words((datastore.id, datastore.name) for datastore in estate.datastores),
            network_words=_words((network.id, network.name) for network in estate.networks),
            vm_words=_words(
                ((vm.id, vm.name) for vm in estate.vms),
                (uuid for vm in estate.vms for uuid in (vm.uuid, vm.instance_uuid) if uuid),
            ),
            host_words=_words((host.id, host.name) for host in estate.hosts),
            networks=_networks(estate),
            rules={cluster: tuple(of_cluster) for cluster, of_cluster in rules.items()},
        )

    @property
    def shared_datastores(self) -> tuple[Datastore, ...]:
        """Datastores that are written outside the hosts."""
        return tuple(datastore for key, datastore in self.datastores.items() if key not in self.local)

    def datastore(self, datastore: DatastoreId, host: HostId | None) -> str:
        """A word for a datastore at a host: every ESXi may call its own one `datastore1`."""
        name = self.datastores[datastore].name
        own = self.local.get(datastore) == host and self.local_names[host, name] == 1
        return name if own else self.datastore_words[datastore]


def _words(things: Iterable[tuple[str, str]], taken: Iterable[str] = ()) -> dict[str, str]:
    """Id to name, or to itself where several things share the name, or it is one of the words `taken` otherwise."""
    named = dict(things)
    counts = Counter((*named.values(), *taken))
    return {key: name if counts[name] == 1 else key for key, name in named.items()}


def _networks(estate: Estate) -> dict[ClusterId | HostId, tuple[Network, ...]]:
    """Networks by the cluster, or by the host outside of one, that uses them; the first cluster has the rest."""
    networks = {network.id: network for network in estate.networks}
    used: dict[ClusterId | HostId, set[NetworkId]] = defaultdict(set)
    for host in estate.hosts:
        used[host.cluster or host.id] |= {network.network for network in host.networks or ()}
    for vm in estate.vms:
        used[vm.cluster] |= {nic.network for nic in vm.nics if nic.network is not None}
    if estate.clusters:
        used[estate.clusters[0].id] |= networks.keys() - set().union(*used.values())
    return {place: tuple(networks[network] for network in sorted(ids)) for place, ids in used.items() if ids}
