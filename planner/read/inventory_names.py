"""What names mean: every datastore, network, host and VM of the inventory, found by the words people use."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from planner.errors import Problem
from planner.model.estate import DatastoreId, HostId, NetworkId, VmId
from planner.read.document import DataPath
from planner.read.ids import datastore_id, network_id, vm_id
from planner.read.inventory_records import Record
from planner.read.inventory_sites import HostSite, Site
from planner.read.schema import did_you_mean

Id = TypeVar("Id", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(Generic[Id]):
    """Ids by (place, word); the place None is the whole estate."""

    kind: str
    _ids: dict[tuple[str | None, str], dict[Id, None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, identity: Id, words: Iterable[Any], places: Iterable[str | None]) -> None:
        """Make `identity` known by each word (where it is text) at each place."""
        known = [word for word in words if isinstance(word, str)]
        for place in places:
            for word in known:
                self._ids[place, word][identity] = None

    def find(self, word: str, places: Iterable[str | None]) -> tuple[Id, ...]:
        """What the word means at the first of the places that knows it; several when it is ambiguous."""
        found = (self._ids.get((place, word)) for place in places)
        return tuple(next(filter(None, found), {}))

    def words(self, places: Iterable[str | None]) -> list[str]:
        """Every word that is known at one of the places and is more than an id."""
        wanted = set(places)
        return [word for (place, word), ids in self._ids.items() if place in wanted and word not in ids]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """All lookups of an estate. Places are ids of clusters and hosts."""

    datastores: Lookup[DatastoreId]
    networks: Lookup[NetworkId]
    hosts: Lookup[HostId]
    vms: Lookup[VmId]


def index(sites: Iterable[Site]) -> Names:
    """Everything that the records name, sound or not: a broken record is still no dangling reference."""
    names = Names(
        datastores=Lookup(kind="datastore"),
        networks=Lookup(kind="network"),
        hosts=Lookup(kind="host"),
        vms=Lookup(kind="VM"),
    )
    for site in sites:
        _add_storage(names, site)
        for record in () if site.is_swing else site.networks:
            network = id_of_network(record, site)
            names.networks.add(network, (record.name, network), (site.id, None))
        for host in site.hosts:
            names.hosts.add(host.id, (host.name, host.inventory_name, host.id), (site.id, None))
        for record, at in site.vms():
            vm = id_of_vm(record, at, site)
            names.vms.add(
                vm,
                (record.data.get("uuid"), record.data.get("instance_uuid"), record.name, vm),
                (site.id, None),
            )
    return names


def _add_storage(names: Names, site: Site) -> None:
    for record in site.datastores:
        datastore = id_of_datastore(record, None)
        names.datastores.add(datastore, (record.name, datastore), (site.id, None))
    for host in site.hosts:
        for record in host.datastores:
            datastore = id_of_datastore(record, host)
            names.datastores.add(datastore, (record.name, datastore), (host.id, anywhere(site)))


def anywhere(site: Site) -> str:
    """The place that knows the local datastores of every host of a cluster."""
    return f"{site.id} anywhere"


def id_of_datastore(record: Record, host: HostSite | None) -> DatastoreId:
    """The id of a datastore: local to `host`, or shared."""
    scope = host.name if host else record.data.get("scope")
    return DatastoreId(_given(record) or datastore_id(record.name or "", scope))


def id_of_network(record: Record, site: Site) -> NetworkId:
    """The id of a network of a cluster."""
    return NetworkId(_given(record) or network_id(record.name or "", site.name))


def id_of_vm(record: Record, host: HostSite | None, site: Site) -> VmId:
    """The id of a VM on `host`, or somewhere in a cluster."""
    uuid = record.data.get("uuid")
    known = uuid if isinstance(uuid, str) and uuid else None
    return VmId(_given(record) or vm_id(record.name or "", known, host.name if host else site.name))


def _given(record: Record) -> str | None:
    given = record.data.get("id")
    return given if isinstance(given, str) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(Generic[Id]):
    """A way to resolve words that stand in one cluster, at one host, and to complain about them."""

    lookup: Lookup[Id]
    places: tuple[str | None, ...]
    problems: list[Problem]

    def resolve(self, word: str | None, record: Record, *path: str | int) -> Id | None:
        """The id that a word means; None (and a problem) when it means nothing or several things."""
        if not word:
            return None
        found = self.lookup.find(word, self.places)
        if len(found) == 1:
            return found[0]
        if found:
            known = ", ".join(sorted(map(str, found)))
            message = f"{self.lookup.kind} {word!r} is ambiguous: write one of {known}"
            self.problems.append(record.problem(message, *path))
        else:
            self._complain_unknown(word, self.places, record, path)
        return None

    def everywhere(self, word: str, record: Record, *path: str | int) -> tuple[Id, ...]:
        """Everything in the estate that a word means; a problem when that is nothing."""
        found = self.lookup.find(word, (None,))
        if not found:
            self._complain_unknown(word, (None,), record, path)
        return found

    def _complain_unknown(
        self, word: str, places: tuple[str | None, ...], record: Record, path: DataPath
    ) -> None:
        near = did_you_mean(word, self.lookup.words(places))
        self.problems.append(record.problem(f"there is no {self.lookup.kind} {word!r}{near}", *path))

    def resolve_all(self, record: Record, key: str) -> Iterator[tuple[int, Id]]:
        """What the words in the list under `key` mean, each with its place in the list."""
        for number, word in enumerate(record.data.get(key, ())):
            identity = self.resolve(word, record, key, number)
            if identity is not None:
                yield number, identity
