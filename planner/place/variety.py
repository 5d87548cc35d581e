"""What kinds of VMs there are, as far as a conversion treats them differently: guest, firmware, storage."""

from collections.abc import Mapping
from typing import Final

from planner.knowledge import GuestFamily, guest
from planner.model.estate import Datastore, DatastoreId, VirtualMachine
from planner.model.kinds import DatastoreKind, DiskKind, Firmware
from planner.place.storages import travelling

_GUESTS: Final[Mapping[GuestFamily, str]] = {
    GuestFamily.LINUX: "Linux guests",
    GuestFamily.WINDOWS: "Windows guests",
    GuestFamily.BSD: "BSD guests",
    GuestFamily.SOLARIS: "Solaris guests",
    GuestFamily.MACOS: "macOS guests",
    GuestFamily.OTHER: "guests of other kinds",
}
_FIRMWARE: Final[Mapping[Firmware, str]] = {Firmware.BIOS: "BIOS firmware", Firmware.UEFI: "UEFI firmware"}
_WHOLE_DEVICES: Final[Mapping[DiskKind, str]] = {
    DiskKind.RDM: "raw device mappings",
    DiskKind.LUN: "whole LUNs",
}
_ON: Final[Mapping[DatastoreKind, str]] = {
    DatastoreKind.VMFS: "disks on VMFS",
    DatastoreKind.NFS: "disks on NFS",
    DatastoreKind.VSAN: "disks on vSAN",
    DatastoreKind.VVOL: "disks on vVols",
    DatastoreKind.ISCSI: "disks on iSCSI storage",
    DatastoreKind.HBA: "disks on Fibre Channel or SAS storage",
    DatastoreKind.EXT: "disks on ext storage",
    DatastoreKind.LVM: "disks on LVM",
    DatastoreKind.DIR: "disks in directories",
    DatastoreKind.ZFS: "disks on ZFS",
    DatastoreKind.CEPH: "disks on Ceph",
    DatastoreKind.GLUSTER: "disks on Gluster",
    DatastoreKind.SMB: "disks on SMB",
    DatastoreKind.ISO: "disks on ISO storage",
}


def kinds(vm: VirtualMachine, datastores: Mapping[DatastoreId, Datastore]) -> frozenset[str]:
    """The kinds that a VM is an example of, in words; what is unknown of it is an example of nothing."""
    family = guest(vm.guest_os).family
    found = {_GUESTS[family]} if family is not None else set()
    if vm.firmware is not None:
        found.add(_FIRMWARE[vm.firmware])
    for disk in travelling(vm.disks):
        if disk.kind in _WHOLE_DEVICES:
            found.add(_WHOLE_DEVICES[disk.kind])
        elif disk.datastore is not None and (kind := datastores[disk.datastore].kind) is not None:
            found.add(_ON[kind])
    return frozenset(found)
