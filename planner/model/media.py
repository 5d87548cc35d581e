"""Which datastores beyond one host a move's copies are read from and written to."""

from collections.abc import Container, Iterable, Mapping

from planner.model.estate import DatastoreId, VirtualMachine
from planner.model.plan import DiskPlacement, StorageId, TargetStorage


def written_media(storages: Iterable[TargetStorage]) -> dict[StorageId, str]:
    """The target storages that several hosts reach, each with the id of its medium.

    That is the id of its datastore where source and target mount the same one.
    """
    return {storage.id: storage.datastore or storage.id for storage in storages if storage.host is None}


def shared_media(
    vm: VirtualMachine,
    copies: tuple[DiskPlacement, ...],
    local: Container[DatastoreId],
    written: Mapping[StorageId, str],
) -> frozenset[str]:
    """The ids of the shared media that copies of a VM's disks load; `local` are datastores on one host's disks."""
    copied = {placement.disk for placement in copies}
    sources = {disk.datastore for disk in vm.disks if disk.id in copied and disk.datastore is not None}
    targets = {written[placement.storage] for placement in copies if placement.storage in written}
    return frozenset({*(source for source in sources if source not in local), *targets})
