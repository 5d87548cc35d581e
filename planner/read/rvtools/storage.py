"""Datastores: from vDatastore, and from the paths of the VMs' disks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.model.estate import Datastore, DatastoreId
from planner.model.kinds import DatastoreKind
from planner.read.ids import datastore_id
from planner.read.rvtools.export import Export, Row
from planner.read.rvtools.keys import Key, distinct_names, settle
from planner.read.rvtools.words import ALWAYS_SHARED, DATASTORE_KINDS, FILE_ON_DATASTORE, NFS_ADDRESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Every datastore, the ids by everything that names one, and the datastores of every host by its name."""

    datastores: tuple[Datastore, ...]
    ids: Mapping[Key, DatastoreId]
    on_host: Mapping[str, tuple[DatastoreId, ...]]

    def behind(self, vm: Row, path: str | None) -> DatastoreId | None:
        """The datastore that a VM's path such as `[ds1] web/web.vmdk` lies on."""
        key = _key_of(vm, path)
        return self.ids.get(key) if key else None


def read_storage(export: Export, paths: Iterable[tuple[Row, str]], hosts: frozenset[str]) -> Storage:
    """Every datastore of an export. `paths` are the files of VMs; a VM proves that its host mounts them."""
    rows = _rows(export)
    users: dict[Key, set[str]] = defaultdict(set)
    for vm, path in paths:
        if key := _key_of(vm, path):
            users[key] |= {vm.name("host") or ""} & hosts
    settled = settle([*rows, *users])
    mounted = {
        key: set(rows[key].names("hosts")) & hosts if key in rows else set() for key in settled.values()
    }
    for key, by in users.items():
        mounted[settled[key]] |= by
    shared = {key: _shared(rows.get(key), len(by)) for key, by in mounted.items()}
    names = distinct_names(key for key, by in mounted.items() if shared[key] or len(by) != 1)
    datastores = {}
    on_host: dict[str, list[DatastoreId]] = defaultdict(list)
    for key, by in mounted.items():
        name = names.get(key, key.name)
        local_to = None if key in names else next(iter(by))
        datastores[key] = _datastore(rows.get(key), datastore_id(name, local_to), name, shared[key])
        for host in by:
            on_host[host].append(datastores[key].id)
    return Storage(
        datastores=tuple(datastores.values()),
        ids={key: datastores[settled[key]].id for key in settled},
        on_host={host: tuple(sorted(ids)) for host, ids in on_host.items()},
    )


def _key_of(vm: Row, path: str | None) -> Key | None:
    found = FILE_ON_DATASTORE.match(path or "")
    return Key(found["datastore"], vm.text("server")) if found else None


def _rows(export: Export) -> dict[Key, Row]:
    rows: dict[Key, Row] = {}
    for row in export.rows("vdatastore"):
        name = row.name("name")
        if name is None:
            row.refuse("name", "the datastore has no name: give it one, or delete the row")
            continue
        first = rows.setdefault(Key(name, row.text("server")), row)
        if first is not row:
            row.refuse(
                "name", f"datastore {name!r} stands already in row {first.number}: delete one of the two"
            )
    return rows


def _shared(row: Row | None, hosts: int) -> bool | None:
    """Whether several hosts reach it, as its kind, its host count or the VMs on it prove."""
    if hosts > 1 or (row is not None and _kind(row) in ALWAYS_SHARED):
        return True
    count = row.whole("hosts_count") if row is not None else None
    return None if not count else count > 1


def _kind(row: Row) -> DatastoreKind | None:
    word = row.text("type")
    return DATASTORE_KINDS.get(word.lower(), DatastoreKind.OTHER) if word else None


def _datastore(row: Row | None, datastore: DatastoreId, name: str, shared: bool | None) -> Datastore:  # noqa: FBT001
    if row is None:
        return Datastore(id=datastore, name=name, shared=shared)
    kind = _kind(row)
    nfs = NFS_ADDRESS.fullmatch(row.text("address") or "") if kind is DatastoreKind.NFS else None
    readable = row.truth("accessible") is not False
    url = row.text("url")
    return Datastore(
        id=datastore,
        name=name,
        kind=kind,
        shared=shared,
        # vSphere counts nothing on a datastore that no host reaches at the moment.
        capacity_bytes=(row.size("capacity") or None) if readable else None,
        free_bytes=row.size("free") if readable and row.size("capacity") else None,
        server=nfs["server"] if nfs else None,
        export=nfs["export"] if nfs else None,
        path=url.removeprefix("ds://").rstrip("/") if url else None,
        origin=row.origin,
    )
