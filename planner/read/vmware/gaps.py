"""What a .vmx could not tell, and what to do about it."""

from collections.abc import Iterator

from planner.model.estate import Gap, VirtualMachine
from planner.model.kinds import DiskKind
from planner.read.vmware.cards import distributed
from planner.read.vmware.dictionary import Dictionary


def is_open(vmx: Dictionary) -> bool:
    """Whether the hardware can be read: VMware Workstation encrypts all but the name."""
    return vmx.text("virtualHW.version") is not None or vmx.text("encryption.data") is None


def gaps_of(vmx: Dictionary, vm: VirtualMachine) -> Iterator[Gap]:
    """What the file, with what lies beside it, could not tell."""
    unsized = [
        disk.id
        for disk in vm.disks
        if disk.kind in {DiskKind.DISK, DiskKind.RDM} and disk.capacity_bytes is None
    ]
    if unsized:
        yield Gap(
            source=vmx.file,
            what=f"sizes of {', '.join(unsized)}",
            why="their descriptors (.vmdk) do not lie beside the .vmx, or tell none",
            remedy="copy the small .vmdk files as well, as docs/sources/vmware-files.md shows",
        )
    if vm.snapshots is None:
        yield Gap(
            source=vmx.file,
            what="snapshots",
            why="no .vmsd of the same name lies beside the .vmx",
            remedy="copy the .vmsd as well, as docs/sources/vmware-files.md shows",
        )
    if cards := distributed(vmx):
        yield Gap(
            source=vmx.file,
            what=f"names of the networks of {', '.join(cards)}",
            why="a .vmx knows a distributed port group by its key only",
            remedy="read vCenter or an RVTools export as well",
        )
    if not is_open(vmx):
        yield Gap(
            source=vmx.file,
            what="hardware of the VM",
            why="its configuration is encrypted",
            remedy="remove the encryption, or read the host or vCenter",
        )
