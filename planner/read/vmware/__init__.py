"""VMware's files: what is left of a VM when no host answers, or what was exported.

dictionary                  text of `name = "value"`, which .vmx, .vmsd and disk descriptors are
words, places               VMware's words; datastores, and which files here belong to a VM
companions                  what else lies there, to be passed by
vmdk, vmsd                  what lies beside a .vmx: sizes and kinds of disks, snapshots
drives, cards, settings     disks, cards and what nothing takes over
gaps, machine               the VM of a .vmx, and what it could not tell
vmx                         all of them as an estate

envelope, quantities        OVF's elements by name, in every namespace and generation; its units
package, items, devices     files and disks of a package; the virtual hardware of its VMs
systems, system_settings    its VMs, and what nothing takes over
startup                     in which order they start
ova, ovf                    the archive, and packages as an estate
"""

from collections.abc import Callable
from typing import Final

from planner.read.source import Format, Sample
from planner.read.vmware.companions import is_manifest, is_of_a_running_vm
from planner.read.vmware.ovf import OVF
from planner.read.vmware.vmdk import is_vmdk
from planner.read.vmware.vmsd import is_vmsd
from planner.read.vmware.vmx import VMX

FORMATS: Final[tuple[Format, ...]] = (VMX, OVF)
COMPANIONS: Final[tuple[Callable[[Sample], bool], ...]] = (
    is_vmdk,
    is_vmsd,
    is_manifest,
    is_of_a_running_vm,
)
"""What lies beside the files of these formats, and is opened by them or by nobody: a walk passes it by."""

__all__ = ["COMPANIONS", "FORMATS"]
