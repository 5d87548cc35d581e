"""Storages of Proxmox VE as datastores: a local one is another on every node."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from planner.model.estate import Datastore, DatastoreId
from planner.model.kinds import DatastoreKind
from planner.read.clouds.proxmox_found import Found
from planner.read.clouds.records import Record
from planner.read.ids import datastore_id

# Storage types: https://pve.proxmox.com/wiki/Storage
_KINDS: Final = {
    "dir": DatastoreKind.DIR,
    "btrfs": DatastoreKind.DIR,
    "nfs": DatastoreKind.NFS,
    "cifs": DatastoreKind.SMB,
    "glusterfs": DatastoreKind.GLUSTER,
    "lvm": DatastoreKind.LVM,
    "lvmthin": DatastoreKind.LVM,
    "zfspool": DatastoreKind.ZFS,
    "zfs": DatastoreKind.ISCSI,
    "iscsi": DatastoreKind.ISCSI,
    "iscsidirect": DatastoreKind.ISCSI,
    "rbd": DatastoreKind.CEPH,
    "cephfs": DatastoreKind.CEPH,
}
_ALWAYS_SHARED: Final = frozenset(
    {"nfs", "cifs", "glusterfs", "zfs", "iscsi", "iscsidirect", "rbd", "cephfs", "pbs", "esxi"}
)
_NO_DATASTORES: Final = frozenset({"pbs", "esxi"})
"""Backups on a server of their own, and another hypervisor to import from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Storage:
    name: str
    kind: str | None
    shared: bool | None
    nodes: frozenset[str] | None
    record: Record | None


class Storages:
    """The storages of a cluster: which datastore a storage's name means on a node."""

    def __init__(self, found: Found, used: frozenset[tuple[str, str | None]]) -> None:
        self._rooms = {(node, room.text("storage") or ""): room for node, room in found.rooms}
        names = {*found.storages, *(name for _, name in self._rooms), *(name for name, _ in used)}
        self._known = {name: self._storage(name, found) for name in sorted(names)}
        self._used = used

    def datastore_id(self, name: str, node: str | None) -> DatastoreId | None:
        """The datastore that a storage is on a node; None where the node of a local one is unknown."""
        storage = self._known[name]
        if storage.kind in _NO_DATASTORES:
            return None
        if storage.shared is False:
            return datastore_id(name, node) if node else None
        return datastore_id(name)

    def of_node(self, node: str) -> tuple[DatastoreId, ...]:
        """The datastores that a node has."""
        found = (
            self.datastore_id(name, node) for name, storage in self._known.items() if self._on(storage, node)
        )
        return tuple(sorted(store for store in found if store))

    def datastores(self, nodes: Iterable[str]) -> Iterator[Datastore]:
        """Every datastore, once; a shared one is as large as any node says."""
        seen: dict[DatastoreId, Datastore] = {}
        for node in nodes:
            for name, storage in self._known.items():
                store = self.datastore_id(name, node)
                if store and self._on(storage, node):
                    room = self._rooms.get((node, name))
                    if store not in seen or seen[store].capacity_bytes is None:
                        seen[store] = _datastore(store, storage, room)
        for name, storage in self._known.items():
            store = self.datastore_id(name, None)
            if store and store not in seen:
                seen[store] = _datastore(store, storage, None)
        yield from seen.values()

    def unknown(self) -> bool:
        """Whether guests use a storage of which nothing is known but its name."""
        return any(storage.kind is None for storage in self._known.values())

    def _storage(self, name: str, found: Found) -> _Storage:
        config = found.storages.get(name)
        rooms = [room for (_, known), room in self._rooms.items() if known == name]
        said = [*([config] if config else []), *rooms]
        kinds = [kind for record in said if (kind := _type(record))]
        flags = [flag for record in said if (flag := record.flag("shared")) is not None]
        shared = True if {*kinds} & _ALWAYS_SHARED else any(flags) if said else None
        listed = config.text("nodes") if config else None
        return _Storage(
            name=name,
            kind=kinds[0] if kinds else None,
            shared=shared,
            nodes=frozenset(listed.split(",")) if listed else None,
            record=config,
        )

    def _on(self, storage: _Storage, node: str) -> bool:
        if (node, storage.name) in self._rooms or (storage.name, node) in self._used:
            return True
        return storage.record is not None and (storage.nodes is None or node in storage.nodes)


def _type(record: Record) -> str | None:
    """The kind of a storage; in `/cluster/resources` it is the plug-in's, as `type` is what each row is of."""
    return record.text("plugintype" if record.has("id") else "type")


def _datastore(store: DatastoreId, storage: _Storage, room: Record | None) -> Datastore:
    config = storage.record
    capacity, used = _room(room)
    free = capacity - used if capacity is not None and used is not None else None
    path = config.line("path") if config else None
    return Datastore(
        id=store,
        name=storage.name,
        kind=_KINDS.get(storage.kind, DatastoreKind.OTHER) if storage.kind else None,
        shared=storage.shared,
        capacity_bytes=capacity,
        free_bytes=max(free, 0) if free is not None else None,
        server=config.line("server") if config else None,
        export=config.line("export") if config else None,
        path=path,
        origin=next((record.origin for record in (config, room) if record), None),
    )


def _room(room: Record | None) -> tuple[int | None, int | None]:
    """Capacity and what is used of it: `total` and `used` of a node, `maxdisk` and `disk` of the cluster."""
    if room is None:
        return None, None
    capacity, used = ("total", "used") if room.has("total") else ("maxdisk", "disk")
    return room.size(capacity, 1), room.number(used)
