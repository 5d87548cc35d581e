"""Storage pools and volumes, and in which of them a drive lies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from planner.model.estate import Datastore
from planner.model.kinds import DatastoreKind
from planner.read.ids import datastore_id
from planner.read.libvirt.drives import Drive
from planner.read.libvirt.values import Document, parts, text_of
from planner.read.outside import line
from planner.read.xml import Element

# Whether other hosts reach the same storage. None: the pool does not tell (a folder may be a mount of NFS, a
# volume group may lie on a SAN). Source: libvirt documentation, storage management.
_POOLS: Final[Mapping[str, tuple[DatastoreKind, bool | None]]] = {
    "dir": (DatastoreKind.DIR, None),
    "fs": (DatastoreKind.DIR, None),
    "netfs": (DatastoreKind.NFS, True),
    "logical": (DatastoreKind.LVM, None),
    "disk": (DatastoreKind.OTHER, False),
    "iscsi": (DatastoreKind.ISCSI, True),
    "iscsi-direct": (DatastoreKind.ISCSI, True),
    "scsi": (DatastoreKind.HBA, None),
    "mpath": (DatastoreKind.HBA, None),
    "rbd": (DatastoreKind.CEPH, True),
    "gluster": (DatastoreKind.GLUSTER, True),
    "sheepdog": (DatastoreKind.OTHER, True),
    "vstorage": (DatastoreKind.OTHER, True),
    "zfs": (DatastoreKind.ZFS, False),
}
_NETWORK_FILE_SYSTEMS: Final = {
    "cifs": DatastoreKind.SMB,
    "glusterfs": DatastoreKind.GLUSTER,
    "nfs": DatastoreKind.NFS,
    "auto": DatastoreKind.NFS,
}
_LOCAL: Final = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A pool before it is known on which host: `prefix` is what the paths of its volumes begin with."""

    datastore: Datastore
    prefix: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A volume by its path; `pool` is the name of its pool, where the source says it."""

    path: str
    name: str | None = None
    pool: str | None = None
    capacity_bytes: int | None = None
    allocated_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a drive lies, as far as pools and volumes tell."""

    datastore: Datastore | None = None
    volume: Volume | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Pools by name and by prefix, volumes by path and by pool and name."""

    pools: Mapping[str, Datastore]
    prefixes: Mapping[str, Datastore]
    volumes: Mapping[str, Volume]
    named: Mapping[tuple[str, str], Volume]

    def find(self, drive: Drive) -> Found:
        """The pool and the volume of a drive: by their names, else by its path, as libvirt looks them up."""
        if drive.pool and drive.volume:
            return Found(
                datastore=self.pools.get(drive.pool), volume=self.named.get((drive.pool, drive.volume))
            )
        if not drive.path:
            return Found()
        volume = self.volumes.get(drive.path)
        if volume is not None and volume.pool and volume.pool in self.pools:
            return Found(datastore=self.pools[volume.pool], volume=volume)
        return Found(datastore=self.prefixes.get(_folder(drive.path)), volume=volume)


def read_pool(document: Document, root: Element) -> Pool | None:
    """The pool of a `<pool>` element. None, and a problem, when it has no name or an unknown type."""
    inside, of = parts(root), root.get("type", "")
    source = parts(inside.get("source"))
    # libvirt documentation, storage pool XML: without a name it is that of its source.
    name = text_of(inside.get("name")) or text_of(source.get("name"))
    if name is None or of not in _POOLS:
        known = ", ".join(_POOLS)
        message = (
            f"a pool is of the type {of[:60]!r}: expected one of {known}" if name else "a pool has no name"
        )
        document.fault(root, message)
        return None
    path = line(text_of(parts(inside.get("target")).get("path")))
    server, export = _address(source)
    kind, shared = _kind(of, source)
    named = line(text_of(source.get("name")))
    capacity = document.size(inside.get("capacity"), "the pool's capacity")
    # An inactive pool, and one that was never started, has a capacity of 0.
    free = document.size(inside.get("available"), "the pool's available space") if capacity else None
    return Pool(
        datastore=Datastore(
            id=datastore_id(name, f"{server}:{export or named}" if shared and server else None),
            name=name,
            kind=kind,
            shared=shared,
            capacity_bytes=capacity or None,
            free_bytes=free,
            server=server,
            export=export,
            path=path,
            uuid=document.uuid(inside.get("uuid")),
            origin=document.origin(root),
        ),
        prefix=f"{of}:{named}" if of in {"rbd", "gluster", "sheepdog"} and named else _clean(path),
    )


def read_volume(document: Document, root: Element, pool: str | None = None) -> Volume | None:
    """The volume of a `<volume>` element. None, and a problem, when it has no path."""
    inside = parts(root)
    path = line(text_of(parts(inside.get("target")).get("path")) or text_of(inside.get("key")))
    if path is None:
        document.fault(root, "a volume has no target path: expected what virsh vol-dumpxml prints")
        return None
    return Volume(
        path=path,
        name=text_of(inside.get("name")),
        pool=pool,
        capacity_bytes=document.size(inside.get("capacity"), "the volume's capacity"),
        allocated_bytes=document.size(inside.get("allocation"), "the volume's allocation"),
    )


def storage_of(
    pools: Iterable[Pool], volumes: Iterable[Volume], named: Iterable[str], scope: str | None
) -> Storage:
    """The storage of a host: its pools, and those that drives name though nobody described them.

    A pool of which it is not known that others reach it, too, is told from others of its name by `scope`.
    """
    found: dict[str, Datastore] = {}
    prefixes: dict[str, list[Datastore]] = {}
    for pool in pools:
        datastore = pool.datastore
        if not datastore.shared:
            datastore = replace(datastore, id=datastore_id(datastore.name, scope))
        found[datastore.name] = datastore
        if pool.prefix:
            prefixes.setdefault(pool.prefix, []).append(datastore)
    for name in named:
        found.setdefault(name, Datastore(id=datastore_id(name, scope), name=name))
    # Pools of devices may share a folder (/dev/disk/by-path): then only the volume tells which one it is.
    sole = {prefix: stores[0] for prefix, stores in prefixes.items() if len(stores) == 1}
    placed = [_placed(volume, sole) for volume in volumes]
    return Storage(
        pools=found,
        prefixes=sole,
        volumes={_protocol_path(volume, found): volume for volume in placed},
        named={(volume.pool, volume.name): volume for volume in placed if volume.pool and volume.name},
    )


def _placed(volume: Volume, prefixes: Mapping[str, Datastore]) -> Volume:
    if volume.pool:
        return volume
    folder = _folder(volume.path)
    store = prefixes.get(folder) or next(
        (prefixes[key] for key in (f"rbd:{folder}", f"gluster:{folder}") if key in prefixes), None
    )
    return replace(volume, pool=store.name) if store else volume


def _protocol_path(volume: Volume, pools: Mapping[str, Datastore]) -> str:
    """The path as a network drive names it: `rbd:pool/image`; of any other volume its path."""
    store = pools.get(volume.pool or "")
    if store is not None and store.kind is DatastoreKind.CEPH and not volume.path.startswith(_LOCAL):
        return f"rbd:{volume.path}"
    return volume.path


def _kind(of: str, source: Mapping[str, Element]) -> tuple[DatastoreKind, bool | None]:
    kind, shared = _POOLS[of]
    if of == "netfs" and (form := source.get("format")) is not None:
        return _NETWORK_FILE_SYSTEMS.get(form.get("type", ""), DatastoreKind.OTHER), shared
    return kind, shared


def _address(source: Mapping[str, Element]) -> tuple[str | None, str | None]:
    host, folder = source.get("host"), source.get("dir")
    device = source.get("device")
    export = folder if folder is not None else device if host is not None else None
    return (
        line(host.get("name")) if host is not None else None,
        _export(export.get("path")) if export is not None else None,
    )


def _export(path: str | None) -> str | None:
    """An export without the slash at its end, which libvirt drops as well: the root stays one."""
    return line((path or "").rstrip("/") or path)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _clean(path: str | None) -> str | None:
    return path.rstrip("/") or None if path else None
