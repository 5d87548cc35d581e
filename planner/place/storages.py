"""The storages of the target side, and where a disk may go."""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping

from planner.errors import InputError, Problem
from planner.model.estate import DatastoreId, Disk, Estate, Host
from planner.model.kinds import DatastoreKind, DiskKind, HypervisorKind
from planner.model.plan import Progress, StorageId, TargetStorage
from planner.model.policy import Policy, SharedStorage, Strategy
from planner.place.conversion import Conversion

_REMOVABLE = frozenset({DiskKind.CDROM, DiskKind.FLOPPY})
_LOCAL_KIND = {HypervisorKind.KVM: DatastoreKind.DIR, HypervisorKind.XCPNG: DatastoreKind.EXT}
_LOCAL = "local"


def local_id(host: Host) -> StorageId:
    """The id of the pool on a host's own disks."""
    return StorageId(f"storage-{host.id}-local")


def storages(conversion: Conversion, hosts: tuple[Host, ...]) -> tuple[TargetStorage, ...]:
    """Every storage that may receive disks: a pool a host, the policy's shared ones, NFS of the source.

    An upgrade in place has none of its own: disks stay on the storage that they are on.
    """
    if conversion.strategy is Strategy.UPGRADE_IN_PLACE:
        return ()
    local = (_local(conversion, host) for host in hosts)
    shared = (_shared(storage, conversion.policy) for storage in conversion.policy.shared_storage)
    return (*local, *shared, *_mounted(conversion))


def parking_id(conversion: Conversion) -> StorageId | None:
    """The storage on which VMs may be parked; None when the policy does not allow it.

    Nothing can be parked for XCP-ng: its disks are imported through a pool, which must run already.

    Raises InputError when the policy names a storage that is not among its shared ones.
    """
    parking = conversion.policy.parking
    if parking is None or conversion.platform.hypervisor is HypervisorKind.XCPNG:
        return None
    known = {storage.name: shared_id(storage.name) for storage in conversion.policy.shared_storage}
    return _named(parking.storage, known, "parking.storage")


def travelling(disks: tuple[Disk, ...]) -> tuple[Disk, ...]:
    """The disks that a VM takes along; CD and floppy drives stay."""
    return tuple(disk for disk in disks if disk.kind not in _REMOVABLE)


def copy_size(disk: Disk) -> int | None:
    """Bytes of a disk's copy: its data where that is known, the whole of a raw device; None when unknown."""
    if disk.kind is DiskKind.RDM or disk.allocated_bytes is None:
        return disk.capacity_bytes
    return disk.allocated_bytes


def choices(
    conversion: Conversion, disk: Disk, mapped: Mapping[str, StorageId]
) -> tuple[StorageId | None, ...]:
    """Where a disk may go, best first; None is the destination host's own pool.

    A mapping of the policy is an instruction: nothing else is tried. Otherwise the disk's own NFS export comes
    first, then shared target storage, then the host's pool.
    """
    datastore = conversion.datastores.get(disk.datastore) if disk.datastore else None
    wanted = {entry.source: entry.target for entry in conversion.policy.storage_map}
    target = wanted.get(datastore.name) if datastore else None
    if target is not None:
        return (None,) if target == _LOCAL else (_named(target, mapped, "storage_map.target"),)
    own = (
        [datastore_storage_id(datastore.id)]
        if datastore and datastore_storage_id(datastore.id) in mapped.values()
        else []
    )
    shared = [shared_id(storage.name) for storage in conversion.policy.shared_storage]
    return (*own, *shared, None)


def by_name(offered: tuple[TargetStorage, ...]) -> dict[str, StorageId]:
    """The shared storages by the name that a policy calls them; its own storages come before NFS of the source."""
    shared = (storage for storage in offered if storage.host is None)
    return {
        storage.name: storage.id for storage in sorted(shared, key=lambda storage: storage.datastore is None)
    }


def shared_id(name: str) -> StorageId:
    """The id of a shared storage of the policy, safe as a key and a path whatever its name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    short = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-")
    mark = "" if short == name else hashlib.sha256(name.encode()).hexdigest()[:6]
    return StorageId("-".join(part for part in ("storage", short, mark) if part))


def datastore_storage_id(datastore: DatastoreId) -> StorageId:
    """The id of a source datastore that the target side mounts too."""
    return StorageId(f"storage-{datastore}")


def install_disk(host: Host) -> str | None:
    """The disk that the system is installed on: the one marked so, or the only one; None when unknown."""
    marked = [disk.id for disk in host.disks if disk.boot]
    if len(marked) == 1:
        return marked[0]
    return host.disks[0].id if len(host.disks) == 1 and not marked else None


def written(estate: Estate, progress: Progress) -> dict[StorageId, int]:
    """Bytes that VMs which have crossed take of storages beyond one host; hosts' own pools are nobody else's."""
    pools = {local_id(host) for host in estate.hosts}
    sizes = {(vm.id, disk.id): copy_size(disk) or 0 for vm in estate.vms for disk in vm.disks}
    found: dict[StorageId, int] = defaultdict(int)
    for entry in progress.vms:
        for placed in entry.disks:
            if placed.storage not in pools:
                found[placed.storage] += sizes.get((entry.vm, placed.disk), 0)
    return dict(found)


def _local(conversion: Conversion, host: Host) -> TargetStorage:
    system = install_disk(host)
    return TargetStorage(
        id=local_id(host),
        name="local",
        kind=_LOCAL_KIND.get(conversion.platform.hypervisor, DatastoreKind.OTHER),
        host=host.id,
        capacity_bytes=_usable(_local_bytes(conversion, host), conversion.policy),
        disk_ids=tuple(disk.id for disk in host.disks if disk.id != system)
        or tuple(d.id for d in host.disks),
    )


def _local_bytes(conversion: Conversion, host: Host) -> int | None:
    """What a host's pool holds: disks if they are known, else its local datastores.

    The pool is made of the disks beside the system's; only where there are none it is what the system leaves.
    """
    system_bytes = conversion.platform.min_host_disk_bytes
    if host.disks:
        data = sum(disk.capacity_bytes for disk in host.disks if disk.boot is False)
        return data or max(0, sum(disk.capacity_bytes for disk in host.disks) - system_bytes)
    local = [
        conversion.datastores[datastore]
        for datastore in host.datastores
        if conversion.datastores[datastore].shared is False
        and conversion.datastores[datastore].kind is not DatastoreKind.ISO
    ]
    known = [datastore.capacity_bytes for datastore in local if datastore.capacity_bytes is not None]
    return max(0, sum(known) - system_bytes) if local and len(known) == len(local) else None


def _shared(storage: SharedStorage, policy: Policy) -> TargetStorage:
    return TargetStorage(
        id=shared_id(storage.name),
        name=storage.name,
        kind=storage.kind,
        capacity_bytes=_usable(storage.capacity_bytes, policy),
        server=storage.server,
        export=storage.export,
        target_iqn=storage.target_iqn,
        scsi_id=storage.scsi_id,
    )


def _mounted(conversion: Conversion) -> Iterator[TargetStorage]:
    """NFS exports that the cluster's hosts mount: target hosts can mount them as well."""
    mounted = sorted({datastore for host in conversion.hosts for datastore in host.datastores})
    for datastore in (conversion.datastores[datastore_id] for datastore_id in mounted):
        if datastore.kind is DatastoreKind.NFS and datastore.server and datastore.export:
            yield TargetStorage(
                id=datastore_storage_id(datastore.id),
                name=datastore.name,
                kind=DatastoreKind.NFS,
                capacity_bytes=_usable(datastore.free_bytes, conversion.policy),
                datastore=datastore.id,
                server=datastore.server,
                export=datastore.export,
            )


def _usable(size: int | None, policy: Policy) -> int | None:
    return None if size is None else size * policy.capacity.storage_percent // 100


def _named(name: str, known: Mapping[str, StorageId], path: str) -> StorageId:
    if name not in known:
        there = ", ".join(sorted(known)) or "none"
        problem = Problem(
            file="policy.yml", path=path, message=f"{name!r} is no target storage; there are: {there}"
        )
        raise InputError((problem,))
    return known[name]
