"""Datastores, and which hosts mount them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from planner.model.estate import Datastore, DatastoreId
from planner.model.kinds import DatastoreKind, ManagerKind
from planner.read.ids import datastore_id
from planner.read.vsphere.inventory import DATASTORE, HOST, VM, Inventory
from planner.read.vsphere.places import Places, datacentre_of
from planner.read.vsphere.properties import Properties
from planner.read.vsphere.words import ALWAYS_SHARED, DATASTORE_KINDS, FILE_ON_DATASTORE

_VMFS_UUID: Final = re.compile(r"/(?P<uuid>[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12})/?$")
_LOCAL_FOLDER: Final = "LocalDatastoreInfo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Datastores by id; ids of those that carry a name, and of those of a host by the host's id."""

    found: Mapping[str, Datastore]
    named: Mapping[str, tuple[str, ...]]
    on_host: Mapping[str, tuple[DatastoreId, ...]]

    def behind(self, backing: Properties, path: str | None, host: str | None) -> DatastoreId | None:
        """The datastore of a file: the one that it refers to, else the one that its path names."""
        reference = backing.refers_to("datastore")
        if reference is not None and reference.ident in self.found:
            return self.found[reference.ident].id
        match = FILE_ON_DATASTORE.match(path or "")
        candidates = (
            {self.found[ident].id for ident in self.named.get(match["datastore"], ())} if match else set()
        )
        here = candidates & {*self.on_host.get(host or "", ())}
        chosen = here if len(here) == 1 else candidates
        return next(iter(chosen)) if len(chosen) == 1 else None


def read_storage(inventory: Inventory, places: Places) -> Storage:
    """Every datastore. A VM with files on it proves that its host mounts it."""
    mounted = {
        ident: {host.ident for mount in found.parts("host") if (host := mount.refers_to("key"))}
        for ident, found in inventory.all(DATASTORE)
    }
    for ident, of_host in inventory.all(HOST):
        for reference in of_host.references("datastore"):
            if reference.ident in mounted:
                mounted[reference.ident].add(ident)
    for _, vm in inventory.all(VM):
        host = vm.refers_to("runtime.host")
        for reference in vm.references("datastore") if host else ():
            if reference.ident in mounted and host:
                mounted[reference.ident].add(host.ident)
    shared = {
        ident: _shared(inventory, found, len(mounted[ident])) for ident, found in inventory.all(DATASTORE)
    }
    local_to = {
        ident: places.hosts[next(iter(hosts))].name
        for ident, hosts in mounted.items()
        if len(hosts) == 1 and not shared[ident] and hosts <= places.hosts.keys()
    }
    names = _names(inventory, local_to)
    found = {
        ident: _datastore(datastore, names[ident], local_to.get(ident), shared[ident])
        for ident, datastore in inventory.all(DATASTORE)
    }
    on_host: dict[str, set[DatastoreId]] = defaultdict(set)
    for ident, hosts in mounted.items():
        for mounting in hosts:
            on_host[mounting].add(found[ident].id)
    return Storage(
        found=found,
        named=_by_name(inventory),
        on_host={host: tuple(sorted(ids)) for host, ids in on_host.items()},
    )


def _by_name(inventory: Inventory) -> dict[str, tuple[str, ...]]:
    named: dict[str, list[str]] = defaultdict(list)
    for ident, datastore in inventory.all(DATASTORE):
        named[datastore.name() or ""].append(ident)
    return {name: tuple(idents) for name, idents in named.items()}


def _names(inventory: Inventory, local_to: Iterable[str]) -> dict[str, str]:
    """Names of datastores; those that several share beyond one host get the data centre before, else the id behind."""
    local = frozenset(local_to)
    names = {ident: found.name() or "" for ident, found in inventory.all(DATASTORE)}
    shared = Counter(name for ident, name in names.items() if ident not in local)
    for ident, found in inventory.all(DATASTORE):
        if ident not in local and shared[names[ident]] > 1 and (centre := datacentre_of(inventory, found)):
            names[ident] = f"{centre}/{names[ident]}"
    again = Counter(name for ident, name in names.items() if ident not in local)
    return {
        ident: f"{name} ({ident})" if ident not in local and again[name] > 1 else name
        for ident, name in names.items()
    }


def _kind(datastore: Properties) -> DatastoreKind | None:
    word = datastore.text("summary.type")
    return DATASTORE_KINDS.get(word.lower(), DatastoreKind.OTHER) if word else None


def _shared(inventory: Inventory, datastore: Properties, hosts: int) -> bool | None:
    """Whether several hosts reach it. A host alone knows of no other: only what lies inside it is not shared."""
    if hosts > 1 or _kind(datastore) in ALWAYS_SHARED:
        return True
    info = datastore.part("info")
    if info.truth("vmfs.local") or info.type == _LOCAL_FOLDER:
        return False
    return None if inventory.manager is ManagerKind.NONE else datastore.truth("summary.multipleHostAccess")


def _datastore(found: Properties, name: str, local_to: str | None, shared: bool | None) -> Datastore:  # noqa: FBT001
    readable = found.truth("summary.accessible") is not False
    url = found.line("summary.url")
    kind = _kind(found)
    capacity = found.whole("summary.capacity")
    nas = found.part("info.nas")
    servers = nas.texts("remoteHostNames")
    return Datastore(
        id=datastore_id(name, local_to),
        name=name,
        kind=kind,
        shared=shared,
        # vSphere counts nothing on a datastore that no host reaches at the moment.
        capacity_bytes=capacity or None if readable else None,
        free_bytes=found.whole("summary.freeSpace") if readable and capacity else None,
        server=nas.line("remoteHost") or (servers[0] if servers else None),
        export=nas.line("remotePath"),
        path=url.removeprefix("ds://").rstrip("/") if url else None,
        uuid=found.line("info.vmfs.uuid") or _uuid(url, kind),
        origin=found.origin,
    )


def _uuid(url: str | None, kind: DatastoreKind | None) -> str | None:
    match = _VMFS_UUID.search(url or "") if kind is DatastoreKind.VMFS else None
    return match["uuid"] if match else None
